//! `pyproject.toml` (PEP 621, PEP 735, Poetry, uv, PDM, hatch) and `Pipfile`.

use crate::codebase::Atom;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::codebase::RepoPath;

use super::manifest::{Declared, LineIndex, is_dev};

/// Tables of commands, with what runs one.
const COMMANDS: &[(&[&str], &str)] = &[
    (&["project", "scripts"], ""),
    (&["tool", "poetry", "scripts"], "poetry run "),
    (&["tool", "pdm", "scripts"], "pdm run "),
    (&["tool", "poe", "tasks"], "poe "),
    (&["tool", "taskipy", "tasks"], "task "),
    (&["tool", "hatch", "envs", "default", "scripts"], "hatch run "),
];

struct Document<'t> {
    root: DeTable<'t>,
    lines: LineIndex,
    declared: Declared,
}

/// Reads a `pyproject.toml`; nothing where it is no TOML.
pub(super) fn read(path: &RepoPath, text: &str) -> Option<Declared> {
    let mut document = Document::parse(path, text)?;
    for project in [&["project"][..], &["tool", "poetry"]] {
        let Some(table) = document.table(project) else { continue };
        let text = |key: &str| table.get(key).and_then(|value| value.get_ref().as_str()).map(ToOwned::to_owned);
        let (name, description) = (text("name"), text("description"));
        document.declared.is_project = true;
        document.declared.name = document.declared.name.take().or(name);
        document.declared.description = document.declared.description.take().or(description);
    }
    document.declared.is_workspace = document.table(&["tool", "uv", "workspace"]).is_some();
    document.declared.is_project |= document.declared.is_workspace;
    document.read_lists();
    document.read_poetry();
    for (table, runner) in COMMANDS {
        document.read_commands(table, runner);
    }
    document.read_roots();
    Some(document.declared)
}

/// Reads a `Pipfile`.
pub(super) fn read_pipfile(path: &RepoPath, text: &str) -> Option<Declared> {
    let mut document = Document::parse(path, text)?;
    document.declared.is_project = true;
    document.read_versions(&["packages"], false);
    document.read_versions(&["dev-packages"], true);
    document.read_commands(&["scripts"], "pipenv run ");
    Some(document.declared)
}

impl<'t> Document<'t> {
    fn parse(path: &RepoPath, text: &'t str) -> Option<Self> {
        let root = DeTable::parse(text).ok()?.into_inner();
        Some(Self { root, lines: LineIndex::new(text), declared: Declared::new(path) })
    }

