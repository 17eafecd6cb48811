//! Short immutable text: names, modifiers, literals.

use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

/// A piece of text in eight bytes. Up to seven bytes of text stand in place; longer text is shared with all equal atoms
/// that the same thread made, so that a name used a thousand times is held once a worker.
///
/// It is ordered, compared and hashed as the text that it holds.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Atom(hstr::Atom);

impl Atom {
    /// The atom that holds this text.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self(hstr::Atom::from(text.as_ref()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for Atom {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Atom {
    fn as_ref(&self) -> &str {
        self
    }
}

impl Borrow<str> for Atom {
    fn borrow(&self) -> &str {
        self
    }
}

impl Hash for Atom {
    // As `str` does, which `Borrow` demands.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl Ord for Atom {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other)
    }
}

impl PartialOrd for Atom {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Atom {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), formatter)
    }
}

impl fmt::Debug for Atom {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), formatter)
    }
}

macro_rules! from_text {
    ($($text:ty),*) => {
        $(impl From<$text> for Atom {
            fn from(text: $text) -> Self {
                Self::new(text)
            }
        })*
    };
}

from_text!(&str, String, &String, Cow<'_, str>);

impl From<Atom> for String {
    fn from(atom: Atom) -> Self {
        atom.as_str().to_owned()
    }
}

impl<'a> FromIterator<&'a str> for Atom {
    fn from_iter<T: IntoIterator<Item = &'a str>>(parts: T) -> Self {
        Self::from(parts.into_iter().collect::<String>())
    }
}

impl FromIterator<char> for Atom {
    fn from_iter<T: IntoIterator<Item = char>>(letters: T) -> Self {
        Self::from(letters.into_iter().collect::<String>())
    }
}

macro_rules! equal_text {
    ($($text:ty),*) => {
        $(impl PartialEq<$text> for Atom {
            fn eq(&self, other: &$text) -> bool {
                let other: &str = other.as_ref();
                self.as_str() == other
            }
        }
        impl PartialEq<Atom> for $text {
            fn eq(&self, other: &Atom) -> bool {
                other == self
            }
        })*
    };
}

equal_text!(str, &str, String, &String);

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use super::*;

    #[test]
    fn an_atom_is_as_good_as_its_text() {
        assert_eq!(size_of::<Option<Atom>>(), 8);
        let texts = ["", "b", "a longer text", "a", "é"];
        let sorted: BTreeSet<Atom> = texts.into_iter().map(Atom::from).collect();
        assert!(sorted.iter().map(Atom::as_str).eq(texts.into_iter().collect::<BTreeSet<_>>()));
        let hashed: HashSet<Atom> = texts.into_iter().map(Atom::from).collect();
        assert!(texts.iter().all(|text| hashed.contains(*text)));
    }
}
