//! One page as a chapter of the site.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Parser, Tag, TagEnd};

use super::{Site, chapter_path};
use crate::codebase::{Lines, Place, RepoPath};
use crate::diagnostics::{Code, Diagnostic};
use crate::output::links::{Target, relative, target};
use crate::output::verify::{MARKDOWN, is_mermaid};
use crate::output::{OutputFile, drawing, mermaid};

/// The page's Markdown with its links made to work on the site and its diagrams drawn.
///
/// The text is edited in place rather than written anew, so that what is neither link nor diagram stays byte for byte.
pub(super) fn chapter(site: &Site<'_>, page: &OutputFile, notes: &mut Vec<Diagnostic>) -> String {
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut link: Option<Link> = None;
    let mut fence: Option<(Range<usize>, String)> = None;
    let mut drawn = 0;
    for (event, range) in Parser::new_ext(&page.text, MARKDOWN).into_offset_iter() {
        match event {
            Event::Start(Tag::Link { link_type, dest_url, .. })
                if !matches!(link_type, LinkType::Autolink | LinkType::Email) =>
            {
                link = Some(Link { destination: dest_url.into_string(), range, inner: None });
            }
            Event::End(TagEnd::Link) => {
                edits.extend(link.take().and_then(|link| link.rewritten(site, page)));
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) if is_mermaid(&info) => {
                fence = Some((range, String::new()));
            }
            Event::Text(text) if fence.is_some() => fence.iter_mut().for_each(|(_, source)| source.push_str(&text)),
            Event::End(TagEnd::CodeBlock) => {
                if let Some((range, source)) = fence.take() {
                    drawn += 1;
                    let clickable = mermaid::clickable(&source, |link| clicked(site, page, link));
                    match drawing::draw(&clickable, &drawing_id(&page.path, drawn)) {
                        Ok(svg) => edits.push((range, figure(&svg, &source))),
                        Err(refusal) => notes.push(refused(site, page, range.start, &refusal)),
                    }
                }
            }
            _ => {
                if let Some(link) = &mut link {
                    link.widen(&range);
                }
            }
        }
    }
    spliced(&page.text, edits)
}

/// A link whose text is being read.
struct Link {
    destination: String,
    range: Range<usize>,
    inner: Option<Range<usize>>,
}

impl Link {
    fn widen(&mut self, range: &Range<usize>) {
        let inner = self.inner.get_or_insert_with(|| range.clone());
        inner.start = inner.start.min(range.start);
        inner.end = inner.end.max(range.end);
    }

    /// The link as the site has it, unless it can stay as it is.
    fn rewritten(self, site: &Site<'_>, page: &OutputFile) -> Option<(Range<usize>, String)> {
        let text = page.text.get(self.inner?)?;
        let replacement = match target(site.folder, &page.path, &self.destination) {
            Target::Web | Target::Nowhere => return None,
            Target::Page { path, .. } if path == page.path => return None,
            Target::Page { path, anchor } => {
                let anchor = anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default();
                format!("[{text}]({}{anchor})", relative(&chapter_path(&page.path), &chapter_path(&path)))
            }
            Target::Source { path, lines } => match site.host {
                Some(host) => format!("[{text}]({})", host.source(&path, lines)),
                None => format!("<span class=\"source\" title=\"{}\">{text}</span>", attribute(&cited(&path, lines))),
            },
        };
        Some((self.range, replacement))
    }
}

/// Where a click on a diagram leads on the site. mdBook does not look into drawings: a chapter's name is final here.
fn clicked(site: &Site<'_>, page: &OutputFile, link: &str) -> Option<String> {
    match target(site.folder, &page.path, link) {
        Target::Web => Some(link.to_owned()),
        Target::Nowhere => None,
        Target::Page { path, anchor } => {
            let anchor = anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default();
            let chapter = relative(&chapter_path(&page.path), &chapter_path(&path));
            Some(format!("{}.html{anchor}", chapter.strip_suffix(".md")?))
        }
        Target::Source { path, lines } => site.host.map(|host| host.source(&path, lines)),
    }
}

/// A cited place in words: `src/Basket.cs:3-9`.
fn cited(path: &RepoPath, lines: Option<Lines>) -> String {
    match lines {
        None => path.to_string(),
        Some(Lines { first, last }) if first == last => format!("{path}:{first}"),
        Some(Lines { first, last }) => format!("{path}:{first}-{last}"),
    }
}

/// A drawing's id: no other on the whole site has it, because the print page holds all chapters.
fn drawing_id(page: &RepoPath, number: usize) -> String {
    let page: String =
        page.as_str().chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    format!("d-{page}-{number}")
}

/// A drawing with its source folded below it. The empty line lets the fence be Markdown again.
fn figure(svg: &str, source: &str) -> String {
    let tildes = "~".repeat(longest_run(source, '~').max(2) + 1);
    format!(
        "<div class=\"diagram\">{svg}</div>\n\n\
         <details class=\"diagram-source\"><summary>Diagram source</summary>\n\n\
         {tildes}text\n{source}{tildes}\n\n</details>"
    )
}

/// Length of the longest run of `wanted` in `text`.
fn longest_run(text: &str, wanted: char) -> usize {
    text.split(|c| c != wanted).map(str::len).max().unwrap_or_default()
}

