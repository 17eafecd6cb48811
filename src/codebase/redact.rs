//! Takes secrets out of text that came from the repository, before it reaches a page or a model.
//!
//! One function for everybody: [`redact`] for running text, [`is_sensitive`] for the name a value is given to.

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::{Captures, Regex};

/// What stands in a secret's place.
pub const REDACTED: &str = "***";

/// `text` without passwords, tokens and keys.
pub fn redact(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for rule in rules() {
        if let Cow::Owned(clean) = rule.pattern.replace_all(&text, |found: &Captures<'_>| rule.replacement(found)) {
            text = Cow::Owned(clean);
        }
    }
    text
}

/// Whether what goes by this name is a secret: `JWT_SECRET_KEY`, `defaultPassword`, `ApiKey`.
pub fn is_sensitive(name: &str) -> bool {
    sensitive_name().is_match(name)
}

/// Whether what was found truly is a secret.
type Judge = fn(&str) -> bool;

/// A sort of secret: what it looks like, and whether what was found truly is one.
struct Rule {
    pattern: Regex,
    is_secret: Judge,
}

impl Rule {
    /// The find with its `secret` group taken out.
    fn replacement(&self, found: &Captures<'_>) -> String {
        let (Some(whole), Some(secret)) = (found.get(0), found.name("secret")) else { return REDACTED.to_owned() };
        if !(self.is_secret)(secret.as_str()) {
            return whole.as_str().to_owned();
        }
        let before = secret.start().saturating_sub(whole.start());
        let after = secret.end().saturating_sub(whole.start());
        let text = whole.as_str();
        [text.get(..before).unwrap_or_default(), REDACTED, text.get(after..).unwrap_or_default()].concat()
    }
}

const SENSITIVE: &str = r"(?:pass(?:word|wd|phrase)|pwd|secret|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key|signing[_-]?key|encryption[_-]?key|auth[_-]?key|security[_-]?key|shared[_-]?key|credential|token)";

fn sensitive_name() -> &'static Regex {
    static NAME: OnceLock<Regex> = OnceLock::new();
    NAME.get_or_init(|| compile(&format!("(?i){SENSITIVE}s?(?:[_-]?(?:key|value|hash|salt))?(?:[^a-z]|$)")))
}

