//! What names mean in small repositories.

use super::Names;
use crate::codebase::outline::{Outline, ReferenceKind};
use crate::codebase::{Facts, LanguageId, RepoPath, SourceFile};
use crate::languages::csharp::CSharp;
use crate::languages::{Language, ProjectFiles, Resolver, Scope};

/// All references of the files, resolved: `file:enclosing name -> file#definition`, with `?` where only the name tells
/// and `+1` where a part is not known. Those that mean nothing are left out.
fn meanings(entries: &[(&str, &str)]) -> Vec<String> {
    let mut entries = entries.to_vec();
    entries.sort_unstable();
    let mut project = ProjectFiles::new();
    let (mut files, mut facts) = (Vec::new(), Vec::new());
    for (path, text) in entries {
        let path = RepoPath::new(path);
        if CSharp.is_project_file(&path) {
            project.insert(path, text.to_owned());
        } else {
            let language = CSharp.claims(&path).unwrap_or_else(|| LanguageId::new("other"));
            facts.push(Facts { outline: CSharp.outline(&path, text), ..Facts::default() });
            files.push(SourceFile { path, language, ..SourceFile::default() });
        }
    }
    let names = Names::new(Scope { files: &files, facts: &facts, components: &[], project: &project });
    let dotted =
        |outline: &Outline, index: Option<u32>| index.map_or(String::new(), |index| outline.dotted_name(index));
    let mut found = Vec::new();
    for (file, (source, own)) in (0..).zip(files.iter().zip(&facts)) {
        for reference in &own.outline.references {
            let Some(meaning) = names.resolve_as(file, reference.enclosing, &reference.name, reference.kind) else {
                continue;
            };
            let target = meaning.symbol.file as usize;
            let to = dotted(&facts[target].outline, meaning.symbol.definition);
            let mark = if meaning.by_name { "?" } else { "" };
            let rest = if meaning.rest > 0 { format!("+{}", meaning.rest) } else { String::new() };
            let call = if reference.kind == ReferenceKind::Call { "()" } else { "" };
            found.push(format!(
                "{}:{} {}{call} -> {}#{to}{mark}{rest}",
                source.path,
                dotted(&own.outline, reference.enclosing),
                reference.name,
                files[target].path,
            ));
        }
    }
    found
}

/// Panics unless exactly these references of `file` mean something.
#[track_caller]
fn assert_meanings(entries: &[(&str, &str)], file: &str, expected: &[&str]) {
    let found = meanings(entries);
    let own: Vec<&str> = found.iter().filter_map(|line| line.strip_prefix(&format!("{file}:"))).collect();
    assert_eq!(own, expected);
}

#[test]
fn namespaces_are_searched_outward_before_usings() {
    let types = "namespace Shop { class Order {} namespace Orders { class Order {} class Line {} } }\n\
                 namespace Other { class Order {} class Line {} class Far {} }";
    let files = |using: &'static str| [("types.cs", types), ("use.cs", using)];
    assert_meanings(
        &files("using Other; namespace Shop.Orders; class A { Order order; Line line; Far far; Orders.Line other; }"),
        "use.cs",
        &[
            "A Far -> types.cs#Far",
            "A Line -> types.cs#Line",
            "A Order -> types.cs#Order",
            "A Orders.Line -> types.cs#Line",
        ],
    );
}
