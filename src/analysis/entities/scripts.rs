//! Runs the scripts of each project through, in the order of their names: what tables there are in the end.

use std::collections::{BTreeMap, BTreeSet};

use crate::codebase::entity::{Cardinality, Entity, Field, KeyKind, TableChange};
use crate::codebase::graph::FileIndex;
use crate::codebase::outline::last_part;
use crate::codebase::{Atom, Role};

use super::super::link::Names;
use super::Joined;

/// What the scripts of all projects leave.
#[derive(Default)]
pub(super) struct Scripts {
    pub(super) entities: Vec<Joined>,
    pub(super) relations: Vec<Scripted>,
}

/// A relation between tables of scripts: each end is the file that made the table, and its name.
pub(super) struct Scripted {
    pub(super) from: (FileIndex, String),
    pub(super) to: (FileIndex, String),
    pub(super) cardinality: Cardinality,
    pub(super) via: String,
}

/// A table as the scripts so far leave it.
struct Table {
    file: FileIndex,
    entity: Entity,
    /// Columns that point to a table.
    references: Vec<(Vec<Atom>, String)>,
}

/// Tables that no entity of the same project stands for. Scripts that mostly make the tables of entities are how those
/// are brought to the database, and tell nothing more.
pub(super) fn run(names: &Names<'_>, joined: &[Joined]) -> Scripts {
    let scope = names.scope();
    let mut projects: BTreeMap<Option<&str>, Vec<FileIndex>> = BTreeMap::new();
    for (file, (source, facts)) in (0..).zip(scope.files.iter().zip(scope.facts)) {
        if !facts.records.changes.is_empty() && source.role != Role::Test {
            projects.entry(source.component.as_deref()).or_default().push(file);
        }
    }
    let has_code = |project: Option<&str>| {
        let mut files = scope.files.iter().zip(scope.facts);
        project.is_some()
            && files.any(|(file, facts)| {
                let is_source = file.role == Role::Source && !facts.outline.definitions.is_empty();
                is_source && file.component.as_deref() == project
            })
    };
    let mut projects: Vec<(bool, Vec<FileIndex>, Option<&str>)> =
        projects.into_iter().map(|(project, files)| (has_code(project), files, project)).collect();
    // A project of scripts alone is where a database is kept in order: what brings it elsewhere repeats it.
    projects.sort();
    let mut left = Scripts::default();
    let mut told: Vec<BTreeSet<String>> = Vec::new();
    for (has_code, mut files, project) in projects {
        files.sort_by_cached_key(|file| {
            let version = scope.facts.get(*file as usize).and_then(|it| it.records.version);
            (version, scope.files.get(*file as usize).map(|it| order(it.path.as_str())))
        });
        let tables = tables(names, &files);
        let home = |it: &Joined| scope.files.get(*it.files.first()? as usize)?.component.as_deref();
        let concerned = joined.iter().filter(|it| !has_code || home(it) == project);
        let declared: BTreeSet<String> = concerned.map(|it| plain(&it.entity.table)).collect();
        let mostly = |known: &BTreeSet<String>| {
            tables.keys().filter(|table| known.contains(&plain(table))).count() * 2 >= tables.len()
        };
        if !mostly(&declared) && !told.iter().any(mostly) {
            told.push(tables.keys().map(|table| plain(table)).collect());
            left.add(names, tables.into_iter().filter(|(table, _)| !declared.contains(&plain(table))).collect());
        }
    }
    left
}

/// A table's name without its schema, in lower case.
fn plain(table: &str) -> String {
    last_part(table).to_lowercase()
}

/// Names in the order in which one runs scripts: their numbers count as numbers.
fn order(path: &str) -> Vec<(String, u64)> {
    let mut parts: Vec<(String, u64)> = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let (text, tail) = rest.split_at(digits);
        let end = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
        let (number, tail) = tail.split_at(end);
        parts.push((text.to_lowercase(), number.parse().unwrap_or(u64::MAX)));
        rest = tail;
    }
    parts
}

fn tables(names: &Names<'_>, files: &[FileIndex]) -> BTreeMap<String, Table> {
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    // Scripts of a database project stand in no order: what they say of tables waits until all are there.
    let mut waiting: Vec<&TableChange> = Vec::new();
    let shared = shared_columns(names);
    for file in files {
        let facts = names.scope().facts.get(*file as usize);
        for change in facts.iter().flat_map(|facts| &facts.records.changes) {
            if let TableChange::Create(entity) = change {
                let made = || Table { file: *file, entity: (**entity).clone(), references: Vec::new() };
                tables.entry(entity.table.to_lowercase()).or_insert_with(made);
            } else if let TableChange::Borrow(table, helper) = change {
                let columns = shared.get(helper).copied().flatten().unwrap_or_default();
                borrow(tables.get_mut(&table.to_lowercase()), columns);
            } else if !apply(&mut tables, change) {
                waiting.push(change);
            }
        }
    }
    for change in waiting {
        if !matches!(change, TableChange::Drop(_) | TableChange::Rename(..)) {
            apply(&mut tables, change);
        }
    }
    tables
}

/// Columns that helpers give to tables; none for names that several helpers have.
fn shared_columns<'a>(names: &Names<'a>) -> BTreeMap<&'a Atom, Option<&'a [Field]>> {
    let mut shared = BTreeMap::new();
    for (helper, columns) in names.scope().facts.iter().flat_map(|facts| &facts.records.shared_columns) {
        shared.entry(helper).and_modify(|it| *it = None).or_insert(Some(columns.as_slice()));
    }
    shared
}

