//! Bicep: resources, modules, parameters, and the files that give parameters their values.

use std::sync::OnceLock;

use regex::Regex;

use super::entries::Entry;
use super::infrastructure::without_block_comments;
use crate::codebase::external::{Template, TemplateModule};
use crate::codebase::{Atom, EvidenceKind, RepoPath};
use crate::externals::sightings::Found;
use crate::externals::table::Table;

/// Resources of a bicep file.
pub(super) fn read(table: &Table, text: &str, found: &mut Found) {
    static RESOURCE: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = RESOURCE.get_or_init(|| {
        Regex::new(r"^\s*resource\s+\w+\s+'([^'@]+)(?:@[^']*)?'\s*(existing)?\s*=\s*(if\b|\[\s*for\b)?").ok()
    });
    let Some(pattern) = pattern else { return };
    for (line, number) in without_block_comments(text).lines().zip(1..) {
        let Some(parts) = pattern.captures(line) else { continue };
        let Some(kind) = parts.get(1).map(|kind| kind.as_str()) else { continue };
        let Some(rule) = table.arm(kind) else { continue };
        let conditional = parts.get(3).is_some_and(|word| word.as_str() == "if");
        let sighting = found.line(rule, EvidenceKind::Iac, number, kind.to_owned());
        sighting.conditional = conditional;
        // A resource that is only looked up, and only if somebody names it, may not be there at all.
        sighting.weak = conditional && parts.get(2).is_some();
    }
}

/// What a bicep file takes in.
pub(super) fn template(folder: &RepoPath, text: &str) -> Template {
    let mut template = Template::default();
    let mut lines = Lines::default();
    for (line, number) in without_block_comments(text).lines().zip(1..) {
        let words =
            line.split_once("//").filter(|(before, _)| !before.contains('\'')).map_or(line, |(before, _)| before);
        let line = words.trim();
        match line.split_whitespace().next() {
            Some("param" | "var") if lines.depth == 0 => template.parameters.extend(parameter(line)),
            Some("module") if lines.depth == 0 => {
                template.modules.extend(module(folder, line));
                lines.in_module = template.modules.last().is_some_and(|_| line.contains('\''));
            }
            Some("resource") => template.conditions.extend(condition(line).map(|it| (number, it))),
            _ => {}
        }
        if let Some((name, value)) = lines.given(line)
            && let Some(module) = template.modules.last_mut()
        {
            module.given.push((name, value));
        }
        lines.pass(line);
    }
    template
}

/// Where in the nesting of a file a line stands.
#[derive(Default)]
struct Lines {
    depth: usize,
    in_module: bool,
    /// Depth within the parameters of a module.
    params: Option<usize>,
}

impl Lines {
    /// The parameter and value that a line gives to a module.
    fn given(&self, line: &str) -> Option<(Atom, Atom)> {
        let (name, value) = line.split_once(':').filter(|_| self.params == Some(self.depth))?;
        Some((Atom::new(name.trim()), Atom::new(value.trim())))
    }

    fn pass(&mut self, line: &str) {
        let opens = line.matches(['{', '[']).count();
        let closes = line.matches(['}', ']']).count();
        if self.in_module && self.depth == 1 && line.starts_with("params:") {
            self.params = Some(2);
        }
        self.depth = (self.depth + opens).saturating_sub(closes);
        self.params = self.params.filter(|at| self.depth >= *at);
        self.in_module &= self.depth > 0;
    }
}

/// `param name string = ''` or `var name = ..`.
fn parameter(line: &str) -> Option<(Atom, Option<Atom>)> {
    let (declared, default) =
        line.split_once('=').map_or((line, None), |(declared, value)| (declared, Some(value.trim())));
    let mut words = declared.split_whitespace().skip(1);
    let name = words.next()?;
    let may_be_null = words.next().is_some_and(|typed| typed.ends_with('?'));
    Some((Atom::new(name), default.or(may_be_null.then_some("null")).map(Atom::new)))
}

/// `module web './host/app.bicep' = if (useWeb) {`.
fn module(folder: &RepoPath, line: &str) -> Option<TemplateModule> {
    let written = line.split('\'').nth(1).filter(|written| !written.contains(':'))?;
    let path = folder.join(written);
    (path.extension() == "bicep").then(|| TemplateModule { path, condition: condition(line), given: Vec::new() })
}

/// What stands between the brackets of `= if (..)`.
fn condition(line: &str) -> Option<Atom> {
    let (before, rest) = line.split_once("if ").or_else(|| line.split_once("if("))?;
    before.trim_end().ends_with(['=', ':']).then_some(())?;
    let rest = rest.trim_start().trim_start_matches('(');
    let mut depth = 1;
    let end = rest.char_indices().find(|(_, letter)| {
        depth = match letter {
            '(' => depth + 1,
            ')' => depth - 1,
            _ => depth,
        };
        depth == 0
    });
    Some(Atom::new(rest.get(..end?.0)?.trim()))
}

/// The bicep file that a file of parameters is for: `main.bicep` of `main.parameters.json`.
pub(super) fn template_of(name: &str) -> Option<String> {
    let (stem, _) = name.split_once(".parameters.").or_else(|| name.split_once(".param."))?;
    Some(format!("{stem}.bicep"))
}

/// Values that a JSON file gives to the parameters of a template.
pub(super) fn parameters(path: &RepoPath, entries: &[Entry]) -> Option<Template> {
    let values = entries.iter().filter(|entry| entry.path.starts_with("parameters:"));
    let given = values.filter_map(|entry| {
        let name = entry.path.split(':').nth(1)?;
        let is_plain = entry.is_at("parameters:*:value") && !entry.value.contains(['$', '\'']);
        let value = if is_plain { quoted(&entry.value) } else { "given()".to_owned() };
        Some((Atom::new(name), Atom::from(value)))
    });
    let given: Vec<(Atom, Atom)> = given.collect();
    let module = TemplateModule { path: path.clone(), condition: None, given };
    (!module.given.is_empty()).then(|| Template { modules: vec![module], ..Template::default() })
}

fn quoted(value: &str) -> String {
    if matches!(value, "true" | "false" | "null") { value.to_owned() } else { format!("'{value}'") }
}

/// `using './main.bicep'` and `param name = ..`.
pub(super) fn parameter_file(folder: &RepoPath, text: &str) -> Option<Template> {
    let text = without_block_comments(text);
    let using =
        text.lines().find_map(|line| line.trim().strip_prefix("using ")?.split('\'').nth(1).map(str::to_owned))?;
    let given = text.lines().filter(|line| line.trim_start().starts_with("param ")).filter_map(parameter);
    let given = given.filter_map(|(name, value)| Some((name, value?))).collect();
    let module = TemplateModule { path: folder.join(&using), condition: None, given };
    Some(Template { modules: vec![module], ..Template::default() })
}
