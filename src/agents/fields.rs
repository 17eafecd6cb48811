//! Replies that are lists of statements by field: their schema and their check, from one table.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::brief::Brief;
use super::json_object;
use super::verify::{Statement, Verifier};
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{Claim, Draft};

/// A field of a reply and the most statements that it may have.
pub(super) type Field = (&'static str, usize);

/// Closed schema of an object with these fields.
pub(super) fn schema(fields: &[Field]) -> Value {
    let statement = closed(json!({
        "text": {"type": "string", "maxLength": 400},
        "facts": {"type": "array", "items": {"type": "string", "maxLength": 8}, "maxItems": 6}
    }));
    let lists = fields
        .iter()
        .map(|(name, most)| ((*name).to_owned(), json!({"type": "array", "items": statement, "maxItems": most})));
    closed(Value::Object(lists.collect::<Map<_, _>>()))
}

/// Schema of an object that has all of these properties and no other.
#[expect(clippy::needless_pass_by_value, reason = "callers make the value for it")]
pub(super) fn closed(properties: Value) -> Value {
    let required: Vec<&String> = properties.as_object().map(|map| map.keys().collect()).unwrap_or_default();
    json!({"type": "object", "required": required, "additionalProperties": false, "properties": properties})
}

/// What holds up of a reply with these fields.
pub(super) fn accept(fields: &[Field], brief: &Brief, reply: &str) -> (Option<Draft>, Vec<Diagnostic>) {
    let lists: BTreeMap<String, Value> = match json_object(reply) {
        Ok(lists) => lists,
        Err(why) => return (None, vec![unusable(brief, &why)]),
    };
    let mut verifier = Verifier::new(brief);
    let mut draft = Draft::default();
    for (name, most) in fields {
        // Statements are read one by one: one that is spoiled takes no other with it.
        let statements = lists.get(*name).and_then(Value::as_array).into_iter().flatten();
        let statements = statements.filter_map(|value| serde_json::from_value::<Statement>(value.clone()).ok());
        let claims = statements.take(*most).filter_map(|statement| verifier.claim(&statement));
        let claims = without_repeats(claims);
        if !claims.is_empty() {
            draft.fields.insert((*name).to_owned(), claims);
        }
    }
    let mut diagnostics = verifier.into_diagnostics();
    if draft.fields.is_empty() {
        diagnostics.push(unusable(brief, "no statement of it holds up"));
        return (None, diagnostics);
    }
    (Some(draft), diagnostics)
}

fn without_repeats(claims: impl Iterator<Item = Claim>) -> Vec<Claim> {
    let mut kept: Vec<Claim> = Vec::new();
    for claim in claims {
        if kept.iter().all(|other| other.text != claim.text) {
            kept.push(claim);
        }
    }
    kept
}

/// The reply as a whole is of no use.
pub(super) fn unusable(brief: &Brief, why: &str) -> Diagnostic {
    Diagnostic::warning(Code::UnusableReply, format!("the reply for `{}` cannot be used: {why}", brief.section))
}
