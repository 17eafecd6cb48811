//! `docagent gen`: the main job, with its progress and its summary.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::agents;
use crate::codebase::{Codebase, Confidence, Scope};
use crate::config::{Config, Flags, ModelConfig};
use crate::diagnostics::{Failure, FailureKind};
use crate::llm::{self, Caps, Connection, Cost, Endpoint, LanguageModel, Patience, Price, PriceSource};
use crate::pipeline::{self, Look, Prepared, Report};
use crate::plan::Manifest;

use super::arguments::Gen;
use super::progress::Progress;
use super::{counted, print};

/// Runs `gen`.
pub(super) fn run(asked: &Gen) -> Result<(), Failure> {
    let flags = Flags {
        offline: asked.offline,
        out: asked.out.clone(),
        model: asked.model.clone(),
        base_url: asked.base_url.clone(),
        max_cost_usd: asked.max_cost,
    };
    let (workspace, config) = super::open(&asked.path, flags)?;
    let progress = Progress::new();
    let look = Look { recluster: asked.recluster, ..Look::default() };
    let mut prepared = pipeline::prepare(&workspace, &config, asked.since.as_deref(), look)?;
    progress.line(&found(&prepared));
    super::report(&prepared.diagnostics, asked.verbose);
    prepared.diagnostics.clear();
    if asked.full {
        prepared.manifest = Manifest { sections: BTreeMap::new(), ..prepared.manifest };
    }
    if asked.dry_run {
        return print(&plan(&prepared, config.model.as_ref())?);
    }
    let model = config.model.as_ref().map(connect).transpose()?;
    let model = model.as_ref().map(|model| model as &dyn LanguageModel);
    let report = pipeline::generate(&workspace, &config, prepared, model, &|event| progress.event(event))?;
    progress.done();
    super::report(&report.diagnostics, asked.verbose);
    eprint_summary(&report, &config, &progress);
    if report.failed.is_empty() {
        return Ok(());
    }
    let sections: Vec<&str> = report.failed.iter().map(|section| section.0.as_str()).collect();
    let message = format!(
        "the model wrote no words for {}; their pages hold the facts, and earlier words where there were any",
        sections.join(", ")
    );
    Err(Failure::new(FailureKind::Model, message)
        .help("mend what the warnings say, then run `docagent gen` again: only these are asked for"))
}

/// The model of the configuration, within its limits.
fn connect(model: &ModelConfig) -> Result<impl LanguageModel + use<>, Failure> {
    let price = price(model)?;
    let connection = Connection {
        endpoint: Endpoint {
            base_url: model.base_url.clone(),
            key: model.api_key.clone(),
            model: model.name.clone(),
            timeout: Duration::from_secs(model.timeout_seconds),
        },
        patience: Patience::default(),
        caps: Caps {
            concurrency: model.concurrency,
            requests: None,
            cost: Some(Cost::from_dollars(model.max_cost_usd)),
        },
        price,
    };
    llm::connect(connection).map_err(|error| {
        Failure::new(FailureKind::Config, error.to_string())
            .help("mend `OPENAI_BASE_URL` or `--base-url`, or add `--offline`")
    })
}

/// What the model costs. A cap over an unknown price would be none.
fn price(model: &ModelConfig) -> Result<Price, Failure> {
    if let (Some(input), Some(output)) = (model.input_price, model.output_price) {
        return Ok(Price::per_million(input, output));
    }
    let price = Price::find(&model.name, &model.base_url);
    if price.source() == PriceSource::Unknown {
        let message = format!("the price of `{}` is not known, so its cost cannot be capped", model.name);
        return Err(Failure::new(FailureKind::Config, message).help(
            "set `model.input_price` and `model.output_price` (US dollars for a million tokens, 0 if free) in docagent.toml",
        ));
    }
    Ok(price)
}

/// `199 files, 12,345 lines · 6 domains · 33 endpoints · 4 externals`, and what changed.
fn found(prepared: &Prepared) -> String {
    let codebase = &prepared.codebase;
    let lines: u64 = codebase.files.iter().map(|file| u64::from(file.lines)).sum();
    let mut text =
        format!("{}, {} · {}", counted(codebase.files.len(), "file", "files"), counted_lines(lines), parts(codebase));
    if !codebase.skipped.is_empty() {
        let reasons: Vec<String> =
            codebase.skipped.iter().map(|skipped| format!("{} {}", skipped.count, skipped.reason)).collect();
        text.push_str(&format!("\nskipped: {} (`docagent inspect files` names them)", reasons.join(", ")));
    }
    if let Some(changes) = &prepared.changes {
        let files = counted(changes.files.len(), "file", "files");
        text.push_str(&format!("\n{files} changed since {}", changes.since));
    }
    text
}

fn parts(codebase: &Codebase) -> String {
    let externals = codebase
        .externals
        .iter()
        .filter(|it| it.confidence > Confidence::Declared && matches!(it.scope, Scope::Runtime | Scope::Deployment));
    [
        counted(codebase.domains.domains.len(), "domain", "domains"),
        counted(codebase.endpoints.len(), "endpoint", "endpoints"),
        counted(externals.count(), "external system", "external systems"),
        counted(codebase.entities.len(), "entity", "entities"),
    ]
    .join(" · ")
}

fn counted_lines(lines: u64) -> String {
    let digits = lines.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + " lines"
}

/// What a run would ask the model for, and for how much.
fn plan(prepared: &Prepared, model: Option<&ModelConfig>) -> Result<String, Failure> {
    let Some(model) = model else {
        return Ok("no model is set: every page would be written from facts, at no cost\n".to_owned());
    };
    let price = price(model)?;
    let estimate = agents::estimate(&prepared.codebase, &prepared.drafts, &prepared.manifest, &model.name, &price);
    let mut text = String::new();
    for section in &estimate.sections {
        text.push_str(&format!(
            "{}  {} tokens in, {} out, ${:.4}  ({})\n",
            section.section,
            section.input_tokens,
            section.output_tokens,
            section.cost.dollars(),
            section.reason
        ));
    }
    let (input, output, cost) = estimate.total();
    text.push_str(&format!(
        "{} to write with {}, {} up to date: about {input} tokens in, {output} out, ${:.4} (cap ${:.2})\n",
        counted(estimate.sections.len(), "section", "sections"),
        model.name,
        estimate.fresh,
        cost.dollars(),
        model.max_cost_usd
    ));
    Ok(text)
}

fn eprint_summary(report: &Report, config: &Config, progress: &Progress) {
    let published = &report.published;
    let is_page = |path: &&crate::codebase::RepoPath| !path.as_str().starts_with(".docagent/");
    let written = published.written.iter().filter(is_page).count();
    let removed = published.removed.iter().filter(is_page).count();
    let mut text = if written + removed == 0 {
        format!("nothing to write: `{}` is up to date", config.output)
    } else {
        format!("{} written to `{}`", counted(written, "page", "pages"), config.output)
    };
    if removed > 0 {
        text.push_str(&format!(", {removed} removed"));
    }
    let spent = report.ledger.total();
    match &config.model {
        None => text.push_str(" · no model: every word is from the code"),
        Some(_) if spent.calls == 0 => text.push_str(" · no model call was needed"),
        Some(model) => text.push_str(&format!(
            " · {}: {}, {} tokens in, {} out, ${:.4}",
            model.name,
            counted(usize::try_from(spent.calls).unwrap_or(usize::MAX), "call", "calls"),
            spent.usage.input_tokens,
            spent.usage.output_tokens,
            spent.cost.dollars()
        )),
    }
    progress.line(&format!("{text} · {:.1} s", progress.seconds()));
}