    fn value(&self, path: &[&str]) -> Option<&Spanned<DeValue<'t>>> {
        let (first, rest) = path.split_first()?;
        let mut value = self.root.get(*first)?;
        for key in rest {
            value = value.get_ref().get(key)?;
        }
        Some(value)
    }

    fn table(&self, path: &[&str]) -> Option<&DeTable<'t>> {
        self.value(path)?.get_ref().as_table()
    }

    /// Lists of PEP 508 requirements: PEP 621, PEP 735, uv and PDM.
    fn read_lists(&mut self) {
        let mut found = Vec::new();
        for (path, dev) in [(&["project", "dependencies"][..], false), (&["tool", "uv", "dev-dependencies"], true)] {
            self.collect_list(self.value(path), dev, &mut found);
        }
        for (path, always_dev) in [
            (&["project", "optional-dependencies"][..], false),
            (&["dependency-groups"], true),
            (&["tool", "pdm", "dev-dependencies"], true),
        ] {
            for (group, list) in self.table(path).into_iter().flatten() {
                let dev = always_dev || is_dev(group.get_ref());
                self.collect_list(Some(list), dev, &mut found);
            }
        }
        for (requirement, dev, line) in found {
            self.declared.require(&requirement, dev, line);
        }
    }

    fn collect_list(&self, list: Option<&Spanned<DeValue<'t>>>, dev: bool, found: &mut Vec<(String, bool, u32)>) {
        let items = list.and_then(|list| list.get_ref().as_array()).into_iter().flatten();
        for item in items {
            if let Some(text) = item.get_ref().as_str() {
                found.push((text.to_owned(), dev, self.lines.line(item.span().start)));
            }
        }
    }

    fn read_poetry(&mut self) {
        self.read_versions(&["tool", "poetry", "dependencies"], false);
        self.read_versions(&["tool", "poetry", "dev-dependencies"], true);
        let groups = self.table(&["tool", "poetry", "group"]);
        let groups: Vec<String> = groups.into_iter().flatten().map(|(group, _)| group.get_ref().to_string()).collect();
        for group in groups {
            let dev = is_dev(&group);
            self.read_versions(&["tool", "poetry", "group", &group, "dependencies"], dev);
        }
    }

    /// A table of names and versions: Poetry, Pipenv.
    fn read_versions(&mut self, path: &[&str], dev: bool) {
        let mut found = Vec::new();
        for (name, value) in self.table(path).into_iter().flatten() {
            if name.get_ref() == "python" {
                continue;
            }
            let value = value.get_ref();
            let version = value.as_str().or_else(|| value.get("version").and_then(|own| own.get_ref().as_str()));
            let extras = value.get("extras").and_then(|extras| extras.get_ref().as_array()).into_iter().flatten();
            let extras: Vec<Atom> = extras.filter_map(|extra| extra.get_ref().as_str()).map(Atom::new).collect();
            let version = version.filter(|version| *version != "*").map(ToOwned::to_owned);
            found.push((name.get_ref().to_string(), version, extras, self.lines.line(name.span().start)));
        }
        for (name, version, extras, line) in found {
            self.declared.add(&name, version, extras, dev, line);
        }
    }

    fn read_commands(&mut self, path: &[&str], runner: &str) {
        let mut found = Vec::new();
        for (name, value) in self.table(path).into_iter().flatten() {
            let value = value.get_ref();
            let inner = ["cmd", "shell", "callable", "script", "reference"];
            let script = value
                .as_str()
                .or_else(|| inner.iter().find_map(|key| value.get(*key).and_then(|own| own.get_ref().as_str())));
            let line = self.lines.line(name.span().start);
            found.push((name.get_ref().to_string(), script.unwrap_or_default().to_owned(), line));
        }
        found.sort_by_key(|(_, _, line)| *line);
        for (name, script, line) in found {
            self.declared.command(&name, format!("{runner}{name}"), &script, line);
        }
    }

    /// Folders that packages are said to lie in.
    fn read_roots(&mut self) {
        let mut roots: Vec<String> = Vec::new();
        let text = |value: &Spanned<DeValue<'t>>| value.get_ref().as_str().map(ToOwned::to_owned);
        for path in
            [&["tool", "setuptools", "packages", "find", "where"][..], &["tool", "pytest", "ini_options", "pythonpath"]]
        {
            let list = self.value(path).and_then(|value| value.get_ref().as_array());
            roots.extend(list.into_iter().flatten().filter_map(text));
        }
        roots.extend(self.value(&["tool", "setuptools", "package-dir", ""]).and_then(text));
        let packages = self.value(&["tool", "poetry", "packages"]).and_then(|value| value.get_ref().as_array());
        let from = packages.into_iter().flatten().filter_map(|package| package.get_ref().get("from"));
        roots.extend(from.filter_map(text));
        let wheel = self.value(&["tool", "hatch", "build", "targets", "wheel", "packages"]);
        let wheel = wheel.and_then(|value| value.get_ref().as_array()).into_iter().flatten().filter_map(text);
        roots.extend(wheel.filter_map(|path| path.rsplit_once('/').map(|(folder, _)| folder.to_owned())));
        roots.sort();
        roots.dedup();
        self.declared.roots = roots;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pep_621_groups_and_scripts_are_read_with_their_lines() {
        let text = "[project]\nname = \"api\"\ndescription = \"Bookings.\"\ndependencies = [\n  \"fastapi>=0.1\",\n  \
            \"psycopg[binary]\",\n]\n[project.optional-dependencies]\nredis = [\"redis\"]\n[dependency-groups]\n\
            dev = [\"pytest\", {include-group = \"x\"}]\n[project.scripts]\nserve = \"api.cli:main\"\n\
            [tool.hatch.build.targets.wheel]\npackages = [\"src/api\"]\n";
        let declared = read(&"pyproject.toml".into(), text).unwrap();
        let packages: Vec<_> = declared
            .packages
            .iter()
            .map(|own| (own.name.as_str(), own.dev, own.place.lines.first, own.extras.len()))
            .collect();
        let expected =
            [("fastapi", false, 5, 0), ("psycopg", false, 6, 1), ("redis", false, 9, 0), ("pytest", true, 11, 0)];
        assert_eq!(packages, expected);
        assert_eq!(declared.description.as_deref(), Some("Bookings."));
        assert_eq!(declared.commands[0].place.lines.first, 13);
        assert_eq!(declared.roots, ["src"]);
    }

    #[test]
    fn poetry_and_pipenv_tables_are_read() {
        let text = "[tool.poetry]\nname = \"x\"\n[tool.poetry.dependencies]\npython = \"^3.12\"\n\
            celery = {version = \"^5\", extras = [\"redis\"]}\n[tool.poetry.group.dev.dependencies]\nruff = \"*\"\n";
        let declared = read(&"pyproject.toml".into(), text).unwrap();
        let packages: Vec<_> =
            declared.packages.iter().map(|own| (own.name.as_str(), own.version.as_deref(), own.dev)).collect();
        assert_eq!(packages, [("celery", Some("^5"), false), ("ruff", None, true)]);
        let declared = read_pipfile(&"Pipfile".into(), "[packages]\nflask = \"*\"\n[dev-packages]\npytest = \"*\"\n");
        assert_eq!(declared.unwrap().packages.len(), 2);
        assert!(read(&"pyproject.toml".into(), "[project\n").is_none());
    }
}
