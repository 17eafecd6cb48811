//! Razor files: directives and code blocks, read as members of the class that the file stands for.

use thin_vec::{ThinVec, thin_vec};

use crate::codebase::Atom;

use crate::codebase::outline::{
    Argument, Decorator, Definition, Import, Outline, Reference, ReferenceKind, SymbolKind, Taken, Value,
};
use crate::codebase::{Lines, RepoPath};

use super::extract;

/// What the lines of a Razor file say.
#[derive(Default)]
struct Sheet {
    /// The file as C#: members on the lines where they stand, everything else blank.
    members: String,
    attributes: Vec<String>,
    bases: Vec<String>,
    pages: ThinVec<Decorator>,
    imports: Vec<Import>,
    namespace: Atom,
    references: Vec<Reference>,
    lines: u32,
}

/// Reads a `.cshtml` or `.razor` file.
pub(super) fn outline(path: &RepoPath, text: &str) -> Outline {
    let sheet = read(text.trim_start_matches('\u{feff}'), path.extension() == "razor");
    if matches!(path.file_name(), "_ViewImports.cshtml" | "_Imports.razor" | "_ViewStart.cshtml") {
        return Outline { imports: sheet.imports, ..Outline::default() };
    }
    let bases = if sheet.bases.is_empty() { String::new() } else { format!(" : {}", sheet.bases.join(", ")) };
    let code = format!("{} partial class Page{bases} {{ {} }}", sheet.attributes.join(" "), sheet.members);
    let mut outline = extract::outline(&code);
    for definition in &mut outline.definitions {
        definition.namespace = sheet.namespace.clone();
    }
    let line = sheet.pages.first().map_or(1, |page| page.lines.first);
    match outline.definitions.first_mut() {
        Some(class) => {
            class.name = Atom::new(path.stem());
            class.line = line;
            class.lines = Lines::new(1, sheet.lines);
            class.decorators.splice(0..0, sheet.pages);
        }
        None => outline.definitions.push(Definition {
            name: Atom::new(path.stem()),
            kind: SymbolKind::Class,
            line,
            lines: Lines::new(1, sheet.lines),
            decorators: sheet.pages,
            ..Definition::default()
        }),
    }
    outline.imports = sheet.imports;
    add_references(&mut outline, sheet.references);
    outline
}

fn add_references(outline: &mut Outline, found: Vec<Reference>) {
    for reference in found {
        let same = |own: &&mut Reference| {
            own.name == reference.name && own.kind == reference.kind && own.enclosing == reference.enclosing
        };
        match outline.references.iter_mut().find(same) {
            Some(own) => own.count += 1,
            None => outline.references.push(reference),
        }
    }
    outline.references.sort_unstable();
}

fn read(text: &str, is_component: bool) -> Sheet {
    let mut sheet = Sheet::default();
    let mut depth: Option<u32> = None;
    for (number, line) in (1..).zip(text.lines()) {
        sheet.lines = number;
        if let Some(open) = depth {
            depth = sheet.add_code(line, open);
        } else if let Some(rest) = code_block(line) {
            depth = sheet.add_code(rest, 0);
        } else if let Some(directive) = line.trim_start().strip_prefix('@').filter(|rest| !rest.starts_with('@')) {
            if !sheet.add_directive(directive.trim_end(), number) {
                sheet.add_expressions(line, number);
            }
        } else {
            sheet.add_expressions(line, number);
        }
        if is_component && depth.is_none() {
            sheet.add_tags(line, number);
        }
        sheet.members.push('\n');
    }
    sheet
}

/// What stands after `@code` or `@functions`.
fn code_block(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let rest = line.strip_prefix("@code").or_else(|| line.strip_prefix("@functions"))?;
    (rest.trim_start().starts_with('{') || rest.trim().is_empty()).then_some(rest)
}

