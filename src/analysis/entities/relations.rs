//! Relations between entities: names, tables and classes that files speak of, brought to the entities they mean.

use std::collections::{BTreeMap, BTreeSet};

use crate::codebase::entity::{Cardinality, Field, Relation};
use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::last_part;
use crate::codebase::{Atom, RepoPath, Role};

use super::super::link::Names;
use super::rulings::Rulings;
use super::scripts::Scripted;
use super::{Joined, bases, conventions, reads};

/// Where entities are found by what they are called.
pub(super) struct Directory<'a, 'n> {
    pub(super) names: &'a Names<'n>,
    joined: &'a [Joined],
    /// By a file that tells of them, and their name.
    by_place: BTreeMap<(FileIndex, &'a str), Vec<usize>>,
    /// By name in lower case: associations name models by their variables.
    by_name: BTreeMap<String, Vec<usize>>,
    /// By table in lower case, with and without its schema.
    by_table: BTreeMap<String, Vec<usize>>,
    /// By a class that they derive from.
    heirs: BTreeMap<Symbol, Vec<usize>>,
}

/// Relations whose both ends are entities, by their ids. `scripted` are those of scripts, by their tables' places.
pub(super) fn between(
    names: &Names<'_>,
    joined: &[Joined],
    rulings: &Rulings<'_>,
    scripted: Vec<Scripted>,
) -> Vec<Relation> {
    let scope = names.scope();
    let directory = Directory::new(names, joined);
    let over_tables = rulings.joined().flat_map(|(file, record, member)| {
        directory.meant(file, record).into_iter().map(move |index| (index, member.as_str()))
    });
    let over_tables: BTreeSet<(usize, &str)> = over_tables.collect();
    let mut found: BTreeMap<(String, String, String), Relation> = BTreeMap::new();
    let mut weak: Vec<Relation> = Vec::new();
    let mut told: BTreeSet<(String, String)> = BTreeSet::new();
    let mut files: Vec<FileIndex> = (0..).take(scope.files.len()).collect();
    let role = |file: FileIndex| scope.files.get(file as usize).map(|file| file.role);
    files.retain(|file| role(*file) != Some(Role::Test));
    // Generated snapshots know every relation of their entities, configuration and classes some.
    files.sort_by_key(|file| (role(*file) != Some(Role::Generated), *file));
    for file in files {
        let Some(facts) = scope.facts.get(file as usize) else { continue };
        for relation in &facts.records.relations {
            if [&relation.from, &relation.to].into_iter().any(|end| !rulings.keeps(end, &relation.via)) {
                continue;
            }
            for (from, to) in directory.ends(file, relation) {
                if over_tables.contains(&(from, relation.via.as_str())) {
                    continue;
                }
                let (Some(one), Some(other)) = (joined.get(from), joined.get(to)) else { continue };
                let is_snapshot = role(file) == Some(Role::Generated);
                let is_known = |it: &Joined| it.files.iter().any(|file| role(*file) == Some(Role::Generated));
                if !is_snapshot && is_known(one) && is_known(other) {
                    continue;
                }
                // Of several snapshots, one for each kind of database, one tells the entity.
                if is_snapshot && other.model.is_some_and(|model| model != file) {
                    continue;
                }
                let relation =
                    Relation { from: one.entity.id.clone(), to: other.entity.id.clone(), ..relation.clone() };
                let relation = conventions::keyed(one, other, by_columns(other, relation));
                if let Some(stated) = directory.retraced(rulings, (one, other), &relation) {
                    found.extend(stated.into_iter().map(|it| ((it.from.clone(), it.to.clone(), it.via.clone()), it)));
                } else if is_only_walked(one, other, &relation) {
                    weak.push(relation);
                } else {
                    told.insert(pair(&relation));
                    let key = (relation.from.clone(), relation.to.clone(), relation.via.clone());
                    // What says that there is at most one knows more.
                    let known = found.entry(key).or_insert_with(|| relation.clone());
                    known.cardinality = known.cardinality.min(relation.cardinality);
                }
            }
        }
    }
    weak.retain(|relation| !told.contains(&pair(relation)));
    let scripted = scripted.into_iter().filter_map(|it| {
        let id = |table: &(FileIndex, String)| directory.by_place.get(&(table.0, table.1.as_str()))?.first().copied();
        let id = |table: &(FileIndex, String)| Some(joined.get(id(table)?)?.entity.id.clone());
        Some(Relation { from: id(&it.from)?, to: id(&it.to)?, cardinality: it.cardinality, via: it.via })
    });
    for relation in weak.into_iter().chain(scripted) {
        let key = (relation.from.clone(), relation.to.clone(), relation.via.clone());
        found.entry(key).or_insert(relation);
    }
    directory.leave_out_told_links(&mut found);
    found.into_values().collect()
}

/// A relation that goes by a property of what keeps it, by the columns of that property.
fn by_columns(holder: &Joined, mut relation: Relation) -> Relation {
    let columns = holder.kept.get(relation.via.as_str()).filter(|_| relation.cardinality != Cardinality::ManyToMany);
    if let Some(columns) = columns {
        relation.via = columns.iter().map(Atom::as_str).collect::<Vec<_>>().join(",");
    }
    relation
}

/// Whether a relation is told by a collection that leads to it, and no field keeps it.
fn is_only_walked(from: &Joined, to: &Joined, relation: &Relation) -> bool {
    let is_via = |field: &Field| {
        let column = field.column.as_ref().unwrap_or(&field.name);
        relation.via.split(',').any(|via| field.name == via || *column == via)
    };
    let keeps = |it: &Joined| it.entity.fields.iter().any(is_via);
    relation.cardinality == Cardinality::OneToMany && !keeps(from) && !keeps(to)
}

fn pair(relation: &Relation) -> (String, String) {
    let (from, to) = (relation.from.clone(), relation.to.clone());
    if from <= to { (from, to) } else { (to, from) }
}

impl<'a, 'n> Directory<'a, 'n> {
    pub(super) fn new(names: &'a Names<'n>, joined: &'a [Joined]) -> Self {
        let mut directory = Self {
            names,
            joined,
            by_place: BTreeMap::new(),
            by_name: BTreeMap::new(),
            by_table: BTreeMap::new(),
            heirs: BTreeMap::new(),
        };
        for (index, it) in joined.iter().enumerate() {
            let name = it.entity.name.as_str();
            directory.by_name.entry(name.to_lowercase()).or_default().push(index);
            for file in &it.files {
                directory.by_place.entry((*file, name)).or_default().push(index);
            }
            for base in &it.bases {
                directory.heirs.entry(*base).or_default().push(index);
            }
            let table = it.entity.table.to_lowercase();
            let (plain, is_qualified) = (last_part(&table).to_owned(), table.contains('.'));
            if is_qualified {
                directory.by_table.entry(plain).or_default().push(index);
            }
            directory.by_table.entry(table).or_default().push(index);
        }
        directory
    }

