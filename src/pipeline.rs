//! The whole program on one screen: the stages in order, nothing else.

use crate::agents;
use crate::analysis::{self, Options};
use crate::codebase::{Codebase, KeptDomains};
use crate::config::Config;
use crate::diagnostics::{Code, Diagnostic, Failure, FailureKind};
use crate::externals::Table;
use crate::llm::{LanguageModel, Ledger};
use crate::output::{self, Input, OutputFile, keep, state, verify};
use crate::plan::{Drafts, Manifest, SectionId};
use crate::workspace::{Changes, Published, Workspace};

/// Reads and links a repository; its domains go on from those that the last run wrote, unless they are to be found anew.
///
/// # Errors
/// Whatever the workspace refuses; a single bad file is a diagnostic.
pub fn analyse(workspace: &Workspace, config: &Config, options: Look) -> Result<(Codebase, Vec<Diagnostic>), Failure> {
    let kept =
        if options.afresh() { KeptDomains::default() } else { state_on_disk(workspace, config)?.manifest.domains };
    read_and_link(workspace, config, options, &kept)
}

/// How the codebase is to be looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look {
    /// Draw the domains anew, whatever was kept of them.
    pub recluster: bool,
    /// Draw the domains anew, by code alone: no path, namespace or specifier text as a signal.
    pub ignore_folders: bool,
}

impl Look {
    const fn afresh(self) -> bool {
        self.recluster || self.ignore_folders
    }
}

fn read_and_link(
    workspace: &Workspace,
    config: &Config,
    look: Look,
    kept: &KeptDomains,
) -> Result<(Codebase, Vec<Diagnostic>), Failure> {
    let table = Table::with(&config.systems)?;
    let (snapshot, mut diagnostics) = workspace.snapshot(config)?;
    let cache = workspace.cache(config);
    let mut read = analysis::read(&snapshot, &workspace.contents(), &cache, &table);
    cache.remember(&std::mem::take(&mut read.memories));
    let kept = Some(kept).filter(|kept| !look.afresh() && !kept.is_empty());
    let options = Options {
        ignore_folders: look.ignore_folders,
        kept,
        rules: Some(&config.domains).filter(|_| !look.ignore_folders),
        table: Some(&table),
    };
    let (codebase, found) = analysis::codebase(&snapshot, read, options);
    diagnostics.extend(found);
    Ok((codebase, diagnostics))
}

/// What a run knows before it writes: the facts, and what stands on disk from the last run.
pub struct Prepared {
    /// The facts.
    pub codebase: Codebase,
    /// Drafts of the last run.
    pub drafts: Drafts,
    /// What the last run wrote, and from what.
    pub manifest: Manifest,
    /// Files below the output folder as they stand.
    pub on_disk: Vec<OutputFile>,
    /// What changed since the docs were last written, where git can tell.
    pub changes: Option<Changes>,
    /// What was found on the way.
    pub diagnostics: Vec<Diagnostic>,
}

/// Analyses the repository and reads the state of the last run.
///
/// # Errors
/// Whatever the workspace refuses.
pub fn prepare(workspace: &Workspace, config: &Config, since: Option<&str>, look: Look) -> Result<Prepared, Failure> {
    let changes = workspace.changes(since, config)?;
    let State { on_disk, drafts, manifest, broken } = state_on_disk(workspace, config)?;
    let (codebase, mut diagnostics) = read_and_link(workspace, config, look, &manifest.domains)?;
    diagnostics.extend(broken);
    Ok(Prepared { codebase, drafts, manifest, on_disk, changes, diagnostics })
}

/// What stands below the output folder.
struct State {
    on_disk: Vec<OutputFile>,
    drafts: Drafts,
    manifest: Manifest,
    broken: Vec<Diagnostic>,
}

fn state_on_disk(workspace: &Workspace, config: &Config) -> Result<State, Failure> {
    let on_disk: Vec<OutputFile> =
        workspace.pages(&config.output)?.into_iter().map(|(path, text)| OutputFile { path, text }).collect();
    let (drafts, manifest, broken) = state::read(&on_disk);
    Ok(State { on_disk, drafts, manifest, broken })
}

/// What a run came to.
pub struct Report {
    /// The facts that the pages were made from.
    pub codebase: Codebase,
    /// What was written.
    pub published: Published,
    /// What the model was asked, by section.
    pub ledger: Ledger,
    /// Sections that the model wrote now.
    pub sections: Vec<SectionId>,
    /// Sections that should have been written and keep what they had.
    pub failed: Vec<SectionId>,
    /// What was found on the way.
    pub diagnostics: Vec<Diagnostic>,
}

