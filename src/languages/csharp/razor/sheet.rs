//! What the directives, tags and code of a Razor file say.

use thin_vec::{ThinVec, thin_vec};

use crate::codebase::outline::{Argument, Decorator, Import, Reference, ReferenceKind, Taken, Value};
use crate::codebase::{Atom, Lines};

/// Where code goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Out {
    /// Among the members of the class that the file stands for.
    Members,
    /// Among the statements that write the page.
    Statements,
}

/// What is read off a Razor file.
#[derive(Default)]
pub(super) struct Sheet {
    /// The file as C#: members on the lines where they stand, everything else blank.
    pub(super) members: String,
    /// The file as C#: statements and expressions on the lines where they stand, everything else blank.
    pub(super) statements: String,
    pub(super) attributes: Vec<String>,
    pub(super) bases: Vec<String>,
    pub(super) pages: ThinVec<Decorator>,
    pub(super) imports: Vec<Import>,
    pub(super) namespace: Atom,
    /// Components that tags name.
    pub(super) references: Vec<Reference>,
    /// How many lines are read.
    passed: u32,
}

impl Sheet {
    /// Goes on over text that is no code.
    pub(super) fn add_lines(&mut self, text: &str) {
        for _ in text.matches('\n') {
            self.members.push('\n');
            self.statements.push('\n');
            self.passed += 1;
        }
    }

    /// Goes on over code.
    pub(super) fn add_code(&mut self, out: Out, code: &str) {
        let (own, other) = match out {
            Out::Members => (&mut self.members, &mut self.statements),
            Out::Statements => (&mut self.statements, &mut self.members),
        };
        own.push_str(code);
        for _ in code.matches('\n') {
            other.push('\n');
            self.passed += 1;
        }
    }

    /// Whether a line that starts with `@` is a directive; the sign is left out.
    pub(super) fn add_directive(&mut self, directive: &str) -> bool {
        let line = self.passed + 1;
        let (word, rest) = directive.split_once(char::is_whitespace).unwrap_or((directive, ""));
        let rest = rest.trim().trim_end_matches(';');
        match word {
            "page" => {
                let template = rest.strip_prefix('"').and_then(|rest| rest.split('"').next());
                let args = template.map(|text| Argument { name: None, value: Value::Text(Atom::new(text)) });
                let name = Atom::new("page");
                self.pages.push(Decorator { name, args: args.into_iter().collect(), lines: Lines::one(line) });
            }
            "using" if !rest.starts_with('(') => self.imports.push(import(rest, line)),
            "namespace" => self.namespace = Atom::new(rest),
            "model" => self.add_member(&format!("{rest} Model;")),
            "inject" => self.add_member(&format!("{rest};")),
            "inherits" | "implements" => {
                let first = if word == "inherits" { 0 } else { self.bases.len() };
                self.bases.insert(first, rest.to_owned());
            }
            "attribute" => self.attributes.push(rest.to_owned()),
            "layout" | "addTagHelper" | "removeTagHelper" | "tagHelperPrefix" | "preservewhitespace" | "rendermode"
            | "typeparam" => {}
            _ => return false,
        }
        true
    }

    fn add_member(&mut self, member: &str) {
        self.members.push_str(member);
    }

    /// `<OrderList Items=..>`: components are written as tags with a capital letter.
    pub(super) fn add_component(&mut self, tag: &str) {
        let end = tag.find(|sign: char| !(sign.is_alphanumeric() || sign == '_' || sign == '.')).unwrap_or(tag.len());
        let name = Atom::new(tag.get(..end).unwrap_or_default());
        let line = self.passed + 1;
        self.references.push(Reference { name, kind: ReferenceKind::Type, enclosing: Some(0), count: 1, line });
    }
}

fn import(rest: &str, line: u32) -> Import {
    let (is_static, rest) = rest.strip_prefix("static ").map_or((false, rest), |rest| (true, rest.trim()));
    let flags = if is_static { thin_vec![Atom::new("static")] } else { ThinVec::new() };
    match rest.split_once('=') {
        Some((alias, module)) => Import {
            module: Atom::new(module.trim()),
            taken: Taken::Module(Atom::new(alias.trim())),
            line,
            enclosing: None,
            flags,
        },
        None => Import { module: Atom::new(rest), taken: Taken::Nothing, line, enclosing: None, flags },
    }
}