fn rules() -> &'static [Rule] {
    static RULES: OnceLock<Vec<Rule>> = OnceLock::new();
    RULES.get_or_init(|| {
        let always: Judge = |_| true;
        let quoted = |quote: &str| format!(r"(?i)[\w.:-]*{SENSITIVE}[\w.-]*[{quote}]?\s*(?:[:=]|=>|,)\s*{quote}(?P<secret>[^{quote}\r\n]+){quote}");
        let named = format!(r#"(?i)[\w.:-]*{SENSITIVE}[\w.-]*\s*=\s*(?P<secret>[^\s;&,"'`)\]}}]+)"#);
        let yaml = format!(r#"(?i)[\w.-]*{SENSITIVE}[\w.-]*["'`]?\s*:\s*(?P<secret>[^\s;,"'`)\]}}]+)"#);
        let rules: [(&str, Judge); 13] = [
            (r"(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----(?P<secret>.*?)(?:-----END|$)", always),
            (r"(?i)[a-z][a-z0-9+.-]*://[^\s/:@]*:(?P<secret>[^\s/@]+)@", not_placeholder),
            (r"(?i)[a-z][a-z0-9+.-]*://(?P<secret>[^\s/:@]{12,})@", not_placeholder),
            (r"(?P<secret>\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?)", always),
            (r"(?P<secret>\b(?:sk|pk|rk)[-_][A-Za-z0-9_-]{16,}|\b(?:gh[opsur]|npm|hf|whsec|shpat|dckr_pat|github_pat)_[A-Za-z0-9_]{12,}|\b(?:glpat|xox[abeoprs]|pypi|dop_v1|ya29)[-_.][A-Za-z0-9_./-]{10,}|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[0-9A-Za-z_-]{30,}|\bSG\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,})", always),
            (r"hooks\.slack\.com/services/(?P<secret>[A-Za-z0-9/]+)", always),
            (r"(?i)\b(?:bearer|basic)\s+(?P<secret>[a-z0-9._~+/-]{16,}=*)", has_digit),
            (r"(?i)[?&](?:sig|signature|key|code|token|access_token|auth)=(?P<secret>[^\s&]+)", not_placeholder),
            (&quoted("\""), not_placeholder),
            (&quoted("'"), not_placeholder),
            (&named, not_placeholder),
            (&yaml, looks_generated),
            (r"(?P<secret>[A-Za-z0-9+/_-]{32,}={0,2})", is_random),
        ];
        rules.into_iter().map(|(pattern, is_secret)| Rule { pattern: compile(pattern), is_secret }).collect()
    })
}

fn compile(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the patterns of this file are constants, and its tests compile each of them")
}

/// Whether it is no reference to a value that is kept elsewhere: `${PASSWORD}`, `{0}`, `<password>`.
fn not_placeholder(value: &str) -> bool {
    !value.starts_with(['$', '{', '<', '%', '*']) && !value.contains("process.env") && !value.contains("os.environ")
}

fn has_digit(value: &str) -> bool {
    value.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether it is no word or type (`password: string`), but something that was made up.
fn looks_generated(value: &str) -> bool {
    not_placeholder(value)
        && value.len() >= 6
        && value.bytes().any(|byte| !(byte.is_ascii_alphabetic() || b"_.<>[]?|".contains(&byte)))
}

/// Whether it is a key rather than a long name or path: letters and digits thoroughly mixed.
fn is_random(value: &str) -> bool {
    let kind = |byte: u8| match byte {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        _ => 3,
    };
    let bytes = value.as_bytes();
    let from_digit = bytes.windows(2).filter(|pair| kind(pair[0]) == 0 && kind(pair[1]) != 0).count();
    from_digit * 12 >= bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_and_the_rest_stays() {
        let cases = [
            ("Server=db;User Id=sa;Password=p@ss!w0rd;Encrypt=true", "Server=db;User Id=sa;Password=***;Encrypt=true"),
            ("postgres://shop:hunter2@db:5432/shop", "postgres://shop:***@db:5432/shop"),
            (
                "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;x",
                "AccountKey=***;x",
            ),
            ("const API_KEY = 'abc-def';", "const API_KEY = '***';"),
            ("JWT_SECRET_KEY = \"SecretKeyOfDoom\"", "JWT_SECRET_KEY = \"***\""),
            ("{\"clientSecret\": \"letmein\"}", "{\"clientSecret\": \"***\"}"),
            ("db_password: s3cr3t-value", "db_password: ***"),
            ("use ghp_0123456789abcdefABCD please", "use *** please"),
            ("Authorization: Bearer abcdef0123456789abcdef", "Authorization: Bearer ***"),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----",
            ),
            ("id 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "id ***"),
            ("https://acc.blob.core.windows.net/c?sv=1&sig=a%2Fb3", "https://acc.blob.core.windows.net/c?sv=1&sig=***"),
        ];
        for (text, clean) in cases {
            assert_eq!(redact(text), clean);
        }
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        for text in [
            "login(password: string): Promise<Token>",
            "Password: required, at least 8 characters",
            "A token is sent by e-mail. The password is hashed.",
            "postgres://${USER}:${PASSWORD}@db/shop",
            "src/Infrastructure/Data/Migrations/CatalogContextModelSnapshot.cs",
            "CreateCatalogItemEndpointV2RequestValidatorFactory",
            "GET /api/catalog-items/{catalogItemId}/pictures/{pictureId}",
        ] {
            assert_eq!(redact(text), text);
        }
    }

    #[test]
    fn sensitive_names_are_known() {
        for name in [
            "JWT_SECRET_KEY",
            "DefaultPassword",
            "api_key",
            "ApiKey",
            "AUTH_TOKEN",
            "ConnectionStrings.Password",
            "clientSecrets",
        ] {
            assert!(is_sensitive(name), "{name}");
        }
        for name in ["PasswordHasher", "TokenService", "PAGE_SIZE", "compass", "sassCompiler"] {
            assert!(!is_sensitive(name), "{name}");
        }
    }
}
