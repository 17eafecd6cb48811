//! Checks of finished pages: each link leads somewhere, each cited line exists, each diagram parses.

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{BrokenLink, CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::links::{Target, target};
use super::{OutputFile, drawing};
use crate::codebase::{Codebase, Lines, Place, RepoPath};
use crate::diagnostics::{Code, Diagnostic};

/// Everything that is broken in `pages`, which stand in `folder` of the repository, in the pages' order.
pub fn broken(pages: &[OutputFile], folder: &RepoPath, codebase: &Codebase) -> Vec<Diagnostic> {
    let parsed: Vec<Page<'_>> = pages.iter().filter(|page| is_markdown(page)).map(Page::read).collect();
    let docs = Docs {
        folder,
        codebase,
        files: pages.iter().map(|page| &page.path).collect(),
        anchors: parsed.iter().map(|page| (page.path, &page.anchors)).collect(),
    };
    let mut found = Vec::new();
    for page in &parsed {
        for link in &page.links {
            if let Some(reason) = docs.refusal(page.path, &link.destination) {
                let message = format!("`{}` {reason}", link.destination);
                found.push(Diagnostic::error(Code::BrokenLink, message).at(docs.place(page, link.at)));
            }
        }
        for (message, at) in &page.labels {
            found.push(Diagnostic::error(Code::BrokenLink, message).at(docs.place(page, *at)));
        }
        for (source, at) in &page.diagrams {
            if let Err(refusal) = drawing::parse(source) {
                let message = format!("a diagram does not parse: {refusal}");
                found.push(Diagnostic::error(Code::BrokenDiagram, message).at(docs.place(page, *at)));
            }
        }
    }
    found
}

/// The sources of all Mermaid blocks of a page, in their order.
pub fn diagrams(page: &OutputFile) -> Vec<String> {
    Page::read(page).diagrams.into_iter().map(|(source, _)| source).collect()
}

/// Whether a file of the docs is a page.
pub(super) fn is_markdown(file: &OutputFile) -> bool {
    file.path.extension() == "md"
}

/// The Markdown that the code host and the site both read.
pub(super) const MARKDOWN: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_GFM);

/// What links may lead to.
struct Docs<'a> {
    folder: &'a RepoPath,
    codebase: &'a Codebase,
    files: BTreeSet<&'a RepoPath>,
    anchors: BTreeMap<&'a RepoPath, &'a BTreeSet<String>>,
}

impl Docs<'_> {
    /// Why a link cannot be followed, if it cannot.
    fn refusal(&self, page: &RepoPath, destination: &str) -> Option<String> {
        match target(self.folder, page, destination) {
            Target::Web => None,
            Target::Nowhere => Some("leads out of the repository".to_owned()),
            Target::Page { path, anchor } => self.page_refusal(&path, anchor.as_deref()),
            Target::Source { path, lines } => self.source_refusal(&path, lines),
        }
    }

    fn page_refusal(&self, path: &RepoPath, anchor: Option<&str>) -> Option<String> {
        if !self.files.contains(path) {
            return Some("leads to no page".to_owned());
        }
        let anchor = anchor?;
        let known = self.anchors.get(path).is_some_and(|anchors| anchors.contains(anchor));
        (!known).then(|| format!("leads to no heading of `{path}`"))
    }

    fn source_refusal(&self, path: &RepoPath, lines: Option<Lines>) -> Option<String> {
        let files = &self.codebase.files;
        let Some(file) = self.codebase.file_index(path).and_then(|index| files.get(index)) else {
            // Sorted by path, all files of a folder stand right after the place where `folder/` would stand.
            let inside = format!("{path}/");
            let next = files.partition_point(|file| file.path.as_str() < inside.as_str());
            let is_folder = path.as_str().is_empty() || files.get(next).is_some_and(|file| file.path.is_under(path));
            return (!is_folder).then(|| "leads to no file of the repository".to_owned());
        };
        let lines = lines?;
        let exist = 1 <= lines.first && lines.first <= lines.last && lines.last <= file.lines.max(1);
        (!exist).then(|| format!("cites lines that `{path}`, {} lines long, does not have", file.lines))
    }

    fn place(&self, page: &Page<'_>, at: usize) -> Place {
        let before = page.text.get(..at).unwrap_or(page.text);
        let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
        Place::line(self.folder.join(page.path.as_str()), u32::try_from(line).unwrap_or(u32::MAX))
    }
}

