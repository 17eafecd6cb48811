//! Infrastructure as code and schemas: ARM, Terraform, `CloudFormation`, `azure.yaml`, Prisma.

use super::entries::Entry;
use crate::codebase::external::User;
use crate::codebase::{EvidenceKind, RepoPath};
use crate::externals::sightings::Found;
use crate::externals::table::{Name, Table};

/// The same text with everything between `/*` and `*/` blanked, lines kept.
pub(super) fn without_block_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        let (comment, after) = after.split_once("*/").unwrap_or((after, ""));
        kept.extend(comment.chars().filter(|char| *char == '\n'));
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// Resources of an Azure Resource Manager template.
pub(super) fn read_arm(table: &Table, entries: &[Entry], found: &mut Found) {
    for entry in entries.iter().filter(|entry| entry.key() == "type" && entry.path.contains("resources")) {
        if let Some(rule) = table.arm(&entry.value) {
            found.add(rule, EvidenceKind::Iac, entry.line, entry.value.as_str(), false);
        }
    }
}

/// Resources of a Terraform file.
pub(super) fn read_terraform(table: &Table, text: &str, found: &mut Found) {
    let text = without_block_comments(text);
    for (line, number) in text.lines().zip(1..) {
        let Some(rest) = line.trim_start().strip_prefix("resource ") else { continue };
        let Some(kind) = rest.split('"').nth(1) else { continue };
        let Some(rule) = table.terraform(kind) else { continue };
        let following = text.lines().skip(usize::try_from(number).unwrap_or(usize::MAX)).take(3);
        let conditional = following.map(str::trim_start).any(|line| line.starts_with("count ") && line.contains('?'));
        found.add_conditional(rule, EvidenceKind::Iac, number, kind, conditional);
    }
}

/// Resources of a `CloudFormation` or SAM template.
pub(super) fn read_cloudformation(table: &Table, entries: &[Entry], found: &mut Found) {
    for entry in entries.iter().filter(|entry| entry.is_at("Resources:*:Type")) {
        if let Some(rule) = table.name(Name::CloudFormation, &entry.value) {
            found.add(rule, EvidenceKind::Iac, entry.line, entry.value.as_str(), false);
        }
    }
}

/// Where `azure.yaml` hosts its services.
pub(super) fn read_azd(table: &Table, folder: &RepoPath, entries: &[Entry], found: &mut Found) {
    for entry in entries.iter().filter(|entry| entry.is_at("services:*:host")) {
        if let Some(rule) = table.name(Name::Azd, &entry.value) {
            let sighting = found.line(rule, EvidenceKind::Iac, entry.line, format!("host: {}", entry.value));
            let service = entry.path.trim_end_matches("host");
            let project = entries.iter().find(|own| own.path.strip_prefix(service) == Some("project"));
            sighting.users.extend(project.map(|own| User::At(folder.join(&own.value))));
        }
    }
}

/// The data source of a Prisma schema.
pub(super) fn read_prisma(table: &Table, text: &str, found: &mut Found) {
    let mut inside = false;
    let mut provider = None;
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim();
        inside = (inside && !line.starts_with('}')) || line.starts_with("datasource ");
        let Some((key, value)) = line.split_once('=').filter(|_| inside) else { continue };
        let text = value.split('"').nth(1).unwrap_or_default();
        match key.trim() {
            "provider" => {
                provider = table.name(Name::Orm, &format!("prisma:{text}"));
                if let Some(rule) = provider {
                    found.add(rule, EvidenceKind::Schema, number, format!("provider = {text}"), false);
                }
            }
            "url" if value.trim_start().starts_with("env(") => {
                if let Some(rule) = provider {
                    found.key(rule, EvidenceKind::Schema, number, text);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::without_block_comments;

    #[test]
    fn block_comments_keep_their_lines() {
        assert_eq!(without_block_comments("a /* b\nc */ d\ne /* f"), "a \n d\ne ");
    }
}
