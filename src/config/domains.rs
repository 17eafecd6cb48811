//! `[domains]` of `docagent.toml`: what people say of domains.

use globset::Glob;
use serde::Deserialize;

use super::FILE_NAME;
use crate::codebase::pins::{DomainPin, DomainRules, PathGlob};
use crate::diagnostics::{Failure, FailureKind};

/// The section as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct DomainsForm {
    order: Vec<String>,
    shared: Vec<String>,
    pin: Vec<PinForm>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PinForm {
    name: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    files: Vec<String>,
    #[serde(default)]
    merge: Vec<String>,
}

/// Makes rules of the section.
pub(super) fn rules(form: DomainsForm) -> Result<DomainRules, Failure> {
    let pins = form.pin.into_iter().map(pin).collect::<Result<Vec<_>, _>>()?;
    let clash = pins.iter().enumerate().find(|(at, pin)| pins[..*at].iter().any(|other| other.name == pin.name));
    if let Some((_, pin)) = clash {
        return Err(Failure::new(FailureKind::Config, format!("two pinned domains are called `{}`", pin.name))
            .help(format!("put what they say into one `[[domains.pin]]` of {FILE_NAME}")));
    }
    Ok(DomainRules { pins, shared: path_globs("domains.shared", form.shared)?, order: form.order })
}

fn pin(form: PinForm) -> Result<DomainPin, Failure> {
    let name = form.name.trim().to_owned();
    if !name.chars().any(char::is_alphanumeric) {
        return Err(Failure::new(FailureKind::Config, "a pinned domain has no name")
            .help(format!("give each `[[domains.pin]]` of {FILE_NAME} a `name` with a letter in it")));
    }
    let plain =
        |id: &str| !id.is_empty() && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if let Some(id) = form.id.as_deref().filter(|id| !plain(id)) {
        return Err(Failure::new(FailureKind::Config, format!("`{id}` cannot be the id of a domain"))
            .help("use small letters, digits and `-`: the id is the name of the domain's page"));
    }
    Ok(DomainPin { id: form.id, name, files: path_globs("domains.pin.files", form.files)?, merge: form.merge })
}

fn path_globs(key: &str, patterns: Vec<String>) -> Result<Vec<PathGlob>, Failure> {
    let globs = patterns.into_iter().map(|pattern| match Glob::new(&pattern) {
        Ok(glob) => Ok(PathGlob { matcher: glob.compile_matcher(), pattern }),
        Err(error) => Err(super::broken_glob(key, &pattern, &error)),
    });
    globs.collect()
}