    /// What a collection tells whose way back is stated: nothing if the way back tells it.
    fn retraced(
        &self,
        rulings: &Rulings<'_>,
        (one, other): (&Joined, &Joined),
        relation: &Relation,
    ) -> Option<Vec<Relation>> {
        if !is_only_walked(one, other, relation) {
            return None;
        }
        if rulings.is_inverse(&other.entity.name, &relation.via) {
            return Some(Vec::new());
        }
        let back = rulings.inverse(&one.entity.name, &relation.via)?;
        let typed = bases::member_type(self.names, other.own_class?, back)?;
        if !typed.contains('<') {
            return Some(Vec::new());
        }
        let (a, b) = (one.entity.name.as_str(), other.entity.name.as_str());
        let via = format!("{}{}", a.min(b), a.max(b));
        Some(vec![Relation { cardinality: Cardinality::ManyToMany, via, ..relation.clone() }])
    }

    /// The entities at both ends of a relation that a file tells. One between a base class and another stands for those
    /// of all that derive from it; a base class that points to itself does so in each of them.
    fn ends(&self, file: FileIndex, relation: &Relation) -> Vec<(usize, usize)> {
        let (from, to) = (self.meant(file, &relation.from), self.meant(file, &relation.to));
        if relation.from == relation.to {
            return from.into_iter().map(|it| (it, it)).collect();
        }
        from.iter().flat_map(|from| to.iter().map(|to| (*from, *to))).collect()
    }

