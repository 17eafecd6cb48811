//! `docagent inspect`: the facts, as tables or JSON.

use crate::codebase::message::JobTrigger;
use crate::codebase::{Codebase, Job, Party, RepoPath};
use crate::config::Flags;
use crate::diagnostics::{Failure, FailureKind};
use crate::output::{json, openapi};
use crate::pipeline::{self, Look};

use super::arguments::{Inspect, Level, PrintAs, What};
use super::explain;

/// Prints the facts asked for.
pub(super) fn run(asked: &Inspect) -> Result<(), Failure> {
    let offline = Flags { offline: true, ..Flags::default() };
    if asked.format == PrintAs::Openapi && asked.what != What::Endpoints {
        return Err(Failure::new(FailureKind::Usage, "only endpoints can be printed as OpenAPI")
            .help("run `docagent inspect endpoints --format openapi`"));
    }
    if asked.explain.is_some() && (asked.what != What::Domains || asked.format == PrintAs::Openapi) {
        return Err(Failure::new(FailureKind::Usage, "`--explain` tells of domains alone")
            .help("run `docagent inspect domains --explain src/app.py`"));
    }
    let (root, file) = match asked.what {
        What::Facts => root_of(&asked.path)?,
        _ => (asked.path.clone(), None),
    };
    let (workspace, config) = super::open(&root, offline)?;
    let look = Look { recluster: asked.recluster, ignore_folders: asked.ignore_folders };
    let (codebase, diagnostics) = pipeline::analyse(&workspace, &config, look)?;
    super::report(&diagnostics, asked.verbose);
    if let Some(path) = &asked.explain {
        return super::print(&explain::text(asked, &codebase, &RepoPath::new(path))?);
    }
    let text = match asked.format {
        PrintAs::Json => as_json(asked, &codebase, file.as_ref())?,
        PrintAs::Table => as_table(asked, &codebase, file.as_ref())?,
        PrintAs::Openapi => format!("{:#}\n", openapi::document(&codebase, None)),
    };
    super::print(&text)
}

/// The folder to analyse for a file: the current folder where the file lies in it, else the file's own.
fn root_of(path: &std::path::Path) -> Result<(std::path::PathBuf, Option<RepoPath>), Failure> {
    let missing = |_| {
        Failure::new(FailureKind::Usage, format!("there is no file `{}`", path.display()))
            .help("give a source file: `docagent inspect facts src/app.py`")
    };
    let full = path.canonicalize().map_err(missing)?;
    let here = std::env::current_dir().and_then(|dir| dir.canonicalize()).unwrap_or_default();
    let root = if full.starts_with(&here) { here } else { full.parent().unwrap_or(&here).to_path_buf() };
    let below = full.strip_prefix(&root).unwrap_or(&full);
    Ok((root.clone(), Some(RepoPath::new(below.to_string_lossy()))))
}

fn as_json(asked: &Inspect, codebase: &Codebase, file: Option<&RepoPath>) -> Result<String, Failure> {
    let value = match asked.what {
        What::Files => json::files(codebase),
        What::Graph if asked.level == Level::Symbol => json::symbol_graph(codebase),
        What::Graph => json::graph(codebase),
        What::Domains => json::domains(codebase),
        What::Endpoints => json::endpoints(codebase),
        What::Externals => json::externals(codebase),
        What::Entities => json::entities(codebase),
        What::Flows => json::flows(codebase),
        What::Codebase => json::codebase(codebase),
        What::Facts => return facts(codebase, file),
    };
    let text = serde_json::to_string_pretty(&value);
    text.map(|text| text + "\n").map_err(|error| Failure::new(FailureKind::Internal, error.to_string()))
}

fn facts(codebase: &Codebase, file: Option<&RepoPath>) -> Result<String, Failure> {
    let found = file.and_then(|path| Some((path, codebase.facts.get(codebase.file_index(path)?)?)));
    let Some((path, facts)) = found else {
        return Err(Failure::new(FailureKind::Usage, "this file was not read")
            .help("`docagent inspect files` lists the files that are read; `--verbose` says why others are not"));
    };
    let text = serde_json::to_string_pretty(&json::facts(path, facts));
    text.map(|text| text + "\n").map_err(|error| Failure::new(FailureKind::Internal, error.to_string()))
}

fn as_table(asked: &Inspect, codebase: &Codebase, file: Option<&RepoPath>) -> Result<String, Failure> {
    let rows = match asked.what {
        What::Facts => return facts(codebase, file),
        What::Codebase => summary(codebase),
        What::Files => files(codebase),
        What::Graph => graph(codebase),
        What::Domains => domains(codebase),
        What::Endpoints => endpoints(codebase),
        What::Externals => externals(codebase),
        What::Entities => entities(codebase),
        What::Flows => flows(codebase),
    };
    Ok(align(&rows))
}

fn summary(codebase: &Codebase) -> Vec<Vec<String>> {
    let lines: u64 = codebase.files.iter().map(|file| u64::from(file.lines)).sum();
    [
        ("files", codebase.files.len().to_string()),
        ("lines", lines.to_string()),
        ("components", codebase.components.len().to_string()),
        ("dependencies between files", codebase.graph.file_edges().count().to_string()),
        ("domains", codebase.domains.domains.len().to_string()),
        ("endpoints", codebase.endpoints.len().to_string()),
        ("external systems", codebase.externals.len().to_string()),
        ("entities", codebase.entities.len().to_string()),
        ("channels", codebase.channels.len().to_string()),
        ("jobs", codebase.jobs.len().to_string()),
    ]
    .map(|(name, value)| vec![name.to_owned(), value])
    .to_vec()
}