/// What a check needs of one page.
struct Page<'a> {
    path: &'a RepoPath,
    text: &'a str,
    links: Vec<Link>,
    /// What is wrong with reference labels, and where.
    labels: Vec<(String, usize)>,
    diagrams: Vec<(String, usize)>,
    anchors: BTreeSet<String>,
}

struct Link {
    destination: String,
    at: usize,
}

impl<'a> Page<'a> {
    fn read(file: &'a OutputFile) -> Self {
        let mut labels = Vec::new();
        let note_undefined = |link: BrokenLink<'_>| {
            if is_meant_as_reference(&link) {
                labels.push((format!("the label `[{}]` is not defined", link.reference), link.span.start));
            }
            None
        };
        let parser = Parser::new_with_broken_link_callback(&file.text, MARKDOWN, Some(note_undefined));
        let mut unused: BTreeMap<String, usize> = parser
            .reference_definitions()
            .iter()
            .map(|(label, definition)| (label.to_lowercase(), definition.span.start))
            .collect();
        let mut reader = Reader::default();
        for (event, range) in parser.into_offset_iter() {
            reader.take(event, range.start, &mut unused);
        }
        labels.extend(unused.into_iter().map(|(label, at)| (format!("the definition of `[{label}]` is not used"), at)));
        labels.sort_by_key(|(_, at)| *at);
        let Reader { links, diagrams, anchors, .. } = reader;
        Self { path: &file.path, text: &file.text, links, labels, diagrams, anchors }
    }
}

/// Collects a page's links, diagrams and anchors from its events.
#[derive(Default)]
struct Reader {
    links: Vec<Link>,
    diagrams: Vec<(String, usize)>,
    anchors: BTreeSet<String>,
    heading: Option<String>,
    diagram: Option<(String, usize)>,
    slugs: BTreeMap<String, usize>,
}

impl Reader {
    fn take(&mut self, event: Event<'_>, at: usize, unused: &mut BTreeMap<String, usize>) {
        match event {
            Event::Start(Tag::Link { link_type, dest_url, id, .. } | Tag::Image { link_type, dest_url, id, .. }) => {
                unused.remove(&id.to_lowercase());
                if !matches!(link_type, LinkType::Email | LinkType::Autolink) {
                    self.links.push(Link { destination: dest_url.into_string(), at });
                }
            }
            Event::Start(Tag::Heading { .. }) => self.heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                if let Some(heading) = self.heading.take() {
                    self.add_heading(&heading);
                }
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) if is_mermaid(&info) => {
                self.diagram = Some((String::new(), at));
            }
            Event::End(TagEnd::CodeBlock) => self.diagrams.extend(self.diagram.take()),
            Event::Html(html) | Event::InlineHtml(html) => self.anchors.extend(ids(&html)),
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut self.heading {
                    heading.push_str(&text);
                } else if let Some((source, _)) = &mut self.diagram {
                    source.push_str(&text);
                }
            }
            _ => {}
        }
    }

    /// A heading's anchor, numbered where the page has it already.
    fn add_heading(&mut self, heading: &str) {
        let slug = slug(heading);
        let seen = self.slugs.entry(slug.clone()).or_insert(0);
        self.anchors.insert(if *seen == 0 { slug } else { format!("{slug}-{seen}") });
        *seen += 1;
    }
}

/// Whether a fence's info string names Mermaid.
pub(super) fn is_mermaid(info: &str) -> bool {
    info.split_whitespace().next() == Some("mermaid")
}

