//! Words of identifiers, routes and paths: split, brought to the singular, and sifted of what every program says.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

/// Words that name a domain only together with another.
const GENERIC: [&str; 32] = [
    "access",
    "admin",
    "administration",
    "area",
    "dashboard",
    "device",
    "disk",
    "event",
    "feature",
    "flow",
    "general",
    "history",
    "home",
    "image",
    "landing",
    "log",
    "logo",
    "media",
    "member",
    "modern",
    "naming",
    "picture",
    "task",
    "title",
    "play",
    "example",
    "everyone",
    "mobile",
    "menu",
    "toolbar",
    "orphan",
    "about",
];

/// Index of a word in a [`Lexicon`].
pub(super) type WordId = u32;

/// How often a word was written in which form: what its name on a page is made from.
#[derive(Clone, Debug, Default)]
pub(super) struct Forms {
    /// The word in lower case and singular.
    pub(super) lemma: String,
    /// All its uses.
    pub(super) uses: u32,
    /// Uses in the plural.
    pub(super) plurals: u32,
    /// Uses in capitals.
    pub(super) capitals: u32,
    /// Uses with nothing but its first letter in capitals.
    pub(super) titles: u32,
}

/// All words seen so far, numbered in the order in which they were met.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    business: FxHashSet<String>,
    ids: FxHashMap<String, WordId>,
    forms: Vec<Forms>,
    /// What each identifier was read as, by its place in `readings`.
    known: FxHashMap<String, usize>,
    readings: Vec<Vec<Word>>,
    pairs: FxHashMap<(WordId, WordId), u32>,
}

#[derive(Clone, Copy, Debug)]
struct Word {
    id: WordId,
    plural: bool,
    capital: bool,
    title: bool,
}

impl Lexicon {
    /// A lexicon in which these names' words count even where they sound technical: a system whose records are called
    /// `Item` or `Event` is about items or events.
    pub(super) fn new<'a>(records: impl Iterator<Item = &'a str>) -> Self {
        let lemmas = records.filter_map(|name| match split(name)[..] {
            [word] => Some(singular(&word.to_lowercase())),
            _ => None,
        });
        Self { business: lemmas.collect(), ..Self::default() }
    }

    /// The telling words of an identifier, in order; technical words are left out.
    pub(super) fn read(&mut self, identifier: &str, mut take: impl FnMut(WordId)) {
        let reading = self.known.get(identifier).copied().unwrap_or_else(|| {
            let words = split(identifier).into_iter().filter_map(|part| self.word(part)).collect();
            self.readings.push(words);
            self.known.insert(identifier.to_owned(), self.readings.len() - 1);
            self.readings.len() - 1
        });
        let words = &self.readings[reading];
        for pair in words.windows(2) {
            *self.pairs.entry((pair[0].id, pair[1].id)).or_default() += 1;
        }
        for word in words {
            let forms = &mut self.forms[word.id as usize];
            forms.uses += 1;
            forms.plurals += u32::from(word.plural);
            forms.capitals += u32::from(word.capital);
            forms.titles += u32::from(word.title);
            take(word.id);
        }
    }

    /// The forms of a word.
    pub(super) fn forms(&self, id: WordId) -> &Forms {
        &self.forms[id as usize]
    }

    /// The telling words of an identifier that was read before.
    pub(super) fn known(&self, identifier: &str) -> impl Iterator<Item = WordId> + '_ {
        self.known.get(identifier).into_iter().flat_map(|&reading| &self.readings[reading]).map(|word| word.id)
    }

    /// The word of this spelling, if it was met.
    pub(super) fn find(&self, word: &str) -> Option<WordId> {
        self.ids.get(&singular(&word.to_lowercase())).copied()
    }

    /// How often one word stood right before another.
    pub(super) fn pair(&self, first: WordId, second: WordId) -> u32 {
        self.pairs.get(&(first, second)).copied().unwrap_or(0)
    }

    /// All words.
    pub(super) fn all(&self) -> impl Iterator<Item = WordId> + use<> {
        0..u32::try_from(self.forms.len()).unwrap_or(u32::MAX)
    }

    /// Number of words.
    pub(super) fn len(&self) -> usize {
        self.forms.len()
    }

    fn word(&mut self, part: &str) -> Option<Word> {
        let lower = part.to_lowercase();
        let lemma = singular(&lower);
        let short = lower.chars().count() < 3 || lower.starts_with(|first: char| first.is_ascii_digit());
        let technical = is_technical(&lower) || is_technical(&lemma) || is_number(&lower);
        if short || (technical && !self.business.contains(&lemma)) {
            return None;
        }
        let id = if let Some(&id) = self.ids.get(&lemma) {
            id
        } else {
            let id = u32::try_from(self.forms.len()).ok()?;
            self.ids.insert(lemma.clone(), id);
            self.forms.push(Forms { lemma: lemma.clone(), ..Forms::default() });
            id
        };
        let capital = !part.chars().any(char::is_lowercase);
        let title = !capital && part.starts_with(char::is_uppercase);
        Some(Word { id, plural: lemma != lower, capital, title })
    }
}