/// Keys stand first.
fn borrow(table: Option<&mut Table>, columns: &[Field]) {
    let Some(table) = table else { return };
    let fields = &mut table.entity.fields;
    let mut first = 0;
    for column in columns {
        if fields.iter().any(|own| own.name.eq_ignore_ascii_case(&column.name)) {
            continue;
        }
        if column.key == KeyKind::Primary {
            fields.insert(first, column.clone());
            first += 1;
        } else {
            fields.push(column.clone());
        }
    }
}

/// Applies a change; false if its table is not there.
fn apply(tables: &mut BTreeMap<String, Table>, change: &TableChange) -> bool {
    let (TableChange::Drop(name)
    | TableChange::Rename(name, _)
    | TableChange::AddColumn(name, _)
    | TableChange::DropColumn(name, _)
    | TableChange::RenameColumn(name, ..)
    | TableChange::Key(name, ..)
    | TableChange::Reference(name, ..)
    | TableChange::Type(name, ..)
    | TableChange::Nullable(name, ..)) = change
    else {
        return true;
    };
    let key = name.to_lowercase();
    match change {
        TableChange::Drop(_) => return tables.remove(&key).is_some(),
        TableChange::Rename(_, to) => {
            let Some(mut table) = tables.remove(&key) else { return false };
            last_part(to).clone_into(&mut table.entity.name);
            table.entity.table.clone_from(to);
            tables.insert(to.to_lowercase(), table);
            return true;
        }
        _ => {}
    }
    let Some(table) = tables.get_mut(&key) else { return false };
    let is_it = |own: &Atom, name: &Atom| own.eq_ignore_ascii_case(name);
    let fields = &mut table.entity.fields;
    match change {
        TableChange::AddColumn(_, field) if !fields.iter().any(|own| is_it(&own.name, &field.name)) => {
            fields.push(field.clone());
        }
        TableChange::DropColumn(_, name) => {
            fields.retain(|own| !is_it(&own.name, name));
            table.references.retain(|(columns, _)| !columns.iter().any(|own| is_it(own, name)));
        }
        TableChange::RenameColumn(_, from, to) => {
            let columns = table.references.iter_mut().flat_map(|(columns, _)| columns);
            for name in fields.iter_mut().map(|own| &mut own.name).chain(columns).filter(|own| is_it(own, from)) {
                name.clone_from(to);
            }
        }
        TableChange::Type(_, name, type_name) => {
            for own in fields.iter_mut().filter(|own| is_it(&own.name, name)) {
                own.type_name = type_name.clone();
            }
        }
        TableChange::Nullable(_, name, nullable) => {
            for own in fields.iter_mut().filter(|own| is_it(&own.name, name)) {
                own.nullable = *nullable;
            }
        }
        TableChange::Key(_, names, kind) => set_key(&mut table.entity, names, *kind),
        TableChange::Reference(_, names, target) => {
            set_key(&mut table.entity, names, KeyKind::Foreign);
            table.references.push((names.clone(), target.clone()));
        }
        _ => {}
    }
    true
}

/// Marks the columns of a key. Several that are unique only together are no keys by themselves.
fn set_key(entity: &mut Entity, names: &[Atom], kind: KeyKind) {
    if kind == KeyKind::Unique && names.len() > 1 {
        entity.unique.push(names.to_vec());
        return;
    }
    let named = entity.fields.iter_mut().filter(|own| names.iter().any(|name| own.name.eq_ignore_ascii_case(name)));
    for field in named {
        // The stronger key stands: primary before foreign before unique.
        if kind < field.key {
            field.key = kind;
        }
        field.nullable &= kind != KeyKind::Primary;
    }
}

impl Scripts {
    fn add(&mut self, names: &Names<'_>, tables: BTreeMap<String, Table>) {
        for table in tables.values() {
            for (columns, target) in &table.references {
                let Some(other) = tables.get(&target.to_lowercase()) else { continue };
                self.relations.push(Scripted {
                    from: (other.file, other.entity.name.clone()),
                    to: (table.file, table.entity.name.clone()),
                    cardinality: cardinality(&table.entity, columns),
                    via: columns.iter().map(Atom::as_str).collect::<Vec<_>>().join(","),
                });
            }
        }
        for table in tables.into_values() {
            let Some(source) = names.scope().files.get(table.file as usize) else { continue };
            let entity = Entity { file: source.path.clone(), ..table.entity };
            self.entities.push(Joined { entity, files: vec![table.file], ..Joined::default() });
        }
    }
}

/// One to one where the columns that point are unique or the whole primary key.
fn cardinality(entity: &Entity, columns: &[Atom]) -> Cardinality {
    let same = |names: &[&Atom]| {
        names.len() == columns.len() && names.iter().all(|it| columns.iter().any(|own| own.eq_ignore_ascii_case(it)))
    };
    let of = |kind: KeyKind| entity.fields.iter().filter(move |it| it.key == kind).map(|it| &it.name);
    let primary: Vec<&Atom> = of(KeyKind::Primary).collect();
    let alone = of(KeyKind::Unique).any(|name| same(&[name]));
    let together = entity.unique.iter().any(|names| same(&names.iter().collect::<Vec<_>>()));
    if same(&primary) || alone || together { Cardinality::OneToOne } else { Cardinality::OneToMany }
}
