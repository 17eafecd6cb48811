//! `docagent inspect domains --explain FILE`: why a file is in its domain.

use crate::analysis::domains;
use crate::codebase::domain::Explanation;
use crate::codebase::{Codebase, RepoPath};
use crate::diagnostics::{Failure, FailureKind};
use crate::output::json;

use super::arguments::{Inspect, PrintAs};
use super::inspect::{align, header};

/// Domains that are compared.
const FITS_MAX: usize = 4;

/// What to print of the file at `path`.
pub(super) fn text(asked: &Inspect, codebase: &Codebase, path: &RepoPath) -> Result<String, Failure> {
    let Some(explanation) = domains::explain(codebase, path, asked.ignore_folders) else {
        return Err(Failure::new(FailureKind::Usage, format!("`{path}` takes no part in domains")).help(
            "give the path of a source file below the repository's folder, as `docagent inspect files` lists it",
        ));
    };
    if asked.format == PrintAs::Table {
        return Ok(table(codebase, &explanation));
    }
    let text = serde_json::to_string_pretty(&json::explanation(&explanation));
    text.map(|text| text + "\n").map_err(|error| Failure::new(FailureKind::Internal, error.to_string()))
}

fn table(codebase: &Codebase, explanation: &Explanation) -> String {
    let domain = explanation.domain.as_deref().and_then(|id| codebase.domains.get(id));
    let part = domain.and_then(|domain| domain.part_of(&explanation.file));
    let part = part.map_or_else(String::new, |part| format!(", in its part {}", part.name));
    let place = domain.map_or("shared".to_owned(), |domain| format!("{} ({}){part}", domain.name, domain.id));
    let note = if explanation.shapes { "" } else { ", put there after the domains were drawn" };
    let mut reasons = vec![header(&["BECAUSE OF", "SHARE", "WHAT"])];
    reasons.extend(
        explanation.reasons.iter().map(|reason| {
            vec![format!("{:?}", reason.kind).to_lowercase(), percent(reason.share), reason.detail.clone()]
        }),
    );
    let mut fits = vec![header(&["DOMAIN", "DEPENDENCIES", "WORDS", "FOLDER"])];
    fits.extend(
        explanation
            .fits
            .iter()
            .take(FITS_MAX)
            .map(|fit| vec![fit.domain.clone(), percent(fit.dependencies), percent(fit.words), percent(fit.folder)]),
    );
    format!("{}: {place}{note}\n\n{}\n{}", explanation.file, align(&reasons), align(&fits))
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}
