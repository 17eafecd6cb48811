//! What a file is: its format, its role, and whether it is worth reading at all.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::codebase::{LanguageId, RepoPath, Role};
use crate::languages;

#[derive(Deserialize)]
struct Table {
    format: Vec<Format>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Format {
    id: String,
    extensions: Vec<String>,
    names: Vec<String>,
    prefixes: Vec<String>,
    config: bool,
    source: bool,
}

/// How a file is read.
pub(super) struct Class {
    pub(super) language: LanguageId,
    pub(super) role: Role,
    /// The language whose extractor reads it.
    pub(super) extractor: Option<&'static dyn languages::Language>,
}

/// The class of the file at `path`, told from the path alone.
pub(super) fn by_path(path: &RepoPath) -> Class {
    for language in languages::ALL {
        if let Some(id) = language.claims(path) {
            let role = if is_test(path) {
                Role::Test
            } else if is_generated(path) {
                Role::Generated
            } else {
                Role::Source
            };
            return Class { language: id, role, extractor: Some(*language) };
        }
    }
    let format = formats().iter().find(|format| format.claims(path));
    let role = match format {
        Some(_) if is_test(path) => Role::Test,
        Some(format) if format.config => Role::Config,
        Some(format) if format.source => Role::Source,
        _ => Role::Other,
    };
    let language = format.map_or(LanguageId::new("other"), |format| LanguageId::new(&format.id));
    Class { language, role, extractor: None }
}

impl Format {
    fn claims(&self, path: &RepoPath) -> bool {
        let (name, extension) = (path.file_name(), path.extension());
        self.names.iter().any(|own| own == name)
            || self.prefixes.iter().any(|prefix| name.starts_with(prefix.as_str()))
            || (!extension.is_empty() && self.extensions.iter().any(|own| own.eq_ignore_ascii_case(extension)))
    }
}

fn formats() -> &'static [Format] {
    static FORMATS: OnceLock<Vec<Format>> = OnceLock::new();
    FORMATS.get_or_init(|| {
        let table: Table = toml::from_str(include_str!("formats.toml")).expect("the table is checked by a test");
        table.format
    })
}

/// Folders and file names that hold tests in the three ecosystems.
fn is_test(path: &RepoPath) -> bool {
    const FOLDERS: &[&str] = &[
        "test",
        "tests",
        "__tests__",
        "__mocks__",
        "spec",
        "specs",
        "e2e",
        "e2e-tests",
        "testing",
        "integration-tests",
        "cypress",
        "playwright",
        "testdata",
        "test_data",
        "unittests",
    ];
    let in_folder = path.folder().parts().any(|part| {
        let lower = part.to_ascii_lowercase();
        FOLDERS.contains(&lower.as_str())
            || [".test", ".tests", ".unittests", ".integrationtests", ".functionaltests", ".e2e", "-e2e"]
                .iter()
                .any(|end| lower.ends_with(end))
            || (part.ends_with("Tests") && part.len() > 5)
    });
    let stem = path.stem();
    let name = path.file_name();
    in_folder
        || [".test.", ".spec.", ".e2e-spec.", ".cy."].iter().any(|middle| name.contains(middle))
        || match path.extension() {
            "py" => stem.starts_with("test_") || stem.ends_with("_test") || stem == "conftest",
            "cs" => stem.ends_with("Tests") || (stem.ends_with("Test") && stem.len() > 4),
            _ => false,
        }
}

/// Names that tools give to what they write.
fn is_generated(path: &RepoPath) -> bool {
    let name = path.file_name();
    let ends = [
        ".designer.cs",
        ".g.cs",
        ".g.i.cs",
        ".generated.cs",
        "modelsnapshot.cs",
        ".gen.ts",
        ".gen.tsx",
        ".generated.ts",
        "_pb2.py",
        "_pb2_grpc.py",
        ".pb.ts",
        "_pb.js",
        "_pb.d.ts",
        ".d.ts",
        "assemblyinfo.cs",
        ".min.js",
        ".bundle.js",
    ];
    let lower = name.to_ascii_lowercase();
    let folder = path.folder();
    let parent = folder.file_name();
    let migration = match path.extension() {
        "py" => {
            name.as_bytes().first().is_some_and(u8::is_ascii_digit) && parent == "migrations"
                || (parent == "versions" && path.as_str().contains("alembic"))
        }
        "cs" => parent == "Migrations" && name.as_bytes().first().is_some_and(u8::is_ascii_digit),
        "ts" | "js" => parent == "migrations" && name.as_bytes().first().is_some_and(u8::is_ascii_digit),
        _ => false,
    };
    migration
        || ends.iter().any(|end| lower.ends_with(end))
        || folder.parts().any(|part| matches!(part, "generated" | "__generated__" | "Generated"))
}

