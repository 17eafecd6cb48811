//! Django's models.

use crate::codebase::entity::{Cardinality, Entity, Field, Relation};
use crate::codebase::facts::Records;
use crate::codebase::outline::{
    Assignment, CallValue, Definition, DefinitionIndex, Outline, SymbolKind, Taken, Value, last_part,
};
use crate::codebase::{Atom, KeyKind, RepoPath};

use super::Store;

/// Django's object-relational mapper.
pub struct DjangoOrm;

/// Fields that point to one other object.
const LINKS: &[&str] = &["ForeignKey", "OneToOneField", "ParentalKey", "TreeForeignKey", "TreeOneToOneField"];
/// Fields that point to many.
const MANY: &[&str] = &["ManyToManyField", "ParentalManyToManyField", "TreeManyToManyField"];
/// Fields of forms and serializers, which are no columns.
const OTHER_MODULES: &[&str] = &["filters", "forms", "serializers", "tables", "graphene"];

impl Store for DjangoOrm {
    fn id(&self) -> &'static str {
        "django_orm"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn implicit_key(&self) -> Option<(&'static str, &'static str)> {
        Some(("id", "AutoField"))
    }

    fn records(&self, path: &RepoPath, outline: &Outline, _text: &str) -> Records {
        let mut records = Records::default();
        let uses_models = outline.imports.iter().any(|import| import.module.starts_with("django.db"));
        // Where models lie, classes may be stored by what they derive from alone.
        let holds_models = path.parts().any(|part| matches!(part, "models" | "models.py"));
        let is_migration = path.parts().any(|part| part == "migrations");
        if !(uses_models || holds_models) || is_migration {
            return records;
        }
        for (index, class) in (0..).zip(&outline.definitions) {
            if class.kind == SymbolKind::Class {
                read(path, outline, (index, class), &mut records);
            }
        }
        records.relations.sort();
        records.relations.dedup();
        records
    }
}

fn read(path: &RepoPath, outline: &Outline, (index, class): (DefinitionIndex, &Definition), records: &mut Records) {
    let own = outline.assignments.iter().filter(|own| own.enclosing == Some(index));
    let made: Vec<(&Assignment, &CallValue)> = own.filter_map(|own| Some((own, field_call(&own.value)?))).collect();
    let is_model =
        class.bases.iter().any(|base| matches!(base.as_str(), "models.Model" | "Model" | "gis_models.Model"));
    let is_surely = is_model || made.iter().any(|(_, call)| is_of_models(outline, call));
    if !is_surely && (class.bases.is_empty() || class.parent.is_some()) {
        return;
    }
    let meta = Meta::of(outline, index);
    if meta.is("proxy") {
        return;
    }
    let mut fields = Vec::new();
    for (assignment, call) in &made {
        if !MANY.contains(&call.callee.as_str()) {
            fields.push(field(assignment, call));
        }
        records.relations.extend(relation(class, assignment, call));
    }
    let list = if is_surely { &mut records.entities } else { &mut records.derived };
    list.push(Entity {
        name: class.name.to_string(),
        table: if meta.is("abstract") { String::new() } else { meta.table(path, class) },
        store: "django_orm".into(),
        line: class.line,
        fields,
        unique: meta.unique_together(),
        doc: class.doc.clone(),
        ..Entity::default()
    });
}

/// `models.CharField(..)`, or a field class of the project's own.
fn field_call(value: &Value) -> Option<&CallValue> {
    let call = value.as_call()?;
    let from = call.receiver.as_ref().and_then(Value::as_name).map(last_part);
    let is_field = call.callee.ends_with("Field") || LINKS.contains(&call.callee.as_str());
    (is_field && from.is_none_or(|module| !OTHER_MODULES.contains(&module))).then_some(call)
}

/// Whether a field is surely one of models: serializers and forms have fields of the same names.
fn is_of_models(outline: &Outline, call: &CallValue) -> bool {
    match &call.receiver {
        Some(receiver) => receiver.as_name().is_some_and(|name| last_part(name).ends_with("models")),
        None => outline.imports.iter().any(|import| {
            let Taken::Names(names) = &import.taken else { return false };
            import.module.starts_with("django.db.models") && names.iter().any(|(_, here)| *here == call.callee)
        }),
    }
}

