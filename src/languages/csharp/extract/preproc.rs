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
    use super::blank_inactive;

    #[test]
    fn keeps_lengths_and_first_branches() {
        let text = "a\n#if X\nb\n#else\nc é\n#endif\nd";
        let blanked = blank_inactive(text).unwrap();
        assert_eq!(blanked.len(), text.len());
        assert_eq!(blanked.split_whitespace().collect::<Vec<_>>(), ["a", "b", "d"]);
        assert_eq!(blank_inactive("class A {}"), None);
    }
}
