//! What an endpoint understands: found out by what it refuses, and remembered for the client's life.

use serde_json::{Map, Value, json};

use super::CompletionRequest;

/// How requests are put to an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    format: ReplyFormat,
    token_limit: TokenLimit,
    /// Whether the other name of the limit was refused before.
    token_limit_is_last: bool,
    temperature: bool,
}

/// How the endpoint is told the form of its reply, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum ReplyFormat {
    /// A strict JSON schema.
    Schema,
    /// The same without bounds on lengths, which some endpoints refuse.
    UnboundedSchema,
    /// Any JSON object; the schema stands in the prompt.
    Object,
    /// Plain text; the schema stands in the prompt.
    Text,
}

/// Name of the parameter that limits the reply's length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TokenLimit {
    MaxCompletionTokens,
    MaxTokens,
}

impl Dialect {
    /// What an endpoint at `base_url` most likely understands.
    pub(super) fn presumed(base_url: &str) -> Self {
        // `max_completion_tokens` is OpenAI's own word; servers that do not know it ignore it without a word.
        let openai = ["openai.com", "azure.com"].iter().any(|host| base_url.contains(host));
        let token_limit = if openai { TokenLimit::MaxCompletionTokens } else { TokenLimit::MaxTokens };
        Self { format: ReplyFormat::Schema, token_limit, token_limit_is_last: false, temperature: true }
    }

    /// The request's body.
    pub(super) fn body(self, model: &str, request: &CompletionRequest) -> Value {
        let mut body = Map::new();
        body.insert("model".into(), model.into());
        body.insert(
            "messages".into(),
            json!([{"role": "system", "content": request.system}, {"role": "user", "content": self.prompt(request)}]),
        );
        body.insert("stream".into(), false.into());
        let token_limit = match self.token_limit {
            TokenLimit::MaxCompletionTokens => "max_completion_tokens",
            TokenLimit::MaxTokens => "max_tokens",
        };
        body.insert(token_limit.into(), request.max_output_tokens.into());
        if self.temperature {
            body.insert("temperature".into(), 0.into());
        }
        if let Some(format) = self.response_format(request) {
            body.insert("response_format".into(), format);
        }
        Value::Object(body)
    }

    fn prompt(self, request: &CompletionRequest) -> String {
        match self.format {
            ReplyFormat::Schema | ReplyFormat::UnboundedSchema => request.prompt.clone(),
            ReplyFormat::Object | ReplyFormat::Text => format!(
                "{}\n\nReply with one JSON object and nothing else. It must fit this JSON schema:\n{}",
                request.prompt, request.schema
            ),
        }
    }

    fn response_format(self, request: &CompletionRequest) -> Option<Value> {
        let schema = match self.format {
            ReplyFormat::Schema => request.schema.clone(),
            ReplyFormat::UnboundedSchema => unbounded(&request.schema, 0),
            ReplyFormat::Object => return Some(json!({"type": "json_object"})),
            ReplyFormat::Text => return None,
        };
        let json_schema = json!({"name": request.schema_name, "strict": true, "schema": schema});
        Some(json!({"type": "json_schema", "json_schema": json_schema}))
    }

    /// The dialect to try after a request in this one was refused with `message`; nothing if the message names
    /// nothing that could be left out.
    pub(super) fn without_refused(self, message: &str) -> Option<Self> {
        let message = message.to_lowercase();
        let names = |words: &[&str]| words.iter().any(|word| message.contains(word));
        if names(&["max_completion_tokens", "max_tokens"])
            && names(&["support", "unknown", "unrecogni", "extra", "use "])
        {
            let token_limit = match self.token_limit {
                // Without any limit a reply could cost more than was reserved for it.
                _ if self.token_limit_is_last => return None,
                TokenLimit::MaxCompletionTokens => TokenLimit::MaxTokens,
                TokenLimit::MaxTokens => TokenLimit::MaxCompletionTokens,
            };
            return Some(Self { token_limit, token_limit_is_last: true, ..self });
        }
        if self.temperature && names(&["temperature"]) {
            return Some(Self { temperature: false, ..self });
        }
        if names(&["response_format", "json_schema", "json_object", "json schema", "schema", "structured output"]) {
            let format = match self.format {
                ReplyFormat::Schema if names(&["maxlength", "minlength", "maxitems", "minitems"]) => {
                    ReplyFormat::UnboundedSchema
                }
                ReplyFormat::Schema | ReplyFormat::UnboundedSchema => ReplyFormat::Object,
                ReplyFormat::Object => ReplyFormat::Text,
                ReplyFormat::Text => return None,
            };
            return Some(Self { format, ..self });
        }
        None
    }
}

/// The schema without bounds on lengths. Our schemas are a few levels deep: what is deeper stays as it is.
fn unbounded(schema: &Value, depth: u8) -> Value {
    const BOUNDS: [&str; 4] = ["maxLength", "minLength", "maxItems", "minItems"];
    match schema {
        Value::Object(entries) if depth < 32 => entries
            .iter()
            .filter(|(key, value)| !(BOUNDS.contains(&key.as_str()) && value.is_number()))
            .map(|(key, value)| (key.clone(), unbounded(value, depth + 1)))
            .collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> CompletionRequest {
        CompletionRequest {
            system: "rules".into(),
            prompt: "task".into(),
            schema_name: "reply",
            schema: json!({"type": "object", "properties": {"text": {"type": "string", "maxLength": 9}}}),
            max_output_tokens: 50,
            purpose: "overview".into(),
        }
    }

    /// Refuses `messages` one after the other and gives the last body.
    fn after(base_url: &str, messages: &[&str]) -> Value {
        let dialect = messages.iter().fold(Dialect::presumed(base_url), |dialect, message| {
            dialect.without_refused(message).unwrap_or_else(|| panic!("nothing to leave out: {message}"))
        });
        dialect.body("m", &request())
    }

    #[test]
    fn the_reply_format_steps_down() {
        let local = "http://localhost:8080/v1";
        assert_eq!(after(local, &[])["response_format"]["json_schema"]["strict"], true);
        let loose = after(local, &["schema keyword 'maxLength' is not permitted"]);
        assert_eq!(loose["response_format"]["json_schema"]["schema"]["properties"]["text"], json!({"type": "string"}));
        let object = after(local, &["response_format type json_schema is not supported"]);
        assert_eq!(object["response_format"], json!({"type": "json_object"}));
        assert!(object["messages"][1]["content"].as_str().is_some_and(|text| text.contains("\"maxLength\":9")));
        let text = after(local, &["json_schema is not supported", "unknown field response_format"]);
        assert_eq!(text.get("response_format"), None);
    }

    #[test]
    fn the_token_limit_goes_by_the_name_that_is_understood() {
        let message = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
        assert_eq!(after("http://gateway.example.com", &[message])["max_completion_tokens"], 50);
        let openai = "https://api.openai.com/v1";
        assert_eq!(after(openai, &[])["max_completion_tokens"], 50);
        let unknown = "unknown parameter: max_completion_tokens";
        assert_eq!(after(openai, &[unknown])["max_tokens"], 50);
        let last = Dialect::presumed(openai).without_refused(unknown);
        assert_eq!(last.and_then(|last| last.without_refused("max_tokens is not supported")), None);
    }

    #[test]
    fn other_refusals_are_final() {
        assert_eq!(Dialect::presumed("").without_refused("the model `x` does not exist"), None);
        let without = after("", &["temperature does not support 0 with this model"]);
        assert_eq!(without.get("temperature"), None);
    }
}
