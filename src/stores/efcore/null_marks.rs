//! `#nullable`: from which line on types say what may be empty.

/// What the directives of a file say.
pub(super) struct NullMarks(Vec<(u32, Option<bool>)>);

impl NullMarks {
    pub(super) fn of(text: &str) -> Self {
        if !text.contains("#nullable") {
            return Self(Vec::new());
        }
        let lines = (1..).zip(text.lines());
        let directives = lines.filter_map(|(line, text)| {
            let mut words =
                text.trim_start_matches(['\u{feff}', ' ', '\t']).strip_prefix("#nullable")?.split_whitespace();
            let says = match words.next()? {
                "enable" => Some(true),
                "disable" => Some(false),
                _ => None,
            };
            (words.next() != Some("warnings")).then_some((line, says))
        });
        Self(directives.collect())
    }

    /// Whether types say at a line what may be empty; nothing where the project decides.
    pub(super) fn at(&self, line: u32) -> Option<bool> {
        self.0.iter().rev().find(|(from, _)| *from <= line)?.1
    }
}

#[cfg(test)]
mod tests {
    use super::NullMarks;

    #[test]
    fn directives_hold_from_their_line_on() {
        let marks =
            NullMarks::of("\u{feff}#nullable disable\nA\n#nullable enable annotations\nB\n#nullable restore\nC\n");
        assert_eq!([2, 4, 6].map(|line| marks.at(line)), [Some(false), Some(true), None]);
        assert_eq!(NullMarks::of("#nullable disable warnings").at(2), None);
    }
}
