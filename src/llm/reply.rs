//! What endpoints answer, read leniently: every field may be missing, and errors come in many forms.

use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde::Deserialize;
use serde_json::Value;

use super::{Completion, LlmError, Usage};

/// A chat completion, or an error that came with HTTP 200.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reply {
    choices: Vec<Choice>,
    usage: Option<TokenCounts>,
    error: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Choice {
    message: Option<Message>,
    finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Message {
    content: Option<Value>,
    refusal: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
struct TokenCounts {
    #[serde(rename = "prompt_tokens")]
    prompt: Option<u64>,
    #[serde(rename = "completion_tokens")]
    completion: Option<u64>,
    #[serde(rename = "total_tokens")]
    total: Option<u64>,
}

impl Reply {
    /// The completion, or the error that the reply is.
    pub(super) fn into_completion(self) -> Result<Completion, LlmError> {
        if let Some(error) = self.error.filter(|error| !error.is_null()) {
            return Err(error_of_value(&error));
        }
        let usage = self.usage.map(TokenCounts::usage).unwrap_or_default();
        let Some(choice) = self.choices.into_iter().next() else {
            return Err(LlmError::Malformed("no choice in it".into()));
        };
        let message = choice.message.unwrap_or_default();
        let text = message.content.as_ref().map(text_of).unwrap_or_default();
        if let (true, Some(refusal)) = (text.is_empty(), message.refusal) {
            return Err(LlmError::Refused(shorten(&refusal)));
        }
        let truncated = choice.finish_reason.as_deref() == Some("length");
        Ok(Completion { text, truncated, usage })
    }
}

impl TokenCounts {
    fn usage(self) -> Usage {
        let input_tokens = self.prompt.unwrap_or(0);
        let written = self.total.map_or(0, |total| total.saturating_sub(input_tokens));
        // Where both are given, the larger one counts: some endpoints leave reasoning out of the one.
        Usage { input_tokens, output_tokens: self.completion.unwrap_or(0).max(written) }
    }
}

/// The text of a message: a string, or a list of parts.
fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part.get("text").and_then(Value::as_str)).collect(),
        _ => String::new(),
    }
}

/// An answer with another status than success.
#[derive(Debug)]
pub(super) struct Rejection {
    pub(super) status: StatusCode,
    pub(super) wait: Option<Duration>,
    pub(super) body: String,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {}", self.status.as_u16())
    }
}

impl std::error::Error for Rejection {}

impl Rejection {
    /// What the endpoint says is wrong: the error's message, or the body's beginning.
    pub(super) fn message(&self) -> String {
        let said = match serde_json::from_str::<Value>(&self.body) {
            Ok(body) => message_of(body.get("error").unwrap_or(&body)),
            Err(_) => self.body.clone(),
        };
        shorten(&format!("HTTP {}: {said}", self.status.as_u16()))
    }

    /// Whether the request itself is found wrong, so that it may be put differently.
    pub(super) fn is_about_the_request(&self) -> bool {
        matches!(self.status.as_u16(), 400 | 404 | 415 | 422 | 501)
    }

    /// What it means.
    pub(super) fn into_error(self) -> LlmError {
        let out_of_money = is_out_of_money(&self.body);
        error_of_status(self.status.as_u16(), out_of_money, self.message(), self.wait)
    }
}

fn error_of_status(status: u16, out_of_money: bool, message: String, wait: Option<Duration>) -> LlmError {
    match status {
        _ if out_of_money => LlmError::Refused(message),
        408 | 409 | 425 | 429 | 500 | 502..=599 => LlmError::Transient { message, wait },
        _ => LlmError::Refused(message),
    }
}

/// An error object that came with HTTP 200: its code may be a status, a word or nothing.
fn error_of_value(error: &Value) -> LlmError {
    let message = shorten(&message_of(error));
    let code = error.get("code");
    let status = code.and_then(|code| code.as_u64().or_else(|| code.as_str()?.parse().ok()));
    let status = status.and_then(|status| u16::try_from(status).ok()).unwrap_or(500);
    error_of_status(status, is_out_of_money(&error.to_string()), message, None)
}

