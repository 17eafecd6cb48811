//! Names for facts that outlive a run: what drafts cite and pages link.
//!
//! An id holds no line number: lines are looked up when a page is written, so that they are never stale.

use std::fmt;
use std::str::FromStr;

use super::{Codebase, Place, RepoPath};

/// Names one fact of a codebase.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactId {
    /// What the README says: `about:0` is the first statement of [`super::source::About::summary`].
    About(usize),
    /// A component by its id: `component:web`.
    Component(String),
    /// A domain by its id: `domain:basket`.
    Domain(String),
    /// An endpoint by its app and key: `endpoint:web GET /orders/{id}`.
    Endpoint {
        /// Id of the component that serves it.
        app: String,
        /// [`super::Endpoint::key`].
        key: String,
    },
    /// A stored record by its id: `entity:Order`.
    Entity(String),
    /// An external system by its id: `external:redis`.
    External(String),
    /// A file: `file:src/app.py`.
    File(RepoPath),
    /// A definition by its file and its dotted name there: `symbol:src/basket.py#Basket.add`.
    Symbol {
        /// The file.
        file: RepoPath,
        /// The dotted name, as [`super::outline::Outline::dotted_name`] gives it.
        name: String,
    },
}

impl FactId {
    /// The lines that prove it; nothing for a domain (which has a page instead) or what is no longer there.
    pub fn place(&self, codebase: &Codebase) -> Option<Place> {
        match self {
            Self::About(index) => codebase.about.summary.get(*index).map(|statement| statement.place.clone()),
            Self::Component(id) => codebase.component(id).map(|component| Place::line(component.manifest.clone(), 1)),
            Self::Domain(_) => None,
            Self::Endpoint { app, key } => {
                let mut endpoints = codebase.endpoints.iter();
                let endpoint = endpoints.find(|endpoint| &endpoint.app == app && &endpoint.key() == key)?;
                Some(match endpoint.handler.line {
                    0 => Place::line(endpoint.route.file.clone(), endpoint.route.line),
                    _ => endpoint.handler.place(),
                })
            }
            Self::Entity(id) => {
                let entity = codebase.entities.iter().find(|entity| &entity.id == id)?;
                Some(Place::line(entity.file.clone(), entity.line))
            }
            Self::External(id) => {
                let external = codebase.externals.iter().find(|external| external.id == id)?;
                external.evidence.first().map(|evidence| Place::line(evidence.file.clone(), evidence.line))
            }
            Self::File(path) => codebase.file_index(path).map(|_| Place::line(path.clone(), 1)),
            Self::Symbol { file, name } => {
                let facts = codebase.facts.get(codebase.file_index(file)?)?;
                let definition = facts.outline.find(name)?;
                Some(Place::new(file.clone(), definition.lines))
            }
        }
    }
}

impl fmt::Display for FactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::About(index) => write!(f, "about:{index}"),
            Self::Component(id) => write!(f, "component:{id}"),
            Self::Domain(id) => write!(f, "domain:{id}"),
            Self::Endpoint { app, key } => write!(f, "endpoint:{app} {key}"),
            Self::Entity(id) => write!(f, "entity:{id}"),
            Self::External(id) => write!(f, "external:{id}"),
            Self::File(path) => write!(f, "file:{path}"),
            Self::Symbol { file, name } => write!(f, "symbol:{file}#{name}"),
        }
    }
}

impl FromStr for FactId {
    type Err = ();

    /// Reads back what `Display` writes.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (kind, rest) = text.split_once(':').ok_or(())?;
        Ok(match kind {
            "about" => Self::About(rest.parse().map_err(|_| ())?),
            "component" => Self::Component(rest.to_owned()),
            "domain" => Self::Domain(rest.to_owned()),
            "endpoint" => {
                let (app, key) = rest.split_once(' ').ok_or(())?;
                Self::Endpoint { app: app.to_owned(), key: key.to_owned() }
            }
            "entity" => Self::Entity(rest.to_owned()),
            "external" => Self::External(rest.to_owned()),
            "file" => Self::File(RepoPath::new(rest)),
            "symbol" => {
                let (file, name) = rest.rsplit_once('#').ok_or(())?;
                Self::Symbol { file: RepoPath::new(file), name: name.to_owned() }
            }
            _ => return Err(()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebase::outline::{Definition, Outline};
    use crate::codebase::{Facts, Lines, SourceFile};

    #[test]
    fn ids_are_read_back() {
        for id in [
            "about:0",
            "component:web",
            "domain:basket",
            "endpoint:web GET /orders/{id}",
            "entity:Order",
            "external:aws.s3",
            "file:src/a b#c.py",
            "symbol:src/c#/basket.py#Basket.add",
        ] {
            assert_eq!(id.parse::<FactId>().unwrap().to_string(), id);
        }
        assert_eq!("nonsense".parse::<FactId>(), Err(()));
    }

    #[test]
    fn a_symbol_leads_to_its_lines() {
        let class = Definition { name: "Basket".into(), lines: Lines::new(1, 9), ..Definition::default() };
        let method =
            Definition { name: "add".into(), parent: Some(0), lines: Lines::new(3, 5), ..Definition::default() };
        let outline = Outline { definitions: vec![class, method], ..Outline::default() };
        let codebase = Codebase {
            files: vec![SourceFile { path: "basket.py".into(), ..SourceFile::default() }],
            facts: vec![Facts { outline, ..Facts::default() }],
            ..Codebase::default()
        };
        let place = "symbol:basket.py#Basket.add".parse::<FactId>().unwrap().place(&codebase);
        assert_eq!(place, Some(Place::new("basket.py".into(), Lines::new(3, 5))));
        assert_eq!("symbol:basket.py#Basket.drop".parse::<FactId>().unwrap().place(&codebase), None);
    }
}
