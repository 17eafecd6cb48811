//! Checks what a model says against its brief. What is not proved there is dropped and reported.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use regex::Regex;
use serde::Deserialize;

use super::brief::Brief;
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::Claim;

/// Longest text of a claim, in characters; what is longer ends at its last whole sentence.
const CLAIM_CHARS: usize = 420;

/// A statement as the model makes it: its facts are named by their aliases.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Statement {
    /// What it says.
    #[serde(default)]
    pub(super) text: String,
    /// Aliases of the facts that it rests on.
    #[serde(default)]
    pub(super) facts: Vec<String>,
}

/// Checks statements against one brief.
pub(super) struct Verifier<'a> {
    brief: &'a Brief,
    words: BTreeSet<String>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Verifier<'a> {
    /// A verifier of statements about `brief`.
    pub(super) fn new(brief: &'a Brief) -> Self {
        Self { brief, words: brief.words(), diagnostics: Vec::new() }
    }

    /// The claim that the statement is, if its brief bears it out.
    pub(super) fn claim(&mut self, statement: &Statement) -> Option<Claim> {
        let text = plain_text(&statement.text);
        if text.is_empty() {
            return None;
        }
        match self.proved_by(&text, &statement.facts) {
            Ok(facts) => Some(Claim { text, facts }),
            Err(why) => {
                let message = format!("dropped a statement of `{}`: {why}: \"{}\"", self.brief.section, excerpt(&text));
                self.diagnostics.push(Diagnostic::note(Code::UnprovedStatement, message));
                None
            }
        }
    }

    /// What was dropped, and why.
    pub(super) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    fn proved_by(&self, text: &str, aliases: &[String]) -> Result<Vec<String>, String> {
        if aliases.is_empty() {
            return Err("it cites no fact".into());
        }
        let mut ids = BTreeSet::new();
        for alias in aliases {
            let fact = self.brief.fact(alias).ok_or_else(|| format!("its brief has no fact `{}`", excerpt(alias)))?;
            ids.insert(fact.id.to_string());
        }
        match self.invented_name(text) {
            Some(name) => Err(format!("its brief does not name `{}`", excerpt(&name))),
            None => Ok(ids.into_iter().collect()),
        }
    }

    /// A number, or something that looks like a name from code, that stands nowhere in the brief.
    fn invented_name(&self, text: &str) -> Option<String> {
        let known = |name: &str| {
            let name = name.to_lowercase();
            let mut words = name.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
            words.all(|word| self.words.contains(word))
        };
        for (index, part) in text.split('`').enumerate() {
            let within_code = index % 2 == 1;
            let unknown = if within_code {
                Some(part).filter(|name| !known(name))
            } else {
                part.split_whitespace().map(trim_word).find(|word| looks_like_code(word) && !known(word))
            };
            if let Some(name) = unknown {
                return Some(name.to_owned());
            }
        }
        None
    }
}

fn trim_word(word: &str) -> &str {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '_');
    word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word)
}

/// `OrderService`, `order_items`, `30`: a word that is right only if the code says so.
fn looks_like_code(word: &str) -> bool {
    let inner_capital =
        word.as_bytes().windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    inner_capital || word.contains('_') || word.bytes().any(|byte| byte.is_ascii_digit())
}

fn excerpt(text: &str) -> String {
    let mut short: String = text.chars().filter(|c| !c.is_control()).take(80).collect();
    if text.chars().count() > 80 {
        short.push_str(" ...");
    }
    short
}

/// A model's text as one line of plain text: without links, addresses, HTML, headings, emphasis and unseen characters.
pub(super) fn plain_text(text: &str) -> String {
    let text: String =
        text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !is_unseen(*c)).collect();
    let mut text = text;
    for (pattern, replacement) in markup() {
        text = pattern.replace_all(&text, *replacement).into_owned();
    }
    if text.matches('`').count() % 2 == 1 {
        text = text.replace('`', "");
    }
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.trim_start_matches(['#', '>', '-', '*', '|', ' ']).trim_end();
    whole_sentences(line).to_owned()
}