fn message_of(error: &Value) -> String {
    match error {
        Value::String(message) => message.clone(),
        error => match error.get("message").or_else(|| error.get("detail")).and_then(Value::as_str) {
            Some(message) => message.to_owned(),
            None => error.to_string(),
        },
    }
}

/// An exhausted account answers like a rate limit, but waiting does not fill it.
fn is_out_of_money(text: &str) -> bool {
    ["insufficient_quota", "billing_hard_limit_reached", "insufficient_credits"].iter().any(|code| text.contains(code))
}

/// One line of at most 300 characters, without control characters.
pub(super) fn shorten(text: &str) -> String {
    let line = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = line.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(300) {
        Some((end, _)) => format!("{} ...", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// How long the endpoint asks to wait: `Retry-After` in seconds or as a date.
pub(super) fn wait_asked_for(headers: &HeaderMap) -> Option<Duration> {
    if let Some(milliseconds) = number(headers, "retry-after-ms") {
        return Some(Duration::from_secs_f64(milliseconds / 1000.0));
    }
    if let Some(seconds) = number(headers, RETRY_AFTER.as_str()) {
        return Some(Duration::from_secs_f64(seconds));
    }
    let date = httpdate::parse_http_date(headers.get(RETRY_AFTER)?.to_str().ok()?).ok()?;
    #[expect(clippy::disallowed_methods, reason = "a date says how long to wait only together with the clock")]
    let now = std::time::SystemTime::now();
    Some(date.duration_since(now).unwrap_or_default())
}

fn number(headers: &HeaderMap, name: &str) -> Option<f64> {
    let number: f64 = headers.get(name)?.to_str().ok()?.trim().parse().ok()?;
    // A year and more is no wait: it only has to stay a valid duration.
    (number.is_finite() && number >= 0.0).then(|| number.min(1e10))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(reply: Value) -> Result<Completion, LlmError> {
        serde_json::from_value::<Reply>(reply).unwrap().into_completion()
    }

    #[test]
    fn odd_replies_are_read() {
        let bare = read(json!({"choices": [{"message": {"content": "{}"}, "finish_reason": "eos_token"}]})).unwrap();
        assert_eq!((bare.text.as_str(), bare.truncated, bare.usage), ("{}", false, Usage::default()));
        let parts = json!({"choices": [{"message": {"content": [{"type": "text", "text": "a"}, {"text": "b"}]}}],
            "usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 30}});
        let parts = read(parts).unwrap();
        assert_eq!((parts.text.as_str(), parts.usage.output_tokens), ("ab", 23));
        assert!(matches!(read(json!({"choices": []})), Err(LlmError::Malformed(_))));
        assert!(matches!(read(json!({"choices": [{"message": {"refusal": "no"}}]})), Err(LlmError::Refused(_))));
    }

    #[test]
    fn errors_are_told_apart() {
        let transient = |error: Value| matches!(read(json!({"error": error})), Err(LlmError::Transient { .. }));
        assert!(transient(json!({"message": "provider returned error", "code": 502})));
        assert!(transient(json!("overloaded")));
        assert!(!transient(json!({"message": "no such model", "code": 404})));
        assert!(!transient(json!({"message": "pay", "code": "insufficient_quota"})));
    }

    #[test]
    fn waits_are_read_in_all_their_forms() {
        let wait = |name: &'static str, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            wait_asked_for(&headers)
        };
        assert_eq!(wait("retry-after", "2"), Some(Duration::from_secs(2)));
        assert_eq!(wait("retry-after-ms", "1500"), Some(Duration::from_millis(1500)));
        assert_eq!(wait("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
        assert!(wait("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT").is_some_and(|wait| wait.as_secs() > 1000));
        assert_eq!(wait("retry-after", "soon"), None);
        assert_eq!(wait("retry-after", "-1"), None);
    }

    #[test]
    fn messages_are_one_short_line() {
        let body = format!("<html>\n\u{1b}[31m{}</html>", "x".repeat(900));
        let message = Rejection { status: StatusCode::TOO_MANY_REQUESTS, wait: None, body }.message();
        assert!(message.starts_with("HTTP 429: <html> [31mxxx"), "{message}");
        assert!(message.chars().count() < 310);
    }
}
