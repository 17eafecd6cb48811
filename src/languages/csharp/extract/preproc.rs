//! `#if` branches that split declarations in ways the grammar cannot follow.

/// `text` with directives and inactive branches (`#else`, `#elif`) blanked, byte for byte; `None` without any `#if`.
pub(super) fn blank_inactive(text: &str) -> Option<String> {
    if !text.contains("#if") {
        return None;
    }
    let mut blanked = String::with_capacity(text.len());
    let mut inactive: Vec<bool> = Vec::new();
    for line in text.split_inclusive('\n') {
        let directive = line.trim_start().strip_prefix('#').map(str::trim_start);
        let word =
            directive.map(|rest| rest.split(|sign: char| !sign.is_ascii_alphabetic()).next().unwrap_or_default());
        match word {
            Some("if") => inactive.push(false),
            Some("else" | "elif") => {
                if let Some(top) = inactive.last_mut() {
                    *top = true;
                }
            }
            Some("endif") => {
                inactive.pop();
            }
            _ => {
                if !inactive.contains(&true) {
                    blanked.push_str(line);
                    continue;
                }
            }
        }
        blanked.extend(line.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' }));
    }
    Some(blanked)
}

#[cfg(test)]
mod tests {
    use super::super::outline;
    use super::blank_inactive;

    #[test]
    fn keeps_lengths_and_first_branches() {
        let text = "a\n#if X\nb\n#else\nc é\n#endif\nd";
        let blanked = blank_inactive(text).unwrap();
        assert_eq!(blanked.len(), text.len());
        assert_eq!(blanked.split_whitespace().collect::<Vec<_>>(), ["a", "b", "d"]);
        assert_eq!(blank_inactive("class A {}"), None);
    }

    /// What is left of a text, and the names that its file then defines without a syntax error.
    #[track_caller]
    fn assert_kept(text: &str, left: &[&str], names: &[&str]) {
        let blanked = blank_inactive(text).unwrap();
        let ends = |text: &str| text.match_indices('\n').map(|(at, _)| at).collect::<Vec<_>>();
        assert_eq!((blanked.len(), ends(&blanked)), (text.len(), ends(text)));
        assert_eq!(blanked.split_whitespace().collect::<Vec<_>>().join(" "), left.join(" "));
        let outline = outline(text);
        let defined: Vec<_> = outline.definitions.iter().map(|it| it.name.as_str()).collect();
        assert_eq!((defined.as_slice(), outline.syntax_errors), (names, 0));
    }

    #[test]
    fn declarations_are_split_by_their_conditions() {
        assert_kept(
            "class A\n#if X\n: B {\n#elif Y\n: C {\n#else\n: D {\n#endif\nvoid F() {} }",
            &["class A", ": B {", "void F() {} }"],
            &["A", "F"],
        );
    }

    #[test]
    fn conditions_lie_within_conditions() {
        assert_kept(
            "class A {\n#if X\nvoid F(\n# if Y\nint a)\n# else\nint b)\n# endif\n{\n#else\nvoid G() {\n#if Z\n}\n#endif\n#endif\n}\n}",
            &["class A {", "void F(", "int a)", "{", "}", "}"],
            &["A", "F"],
        );
    }

    #[test]
    fn the_last_condition_may_end_the_file() {
        assert_kept("class A {\n#if X\n}\n#else\n;\n}\n#endif", &["class A {", "}"], &["A"]);
        assert_kept("class A {\n#if X\n}\n#else\n;\n}", &["class A {", "}"], &["A"]);
        assert_kept("class A {\r\n#if X\r\n}\r\n#endif // X\r\n#if Y\r\n", &["class A {", "}"], &["A"]);
    }
}