/// Whether a word says how a program is built and not what it is about.
pub(super) fn is_technical(word: &str) -> bool {
    static WORDS: OnceLock<FxHashSet<&'static str>> = OnceLock::new();
    let words = WORDS.get_or_init(|| {
        let lines = include_str!("technical_words.txt").lines().filter(|line| !line.starts_with('#'));
        lines.flat_map(str::split_whitespace).collect()
    });
    words.contains(word)
}

/// Whether a word could stand over any part of any system, so that it names none by itself.
///
/// That is so of general words, of participles (`saved`, `expected`) and of what has a digit in it.
pub(super) fn is_generic(word: &str) -> bool {
    let participle = word.len() >= 5 && word.ends_with("ed") && !word.ends_with("eed") && word != "embed";
    GENERIC.contains(&word) || participle || word.contains(|c: char| c.is_ascii_digit())
}

/// Whether a word is a version or the number of a ticket: `v4`, `v3experience`, `pm17830`.
fn is_number(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let version = word.strip_prefix('v').is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    version || digits * 2 >= word.chars().count()
}

/// Splits `getHTTPOrder_lines-v2` into `get`, `HTTP`, `Order`, `lines`, `v2`.
pub(super) fn split(identifier: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for piece in identifier.split(|c: char| !c.is_alphanumeric()).filter(|piece| !piece.is_empty()) {
        let chars: Vec<(usize, char)> = piece.char_indices().collect();
        let mut start = 0;
        for (at, pair) in chars.windows(2).enumerate() {
            let [(_, before), (offset, this)] = [pair[0], pair[1]];
            let after = chars.get(at + 2).map(|&(_, after)| after);
            let up = before.is_lowercase() && this.is_uppercase();
            let end_of_capitals = before.is_uppercase() && this.is_uppercase() && after.is_some_and(char::is_lowercase);
            // `IOrderService`: the mark of an interface is a part of its own, and too short to count.
            let plural_of_capitals = end_of_capitals && piece[offset + this.len_utf8()..].starts_with('s') && {
                chars.get(at + 3).is_none_or(|&(_, next)| next.is_uppercase())
            };
            if (up || end_of_capitals) && !plural_of_capitals {
                parts.push(&piece[start..offset]);
                start = offset;
            }
        }
        parts.push(&piece[start..]);
    }
    parts
}

/// The singular of an English word in lower case, by its ending.
pub(super) fn singular(word: &str) -> String {
    const IN_IE: [&str; 4] = ["calories", "cookies", "movies", "zombies"];
    const UNCHANGED: [&str; 12] =
        ["ss", "us", "is", "news", "series", "alias", "atlas", "bias", "canvas", "chaos", "gas", "kudos"];
    if word.len() < 4 || UNCHANGED.iter().any(|ending| word.ends_with(ending)) {
        return word.to_owned();
    }
    if let Some(stem) = word.strip_suffix("ies")
        && stem.len() > 2
        && !IN_IE.contains(&word)
    {
        return format!("{stem}y");
    }
    let hisses = ["sses", "shes", "ches", "oxes", "axes", "tuses"].iter().any(|ending| word.ends_with(ending));
    let stem = if hisses { word.strip_suffix("es") } else { word.strip_suffix('s') };
    stem.unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_fall_into_words() {
        let cases: [(&str, &[&str]); 6] = [
            ("getHTTPOrder_lines-v2", &["get", "HTTP", "Order", "lines", "v2"]),
            ("IOrderService", &["I", "Order", "Service"]),
            ("listSKUs", &["list", "SKUs"]),
            ("/api/orders/{orderId}", &["api", "orders", "order", "Id"]),
            ("größeÄndern", &["größe", "Ändern"]),
            ("__init__", &["init"]),
        ];
        for (identifier, words) in cases {
            assert_eq!(split(identifier), words, "{identifier}");
        }
    }

    #[test]
    fn plurals_become_singular() {
        let cases = [
            ("orders", "order"),
            ("categories", "category"),
            ("addresses", "address"),
            ("boxes", "box"),
            ("statuses", "status"),
            ("status", "status"),
            ("news", "news"),
            ("movies", "movie"),
            ("cases", "case"),
            ("bus", "bus"),
        ];
        for (word, expected) in cases {
            assert_eq!(singular(word), expected);
        }
    }

    #[test]
    fn a_lexicon_counts_forms_and_skips_technical_words() {
        let mut lexicon = Lexicon::default();
        let mut read = Vec::new();
        for identifier in ["OrderService", "GetOrders", "VLANOrder"] {
            lexicon.read(identifier, |word| read.push(word));
        }
        assert_eq!(read, [0, 0, 1, 0]);
        let order = lexicon.forms(0);
        assert_eq!((order.lemma.as_str(), order.uses, order.plurals), ("order", 3, 1));
        assert_eq!(lexicon.forms(1).capitals, 1);
    }
}
