//! Container images: compose files, Dockerfiles, Kubernetes manifests and Helm charts.

use super::compose::{self, Services};
use super::entries::Entry;
use super::settings;
use crate::codebase::{EvidenceKind, RepoPath};
use crate::externals::images;
use crate::externals::sightings::Found;
use crate::externals::table::{Name, RuleIndex, Table};

/// Categories whose images, as the base of a Dockerfile, make a server of that kind.
const SERVERS: &[&str] = &["database", "cache", "queue", "search", "storage", "vector", "identity", "warehouse"];

/// Whether a file of this name (in lower case) is a compose file.
pub(super) fn is_compose(name: &str) -> bool {
    name.starts_with("compose.") || name.starts_with("docker-compose") || name.starts_with("compose-")
}

/// Whether a file holds services that compose files extend, whatever it is called: the keys of `services` have images.
pub(super) fn holds_services(text: &str) -> bool {
    let mut lines = text.lines().skip_while(|line| line.trim_end() != "services:").skip(1);
    let indented = lines.by_ref().take_while(|line| line.is_empty() || line.starts_with([' ', '#']));
    let mut inner = indented.map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    inner.next().is_some_and(|first| first.ends_with(':') && !first.starts_with('-'))
        && inner.any(|line| line.starts_with("image:") || line.starts_with("build:"))
}

/// Whether a file of this name (in lower case) is a Dockerfile.
pub(super) fn is_dockerfile(name: &str) -> bool {
    name == "dockerfile" || name.starts_with("dockerfile.") || name.ends_with(".dockerfile")
}

/// Services' images, and what their environment says.
pub(super) fn read_compose(table: &Table, folder: &RepoPath, entries: &[Entry], found: &mut Found) {
    // A service with a profile starts only when it is asked for.
    let optional: Vec<&str> = entries
        .iter()
        .filter(|entry| entry.is_at("services:*:profiles") || entry.is_at("services:*:profiles:-"))
        .filter_map(|entry| entry.path.split(':').nth(1))
        .collect();
    let services = Services::new(folder, entries);
    for entry in entries {
        let Some(service) = compose::service_of(entry) else { continue };
        if entry.is_at("services:*:image") {
            if let Some((rule, image)) = image_of(table, &entry.value) {
                found.set_users(services.users(service));
                found.add_conditional(rule, EvidenceKind::Image, entry.line, &image, optional.contains(&service));
            }
        } else if let Some((key, value)) = compose::variable(entry) {
            found.set_users(services.own(service));
            settings::read_pair(table, EvidenceKind::Env, key, &images::with_defaults(value), entry.line, found);
        }
    }
    found.set_users(Vec::new());
}

/// The base images that make a server.
pub(super) fn read_dockerfile(table: &Table, text: &str, found: &mut Found) {
    for (line, number) in text.lines().zip(1..) {
        let mut words = line.split_whitespace();
        if !words.next().is_some_and(|word| word.eq_ignore_ascii_case("from")) {
            continue;
        }
        let image = words.find(|word| !word.starts_with("--")).unwrap_or_default();
        let Some((rule, image)) = image_of(table, image) else { continue };
        let serves = table.rule(rule).is_some_and(|rule| SERVERS.contains(&rule.category.as_str()));
        if serves {
            found.add(rule, EvidenceKind::Image, number, image, false);
        }
    }
}

/// Images of Kubernetes manifests, and of Helm values (`image.repository`). What the values turn off is there for those
/// who turn it on.
pub(super) fn read_manifest(table: &Table, entries: &[Entry], found: &mut Found) {
    let disabled: Vec<&str> = entries
        .iter()
        .filter(|entry| entry.value == "false")
        .filter_map(|entry| entry.path.strip_suffix("enabled").filter(|above| above.ends_with(':')))
        .collect();
    for entry in entries {
        let names_image = entry.key() == "image" || entry.path.ends_with("image:repository");
        if let Some((rule, image)) = names_image.then(|| image_of(table, &entry.value)).flatten() {
            let is_off = disabled.iter().any(|above| entry.path.starts_with(above));
            found.add_conditional(rule, EvidenceKind::Image, entry.line, &image, is_off);
        }
    }
}

/// Charts that a Helm chart depends on.
pub(super) fn read_chart(table: &Table, entries: &[Entry], found: &mut Found) {
    let parts = entries.iter().filter(|entry| entry.path.starts_with("dependencies:-"));
    let mut charts: Vec<(&Entry, bool)> = Vec::new();
    for entry in parts {
        match entry.key() {
            "name" => charts.push((entry, false)),
            "condition" => {
                if let Some((_, conditional)) = charts.last_mut() {
                    *conditional = true;
                }
            }
            _ => {}
        }
    }
    for (entry, conditional) in charts {
        if let Some(rule) = table.name(Name::Chart, &entry.value) {
            let detail = format!("chart {}", entry.value);
            found.add_conditional(rule, EvidenceKind::Image, entry.line, &detail, conditional);
        }
    }
}

fn image_of(table: &Table, written: &str) -> Option<(RuleIndex, String)> {
    let image = images::with_defaults(written);
    let rule = table.name(Name::Image, &images::normalise(&image))?;
    Some((rule, image))
}
