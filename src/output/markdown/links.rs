//! The links of one page: to other pages, and to lines of source.
//!
//! Line numbers stand only in the definitions at the page's end, and a definition's label comes from the file and
//! the thing cited. So a line inserted above changes definitions and nothing else.

use std::collections::BTreeMap;

use super::escape::{Md, url};
use crate::codebase::{Place, RepoPath};

/// Length of a label's hash; longer only where two labels of a page would be the same.
const LABEL_DIGITS: usize = 6;

/// Makes a page's links and collects the definitions they need.
#[derive(Debug)]
pub struct Links {
    /// The page below the output folder.
    page: RepoPath,
    /// From the page's folder up to the output folder.
    up: String,
    /// From the page's folder up to the repository's root.
    root: String,
    citations: BTreeMap<String, Citation>,
}

#[derive(Debug, PartialEq, Eq)]
struct Citation {
    key: String,
    target: String,
}

impl Links {
    /// Links of the page at `page` below the output folder `folder`.
    pub fn new(folder: &RepoPath, page: &RepoPath) -> Self {
        let depth = page.folder().parts().count();
        let up = "../".repeat(depth);
        let root = "../".repeat(depth + folder.parts().count());
        Self { page: page.clone(), up, root, citations: BTreeMap::new() }
    }

    /// A link to a page of the docs, `page` being its path (with anchor) below the output folder.
    pub fn page(&self, shown: &Md, page: &str) -> Md {
        Md::link(shown, &self.page_target(page))
    }

    /// The target of a link to a page of the docs.
    pub fn page_target(&self, page: &str) -> String {
        let (path, anchor) = page.split_once('#').map_or((page, ""), |(path, anchor)| (path, anchor));
        let hash = if anchor.is_empty() { "" } else { "#" };
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let target = if path == self.page.as_str() && !anchor.is_empty() {
            String::new()
        } else if folder == self.page.folder().as_str() {
            name.to_owned()
        } else {
            format!("{}{path}", self.up)
        };
        format!("{}{hash}{anchor}", url(&target))
    }

    /// A link to lines of source, shown as `shown`; `what` names the thing that stands there.
    pub fn cite(&mut self, shown: &Md, what: &str, place: &Place) -> Md {
        let anchor = match (place.lines.first, place.lines.last) {
            (0, _) => String::new(),
            (first, last) if first >= last => format!("#L{first}"),
            (first, last) => format!("#L{first}-L{last}"),
        };
        self.define(shown, what, &place.file, &anchor)
    }

    /// A link to a file as a whole, or to a folder.
    pub fn cite_file(&mut self, shown: &Md, file: &RepoPath) -> Md {
        self.define(shown, "", file, "")
    }

    /// The definitions of all links made so far, sorted by label.
    pub fn definitions(&self) -> Md {
        let lines: Vec<Md> =
            self.citations.iter().map(|(label, citation)| Md::definition(label, &citation.target)).collect();
        Md::join(&lines, "\n")
    }

    fn define(&mut self, shown: &Md, what: &str, file: &RepoPath, anchor: &str) -> Md {
        let path = if file.as_str().is_empty() { "." } else { file.as_str() };
        let target = format!("{}{}{anchor}", self.root, url(path));
        // Overloads share a name: the second place of one name gets a key of its own.
        for ordinal in 1_u32.. {
            let key = if ordinal == 1 { format!("{file}\0{what}") } else { format!("{file}\0{what}\0{ordinal}") };
            if let Some(label) = self.label(Citation { key, target: target.clone() }) {
                return Md::reference(shown, &label);
            }
        }
        shown.clone()
    }

    /// The label of this citation; `None` if its key already stands for another target.
    fn label(&mut self, citation: Citation) -> Option<String> {
        let hash = blake3::hash(citation.key.as_bytes()).to_hex();
        for digits in LABEL_DIGITS..=hash.len() {
            let label = format!("s-{}", hash.get(..digits)?);
            match self.citations.get(&label) {
                None => {
                    self.citations.insert(label.clone(), citation);
                    return Some(label);
                }
                Some(known) if *known == citation => return Some(label),
                Some(known) if known.key == citation.key => return None,
                Some(_) => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebase::Lines;

    fn links() -> Links {
        Links::new(&"docs/docagent".into(), &"domains/basket.md".into())
    }

    fn cite(links: &mut Links, what: &str, first: u32, last: u32) -> String {
        let place = Place::new("src/Basket.cs".into(), Lines::new(first, last));
        links.cite(&Md::code(what), what, &place).to_string()
    }

    #[test]
    fn lines_stand_in_definitions_only() {
        let (mut one, mut two) = (links(), links());
        assert_eq!(cite(&mut one, "Basket.AddItem", 34, 60), cite(&mut two, "Basket.AddItem", 35, 61));
        assert_eq!(one.definitions().as_str().split_once(' ').unwrap().1, "../../../src/Basket.cs#L34-L60");
    }

    #[test]
    fn labels_do_not_depend_on_other_citations() {
        let (mut one, mut two) = (links(), links());
        cite(&mut two, "Basket.Clear", 3, 3);
        assert_eq!(cite(&mut one, "Basket.AddItem", 34, 60), cite(&mut two, "Basket.AddItem", 34, 60));
    }

    #[test]
    fn overloads_have_labels_of_their_own_and_the_same_place_only_one() {
        let mut links = links();
        let first = cite(&mut links, "Basket.AddItem", 34, 60);
        let overload = cite(&mut links, "Basket.AddItem", 70, 71);
        assert_ne!(first, overload);
        assert_eq!(overload, cite(&mut links, "Basket.AddItem", 70, 71));
        assert_eq!(links.definitions().as_str().lines().count(), 2);
    }

    #[test]
    fn pages_are_reached_from_the_page_s_folder() {
        assert_eq!(links().page(&Md::text("API"), "api/web.md#orders").as_str(), "[API](../api/web.md#orders)");
        assert_eq!(links().page_target("domains/README.md"), "README.md");
        assert_eq!(links().page_target("domains/basket.md#rules"), "#rules");
        assert_eq!(links().page_target("README.md#a"), "../README.md#a");
    }
}
