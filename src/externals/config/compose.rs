//! Which services of a compose file use which: by what they build, depend on, link to and call by host name.

use std::collections::{BTreeMap, BTreeSet};

use super::entries::Entry;
use crate::codebase::RepoPath;
use crate::codebase::external::User;
use crate::externals::hosts::Url;
use crate::externals::images;

/// The services of one compose file.
pub(super) struct Services<'a> {
    /// Where services are built, by name.
    built: BTreeMap<&'a str, RepoPath>,
    /// Services by the service that they use.
    users: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Services<'a> {
    /// Of the compose file in `folder`.
    pub(super) fn new(folder: &RepoPath, entries: &'a [Entry]) -> Self {
        let names: BTreeSet<&str> = entries.iter().filter_map(service_of).collect();
        let mut contexts: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
        let mut users: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for entry in entries {
            let Some(service) = service_of(entry) else { continue };
            let built = |contexts: &mut BTreeMap<&'a str, (&'a str, &'a str)>| {
                let (context, dockerfile) = contexts.remove(service).unwrap_or((".", ""));
                (context, dockerfile)
            };
            if entry.is_at("services:*:build") && entry.value.starts_with('{') {
                let (context, dockerfile) = (in_line(&entry.value, "context"), in_line(&entry.value, "dockerfile"));
                contexts.insert(service, (context.unwrap_or("."), dockerfile.unwrap_or_default()));
            } else if entry.is_at("services:*:build") || entry.is_at("services:*:build:context") {
                let (_, dockerfile) = built(&mut contexts);
                contexts.insert(service, (&entry.value, dockerfile));
            } else if entry.is_at("services:*:build:dockerfile") {
                let (context, _) = built(&mut contexts);
                contexts.insert(service, (context, &entry.value));
            }
            for used in uses(entry) {
                if let Some(used) = names.get(used.as_str()).filter(|used| **used != service) {
                    users.entry(used).or_default().insert(service);
                }
            }
        }
        for (service, base) in extensions(entries) {
            if let Some(context) = contexts.get(base).copied() {
                contexts.entry(service).or_insert(context);
            }
            for using in users.values_mut().filter(|using| using.contains(base)) {
                using.insert(service);
            }
        }
        let is_here = |(_, (context, _)): &(&str, (&str, &str))| !context.contains(['$', ':']);
        let place = |(service, (context, dockerfile)): (&'a str, (&str, &str))| {
            let context = folder.join(context);
            // The Dockerfile lies with the code where one context serves several builds.
            let place = if dockerfile.contains('/') { context.join(dockerfile).folder() } else { context };
            (service, place)
        };
        Self { built: contexts.into_iter().filter(is_here).map(place).collect(), users }
    }

    /// Where the code lies that uses this service.
    pub(super) fn users(&self, service: &str) -> Vec<User> {
        let services = self.users.get(service).into_iter().flatten();
        services.filter_map(|user| self.built.get(user).cloned().map(User::At)).collect()
    }

    /// Where the code of this service lies.
    pub(super) fn own(&self, service: &str) -> Vec<User> {
        self.built.get(service).cloned().map(User::At).into_iter().collect()
    }
}

/// The service that an entry is about.
pub(super) fn service_of(entry: &Entry) -> Option<&str> {
    let mut parts = entry.path.split(':');
    (parts.next() == Some("services")).then(|| parts.next())?
}

/// Services of this file that take over what another one of it says, with that one.
fn extensions(entries: &[Entry]) -> Vec<(&str, &str)> {
    let elsewhere: BTreeSet<&str> =
        entries.iter().filter(|entry| entry.is_at("services:*:extends:file")).filter_map(service_of).collect();
    entries
        .iter()
        .filter_map(|entry| {
            let service = service_of(entry).filter(|service| !elsewhere.contains(service))?;
            if entry.is_at("services:*:extends:service") {
                return Some((service, entry.value.as_str()));
            }
            if !entry.is_at("services:*:extends") {
                return None;
            }
            if !entry.value.starts_with('{') {
                return Some((service, entry.value.as_str()));
            }
            in_line(&entry.value, "file")
                .is_none()
                .then(|| in_line(&entry.value, "service"))?
                .map(|base| (service, base))
        })
        .collect()
}

/// The value of a key in `{key: value, other: value}`.
fn in_line<'v>(map: &'v str, key: &str) -> Option<&'v str> {
    let pairs = map.trim_matches(['{', '}', ' ']).split(',').filter_map(|pair| pair.split_once(':'));
    let mut values = pairs.filter(|(own, _)| own.trim_matches([' ', '"', '\'']) == key);
    values.next().map(|(_, value)| value.trim_matches([' ', '"', '\'']))
}

/// The key and value of an environment variable that an entry sets.
pub(super) fn variable(entry: &Entry) -> Option<(&str, &str)> {
    if !entry.is_at("services:*:environment:*") {
        return None;
    }
    if entry.path.ends_with(":-") {
        return Some(entry.value.split_once('=').unwrap_or((&entry.value, "")));
    }
    Some((entry.key(), &entry.value))
}

/// Names, perhaps of services, that a service says it uses.
fn uses(entry: &Entry) -> Vec<String> {
    let listed = || entry.value.trim_matches(['[', ']']).split(',').map(|name| name.trim_matches([' ', '"', '\'']));
    if entry.is_at("services:*:depends_on") || entry.is_at("services:*:depends_on:-") {
        return listed().map(str::to_owned).collect();
    }
    if entry.is_at("services:*:links") || entry.is_at("services:*:links:-") {
        return listed().filter_map(|link| link.split(':').next()).map(str::to_owned).collect();
    }
    if entry.is_at("services:*:depends_on:*:*") {
        return entry.path.split(':').nth(3).map(str::to_owned).into_iter().collect();
    }
    let Some((key, value)) = variable(entry) else { return Vec::new() };
    let is_host = key.to_ascii_uppercase().ends_with("HOST");
    let hosts = images::with_defaults(value);
    let host = |text: &str| match Url::parse(text) {
        Some(url) => Some(url.host),
        None => text.split_once(':').map(|(host, _)| host).or(is_host.then_some(text)).map(str::to_owned),
    };
    hosts.split(',').filter_map(host).collect()
}