fn field(assignment: &Assignment, call: &CallValue) -> Field {
    let flag = |name: &str| call.named(name) == Some(&Value::Bool(true));
    let key = match call.callee.as_str() {
        _ if flag("primary_key") => KeyKind::Primary,
        callee if LINKS.contains(&callee) => KeyKind::Foreign,
        _ if flag("unique") => KeyKind::Unique,
        _ => KeyKind::None,
    };
    let column = call.named("db_column").and_then(Value::as_text).map(Into::into);
    let nullable = flag("null") && key != KeyKind::Primary;
    Field { name: assignment.target.clone(), type_name: call.callee.clone(), nullable, key, column }
}

fn relation(class: &Definition, assignment: &Assignment, call: &CallValue) -> Option<Relation> {
    let callee = call.callee.as_str();
    let is_many = MANY.contains(&callee);
    if !is_many && !LINKS.contains(&callee) {
        return None;
    }
    // Through a model of its own, its two keys tell the relation.
    if is_many && call.named("through").is_some() {
        return None;
    }
    let target = match call.positional(0).or_else(|| call.named("to"))? {
        Value::Text(name) if name == "self" => class.name.to_string(),
        Value::Name(name) if name.ends_with("AUTH_USER_MODEL") => "User".to_owned(),
        Value::Text(name) | Value::Name(name) => name.to_string(),
        Value::Call(inner) if inner.callee == "get_user_model" => "User".to_owned(),
        _ => return None,
    };
    let unique = call.named("unique") == Some(&Value::Bool(true)) || callee.contains("OneToOne");
    let cardinality = match () {
        () if is_many => Cardinality::ManyToMany,
        () if unique => Cardinality::OneToOne,
        () => Cardinality::OneToMany,
    };
    let own = class.name.to_string();
    let (from, to) = if is_many { (own, target) } else { (target, own) };
    Some(Relation { from, to, cardinality, via: assignment.target.to_string() })
}

/// A model's `class Meta`.
struct Meta<'a> {
    outline: &'a Outline,
    index: Option<DefinitionIndex>,
}

impl<'a> Meta<'a> {
    fn of(outline: &'a Outline, class: DefinitionIndex) -> Self {
        let mut inner = (0..).zip(&outline.definitions);
        let index =
            inner.find(|(_, own): &(DefinitionIndex, &Definition)| own.parent == Some(class) && own.name == "Meta");
        Self { outline, index: index.map(|(index, _)| index) }
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.index?;
        let own = self.outline.assignments.iter().find(|own| own.enclosing == self.index && own.target == name);
        own.map(|own| &own.value)
    }

    fn is(&self, flag: &str) -> bool {
        self.get(flag) == Some(&Value::Bool(true))
    }

    /// Fields that are unique together, by `unique_together` or a constraint without a condition.
    fn unique_together(&self) -> Vec<Vec<Atom>> {
        let names = |value: &Value| match value {
            Value::List(items) => items.iter().filter_map(Value::as_text).map(Atom::new).collect(),
            _ => Vec::new(),
        };
        let mut found: Vec<Vec<Atom>> = match self.get("unique_together") {
            Some(Value::List(items)) if items.iter().any(|item| matches!(item, Value::List(_))) => {
                items.iter().map(names).collect()
            }
            Some(value) => vec![names(value)],
            None => Vec::new(),
        };
        if let Some(Value::List(constraints)) = self.get("constraints") {
            let unique = constraints.iter().filter_map(Value::as_call).filter(|call| call.callee == "UniqueConstraint");
            let whole = unique.filter(|call| call.named("condition").is_none());
            found.extend(whole.filter_map(|call| call.named("fields")).map(names));
        }
        found.retain(|names| names.len() > 1);
        found
    }

    /// The table as declared, or as Django names it: the app's label and the class's name.
    fn table(&self, path: &RepoPath, class: &Definition) -> String {
        if let Some(table) = self.get("db_table").and_then(Value::as_text) {
            return table.trim_matches('"').to_owned();
        }
        let label = self.get("app_label").and_then(Value::as_text).map_or_else(|| app(path), ToOwned::to_owned);
        let name = class.name.to_lowercase();
        if label.is_empty() { name } else { format!("{label}_{name}") }
    }
}

/// The app's label: the folder of `models.py`, or the one above a `models` package.
fn app(path: &RepoPath) -> String {
    let folder = path.folder();
    let parts: Vec<&str> = folder.parts().collect();
    let package = parts.iter().rposition(|part| *part == "models");
    let label = package.map_or(parts.last(), |at| at.checked_sub(1).and_then(|before| parts.get(before)));
    label.map(|label| label.to_lowercase()).unwrap_or_default()
}