fn files(codebase: &Codebase) -> Vec<Vec<String>> {
    let mut rows = vec![header(&["LANGUAGE", "ROLE", "LINES", "COMPONENT", "PATH"])];
    rows.extend(codebase.files.iter().map(|file| {
        vec![
            file.language.as_str().to_owned(),
            format!("{:?}", file.role).to_lowercase(),
            file.lines.to_string(),
            file.component.clone().unwrap_or_default(),
            file.path.to_string(),
        ]
    }));
    for skipped in &codebase.skipped {
        let examples: Vec<&str> = skipped.examples.iter().map(RepoPath::as_str).collect();
        rows.push(vec![
            "skipped".to_owned(),
            skipped.reason.clone(),
            skipped.count.to_string(),
            String::new(),
            examples.join(", "),
        ]);
    }
    rows
}

fn graph(codebase: &Codebase) -> Vec<Vec<String>> {
    let path = |file: u32| codebase.files.get(file as usize).map_or_else(String::new, |file| file.path.to_string());
    let mut rows = vec![header(&["KIND", "COUNT", "FROM", "TO"])];
    rows.extend(codebase.graph.file_edges().map(|(from, to, kind, edge)| {
        vec![
            format!("{kind:?}").to_lowercase(),
            edge.count.to_string(),
            format!("{}:{}", path(from), edge.line),
            path(to),
        ]
    }));
    rows
}

fn domains(codebase: &Codebase) -> Vec<Vec<String>> {
    let mut rows = vec![header(&["DOMAIN", "NAME", "FILES", "PARTS", "TERMS"])];
    rows.extend(codebase.domains.domains.iter().map(|domain| {
        let parts: Vec<&str> = domain.parts.iter().map(|part| part.name.as_str()).collect();
        let files = domain.files.len().to_string();
        vec![domain.id.clone(), domain.name.clone(), files, parts.join(", "), domain.terms.join(", ")]
    }));
    rows.push(vec![
        "-".to_owned(),
        "shared".to_owned(),
        codebase.domains.shared.len().to_string(),
        String::new(),
        String::new(),
    ]);
    rows
}

fn endpoints(codebase: &Codebase) -> Vec<Vec<String>> {
    let mut rows = vec![header(&["METHOD", "PATH", "KIND", "APP", "AUTH", "HANDLER"])];
    rows.extend(codebase.endpoints.iter().map(|endpoint| {
        let auth = match &endpoint.auth {
            None => "?",
            Some(auth) if auth.required => "yes",
            Some(_) => "open",
        };
        let handler = &endpoint.handler;
        vec![
            endpoint.method.to_string(),
            endpoint.path.clone(),
            format!("{:?}", endpoint.kind).to_lowercase(),
            endpoint.app.clone(),
            auth.to_owned(),
            format!("{}:{} {}", handler.file, handler.line, handler.symbol),
        ]
    }));
    rows
}

fn externals(codebase: &Codebase) -> Vec<Vec<String>> {
    let mut rows = vec![header(&["CATEGORY", "NAME", "SCOPE", "CONFIDENCE", "REQUIREMENT", "USED BY", "EVIDENCE"])];
    rows.extend(codebase.externals.iter().map(|external| {
        let evidence = external.evidence.first();
        vec![
            external.category.to_string(),
            external.name.clone(),
            format!("{:?}", external.scope).to_lowercase(),
            format!("{:?}", external.confidence).to_lowercase(),
            format!("{:?}", external.requirement).to_lowercase(),
            external.used_by.join(", "),
            evidence.map_or_else(String::new, |it| format!("{}:{} {}", it.file, it.line, it.detail)),
        ]
    }));
    rows
}

fn entities(codebase: &Codebase) -> Vec<Vec<String>> {
    let mut rows = vec![header(&["ENTITY", "TABLE", "STORE", "FIELDS", "WHERE"])];
    rows.extend(codebase.entities.iter().map(|entity| {
        vec![
            entity.name.clone(),
            entity.table.clone(),
            entity.store.to_string(),
            entity.fields.len().to_string(),
            format!("{}:{}", entity.file, entity.line),
        ]
    }));
    rows
}

fn flows(codebase: &Codebase) -> Vec<Vec<String>> {
    let mut rows = vec![header(&["KIND", "NAME", "ROLE", "BY", "WHERE"])];
    let row = |kind: String, name: &str, role: &str, party: &Party| {
        let place = format!("{}:{}", party.file, party.line);
        vec![kind, name.to_owned(), role.to_owned(), party.symbol.clone(), place]
    };
    for channel in &codebase.channels {
        let kind = || format!("{:?}", channel.kind).to_lowercase();
        rows.extend(channel.publishers.iter().map(|party| row(kind(), &channel.name, "publishes", party)));
        rows.extend(channel.consumers.iter().map(|party| row(kind(), &channel.name, "consumes", party)));
    }
    let when = |job: &Job| match job.trigger {
        JobTrigger::Continuous => "always".to_owned(),
        _ if job.schedule.is_empty() => "?".to_owned(),
        _ => job.schedule.clone(),
    };
    rows.extend(codebase.jobs.iter().map(|job| row("job".to_owned(), &job.name, &when(job), &job.handler)));
    rows
}

pub(super) fn header(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Columns padded to their widest cell; the last one is left ragged.
pub(super) fn align(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        for (cell, width) in row.iter().zip(&widths) {
            text.push_str(cell);
            text.extend(std::iter::repeat_n(' ', width - cell.chars().count() + 2));
        }
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
    }
    text
}
