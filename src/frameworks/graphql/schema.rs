//! Schemas as text: the fields of root types.

use crate::codebase::endpoint::OperationKind;
use crate::codebase::outline::{Outline, Value};
use crate::codebase::routing::{HandlerRef, OperationFact};
use crate::codebase::{Atom, Lines};

use super::{operation, root};

/// Reads the fields of `type Query { .. }` and its like; `first` is the line that the text starts on.
pub(super) fn read(text: &str, first: u32, operations: &mut Vec<OperationFact>) {
    let mut reader = Reader { within: None, depth: 0, is_doc: false, parens: 0 };
    for (number, line) in (first..).zip(text.lines()) {
        reader.line(line, number, operations);
    }
}

/// Schemas that stand in code, as the value of `typeDefs`.
pub(super) fn inline(outline: &Outline, operations: &mut Vec<OperationFact>) {
    for assignment in &outline.assignments {
        let is_schema = assignment.target.to_lowercase().ends_with("typedefs")
            || assignment.target.to_lowercase().ends_with("schema");
        if is_schema || matches!(assignment.value, Value::Call(_)) {
            stated(&assignment.value, assignment.line, is_schema, operations);
        }
    }
    for call in &outline.calls {
        for argument in &call.value.args {
            if let Some(schema) = argument.value.key("typeDefs").or_else(|| argument.value.key("schema")) {
                stated(schema, call.value.line, true, operations);
            }
        }
    }
}

fn stated(value: &Value, line: u32, is_schema: bool, operations: &mut Vec<OperationFact>) {
    match value {
        Value::Text(text) if is_schema => all_on(text, line, operations),
        Value::Call(call) if matches!(call.callee.as_str(), "gql" | "graphql" | "buildSchema") => {
            if let Some(text) = call.positional(0).and_then(Value::as_text) {
                all_on(text, call.line, operations);
            }
        }
        Value::List(items) if is_schema => items.iter().for_each(|item| stated(item, line, is_schema, operations)),
        _ => {}
    }
}

fn all_on(text: &str, line: u32, operations: &mut Vec<OperationFact>) {
    if text.contains("type ") {
        read(text, line, operations);
    }
}

/// Where in a schema one is.
struct Reader {
    within: Option<OperationKind>,
    depth: usize,
    is_doc: bool,
    parens: usize,
}

impl Reader {
    fn line(&mut self, line: &str, number: u32, operations: &mut Vec<OperationFact>) {
        let mut rest = line.split('#').next().unwrap_or_default().trim();
        if rest.matches("\"\"\"").count() % 2 == 1 {
            self.is_doc = !self.is_doc;
            return;
        }
        if self.is_doc || rest.starts_with('"') {
            return;
        }
        if self.depth == 0 {
            let Some((head, body)) = rest.split_once('{') else { return };
            let head = head.trim().strip_prefix("extend ").unwrap_or(head.trim());
            let name = head.strip_prefix("type ").and_then(|name| name.split([' ', '@']).find(|part| !part.is_empty()));
            self.within = name.and_then(root);
            self.depth = 1;
            rest = body.trim();
        }
        // A line may hold several fields, or the end.
        for letter in rest.chars() {
            match letter {
                '{' => self.depth += 1,
                '}' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
        if let Some(kind) = self.within {
            self.fields(rest.trim_end_matches('}'), kind, number, operations);
        }
        if self.depth == 0 {
            self.within = None;
        }
    }

    /// `order(id: ID!): Order!`, one or more of them.
    fn fields(&mut self, text: &str, kind: OperationKind, number: u32, operations: &mut Vec<OperationFact>) {
        let mut plain = String::new();
        for letter in text.chars() {
            match letter {
                '(' => self.parens += 1,
                ')' => {
                    self.parens = self.parens.saturating_sub(1);
                    // What was asked on lines of its own is answered here: the field was read where it began.
                    if self.parens == 0 && plain.is_empty() {
                        plain.push_str("()");
                    }
                }
                letter if self.parens == 0 => plain.push(letter),
                _ => {}
            }
        }
        let name: String =
            plain.trim().chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
        if name.is_empty() {
            return;
        }
        let answer = plain.split_once(':').map(|(_, answer)| answer.split(['@', ',']).next().unwrap_or(answer).trim());
        let response = answer
            .filter(|answer| !answer.is_empty())
            .map(|answer| Atom::new(answer.split_whitespace().next().unwrap_or(answer)));
        operations.push(operation(
            kind,
            name.as_str().into(),
            HandlerRef::Inline(Lines::one(number)),
            response,
            number,
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_root_types_are_operations() {
        let text = "\"\"\"\nAll.\n\"\"\"\ntype Query {\n  \"One.\"\n  order(id: ID!): Order! # x\n  orders(\n    page: Int\n  ): [Order!]!\n}\n\
                    type Order { id: ID! }\nextend type Mutation { pay(id: ID!): Boolean @auth }\n";
        let mut operations = Vec::new();
        read(text, 1, &mut operations);
        let told: Vec<_> = operations.iter().map(|it| (it.name.as_str(), it.response.as_deref(), it.line)).collect();
        assert_eq!(told, [("order", Some("Order!"), 6), ("orders", None, 7), ("pay", Some("Boolean"), 12)]);
    }
}
