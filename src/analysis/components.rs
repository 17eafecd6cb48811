//! Components: what project files declare, with unique ids, and which of them each file belongs to.

use std::collections::BTreeMap;

use crate::codebase::{Component, RepoPath};
use crate::languages;

use super::facts::Read;

/// Finds the components and assigns each file to the one with the nearest folder above it.
pub(super) fn find(read: &mut Read) -> Vec<Component> {
    let mut components: Vec<Component> = languages::ALL
        .iter()
        .flat_map(|language| language.components(&read.project, &read.files, &read.facts))
        .collect();
    components.sort_by(|a, b| (&a.path, &a.manifest).cmp(&(&b.path, &b.manifest)));
    make_ids_unique(&mut components);
    for file in &mut read.files {
        file.component = nearest(&components, &file.path).map(|component| component.id.clone());
    }
    components
}

/// The component whose folder is the nearest above `path`; of two in one folder, the first.
fn nearest<'a>(components: &'a [Component], path: &RepoPath) -> Option<&'a Component> {
    let above = components.iter().filter(|component| path.is_under(&component.path));
    above.min_by_key(|component| std::cmp::Reverse(component.path.as_str().len()))
}

/// Where names clash, the path tells them apart. A reference to such a name does not say which one it means: it goes.
fn make_ids_unique(components: &mut [Component]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for component in components.iter() {
        *seen.entry(component.id.clone()).or_default() += 1;
    }
    for component in components.iter_mut() {
        component.references.retain(|id| seen.get(id).is_none_or(|count| *count == 1));
    }
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for component in components.iter_mut() {
        if seen.get(&component.id).is_some_and(|count| *count > 1) && !component.path.as_str().is_empty() {
            component.id = kebab(component.path.as_str());
        }
        let count = taken.entry(component.id.clone()).or_default();
        *count += 1;
        if *count > 1 {
            component.id = format!("{}-{count}", component.id);
        }
    }
}

/// Lower case words joined by dashes; only letters and digits stay.
pub(super) fn kebab(text: &str) -> String {
    let mut id = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_alphanumeric() {
            id.extend(letter.to_lowercase());
        } else if !id.ends_with('-') && !id.is_empty() {
            id.push('-');
        }
    }
    id.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(id: &str, path: &str) -> Component {
        Component { id: id.into(), path: path.into(), ..Component::default() }
    }

    #[test]
    fn clashing_names_take_their_paths() {
        let mut components = [component("app", "a/app"), component("app", "b/app"), component("core", "core")];
        components[2].references = vec!["app".into()];
        components[0].references = vec!["core".into()];
        make_ids_unique(&mut components);
        assert!(components[2].references.is_empty(), "which app it means is not known");
        assert_eq!(components[0].references, ["core"]);
        let ids: Vec<_> = components.iter().map(|component| component.id.as_str()).collect();
        assert_eq!(ids, ["a-app", "b-app", "core"]);
    }

    #[test]
    fn files_belong_to_the_nearest_folder() {
        let components = [component("root", ""), component("api", "api"), component("inner", "api/inner")];
        let id = |path: &str| nearest(&components, &path.into()).map(|component| component.id.clone());
        assert_eq!(id("api/inner/x.py").as_deref(), Some("inner"));
        assert_eq!(id("apis/x.py").as_deref(), Some("root"));
    }
}