/// `[text][label]` is meant as a link; a lone `[word]` may be just that, unless it is spelt like our labels: `s-3fa01c`.
fn is_meant_as_reference(link: &BrokenLink<'_>) -> bool {
    let digits = link.reference.strip_prefix("s-").unwrap_or_default();
    link.link_type != LinkType::Shortcut || (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The anchor that code hosts give a heading.
pub fn slug(heading: &str) -> String {
    heading
        .trim()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
            _ => None,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

/// Values of `id` and `name` attributes in a piece of HTML.
fn ids(html: &str) -> Vec<String> {
    let values = |name: &str| -> Vec<String> {
        html.split(name).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
    };
    [values(" id=\""), values(" name=\"")].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebase::SourceFile;

    fn found(pages: &[(&str, &str)]) -> Vec<String> {
        let file = |path: &str, lines| SourceFile { path: path.into(), lines, ..SourceFile::default() };
        let files = vec![file("src/Basket.cs", 40), file("src/Web/[id].ts", 3)];
        let codebase = Codebase { files, ..Codebase::default() };
        let pages: Vec<OutputFile> =
            pages.iter().map(|(path, text)| OutputFile { path: (*path).into(), text: (*text).to_owned() }).collect();
        broken(&pages, &"docs/docagent".into(), &codebase).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn sound_pages_give_nothing() {
        let readme = "# Shop\n\n[Basket](domains/basket.md#add--remove), [again](domains/basket.md#add--remove-1), \
            [rule](domains/basket.md#rule-1), [web](https://example.com), [spec](api/openapi.json), [code](../../src/Web)\n";
        let basket = "# Basket\n\n## Add & remove\n\n<a id=\"rule-1\"></a>Holds [ten items][s1] or `[fewer][x]`. \
            An [array] is no link.\n\n## Add & remove\n\n[id][s2]\n\n```mermaid\nflowchart LR\n  a --> b\n```\n\n\
            [s1]: ../../../src/Basket.cs#L3-L40\n[s2]: ../../../src/Web/%5Bid%5D.ts#L1\n";
        let pages = [("README.md", readme), ("api/openapi.json", "{}\n"), ("domains/basket.md", basket)];
        assert_eq!(found(&pages), Vec::<String>::new());
    }

    #[test]
    fn each_fault_is_named_with_its_line() {
        let cases = [
            ("\n[a](gone.md)\n", "`gone.md` leads to no page", 2),
            ("[a](#gone)\n", "`#gone` leads to no heading of `README.md`", 1),
            ("[a](../../../x)\n", "`../../../x` leads out of the repository", 1),
            ("[a](../../src/Gone.cs)\n", "`../../src/Gone.cs` leads to no file of the repository", 1),
            ("[a](../../src/Bas)\n", "`../../src/Bas` leads to no file of the repository", 1),
            (
                "[a][s1]\n\n[s1]: ../../src/Basket.cs#L39-L41\n",
                "`../../src/Basket.cs#L39-L41` cites lines that `src/Basket.cs`, 40 lines long, does not have",
                1,
            ),
            ("text [a][s7]\n", "the label `[s7]` is not defined", 1),
            ("text [s-7f]\n", "the label `[s-7f]` is not defined", 1),
            ("text\n\n[s1]: ../../src/Basket.cs\n", "the definition of `[s1]` is not used", 3),
        ];
        for (text, message, line) in cases {
            let expected = format!("error[broken-link]: {message}\n  --> docs/docagent/README.md:{line}");
            assert_eq!(found(&[("README.md", text)]), [expected], "{text}");
        }
    }

    #[test]
    fn a_diagram_that_does_not_parse_is_named() {
        let found = found(&[("README.md", "# A\n\n```mermaid\nflowchart LR\n  a[x (y)] --> b\n```\n")]);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("error[broken-diagram]: a diagram does not parse: "), "{}", found[0]);
        assert!(found[0].ends_with("--> docs/docagent/README.md:3"), "{}", found[0]);
    }

    #[test]
    fn slugs_are_those_of_code_hosts() {
        for (heading, expected) in
            [("Add & remove", "add--remove"), ("`GET /items/{id}`", "get-itemsid"), ("Größe_1", "größe_1")]
        {
            let plain = heading.replace('`', "");
            assert_eq!(slug(&plain), expected);
        }
    }
}