/// Whether the head of a file says that a tool wrote it.
pub(super) fn says_generated(text: &str) -> bool {
    let mut end = text.len().min(600);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = &text[..end];
    head.lines().take(12).any(|line| {
        let comment = line.trim_start();
        let comment = ["//", "#", "/*", "*", "<!--", "\"\"\""].iter().find_map(|sign| comment.strip_prefix(sign));
        comment.is_some_and(|text| {
            let text = text.to_ascii_lowercase();
            text.contains("<auto-generated")
                || text.contains("@generated")
                || text.contains("do not edit")
                || text.contains("autogenerated")
                || text.contains("auto-generated by")
        })
    })
}

/// Lines of ordinary code that only people leave in a file: beside them a huge line is data.
const WRITTEN_LINES: usize = 8;

/// Whether a line looks like code that people wrote: short, and no part of a comment that a bundler kept.
fn is_written(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    (1..200).contains(&line.len()) && !line.starts_with(b"*") && !line.starts_with(b"/")
}

/// Why a file's bytes are not worth reading, if they are not.
pub(super) fn unreadable(path: &RepoPath, bytes: &[u8]) -> Option<&'static str> {
    let head = bytes.get(..8192).unwrap_or(bytes);
    let wide = head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]);
    if head.contains(&0) && !wide {
        return Some("binary");
    }
    let is_web = matches!(path.extension(), "js" | "mjs" | "cjs" | "css" | "ts");
    let has_long_lines = || {
        let mut lines = bytes.split(|byte| *byte == b'\n');
        bytes.len() > 5_000
            && bytes.len() / lines.clone().count() > 400
            && lines.by_ref().filter(|line| is_written(line)).take(WRITTEN_LINES).count() < WRITTEN_LINES
    };
    (is_web && (path.file_name().contains(".min.") || has_long_lines())).then_some("minified")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_an_id_and_something_to_claim() {
        for format in formats() {
            assert!(!format.id.is_empty());
            assert!(!format.extensions.is_empty() || !format.names.is_empty(), "{}", format.id);
        }
    }

    #[test]
    fn roles_follow_paths() {
        for (path, role) in [
            ("src/Web/Startup.cs", Role::Source),
            ("tests/UnitTests/BasketTests.cs", Role::Test),
            ("src/App.Tests/Make.cs", Role::Test),
            ("app/test_items.py", Role::Test),
            ("src/order.spec.ts", Role::Test),
            ("src/latest/contest.ts", Role::Source),
            ("src/Data/Migrations/20200101_Init.Designer.cs", Role::Generated),
            ("shop/migrations/0001_initial.py", Role::Generated),
            ("src/client/sdk.gen.ts", Role::Generated),
            ("appsettings.json", Role::Config),
            (".env.example", Role::Config),
            ("Dockerfile", Role::Config),
            ("prisma/schema.prisma", Role::Source),
            ("README.md", Role::Other),
            ("logo.bin", Role::Other),
        ] {
            assert_eq!(by_path(&RepoPath::new(path)).role, role, "{path}");
        }
    }

    #[test]
    fn heads_tell_of_tools() {
        assert!(says_generated("// <auto-generated/>\nclass A {}"));
        assert!(says_generated("# Generated by x. DO NOT EDIT.\n"));
        assert!(!says_generated("// People edit this.\nconst text = \"do not edit\";"));
    }

    #[test]
    fn binary_and_minified_are_left_out() {
        assert_eq!(unreadable(&"a.py".into(), b"a\0b"), Some("binary"));
        assert_eq!(unreadable(&"a.js".into(), "x=1;".repeat(5000).as_bytes()), Some("minified"));
        assert_eq!(unreadable(&"a.js".into(), "x=1;\n".repeat(5000).as_bytes()), None);
        let banner = format!("/*!\n{} */\n", " * A licence.\n".repeat(20));
        let bundle = format!("{banner}{}", "x=1;".repeat(5000));
        assert_eq!(unreadable(&"a.js".into(), bundle.as_bytes()), Some("minified"));
        let with_data = format!("{}const logo = \"{}\";\n", "use(1);\n".repeat(12), "A".repeat(20_000));
        assert_eq!(unreadable(&"a.js".into(), with_data.as_bytes()), None);
    }
}
