//! Key and value pairs of a configuration file, with their lines.

/// A scalar of a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its keys from the root on, with `:` between them; an item of a list is `-`.
    pub(super) path: String,
    /// Its value, without quotes.
    pub(super) value: String,
    /// Its line.
    pub(super) line: u32,
}

impl Entry {
    /// The last key that is no list item.
    pub(super) fn key(&self) -> &str {
        self.path.rsplit(':').find(|part| *part != "-").unwrap_or_default()
    }

    /// Whether the path has these parts, where `*` stands for any one part.
    pub(super) fn is_at(&self, pattern: &str) -> bool {
        let mut own = self.path.split(':');
        let mut wanted = pattern.split(':');
        loop {
            match (own.next(), wanted.next()) {
                (None, None) => return true,
                (Some(own), Some(wanted)) if wanted == "*" || own == wanted => {}
                _ => return false,
            }
        }
    }
}