fn refused(site: &Site<'_>, page: &OutputFile, at: usize, refusal: &str) -> Diagnostic {
    let before = page.text.get(..at).unwrap_or_default();
    let line = u32::try_from(before.matches('\n').count() + 1).unwrap_or(u32::MAX);
    Diagnostic::warning(Code::BrokenDiagram, format!("a diagram could not be drawn and stays as text: {refusal}"))
        .at(Place::line(site.folder.join(page.path.as_str()), line))
}

/// `text` for an HTML attribute inside Markdown, where `|` would end a table's cell and a backtick start code.
fn attribute(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            c if c.is_alphanumeric() || " /._-:".contains(c) => c.to_string(),
            c => format!("&#{};", u32::from(c)),
        })
        .collect()
}

/// `text` with each range replaced; ranges do not overlap and come in order.
fn spliced(text: &str, edits: Vec<(Range<usize>, String)>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (range, replacement) in edits {
        out.push_str(text.get(done..range.start).unwrap_or_default());
        out.push_str(&replacement);
        done = range.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::super::CodeHost;
    use super::*;

    fn rendered(path: &str, text: &str, web_url: &str) -> (String, Vec<Diagnostic>) {
        let page = OutputFile { path: path.into(), text: text.to_owned() };
        let host = CodeHost::new(web_url, "abc");
        let folder = RepoPath::from("docs/docagent");
        let site = Site { title: "Shop", pages: &[], folder: &folder, host: host.as_ref() };
        let mut notes = Vec::new();
        let text = chapter(&site, &page, &mut notes);
        (text, notes)
    }

    #[test]
    fn links_are_made_to_work_on_the_site() {
        let github = "https://github.com/acme/shop";
        let cases = [
            ("[Start](../README.md#words)", github, "[Start](../index.md#words)"),
            ("[here](#words) and <https://a.example>", github, "[here](#words) and <https://a.example>"),
            ("[web](https://a.example)", github, "[web](https://a.example)"),
            (
                "[`Add` it](../../../src/A.cs#L3)",
                github,
                "[`Add` it](https://github.com/acme/shop/blob/abc/src/A.cs#L3)",
            ),
            ("[a](../../../src/A.cs#L3)", "", "<span class=\"source\" title=\"src/A.cs:3\">a</span>"),
            ("[a](../../../x%22%7Cy.cs)", "", "<span class=\"source\" title=\"x&#34;&#124;y.cs\">a</span>"),
        ];
        for (text, web_url, expected) in cases {
            assert_eq!(rendered("domains/basket.md", text, web_url).0, expected);
        }
    }

    #[test]
    fn reference_links_are_resolved_where_they_are_used() {
        let text = "| a |\n|---|\n| [`Add`][s1] · [s1] |\n\n[s1]: ../../src/A.cs#L3-L9\n";
        let (with_host, _) = rendered("README.md", text, "https://github.com/acme/shop");
        let address = "https://github.com/acme/shop/blob/abc/src/A.cs#L3-L9";
        assert!(with_host.contains(&format!("| [`Add`]({address}) · [s1]({address}) |")), "{with_host}");
        let (without, _) = rendered("README.md", text, "");
        assert!(without.contains("| <span class=\"source\" title=\"src/A.cs:3-9\">`Add`</span> ·"), "{without}");
    }

    #[test]
    fn diagrams_are_drawn_and_keep_their_source() {
        let fence = "```mermaid\nflowchart LR\n  a --> b\n```\n";
        let (text, notes) = rendered("domains/basket.md", &format!("# A\n\n{fence}\n{fence}\nend\n"), "");
        assert_eq!(notes, []);
        assert!(text.contains("<div class=\"diagram\"><svg id=\"d-domains-basket-md-1-"));
        assert!(text.contains("<div class=\"diagram\"><svg id=\"d-domains-basket-md-2-"));
        assert_eq!(text.matches("~~~text\nflowchart LR\n  a --> b\n~~~\n").count(), 2);
        assert!(text.ends_with("</details>\n\nend\n"));
    }

    #[test]
    fn boxes_lead_to_chapters_and_to_the_code() {
        let diagram =
            "```mermaid\nflowchart LR\n  a --> b\n  %% open a ../README.md#words\n  %% open b ../../../src/A.cs\n```\n";
        let (text, notes) = rendered("domains/basket.md", diagram, "https://github.com/acme/shop");
        assert_eq!(notes, []);
        assert!(text.contains("href=\"../index.html#words\""));
        assert!(text.contains("href=\"https://github.com/acme/shop/blob/abc/src/A.cs\""));
        let (text, _) = rendered("domains/basket.md", diagram, "");
        assert!(text.contains("href=\"../index.html#words\"") && !text.contains("A.cs\""));
    }

    #[test]
    fn a_refused_diagram_stays_as_it_was() {
        let page = "# A\n\n```mermaid\nflowchart LR\n  a[x (y)] --> b\n```\n";
        let (text, notes) = rendered("README.md", page, "");
        assert_eq!(text, page);
        assert_eq!(notes.len(), 1);
        assert_eq!(notes[0].code, Code::BrokenDiagram);
        assert_eq!(notes[0].place, Some(Place::line("docs/docagent/README.md".into(), 3)));
    }
}