    /// The entities that a name means in a file: several for a base class.
    pub(super) fn meant(&self, file: FileIndex, name: &str) -> Vec<usize> {
        if let Some(found) = name.rsplit_once('.').and_then(|(owner, member)| self.led_to(file, owner, member)) {
            return found;
        }
        if let Some(here) = self.by_place.get(&(file, name)) {
            return here.clone();
        }
        let meaning = self.names.resolver(file).and_then(|it| it.resolve(file, None, name));
        if let Some(meaning) = meaning.filter(|it| it.rest == 0) {
            if let Some(heirs) = self.heirs.get(&meaning.symbol) {
                return heirs.clone();
            }
            let facts = self.names.scope().facts.get(meaning.symbol.file as usize);
            let definition = facts.zip(meaning.symbol.definition).and_then(|(it, index)| it.outline.definition(index));
            let there = definition.and_then(|it| self.by_place.get(&(meaning.symbol.file, it.name.as_str())));
            if let Some([only]) = there.map(Vec::as_slice) {
                return vec![*only];
            }
        }
        self.called(file, name).into_iter().collect()
    }

    /// The entities that a class's property leads to: `Order.Lines`.
    fn led_to(&self, file: FileIndex, owner: &str, member: &str) -> Option<Vec<usize>> {
        let class = match self.by_place.get(&(file, owner)).map(Vec::as_slice) {
            Some([only]) => self.joined.get(*only)?.own_class,
            _ => self.names.resolver(file)?.resolve(file, None, owner).filter(|it| it.rest == 0).map(|it| it.symbol),
        }?;
        let typed = bases::member_type(self.names, class, member)?;
        let held = typed.rsplit_once('<').map_or(typed.as_str(), |(_, held)| held).trim_end_matches(['>', '?']);
        Some(self.meant(class.file, last_part(held))).filter(|found| !found.is_empty())
    }

    /// The entity whose table or name this is, the nearest where there are several.
    fn called(&self, file: FileIndex, name: &str) -> Option<usize> {
        let source = self.names.scope().files.get(file as usize)?;
        let readable = |it: &usize| self.joined.get(*it).is_some_and(|it| reads(&it.entity.store, &source.language));
        let of = |list: Option<&Vec<usize>>| list.into_iter().flatten().copied().filter(readable).collect::<Vec<_>>();
        let by_table = of(self.by_table.get(&name.to_lowercase()));
        if !by_table.is_empty() {
            return self.nearest(&source.path, &by_table);
        }
        let (qualifier, plain) = name.rsplit_once('.').map_or((None, name), |(before, plain)| (Some(before), plain));
        let mut named = of(self.by_name.get(&plain.to_lowercase()));
        if named.iter().any(|it| self.is_named(*it, plain)) {
            named.retain(|it| self.is_named(*it, plain));
        }
        if let Some(qualifier) = qualifier.map(last_part) {
            let lies_there = |it: &usize| {
                let path = self.joined.get(*it).map(|it| &it.entity.file);
                path.is_some_and(|path| path.folder().parts().any(|part| part.eq_ignore_ascii_case(qualifier)))
            };
            if named.iter().any(lies_there) {
                named.retain(lies_there);
            }
        }
        self.nearest(&source.path, &named)
    }

    /// Leaves out what is many to many over an entity whose own relations tell as much.
    fn leave_out_told_links(&self, found: &mut BTreeMap<(String, String, String), Relation>) {
        let pairs: BTreeSet<(String, String)> = found.values().map(pair).collect();
        let tells = |index: &usize, ends: [&String; 2]| {
            let Some(link) = self.joined.get(*index).map(|it| &it.entity.id) else { return false };
            let is_related = |end: &String| {
                let pair = if end <= link { (end.clone(), link.clone()) } else { (link.clone(), end.clone()) };
                pairs.contains(&pair)
            };
            ends.into_iter().all(is_related)
        };
        found.retain(|_, relation| {
            let via = relation.via.to_lowercase();
            let mut links = [self.by_name.get(&via), self.by_table.get(&via)].into_iter().flatten().flatten();
            relation.cardinality != Cardinality::ManyToMany
                || !links.any(|it| tells(it, [&relation.from, &relation.to]))
        });
    }

    fn is_named(&self, index: usize, name: &str) -> bool {
        self.joined.get(index).is_some_and(|it| it.entity.name == name)
    }

    /// The one that lies nearest to a file; none if several do.
    fn nearest(&self, path: &RepoPath, candidates: &[usize]) -> Option<usize> {
        let shared = |it: &usize| {
            let other = self.joined.get(*it).map(|it| &it.entity.file);
            other.map_or(0, |other| path.parts().zip(other.parts()).take_while(|(a, b)| a == b).count())
        };
        let most = candidates.iter().map(shared).max()?;
        let mut near = candidates.iter().filter(|it| shared(it) == most);
        near.next().copied().filter(|_| near.next().is_none())
    }
}
