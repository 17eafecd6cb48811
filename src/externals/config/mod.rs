//! What configuration, compose, infrastructure and schema files say of external systems.

mod aliases;
mod bicep;
mod compose;
mod containers;
mod entries;
mod infrastructure;
mod json;
mod platforms;
mod settings;
mod workflows;
mod yaml;

use super::sightings::Found;
use super::table::{Name, Table};
use crate::codebase::external::Template;
use crate::codebase::{EvidenceKind, RepoPath, Scope};

/// Everything that the file at `path` says, into `found`.
pub(super) fn read(table: &Table, path: &RepoPath, text: &str, found: &mut Found) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let name = path.file_name().to_ascii_lowercase();
    let in_workflows = path.as_str().contains(".github/workflows/");
    found.set_scope(if in_workflows { workflows::scope_of(&name) } else { settings::scope_of(&name) });
    read_name(table, path, text, found);
    match path.extension().to_ascii_lowercase().as_str() {
        _ if settings::is_env_file(&name) => settings::read_env(table, text, found),
        _ if containers::is_dockerfile(&name) => containers::read_dockerfile(table, text, found),
        "yml" | "yaml" => read_yaml(table, path, &name, text, found),
        "json" => read_json(table, &name, text, found),
        "bicep" => bicep::read(table, text, found),
        "tf" => infrastructure::read_terraform(table, text, found),
        "toml" if name == "fly.toml" => platforms::read_fly(table, text, found),
        "prisma" => infrastructure::read_prisma(table, text, found),
        _ => {}
    }
}

/// What an infrastructure template takes in; nothing for other files.
pub(super) fn template(path: &RepoPath, text: &str) -> Option<Template> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let name = path.file_name();
    match path.extension() {
        "bicep" => Some(bicep::template(&path.folder(), text)),
        "bicepparam" => bicep::parameter_file(&path.folder(), text),
        "json" => bicep::parameters(&path.folder().join(&bicep::template_of(name)?), &json::entries(text)),
        _ => None,
    }
}

/// What the file's own name says: `vercel.json` is read by one system only.
pub(super) fn read_name(table: &Table, path: &RepoPath, text: &str, found: &mut Found) {
    let name = path.file_name();
    let in_folder = || format!("{}/{name}", path.folder().file_name());
    let Some(rule) = table.name(Name::File, name).or_else(|| table.name(Name::File, &in_folder())) else { return };
    // Where only the documentation is published, the system itself is not hosted.
    let for_docs = ["mkdocs", "docusaurus", "\"docs/", "vitepress"].iter().any(|word| text.contains(word));
    let sighting = found.line(rule, EvidenceKind::Config, 1, name.to_owned());
    sighting.scope = for_docs.then_some(Scope::Dev);
}

fn read_yaml(table: &Table, path: &RepoPath, name: &str, text: &str, found: &mut Found) {
    if path.as_str().contains(".github/workflows/") {
        workflows::read(table, &yaml::entries(text), found);
    } else if containers::is_compose(name) || containers::holds_services(text) {
        containers::read_compose(table, &path.folder(), &yaml::entries(text), found);
    } else if name == "chart.yaml" {
        containers::read_chart(table, &yaml::entries(text), found);
    } else if name.starts_with("azure.y") {
        infrastructure::read_azd(table, &path.folder(), &yaml::entries(text), found);
    } else if name.starts_with("serverless.") {
        platforms::read_serverless(table, &yaml::entries(text), found);
    } else if name == "render.yaml" {
        platforms::read_render(table, &yaml::entries(text), found);
    } else if text.contains("AWS::") {
        let entries = yaml::entries(text);
        infrastructure::read_cloudformation(table, &entries, found);
        platforms::read_sam_events(table, &entries, found);
    } else if name.starts_with("values") || (text.contains("apiVersion:") && text.contains("kind:")) {
        containers::read_manifest(table, &yaml::entries(text), found);
    } else if name.starts_with("application") || name.starts_with("config") || name.starts_with("settings") {
        settings::read_entries(table, &yaml::entries(text), found);
    }
}

fn read_json(table: &Table, name: &str, text: &str, found: &mut Found) {
    if name.starts_with("appsettings") {
        settings::read_entries(table, &json::entries(text), found);
    } else if name == "app.json" {
        platforms::read_app(table, &json::entries(text), found);
    } else if text.contains("deploymentTemplate.json") {
        infrastructure::read_arm(table, &json::entries(text), found);
    } else if text.contains("AWSTemplateFormatVersion") {
        infrastructure::read_cloudformation(table, &json::entries(text), found);
    }
}