impl Sheet {
    /// Adds a line of a code block, of which `open` braces are open; how many are then.
    fn add_code(&mut self, line: &str, open: u32) -> Option<u32> {
        let mut depth = open;
        let mut quote: Option<char> = None;
        let mut previous = ' ';
        for sign in line.chars() {
            match (quote, sign) {
                (None, '"' | '\'') => quote = Some(sign),
                (Some(open), close) if open == close && previous != '\\' => quote = None,
                (None, '/') if previous == '/' => {
                    self.members.pop();
                    break;
                }
                (None, '{') => {
                    depth += 1;
                    if depth == 1 {
                        previous = sign;
                        continue;
                    }
                }
                (None, '}') => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return None;
                    }
                }
                _ => {}
            }
            previous = sign;
            self.members.push(sign);
        }
        Some(depth)
    }

    /// Whether the rest of a line after `@` is a directive.
    fn add_directive(&mut self, directive: &str, line: u32) -> bool {
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
            "layout" | "addTagHelper" | "removeTagHelper" | "section" | "preservewhitespace" | "rendermode"
            | "typeparam" => {}
            _ => return false,
        }
        true
    }

    fn add_member(&mut self, member: &str) {
        self.members.push_str(member);
    }

    /// `@Model.Total`, `@(Html.Price(item))`: the dotted names that a line of markup starts with `@`.
    fn add_expressions(&mut self, line: &str, number: u32) {
        let mut previous = ' ';
        for (position, sign) in line.char_indices() {
            if sign == '@' && !previous.is_alphanumeric() && previous != '@' {
                let rest = line.get(position + 1..).unwrap_or_default();
                let rest = rest.trim_start_matches('(').trim_start_matches("await ");
                let end = rest
                    .find(|sign: char| !(sign.is_alphanumeric() || sign == '_' || sign == '.'))
                    .unwrap_or(rest.len());
                let name = rest.get(..end).unwrap_or_default().trim_end_matches('.');
                let is_call = rest.get(end..).is_some_and(|rest| rest.starts_with('('));
                if name.contains('.') {
                    self.add_reference(name, if is_call { ReferenceKind::Call } else { ReferenceKind::Name }, number);
                }
            }
            previous = sign;
        }
    }

    /// `<OrderList Items=..>`: components are written as tags with a capital letter.
    fn add_tags(&mut self, line: &str, number: u32) {
        // A statement's `List<Order>`, not markup.
        let is_statement = line.trim_end().ends_with(';') && line.contains('=');
        for tag in line.split('<').skip(1) {
            let end =
                tag.find(|sign: char| !(sign.is_alphanumeric() || sign == '_' || sign == '.')).unwrap_or(tag.len());
            let name = tag.get(..end).unwrap_or_default();
            let is_generic = is_statement && tag[end..].starts_with('>');
            if name.starts_with(|first: char| first.is_ascii_uppercase()) && !is_generic {
                self.add_reference(name, ReferenceKind::Type, number);
            }
        }
    }

    fn add_reference(&mut self, name: &str, kind: ReferenceKind, line: u32) {
        self.references.push(Reference { name: Atom::new(name), kind, enclosing: Some(0), count: 1, line });
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

#[cfg(test)]
mod tests {
    use super::outline;
    use crate::codebase::outline::{ReferenceKind, Value};

    #[test]
    fn a_page_is_a_class_with_what_its_directives_and_code_declare() {
        let text = "@page \"{id:int}\"\n@using Shop.Orders\n@namespace Shop.Web\n@inject IOrders Orders\n@attribute [Authorize]\n<OrderCard Order=\"order\" />\n<p>@Model.Total</p>\n@code {\n    /// <summary>Loads.</summary>\n    protected override async Task OnInitializedAsync() { await Orders.LoadAsync(\"}\"); }\n}\n";
        let outline = outline(&"Pages/Detail.razor".into(), text);
        let names: Vec<_> = outline.definitions.iter().map(|it| (it.name.as_str(), it.line)).collect();
        assert_eq!(names, [("Detail", 1), ("Orders", 4), ("OnInitializedAsync", 10)]);
        let class = &outline.definitions[0];
        assert_eq!(class.decorators[0].args[0].value, Value::Text("{id:int}".into()));
        assert!(class.decorator("Authorize").is_some());
        assert_eq!(class.namespace, "Shop.Web");
        assert_eq!(outline.imports[0].module, "Shop.Orders");
        let has = |name: &str, kind| outline.references.iter().any(|it| it.name == name && it.kind == kind);
        assert!(has("OrderCard", ReferenceKind::Type) && has("Model.Total", ReferenceKind::Name));
        assert!(has("Orders.LoadAsync", ReferenceKind::Call) && has("IOrders", ReferenceKind::Type));
        assert_eq!(outline.syntax_errors, 0);
    }
}
