//! The whole program on one screen: the stages in order, nothing else.

use crate::analysis::{self, Options};
use crate::codebase::Codebase;
use crate::config::Config;
use crate::diagnostics::{Diagnostic, Failure};
use crate::workspace::Workspace;

/// Reads and links a repository.
///
/// # Errors
/// Whatever the workspace refuses; a single bad file is a diagnostic.
pub fn analyse(
    workspace: &Workspace,
    config: &Config,
    options: Options,
) -> Result<(Codebase, Vec<Diagnostic>), Failure> {
    let (snapshot, mut diagnostics) = workspace.snapshot(config)?;
    let read = analysis::read(&snapshot, &workspace.contents());
    let (codebase, found) = analysis::codebase(&snapshot, read, options);
    diagnostics.extend(found);
    Ok((codebase, diagnostics))
}
