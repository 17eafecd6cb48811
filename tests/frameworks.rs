//! Which routes each framework reads from the files of `fixtures/frameworks`, and which endpoints these make together:
//! each folder there is a small repository.

use std::fmt::Write as _;

use docagent::codebase::{Endpoint, RepoPath};
use docagent::{frameworks, languages};

use crate::facts::lines;
use crate::sources::Sources;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/frameworks");

#[test]
fn routing() {
    insta::glob!("../fixtures/frameworks", "**/*.*", |file| {
        // Folders have names with dots, too.
        if file.is_dir() {
            return;
        }
        let path =
            RepoPath::new(file.strip_prefix(FIXTURES).expect("the glob lists what lies below").to_string_lossy());
        let text = std::fs::read_to_string(file).expect("fixtures are text");
        let found = languages::ALL.iter().find_map(|language| Some((language, language.claims(&path)?)));
        let found = match found {
            Some((language, id)) => frameworks::routing(&path, &id, &language.outline(&path, &text)),
            None => frameworks::routing_of_text(&path, &text),
        };
        insta::with_settings!({ snapshot_suffix => path.as_str().replace('/', "__") }, { insta::assert_snapshot!(lines(&found)) });
    });
}

#[test]
fn endpoints() {
    insta::glob!("../fixtures/frameworks", "*", |folder| {
        // The glob gives the folder itself, too.
        if folder == Path::new(FIXTURES) {
            return;
        }
        let (codebase, _) = Sources::below(folder, |_| true).analyse();
        let told: Vec<String> = codebase.endpoints.iter().map(told).collect();
        let name = folder.file_name().expect("a folder below another has a name").to_string_lossy();
        insta::with_settings!({ snapshot_suffix => name.as_ref() }, { insta::assert_snapshot!(told.join("\n")) });
    });
}

/// An endpoint on a line, with what it takes and gives on lines of their own.
fn told(endpoint: &Endpoint) -> String {
    let Endpoint { method, path, kind, handler, route, auth, exchange, .. } = endpoint;
    let mut text = format!("{method} {path} ({kind:?}) {} {}:{}", handler.symbol, handler.file, handler.line);
    if (&route.file, route.line) != (&handler.file, handler.line) {
        let _ = write!(text, " routed at {}:{}", route.file, route.line);
    }
    for (marked, mark) in [(endpoint.conditional, "conditional"), (exchange.deprecated, "deprecated")] {
        if marked {
            let _ = write!(text, ", {mark}");
        }
    }
    if let Some(auth) = auth {
        let names: Vec<&str> = auth.schemes.iter().chain(&auth.roles).chain(&auth.policies).map(|it| &**it).collect();
        let _ = write!(text, "\n    auth: {} {}", auth.required, names.join(", "));
    }
    for parameter in &exchange.parameters {
        let optional = if parameter.required { "" } else { "?" };
        let declared = parameter.type_name.as_deref().unwrap_or("-");
        let _ = write!(text, "\n    {:?} {}{optional}: {declared}", parameter.location, parameter.name);
    }
    for (label, declared) in [("takes", &exchange.request), ("gives", &exchange.response)] {
        if let Some(declared) = declared {
            let _ = write!(text, "\n    {label}: {declared}");
        }
    }
    for status in &exchange.statuses {
        let _ = write!(text, "\n    {}: {}", status.code, status.type_name.as_deref().unwrap_or("-"));
    }
    for operation in &endpoint.operations {
        let handler = &operation.handler;
        let _ = write!(text, "\n    {:?} {} {}:{}", operation.kind, operation.name, handler.file, handler.line);
    }
    text.trim_end().to_owned()
}
