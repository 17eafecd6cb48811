//! Blocks that people write into a page, and that every later run keeps.
//!
//! A block stands between `<!-- keep -->` and `<!-- /keep -->` lines. It stays below the heading it was written
//! under; where that heading is gone, it moves to the end of the page's text.

use super::OutputFile;
use crate::codebase::RepoPath;

const OPEN: &str = "<!-- keep -->";
const CLOSE: &str = "<!-- /keep -->";

/// A kept block with the heading that it stands under.
#[derive(Debug, PartialEq, Eq)]
struct Block<'a> {
    heading: Option<&'a str>,
    text: String,
}

/// The fresh pages with the kept blocks of the pages that stand on disk put back.
pub fn carry_over_all(on_disk: &[OutputFile], fresh: Vec<OutputFile>) -> Vec<OutputFile> {
    let old = |path: &RepoPath| on_disk.iter().find(|file| file.path == *path).map(|file| file.text.as_str());
    let carried = fresh.into_iter().map(|page| {
        let text = old(&page.path).map(|old| carry_over(old, &page.text));
        OutputFile { text: text.unwrap_or(page.text), path: page.path }
    });
    carried.collect()
}

/// Whether people wrote a kept block into a page.
pub fn has_block(page: &str) -> bool {
    !blocks(page).is_empty()
}

/// The fresh page with the old page's kept blocks put back.
pub fn carry_over(old: &str, fresh: &str) -> String {
    let blocks = blocks(old);
    if blocks.is_empty() {
        return fresh.to_owned();
    }
    let mut lines: Vec<&str> = fresh.lines().collect();
    for block in &blocks {
        let at = place_for(block, &lines);
        let tail = tail(block, at, &lines);
        lines.truncate(at);
        lines.extend(tail);
    }
    let mut page = lines.join("\n");
    page.push('\n');
    page
}

/// What follows the place of a block once it is put in: an empty line, the block, an empty line, the rest.
fn tail<'a>(block: &'a Block<'_>, at: usize, lines: &[&'a str]) -> Vec<&'a str> {
    let rest = lines.get(at..).unwrap_or_default();
    let before_is_blank = at == 0 || lines.get(at - 1).is_some_and(|line| line.is_empty());
    let mut tail: Vec<&str> = Vec::new();
    if !before_is_blank {
        tail.push("");
    }
    tail.extend(block.text.lines());
    if rest.first().is_some_and(|line| !line.is_empty()) {
        tail.push("");
    }
    tail.extend(rest);
    tail
}

/// The index of the line before which a block belongs: the end of its heading's section.
fn place_for(block: &Block<'_>, lines: &[&str]) -> usize {
    let end_of_text = lines.iter().rposition(|line| !is_definition(line) && !line.is_empty()).map_or(0, |at| at + 1);
    let Some(heading) = block.heading else { return end_of_text };
    let Some(start) = lines.iter().position(|line| *line == heading) else { return end_of_text };
    let next = lines.iter().skip(start + 1).position(|line| line.starts_with('#'));
    let mut end = next.map_or(end_of_text, |offset| start + 1 + offset);
    while end > start + 1 && lines.get(end - 1).is_some_and(|line| line.is_empty()) {
        end -= 1;
    }
    end
}

/// Whether a line is a reference-style link definition.
fn is_definition(line: &str) -> bool {
    line.starts_with('[') && line.contains("]: ")
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut heading = None;
    let mut open: Option<Vec<&str>> = None;
    for line in page.lines() {
        match &mut open {
            Some(lines) => {
                lines.push(line);
                if line.trim() == CLOSE {
                    found.push(Block { heading, text: lines.join("\n") });
                    open = None;
                }
            }
            None if line.trim() == OPEN => open = Some(vec![line]),
            None if line.starts_with('#') => heading = Some(line),
            None => {}
        }
    }
    // A block that someone forgot to close is kept too, closed for them.
    if let Some(mut lines) = open {
        lines.push(CLOSE);
        found.push(Block { heading, text: lines.join("\n") });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTE: &str = "<!-- keep -->\nAsk Kim before you touch this.\n<!-- /keep -->";

    #[test]
    fn a_block_stays_under_its_heading() {
        let old = format!("# Page\n\n## A\n\nold a\n\n{NOTE}\n\n## B\n\nb\n\n[s-1]: x#L1\n");
        let fresh = "# Page\n\n## A\n\nnew a\n\n## B\n\nb\n\n[s-1]: x#L2\n";
        let expected = format!("# Page\n\n## A\n\nnew a\n\n{NOTE}\n\n## B\n\nb\n\n[s-1]: x#L2\n");
        assert_eq!(carry_over(&old, fresh), expected);
        assert_eq!(carry_over(&expected, fresh), expected, "a second run changes nothing");
    }

    #[test]
    fn a_block_outlives_its_heading() {
        let old = format!("# Page\n\n## Gone\n\n{NOTE}\n");
        assert_eq!(carry_over(&old, "# Page\n\ntext\n\n[a]: b\n"), format!("# Page\n\ntext\n\n{NOTE}\n\n[a]: b\n"));
    }

    #[test]
    fn an_unclosed_block_is_closed() {
        let kept = carry_over("# Page\n\n<!-- keep -->\nmine\n", "# Page\n");
        assert_eq!(kept, "# Page\n\n<!-- keep -->\nmine\n<!-- /keep -->\n");
    }

    #[test]
    fn two_blocks_keep_their_order() {
        let old = "# P\n\n<!-- keep -->\n1\n<!-- /keep -->\n\n<!-- keep -->\n2\n<!-- /keep -->\n";
        let kept = carry_over(old, "# P\n\nx\n");
        assert!(kept.find("\n1\n").unwrap() < kept.find("\n2\n").unwrap(), "{kept}");
        assert_eq!(carry_over(&kept, "# P\n\nx\n"), kept);
    }
}
