//! Files that were made to break their reader: read, or left out and counted, never the end of a run.
//!
//! The files are read by the same threads, with the same stacks, as in the program.

use docagent::codebase::{Codebase, RepoPath};
use docagent::diagnostics::{Code, Diagnostic};

use crate::sources::Sources;

/// How many brackets stand within each other.
const DEEP: usize = 50_000;

/// The file by itself, beside a plain one that must come through whatever it does.
fn analyse(path: &str, bytes: impl Into<Vec<u8>>) -> (Codebase, Vec<Diagnostic>) {
    let beside = ("beside.py", b"def beside():\n    pass\n".to_vec());
    let (codebase, diagnostics) = [(path, bytes.into()), beside].into_iter().collect::<Sources>().analyse();
    let at = codebase.file_index(&RepoPath::new("beside.py")).expect("the file beside it is read");
    assert_eq!(codebase.facts[at].outline.definitions.len(), 1);
    (codebase, diagnostics)
}

/// Whether the file was read, or left out and counted.
fn is_accounted_for(codebase: &Codebase, path: &str) -> bool {
    let is_read = codebase.file_index(&RepoPath::new(path)).is_some();
    is_read || codebase.skipped.iter().any(|skipped| skipped.examples.iter().any(|own| own.as_str() == path))
}

fn nested(open: &str, middle: &str, close: &str) -> String {
    format!("{}{middle}{}", open.repeat(DEEP), close.repeat(DEEP))
}

#[test]
fn brackets_within_brackets() {
    // Lines, for one long line would be taken for minified code.
    let expressions = [nested("[\n", "", "]"), nested("f(\n", "1", ")"), format!("'a'{}", " + 'a'\n".repeat(DEEP))];
    let heads = [
        ("a.py", "x = (", ")\n"),
        ("a.ts", "const x = (", ");\n"),
        ("a.js", "const x = (", ");\n"),
        ("a.cs", "class A { object x = (", "); }\n"),
        ("a.cshtml", "@{ var x = (", "); }\n"),
        ("a.razor", "@code { object x = (", "); }\n"),
    ];
    for (path, head, tail) in heads {
        for expression in &expressions {
            let (codebase, _) = analyse(path, format!("{head}{expression}{tail}"));
            assert!(is_accounted_for(&codebase, path), "{path}: {}", &expression[..8]);
        }
    }
}

#[test]
fn blocks_within_blocks() {
    let blocks = [
        ("a.py", nested("{1: ", "1", "}")),
        ("a.ts", nested("{\n", "", "}")),
        ("a.ts", nested("function f() {\n", "", "}")),
        ("a.js", nested("x => {\n", "", "}")),
        ("a.tsx", nested("<a>\n", "", "</a>")),
        ("a.cshtml", nested("@{", "", "}")),
        ("a.razor", nested("<div>@if (a) {", "", "}</div>")),
        ("a.vue", format!("<script>{}</script>", nested("{\n", "", "}"))),
    ];
    for (path, text) in blocks {
        for text in [text.as_str(), &text[..text.len() / 2]] {
            let (codebase, _) = analyse(path, text);
            assert!(is_accounted_for(&codebase, path), "{path}");
        }
    }
}

#[test]
fn one_line_of_five_megabytes() {
    let count = 5_000_000 / 20;
    for (path, text) in [
        ("a.js", "function a(b){return}".repeat(count)),
        ("a.ts", "function a(b){return}".repeat(count)),
        ("a.json", format!("[{}]", "\"aaaaaaaaaaaaaaaaa\",".repeat(count))),
    ] {
        let (codebase, _) = analyse(path, text);
        assert!(is_accounted_for(&codebase, path), "{path}");
    }
}

#[test]
fn old_line_ends_and_marks() {
    let lines = ["import os", "def first():", "    pass", "def second():", "    pass", ""];
    let marked = |text: String| [b"\xEF\xBB\xBF".to_vec(), text.into_bytes()].concat();
    let wide = |unit: fn(u16) -> [u8; 2], text: String| -> Vec<u8> {
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(unit).collect()
    };
    for (what, bytes) in [
        ("LF", lines.join("\n").into_bytes()),
        ("CR LF", lines.join("\r\n").into_bytes()),
        ("CR", lines.join("\r").into_bytes()),
        ("BOM and CR", marked(lines.join("\r"))),
        ("BOM", marked(lines.join("\n"))),
        ("UTF-16, little end first", wide(u16::to_le_bytes, lines.join("\n"))),
        ("UTF-16, big end first", wide(u16::to_be_bytes, lines.join("\n"))),
    ] {
        let (codebase, _) = analyse("a.py", bytes);
        let names = codebase.facts[0].outline.definitions.iter().map(|own| (own.name.as_str().to_owned(), own.line));
        assert_eq!(names.collect::<Vec<_>>(), [("first".to_owned(), 2), ("second".to_owned(), 4)], "{what}");
        assert_eq!(codebase.files[0].lines, 5, "{what}");
    }
}

#[test]
fn bytes_that_are_no_text() {
    let (codebase, _) = analyse("a.py", b"def first():\n    return '\0'\n");
    let reasons: Vec<_> = codebase.skipped.iter().map(|skipped| (skipped.reason.as_str(), skipped.count)).collect();
    assert_eq!(reasons, [("binary", 1)]);

    let late = [b"# padding\n".repeat(1000), b"x = '\0'\ndef first():\n    pass\n".to_vec()].concat();
    let (codebase, _) = analyse("a.py", late);
    assert!(is_accounted_for(&codebase, "a.py"), "a NUL far down");

    let (codebase, diagnostics) = analyse("a.py", b"def first():\n    return 'caf\xE9'\n");
    assert_eq!(codebase.facts[0].outline.definitions.len(), 1);
    assert_eq!(diagnostics.iter().map(|own| own.code).collect::<Vec<_>>(), [Code::InvalidUtf8]);
}

#[test]
fn what_cannot_be_parsed_is_counted() {
    let noise = |seed: u32| -> String {
        let next = |state: &mut u32| {
            *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from(b' ' + u8::try_from((*state >> 24) % 95).unwrap())
        };
        let mut state = seed;
        (0..20_000).map(|_| next(&mut state)).collect()
    };
    for path in ["a.py", "a.ts", "a.tsx", "a.js", "a.cs", "a.cshtml", "a.razor", "a.vue"] {
        // Lines, for one long line would be taken for minified code.
        let text: String = noise(7).as_bytes().chunks(80).map(|line| String::from_utf8_lossy(line) + "\n").collect();
        let (codebase, diagnostics) = analyse(path, text);
        assert!(is_accounted_for(&codebase, path), "{path}");
        let is_markup = matches!(path, "a.cshtml" | "a.razor" | "a.vue");
        assert!(is_markup || diagnostics.iter().any(|own| own.code == Code::SyntaxError), "{path}");
    }
}
