//! `setup.py`, read as code and never run, and `setup.cfg`.

use crate::codebase::RepoPath;
use crate::codebase::outline::{Outline, Value};

use super::super::extract;
use super::manifest::{Declared, is_dev};

/// Reads the literal arguments of `setup(..)`.
pub(super) fn read_code(path: &RepoPath, text: &str) -> Option<Declared> {
    let outline = extract::outline(text);
    let call = &outline.calls.iter().find(|call| call.value.callee == "setup")?.value;
    let mut declared = Declared { is_project: true, ..Declared::new(path) };
    let argument = |name: &str| call.named(name).map(|value| through(&outline, value));
    declared.name = argument("name").and_then(Value::as_text).map(ToOwned::to_owned);
    declared.description = argument("description").and_then(Value::as_text).map(ToOwned::to_owned);
    for (name, dev) in [("install_requires", false), ("tests_require", true)] {
        for requirement in texts(argument(name)) {
            declared.require(requirement, dev, line_of(text, requirement));
        }
    }
    if let Some(Value::Record(extras)) = argument("extras_require") {
        for (extra, list) in extras {
            for requirement in texts(Some(through(&outline, list))) {
                declared.require(requirement, is_dev(extra), line_of(text, requirement));
            }
        }
    }
    let scripts = argument("entry_points").and_then(|points| points.key("console_scripts"));
    for script in texts(scripts) {
        add_script(&mut declared, script, line_of(text, script));
    }
    if let Some(root) = argument("package_dir").and_then(|folders| folders.key("")).and_then(Value::as_text) {
        declared.roots.push(root.to_owned());
    }
    Some(declared)
}

/// What a name of this file was given.
fn through<'a>(outline: &'a Outline, value: &'a Value) -> &'a Value {
    let given = value.as_name().and_then(|name| outline.assignments.iter().find(|own| own.target == name));
    given.map_or(value, |own| &own.value)
}

fn texts(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let items = match value {
        Some(Value::List(items)) => items.as_slice(),
        _ => &[],
    };
    items.iter().filter_map(Value::as_text)
}

fn line_of(text: &str, needle: &str) -> u32 {
    let found = text.lines().position(|line| line.contains(needle));
    u32::try_from(found.unwrap_or_default()).unwrap_or_default() + 1
}

fn add_script(declared: &mut Declared, script: &str, line: u32) {
    if let Some((name, target)) = script.split_once('=') {
        declared.command(name.trim(), name.trim().to_owned(), target.trim(), line);
    }
}

/// Reads `setup.cfg`: sections of keys, whose values go on over indented lines.
pub(super) fn read_settings(path: &RepoPath, text: &str) -> Option<Declared> {
    let mut declared = Declared::new(path);
    let (mut section, mut key) = ("", "");
    for (line, entry) in (1..).zip(text.lines()) {
        let trimmed = entry.split(" #").next().unwrap_or_default().trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            (section, key) = (name.trim(), "");
        } else if entry.starts_with([' ', '\t']) {
            setting(&mut declared, section, key, trimmed, line);
        } else if let Some((name, value)) = trimmed.split_once('=') {
            key = name.trim();
            setting(&mut declared, section, key, value.trim(), line);
        }
    }
    declared.is_project = declared.name.is_some();
    (declared.is_project || !declared.packages.is_empty()).then_some(declared)
}

fn setting(declared: &mut Declared, section: &str, key: &str, value: &str, line: u32) {
    if value.is_empty() {
        return;
    }
    match (section, key) {
        ("metadata", "name") => declared.name = Some(value.to_owned()),
        ("metadata", "description" | "summary") => declared.description = Some(value.to_owned()),
        ("options", "install_requires") => declared.require(value, false, line),
        ("options", "tests_require") => declared.require(value, true, line),
        ("options.extras_require", extra) => declared.require(value, is_dev(extra), line),
        ("options.entry_points", "console_scripts") => add_script(declared, value, line),
        ("options.packages.find", "where") | ("options.package_dir", "") => declared.roots.push(value.to_owned()),
        ("options", "package_dir") => declared.roots.push(value.trim_start_matches('=').trim().to_owned()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_of_setup_are_read() {
        let text = "from setuptools import setup\nREQUIRED = [\n    'celery[redis]>=5',\n]\nsetup(\n    name='jobs',\n    \
            install_requires=REQUIRED,\n    extras_require={'dev': ['pytest']},\n    package_dir={'': 'src'},\n    \
            entry_points={'console_scripts': ['jobs = jobs.cli:main']},\n)\n";
        let declared = read_code(&"setup.py".into(), text).unwrap();
        let packages: Vec<_> =
            declared.packages.iter().map(|own| (own.name.as_str(), own.dev, own.place.lines.first)).collect();
        assert_eq!(packages, [("celery", false, 3), ("pytest", true, 8)]);
        assert_eq!(declared.roots, ["src"]);
        assert_eq!(
            (declared.commands[0].run.as_str(), declared.commands[0].script.as_str()),
            ("jobs", "jobs.cli:main")
        );
    }

    #[test]
    fn settings_are_read_over_lines() {
        let text = "[metadata]\nname = jobs\n\n[options]\ninstall_requires =\n    celery\n    redis>=4  # cache\n\
            [options.extras_require]\ntest =\n  pytest\n[options.packages.find]\nwhere=src\n";
        let declared = read_settings(&"setup.cfg".into(), text).unwrap();
        let packages: Vec<_> = declared.packages.iter().map(|own| (own.name.as_str(), own.dev)).collect();
        assert_eq!(packages, [("celery", false), ("redis", false), ("pytest", true)]);
        assert_eq!(declared.roots, ["src"]);
        assert!(read_settings(&"setup.cfg".into(), "[flake8]\nmax-line-length = 99\n").is_none());
    }
}
