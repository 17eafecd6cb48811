//! Whatever the bytes, the analysis comes to an end, and points only to lines that there are.

use std::collections::BTreeSet;

use docagent::codebase::{Codebase, Facts};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::Value;

use crate::sources::{Sources, own};

/// Folders whose files show every construct that is read.
const FOLDERS: [&str; 3] = ["fixtures/languages", "fixtures/frameworks", "fixtures/stores"];
/// In how many places each file is cut off.
const CUTS: usize = 24;

/// One way to spoil a file; places and lengths are in parts of 65,536 of it.
#[derive(Clone, Debug)]
enum Harm {
    Replace { at: u16, byte: u8 },
    Delete { at: u16, bytes: u8 },
    Repeat { at: u16, bytes: u8 },
    Insert { at: u16, text: &'static str },
    Cut { at: u16 },
}

fn harm() -> impl Strategy<Value = Harm> {
    let insertions = prop::sample::select(vec![
        "(", ")", "[", "]", "{", "}", "<", ">", "\"", "'", "`", "\\", "\n", "\r", "\t", "@", "#if X\n", "/*", "${",
        "=>", ":", ";", ".", "..", "\u{feff}", "é", "\"\"\"",
    ]);
    prop_oneof![
        (any::<u16>(), any::<u8>()).prop_map(|(at, byte)| Harm::Replace { at, byte }),
        (any::<u16>(), any::<u8>()).prop_map(|(at, bytes)| Harm::Delete { at, bytes }),
        (any::<u16>(), any::<u8>()).prop_map(|(at, bytes)| Harm::Repeat { at, bytes }),
        (any::<u16>(), insertions).prop_map(|(at, text)| Harm::Insert { at, text }),
        any::<u16>().prop_map(|at| Harm::Cut { at }),
    ]
}

impl Harm {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let place = |at: u16| bytes.len() * usize::from(at) / 0x1_0000;
        let range = |at: u16, count: u8| place(at)..(place(at) + usize::from(count)).min(bytes.len());
        match *self {
            Self::Replace { at, byte } => {
                let at = place(at);
                bytes.splice(at..(at + 1).min(bytes.len()), [byte]);
            }
            Self::Delete { at, bytes: count } => {
                bytes.drain(range(at, count));
            }
            Self::Repeat { at, bytes: count } => {
                let range = range(at, count);
                let part = bytes[range.clone()].to_vec();
                bytes.splice(range.end..range.end, part);
            }
            Self::Insert { at, text } => {
                let at = place(at);
                bytes.splice(at..at, text.bytes());
            }
            Self::Cut { at } => bytes.truncate(place(at)),
        }
    }
}

/// The fixtures, each spoilt in this way.
fn spoilt(spoil: impl Fn(&mut Vec<u8>)) -> Sources {
    let spoilt = FOLDERS.into_iter().flat_map(|folder| {
        let fixtures = Sources::below(&own(folder), |_| true);
        fixtures.files().map(|(path, bytes)| (format!("{folder}/{path}"), bytes.to_vec())).collect::<Vec<_>>()
    });
    spoilt
        .map(|(path, mut bytes)| {
            spoil(&mut bytes);
            (path, bytes)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 40,
        failure_persistence: None,
        // The same cases everywhere: what fails here fails for everyone.
        rng_seed: RngSeed::Fixed(3),
        ..ProptestConfig::default()
    })]

    #[test]
    fn spoilt_sources_are_read_to_their_end(harms in prop::collection::vec(harm(), 1..6)) {
        let sources = spoilt(|bytes| harms.iter().for_each(|harm| harm.apply(bytes)));
        all_lines_exist(&sources.analyse().0);
    }
}

#[test]
fn sources_may_end_anywhere() {
    for cut in 0..CUTS {
        let sources = spoilt(|bytes| bytes.truncate(bytes.len() * cut / CUTS));
        all_lines_exist(&sources.analyse().0);
    }
}

/// Every line that the facts of a file name is one of its lines.
fn all_lines_exist(codebase: &Codebase) {
    let mut outside: BTreeSet<String> = BTreeSet::new();
    for (file, facts) in codebase.files.iter().zip(&codebase.facts) {
        // A page stands for a class even where nothing is written: on its first line.
        let strange = lines_of(facts).into_iter().filter(|line| !(1..=file.lines.max(1)).contains(line));
        outside.extend(strange.map(|line| format!("{}:{line} of {}", file.path, file.lines)));
    }
    assert!(outside.is_empty(), "{outside:#?}");
    for edge in codebase.graph.dependencies() {
        let lines = codebase.files[edge.from.file as usize].lines;
        assert!((1..=lines).contains(&edge.line), "an edge at {} of {lines}", edge.line);
    }
}

/// The values of `line`, `first` and `last` anywhere in the facts.
fn lines_of(facts: &Facts) -> Vec<u32> {
    let mut waiting = vec![serde_json::to_value(facts).unwrap()];
    let mut lines = Vec::new();
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(items) => waiting.extend(items),
            Value::Object(entries) => {
                for (key, value) in entries {
                    match (key.as_str(), value.as_u64()) {
                        ("line" | "first" | "last", Some(line)) => lines.push(u32::try_from(line).unwrap()),
                        _ => waiting.push(value),
                    }
                }
            }
            _ => {}
        }
    }
    lines
}
