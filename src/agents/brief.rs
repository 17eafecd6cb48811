//! What one agent may see of the codebase: facts, each with an id, redacted and within a budget.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::fence::fence;
use crate::codebase::FactId;
use crate::codebase::redact::redact;
use crate::plan::SectionId;

/// Longest text of one fact, in bytes.
const FACT_BYTES: usize = 420;

/// Exactly what an agent may see, and all that its reply may rest on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brief {
    /// The section to be written.
    pub section: SectionId,
    /// Groups of facts, in the order in which they are shown.
    groups: Vec<Group>,
    /// Bytes that may still be added.
    room: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Group {
    heading: &'static str,
    facts: Vec<Fact>,
    left_out: usize,
}

/// One fact of a brief.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// How the model names it: `e12`.
    pub alias: String,
    /// What drafts keep.
    pub id: FactId,
    /// What is known, in one line without secrets.
    pub text: String,
}

impl Brief {
    /// An empty brief that takes up to `room` bytes of facts.
    pub const fn new(section: SectionId, room: usize) -> Self {
        Self { section, groups: Vec::new(), room }
    }

    /// Adds a fact under a heading; whether there was room for it. What no longer fits is counted and shown as left out.
    pub fn add(&mut self, heading: &'static str, id: FactId, text: &str) -> bool {
        let text = one_line(text);
        let (alias, cost) = (self.next_alias(&id), text.len() + 8);
        let room = self.room;
        let group = self.group(heading);
        if text.is_empty() {
            return true;
        }
        if cost > room {
            group.left_out += 1;
            return false;
        }
        group.facts.push(Fact { alias, id, text });
        self.room -= cost;
        true
    }

    /// Says that so many further facts of a group are not shown.
    pub fn leave_out(&mut self, heading: &'static str, count: usize) {
        if count > 0 {
            self.group(heading).left_out += count;
        }
    }

    /// All facts, in the order in which they are shown.
    pub fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.groups.iter().flat_map(|group| &group.facts)
    }

    /// The fact that the model calls `alias`.
    pub fn fact(&self, alias: &str) -> Option<&Fact> {
        let alias = alias.trim().trim_matches(['[', ']']);
        self.facts().find(|fact| fact.alias == alias)
    }

    /// Whether there is nothing to write about.
    pub fn is_empty(&self) -> bool {
        self.facts().next().is_none()
    }

    /// The facts as the model sees them, before they are fenced: this is what a section's fingerprint is made from.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for group in self.groups.iter().filter(|group| !group.facts.is_empty()) {
            let _ = writeln!(text, "# {}", group.heading);
            for fact in &group.facts {
                let _ = writeln!(text, "[{}] {}", fact.alias, fact.text);
            }
            if group.left_out > 0 {
                let _ = writeln!(text, "({} more are not shown)", group.left_out);
            }
        }
        text
    }

    /// The facts as they stand in a prompt.
    pub fn fenced(&self) -> String {
        fence(&self.text())
    }

    /// Every word of the facts in lower case, with the parts of dotted and hyphenated words: what a reply may name.
    pub fn words(&self) -> BTreeSet<String> {
        let mut words = BTreeSet::new();
        for fact in self.facts() {
            let lower = fact.text.to_lowercase();
            for word in lower.split(|c: char| !(c.is_alphanumeric() || c == '_')) {
                words.insert(word.to_owned());
            }
        }
        words
    }

    fn group(&mut self, heading: &'static str) -> &mut Group {
        let index = self.groups.iter().position(|group| group.heading == heading).unwrap_or(self.groups.len());
        if index == self.groups.len() {
            self.groups.push(Group { heading, ..Group::default() });
        }
        &mut self.groups[index]
    }

    /// A letter for the kind and a number: short, because each is written and read as tokens many times.
    fn next_alias(&self, id: &FactId) -> String {
        let letter = match id {
            FactId::About(_) => 'a',
            FactId::Component(_) => 'c',
            FactId::Domain(_) => 'd',
            FactId::Endpoint { .. } => 'e',
            FactId::Entity(_) => 'n',
            FactId::External(_) => 'x',
            FactId::File(_) => 'f',
            FactId::Symbol { .. } => 's',
        };
        let number = self.facts().filter(|fact| fact.alias.starts_with(letter)).count() + 1;
        format!("{letter}{number}")
    }
}

/// `text` in one line, without secrets and control characters, cut at a word where it is long.
fn one_line(text: &str) -> String {
    let clean = redact(text);
    let words = clean.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let mut line = String::new();
    for word in words {
        if line.len() + word.len() > FACT_BYTES {
            line.push_str(" ...");
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// The first sentence of a doc comment or paragraph.
pub(super) fn first_sentence(text: &str) -> &str {
    let text = text.trim();
    let paragraph = text.split("\n\n").next().unwrap_or(text);
    match paragraph.find(". ").or_else(|| paragraph.find(".\n")) {
        Some(end) => paragraph.get(..=end).unwrap_or(paragraph),
        None => paragraph,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brief(room: usize) -> Brief {
        let mut brief = Brief::new(SectionId::overview(), room);
        for id in ["Order", "OrderItem", "Buyer"] {
            brief.add("Entities", FactId::Entity(id.into()), &format!("{id} with password=hunter2\n and a line"));
        }
        brief
    }

    #[test]
    fn facts_are_numbered_redacted_and_in_one_line() {
        let brief = brief(1000);
        assert_eq!(brief.text().lines().nth(2), Some("[n2] OrderItem with password=*** and a line"));
        assert_eq!(brief.fact("[n3]").map(|fact| fact.id.to_string()), Some("entity:Buyer".into()));
        assert_eq!(brief.fact("n4"), None);
        assert!(brief.words().contains("orderitem"));
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let text = brief(60).text();
        assert!(text.ends_with("(2 more are not shown)\n"), "{text}");
    }

    #[test]
    fn a_word_without_end_is_no_way_around_the_budget() {
        let mut brief = Brief::new(SectionId::overview(), 100);
        brief.add("About", FactId::About(0), &"x".repeat(100_000));
        assert!(brief.text().len() < 100);
    }

    #[test]
    fn sentences_end_at_a_full_stop() {
        assert_eq!(first_sentence(" Adds v1.2 items. Then more."), "Adds v1.2 items.");
        assert_eq!(first_sentence("One\nline\n\nTwo"), "One\nline");
    }
}
