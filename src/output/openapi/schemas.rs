//! Shapes as JSON Schema, and the named ones that a document uses.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::codebase::schema::{SchemaField, SchemaIndex, Schemas, Shape};

/// The named schemas that a document refers to.
pub(super) struct Used<'a> {
    pub(super) all: &'a Schemas,
    named: BTreeSet<SchemaIndex>,
}

impl<'a> Used<'a> {
    pub(super) const fn new(all: &'a Schemas) -> Self {
        Self { all, named: BTreeSet::new() }
    }

    /// A shape as JSON Schema; what it names will be in the document.
    pub(super) fn schema(&mut self, shape: &Shape) -> Value {
        match shape {
            Shape::Any => json!({}),
            Shape::Nothing => json!({ "type": "null" }),
            Shape::Text(None) => json!({ "type": "string" }),
            Shape::Text(Some(format)) => json!({ "type": "string", "format": format }),
            Shape::Whole(None) => json!({ "type": "integer" }),
            Shape::Whole(Some(format)) => json!({ "type": "integer", "format": format }),
            Shape::Number => json!({ "type": "number" }),
            Shape::Flag => json!({ "type": "boolean" }),
            Shape::Binary => json!({ "type": "string", "format": "binary" }),
            Shape::Literals(texts) => {
                let mut texts = texts.clone();
                texts.dedup();
                json!({ "type": "string", "enum": texts })
            }
            Shape::List(of) => json!({ "type": "array", "items": self.schema(of) }),
            Shape::Map(of) => json!({ "type": "object", "additionalProperties": self.schema(of) }),
            Shape::Nullable(of) => self.nullable(of),
            Shape::Either(of) => json!({ "anyOf": of.iter().map(|it| self.schema(it)).collect::<Vec<_>>() }),
            Shape::All(of) => json!({ "allOf": of.iter().map(|it| self.schema(it)).collect::<Vec<_>>() }),
            Shape::Record(fields) => self.record(fields),
            Shape::Named(index) => match self.all.get(*index) {
                Some(schema) => {
                    self.named.insert(*index);
                    json!({ "$ref": format!("#/components/schemas/{}", schema.name) })
                }
                None => json!({}),
            },
        }
    }

    fn nullable(&mut self, of: &Shape) -> Value {
        let mut schema = self.schema(of);
        match schema.get("type").and_then(Value::as_str).map(ToOwned::to_owned) {
            Some(plain) if schema.get("enum").is_none() => {
                schema["type"] = json!([plain, "null"]);
                schema
            }
            _ => json!({ "anyOf": [schema, { "type": "null" }] }),
        }
    }

    fn record(&mut self, fields: &[SchemaField]) -> Value {
        let mut properties = Map::new();
        for field in fields {
            let mut schema = self.schema(&field.shape);
            if let Some(doc) = &field.doc {
                schema["description"] = json!(doc);
            }
            properties.insert(field.name.to_string(), schema);
        }
        let required: Vec<&str> = fields.iter().filter(|it| it.required).map(|it| it.name.as_str()).collect();
        let mut record = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            record["required"] = json!(required);
        }
        record
    }

    /// The named schemas, and those that they name in turn.
    pub(super) fn finish(mut self) -> Map<String, Value> {
        let mut written: std::collections::BTreeMap<SchemaIndex, Value> = std::collections::BTreeMap::new();
        while let Some(index) = self.named.iter().copied().find(|index| !written.contains_key(index)) {
            let all = self.all;
            let Some(schema) = all.get(index) else { break };
            let mut value = self.schema(&schema.shape);
            if let Some(doc) = &schema.doc {
                value["description"] = json!(doc);
            }
            written.insert(index, value);
        }
        let named = written.into_iter().filter_map(|(index, value)| Some((self.all.get(index)?.name.clone(), value)));
        named.collect()
    }
}
