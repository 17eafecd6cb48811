//! Files of hosting platforms: Fly, Render, Heroku, Serverless, and the events of SAM.

use super::entries::Entry;
use super::settings;
use crate::codebase::EvidenceKind;
use crate::externals::sightings::Found;
use crate::externals::table::{Name, Table};

/// What gives a function its events, with the type of resource that it is.
const EVENTS: &[(&str, &str)] = &[
    ("cognitouserpool", "AWS::Cognito::UserPool"),
    ("dynamodb", "AWS::DynamoDB::Table"),
    ("eventbridge", "AWS::Events::EventBus"),
    ("eventbridgerule", "AWS::Events::Rule"),
    ("kinesis", "AWS::Kinesis::Stream"),
    ("s3", "AWS::S3::Bucket"),
    ("sns", "AWS::SNS::Topic"),
    ("sqs", "AWS::SQS::Queue"),
];

/// Kinds of services of Render, with the image that serves as such.
const RENDER: &[(&str, &str)] = &[("keyvalue", "redis"), ("redis", "redis")];

/// `[env]` of `fly.toml`.
pub(super) fn read_fly(table: &Table, text: &str, found: &mut Found) {
    let mut inside = false;
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim();
        if line.starts_with('[') {
            inside = line == "[env]";
        }
        let Some((key, value)) = line.split_once('=').filter(|_| inside && !line.starts_with('#')) else { continue };
        let (key, value) = (key.trim(), value.trim().trim_matches(['"', '\'']));
        settings::read_pair(table, EvidenceKind::Env, key, value, number, found);
    }
}

/// Databases, services and variables of `render.yaml`.
pub(super) fn read_render(table: &Table, entries: &[Entry], found: &mut Found) {
    let mut key = "";
    for entry in entries {
        let image = match entry.path.as_str() {
            "databases:-:name" => Some("postgres"),
            "services:-:type" => RENDER.iter().find(|(kind, _)| *kind == entry.value).map(|(_, image)| *image),
            _ => None,
        };
        if let Some(rule) = image.and_then(|image| table.name(Name::Image, image)) {
            found.add(rule, EvidenceKind::Iac, entry.line, format!("{}: {}", entry.key(), entry.value), false);
        }
        if entry.path.ends_with("envVars:-:key") {
            key = &entry.value;
            settings::read_pair(table, EvidenceKind::Env, key, "", entry.line, found);
        } else if entry.path.ends_with("envVars:-:value") {
            settings::read_pair(table, EvidenceKind::Env, key, &entry.value, entry.line, found);
        }
    }
}

/// Add-ons and variables of Heroku's `app.json`. Other tools have files of this name.
pub(super) fn read_app(table: &Table, entries: &[Entry], found: &mut Found) {
    for entry in entries {
        if entry.is_at("addons:-") || entry.is_at("addons:-:plan") {
            let name = entry.value.split(':').next().unwrap_or_default();
            if let Some(rule) = table.name(Name::Addon, name) {
                found.add(rule, EvidenceKind::Iac, entry.line, format!("addon {}", entry.value), false);
            }
        } else if entry.is_at("env:*:value") || entry.is_at("env:*") {
            let key = entry.path.split(':').nth(1).unwrap_or_default();
            settings::read_pair(table, EvidenceKind::Env, key, &entry.value, entry.line, found);
        }
    }
}

/// Resources, events and variables of `serverless.yml`.
pub(super) fn read_serverless(table: &Table, entries: &[Entry], found: &mut Found) {
    let is_aws =
        entries.iter().any(|entry| (entry.path == "provider:name" || entry.path == "provider") && entry.value == "aws");
    let add = |kind: &str, entry: &Entry, detail: String, found: &mut Found| {
        if let Some(rule) = table.name(Name::CloudFormation, kind).filter(|_| is_aws) {
            found.add(rule, EvidenceKind::Iac, entry.line, detail, false);
        }
    };
    for entry in entries {
        if entry.is_at("resources:Resources:*:Type") {
            add(&entry.value, entry, entry.value.clone(), found);
        } else if entry.is_at("functions:*:handler") {
            add("AWS::Serverless::Function", entry, format!("handler: {}", entry.value), found);
        } else if entry.is_at("provider:environment:*") || entry.is_at("functions:*:environment:*") {
            settings::read_pair(table, EvidenceKind::Env, entry.key(), &entry.value, entry.line, found);
        } else if let Some(kind) = event_of(entry) {
            add(kind, entry, format!("event {}", entry.value), found);
        }
    }
}

/// The resource that gives a function an event: `functions:mail:events:-:sqs`.
fn event_of(entry: &Entry) -> Option<&'static str> {
    let mut parts = entry.path.split(':');
    let is_event = parts.next() == Some("functions") && parts.nth(1) == Some("events") && parts.next() == Some("-");
    let name = parts.next().filter(|_| is_event)?.to_lowercase();
    if name == "stream" {
        let kinds = [(":dynamodb:", "AWS::DynamoDB::Table"), (":kinesis:", "AWS::Kinesis::Stream")];
        return kinds.into_iter().find(|(part, _)| entry.value.contains(part)).map(|(_, kind)| kind);
    }
    kind_of(&name)
}

fn kind_of(event: &str) -> Option<&'static str> {
    EVENTS.iter().find(|(name, _)| *name == event).map(|(_, kind)| *kind)
}

/// Events of the functions of a SAM template.
pub(super) fn read_sam_events(table: &Table, entries: &[Entry], found: &mut Found) {
    for entry in entries.iter().filter(|entry| entry.is_at("Resources:*:Properties:Events:*:Type")) {
        let rule = kind_of(&entry.value.to_lowercase()).and_then(|kind| table.name(Name::CloudFormation, kind));
        if let Some(rule) = rule {
            found.add(rule, EvidenceKind::Iac, entry.line, format!("event {}", entry.value), false);
        }
    }
}
