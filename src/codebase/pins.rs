//! What people say of domains: rules of the configuration, which win over what the code shows.

use globset::GlobMatcher;

/// All rules on domains.
#[derive(Clone, Debug, Default)]
pub struct DomainRules {
    /// Domains that are pinned, in the order in which they were written.
    pub pins: Vec<DomainPin>,
    /// Files that belong to no domain.
    pub shared: Vec<PathGlob>,
    /// Ids or names of the domains that are listed first, in this order.
    pub order: Vec<String>,
}

/// A domain with what belongs to it.
#[derive(Clone, Debug, Default)]
pub struct DomainPin {
    /// Its id, if it is not to be made from the name.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// Files that are its own.
    pub files: Vec<PathGlob>,
    /// Ids or names of found domains that are part of it.
    pub merge: Vec<String>,
}

/// A pattern of paths, as it was written and ready to match.
#[derive(Clone, Debug)]
pub struct PathGlob {
    /// As it was written.
    pub pattern: String,
    /// What matches it.
    pub matcher: GlobMatcher,
}
