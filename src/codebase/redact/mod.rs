//! Takes secrets out of text that came from the repository, before it reaches a page or a model.
//!
//! One function for everybody: [`redact`] for running text, [`is_sensitive`] for the name a value is given to,
//! [`is_secret`] for both together. [`clean_facts`] uses them on all that is kept of a file.

mod facts;

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::Regex;

pub use facts::{clean_about, clean_component, clean_facts};

/// What stands in a secret's place.
pub const REDACTED: &str = "***";

/// `text` without passwords, tokens and keys.
pub fn redact(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    if !may_hold_secret(&text) {
        return text;
    }
    for rule in rules() {
        if let Some(clean) = rule.clean(&text) {
            text = Cow::Owned(clean);
        }
    }
    text
}

/// Whether what goes by this name is a secret: `JWT_SECRET_KEY`, `defaultPassword`, `ApiKey`.
pub fn is_sensitive(name: &str) -> bool {
    sensitive_name().is_match(name)
}

/// Whether `value`, given to something of this name, is a secret itself and not only about one: `password = "password"`
/// names a field, `TOKEN = "USER_TOKEN"` a variable, `forgotPassword = "Forgot your password?"` is to be read.
pub fn is_secret(name: &str, value: &str) -> bool {
    const SHORTEST: usize = 4;
    let squash = |text: &str| text.replace(['_', '-', '.', ' '], "").to_ascii_lowercase();
    let only = |allowed: fn(&u8) -> bool| value.bytes().all(|byte| allowed(&byte));
    let is_name = only(|byte| byte.is_ascii_uppercase() || *byte == b'_') && value.contains('_');
    let is_word = only(|byte| byte.is_ascii_alphabetic() || b"._-".contains(byte));
    let (own, said) = (squash(name), squash(value));
    let is_echo = is_word && (own.contains(&said) || (said.contains(&own) && value.contains(['.', '_', '-'])));
    let names_a_word = is_word && squash(name).ends_with("token") && value.len() < 16;
    is_sensitive(name)
        && value.len() >= SHORTEST
        && not_placeholder(value)
        && !value.contains(char::is_whitespace)
        && !value.contains("://")
        && !value.starts_with('/')
        && !(is_name || is_echo || names_a_word)
}

/// Whether it is worth looking closer: a quick answer for the many texts that cannot hold a secret.
fn may_hold_secret(text: &str) -> bool {
    static HINT: OnceLock<Regex> = OnceLock::new();
    const SHORTEST: usize = 8;
    let mut run = 0_u32;
    let mut is_suspect = false;
    for byte in text.bytes() {
        run = if byte.is_ascii_alphanumeric() || b"+/_-".contains(&byte) { run + 1 } else { 0 };
        is_suspect |= run == 16 || matches!(byte, b'=' | b':' | b',' | b'`' | b'@');
    }
    text.len() >= SHORTEST
        && (is_suspect || text.contains("-----"))
        && HINT.get_or_init(|| compile(HINTS)).is_match(text)
}

/// What every secret that [`redact`] finds holds, or stands beside.
const HINTS: &str =
    r"(?i-u)pass|pwd|secret|key|token|credential|sig|code|auth|bearer|basic|://|hook|private|[a-z0-9+/_-]{20}";

/// Whether what was found truly is a secret.
type Judge = fn(&str) -> bool;

/// A sort of secret: what it looks like, and whether what was found truly is one.
struct Rule {
    pattern: Regex,
    is_secret: Judge,
}

impl Rule {
    /// `text` with every secret of this sort taken out; nothing where it has none.
    fn clean(&self, text: &str) -> Option<String> {
        let (mut clean, mut kept, mut next) = (String::new(), 0, 0);
        while let Some(found) = self.pattern.captures_at(text, next) {
            let (Some(whole), Some(secret)) = (found.get(0), found.name("secret")) else { break };
            if (self.is_secret)(secret.as_str()) {
                clean.push_str(text.get(kept..secret.start()).unwrap_or_default());
                clean.push_str(REDACTED);
                kept = secret.end();
                next = whole.end();
            } else {
                // What was taken for a secret may be the name of one: `password: ADMIN_PASSWORD: ...`.
                next = if secret.start() > whole.start() { secret.start() } else { whole.end() };
            }
        }
        (kept > 0).then(|| clean + text.get(kept..).unwrap_or_default())
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
    let value = value.trim_end_matches(':');
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
    fn the_name_tells_what_is_a_secret() {
        for (name, value) in [
            ("password", "hunter2"),
            ("DEFAULT_PASSWORD", "Pass@word1"),
            ("JWT_SECRET_KEY", "SecretKeyOfDoomThatMustBeLong"),
            ("apiKey", "letmein"),
            ("clientSecret", "supersecret"),
            ("accessToken", "abc123"),
        ] {
            assert!(is_secret(name, value), "{name} {value}");
        }
        for (name, value) in [
            ("password", "password"),
            ("password", "auth.password.label"),
            ("forgotPassword", "Forgot your password?"),
            ("REPOSITORY_TOKEN", "ItemRepository"),
            ("API_KEY", "STRIPE_API_KEY"),
            ("accessToken", "/oauth/token"),
            ("token", "https://login.example.net/token"),
            ("apiKey", "${API_KEY}"),
            ("tokenizer", "a1b2c3d4"),
        ] {
            assert!(!is_secret(name, value), "{name} {value}");
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