/// Control and formatting characters: they show nothing, and some turn the direction of what follows.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn markup() -> &'static [(Regex, &'static str)] {
    static MARKUP: OnceLock<Vec<(Regex, &'static str)>> = OnceLock::new();
    MARKUP.get_or_init(|| {
        let rules = [
            (r"(?s)<!--.*?(?:-->|$)", ""),
            (r"(?is)<(script|style|iframe|object)\b.*?(?:</\w+\s*>|$)", ""),
            (r"</?[A-Za-z!][^>]*(?:>|$)", ""),
            (r"!?\[([^\]]*)\]\((?:[^()]|\([^()]*\))*\)", "$1"),
            (r"!?\[([^\]]*)\]\[[^\]]*\]", "$1"),
            (r"\s*\[(?:[a-z]\d+(?:\s*,\s*)?)+\]", ""),
            (r"(?i)\b(?:[a-z][a-z0-9+.-]*://|www\.|javascript:|data:|mailto:)[^\s`]*", ""),
            (r"\*{1,3}|_{2,3}|~~|```+", ""),
        ];
        let compile = |pattern| Regex::new(pattern).expect("a constant pattern, and a test uses it");
        rules.into_iter().map(|(pattern, replacement)| (compile(pattern), replacement)).collect()
    })
}

/// The text up to its last sentence that ends within the limit.
fn whole_sentences(text: &str) -> &str {
    let Some((limit, _)) = text.char_indices().nth(CLAIM_CHARS) else { return text };
    let head = text.get(..limit).unwrap_or(text);
    match head.rfind(". ") {
        Some(end) => head.get(..=end).unwrap_or(head),
        None => head.rsplit_once(' ').map_or(head, |(whole, _)| whole),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebase::FactId;
    use crate::plan::SectionId;

    fn check(text: &str, facts: &[&str]) -> Result<Claim, String> {
        let mut brief = Brief::new(SectionId::domain("orders"), 1000);
        brief.add("Entities", FactId::Entity("Order".into()), "Order: items, order_total, status; at most 30 items");
        brief.add("Code", FactId::Domain("orders".into()), "OrderService.PlaceOrder raises EmptyBasketError");
        let mut verifier = Verifier::new(&brief);
        let statement = Statement { text: text.into(), facts: facts.iter().map(|&fact| fact.into()).collect() };
        let claim = verifier.claim(&statement);
        let diagnostics = verifier.into_diagnostics();
        claim.ok_or_else(|| diagnostics.first().map(|d| d.message.clone()).unwrap_or_default())
    }

    #[test]
    fn proved_statements_pass() {
        for text in [
            "An order holds at most 30 items.",
            "`OrderService.PlaceOrder` refuses an empty basket with `EmptyBasketError`.",
            "The order_total is kept; OrderService's result is final.",
        ] {
            let claim = check(text, &["n1", "[d1]"]).unwrap();
            assert_eq!(claim.facts, ["domain:orders", "entity:Order"]);
            assert_eq!(claim.text, text);
        }
    }

    #[test]
    fn unproved_statements_are_dropped_with_a_reason() {
        let cases = [
            ("Orders are kept.", &["n9"][..], "no fact `n9`"),
            ("Orders are kept.", &[], "cites no fact"),
            ("It calls `PaymentGateway.Charge`.", &["n1"], "does not name `PaymentGateway.Charge`"),
            ("It calls PaymentGateway to charge.", &["n1"], "does not name `PaymentGateway`"),
            ("An order holds at most 50 items.", &["n1"], "does not name `50`"),
        ];
        for (text, facts, why) in cases {
            let error = check(text, facts).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn markup_is_taken_out() {
        let cases = [
            ("## Orders [see](https://evil.example/x) **now**", "Orders see now"),
            ("![logo](javascript:alert(1)) text", "logo text"),
            ("a <script>alert(1)</script> b <img src=x onerror=y> c", "a b c"),
            ("go to https://evil.example/?q=1 or www.evil.example today", "go to or today"),
            ("an <!-- hidden", "an"),
            ("right\u{202e}left\u{200b}", "rightleft"),
            ("Orders are kept [n1, s2].", "Orders are kept."),
            ("one ` tick", "one tick"),
        ];
        for (text, clean) in cases {
            assert_eq!(plain_text(text), clean);
        }
    }

    #[test]
    fn long_text_ends_with_a_sentence() {
        let text = "A sentence of words. ".repeat(60);
        let clean = plain_text(&text);
        assert!(clean.ends_with("words.") && clean.chars().count() <= CLAIM_CHARS);
    }
}