/// Writes what changed: words where a model is given, then pages, then state.
///
/// # Errors
/// [`Failure`] of kind `Workspace` if the output folder cannot be written. A failing model is a diagnostic.
pub fn generate(
    workspace: &Workspace,
    config: &Config,
    prepared: Prepared,
    model: Option<&dyn LanguageModel>,
    progress: &(dyn Fn(agents::Progress<'_>) + Sync),
) -> Result<Report, Failure> {
    let Prepared { codebase, drafts, manifest, on_disk, mut diagnostics, .. } = prepared;
    let words = match model {
        Some(model) => write_words(workspace, config, &codebase, (&drafts, &manifest), model, progress)?,
        None => agents::Outcome {
            fingerprints: manifest.sections.clone(),
            drafts: state::of_present(&codebase, drafts),
            ..agents::Outcome::default()
        },
    };
    let input = Input { codebase: &codebase, drafts: &words.drafts, folder: &config.output };
    let pages = keep::carry_over_all(&on_disk, output::pages(&input));
    diagnostics.extend(verify::broken(&pages, &config.output, &codebase));
    let files = state::with_state(pages, &words.drafts, words.fingerprints, codebase.kept_domains.clone());
    let (obsolete, kept) = state::obsolete(&on_disk, &manifest, &files);
    diagnostics.extend(kept);
    let published = workspace.publish(&config.output, &files, &obsolete)?;
    diagnostics.extend(words.diagnostics);
    Ok(Report { codebase, published, ledger: words.ledger, sections: words.written, failed: words.failed, diagnostics })
}

/// Runs the agents. Each draft is stored as soon as it is accepted: a killed run pays for nothing twice.
fn write_words(
    workspace: &Workspace,
    config: &Config,
    codebase: &Codebase,
    (drafts, manifest): (&Drafts, &Manifest),
    model: &dyn LanguageModel,
    progress: &(dyn Fn(agents::Progress<'_>) + Sync),
) -> Result<agents::Outcome, Failure> {
    let limits = config.model.as_ref().map_or_else(agents::Limits::default, |model| agents::Limits {
        concurrency: model.concurrency,
        max_output_tokens: model.max_output_tokens,
    });
    let store = |event: agents::Progress<'_>| {
        if let agents::Progress::Written { section, fingerprint, draft } = event {
            // What cannot be stored now is stored, or reported, when the pages are published.
            let _ = workspace.publish(&config.output, &[state::draft(section, fingerprint, draft)], &[]);
        }
        progress(event);
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(FailureKind::Internal, error.to_string()))?;
    Ok(runtime.block_on(agents::write(codebase, drafts, manifest, model, &limits, &store)))
}

/// What is out of date or broken in the pages on disk, sorted by page; nothing is written and no model is called.
///
/// # Errors
/// Whatever the workspace refuses.
pub fn check(workspace: &Workspace, config: &Config) -> Result<Vec<Diagnostic>, Failure> {
    let prepared = prepare(workspace, config, None, Look::default())?;
    let Prepared { codebase, drafts, on_disk, manifest, .. } = prepared;
    let drafts = state::of_present(&codebase, drafts);
    let input = Input { codebase: &codebase, drafts: &drafts, folder: &config.output };
    let fresh = keep::carry_over_all(&on_disk, output::pages(&input));
    let mut found = state::differences(&on_disk, &fresh, &manifest);
    let stands: Vec<OutputFile> =
        on_disk.iter().filter(|file| fresh.iter().any(|page| page.path == file.path)).cloned().collect();
    found.extend(verify::broken(&stands, &config.output, &codebase));
    found.extend(agents::stale(&codebase, &drafts, &manifest).into_iter().map(|(section, reason)| {
        Diagnostic::error(Code::StalePage, format!("the words of `{section}` are out of date: {reason}"))
            .help("run `docagent gen`")
    }));
    Ok(found)
}

/// Builds the static site from the pages that a run would write now.
///
/// # Errors
/// Whatever the workspace refuses.
pub fn site(workspace: &Workspace, config: &Config, folder: &std::path::Path) -> Result<Vec<Diagnostic>, Failure> {
    let Prepared { codebase, drafts, on_disk, mut diagnostics, .. } =
        prepare(workspace, config, None, Look::default())?;
    let drafts = state::of_present(&codebase, drafts);
    let input = Input { codebase: &codebase, drafts: &drafts, folder: &config.output };
    let pages = keep::carry_over_all(&on_disk, output::pages(&input));
    let host = codebase.web_url.as_deref().zip(codebase.revision.as_deref());
    let host = host.and_then(|(url, revision)| output::site::CodeHost::new(url, revision));
    let site = output::site::Site { title: &codebase.name, pages: &pages, folder: &config.output, host: host.as_ref() };
    let (book, broken) = output::site::book(&site);
    diagnostics.extend(broken);
    crate::workspace::site::publish(&book, folder)?;
    Ok(diagnostics)
}
