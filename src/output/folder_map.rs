//! The folders of a component as a reader would name them, and how they use each other.

use std::collections::BTreeMap;

use super::area_map::AreaMap;
use super::survey::Survey;
use crate::codebase::{Component, RepoPath, Role};

/// Folders of one component.
#[derive(Debug)]
pub struct FolderMap {
    /// The folders, sorted by path.
    pub folders: Vec<Folder>,
    /// Which of them uses which, by position.
    pub uses: AreaMap,
}

/// A folder with source files in it or below it.
#[derive(Debug)]
pub struct Folder {
    /// Its path.
    pub path: RepoPath,
    /// Positions of its source files.
    pub files: Vec<usize>,
}

/// Folders are shown only of components with at least so many source files.
const FILES_MIN: usize = 8;

impl FolderMap {
    /// The folders of `component`, which has position `position`; `None` if they tell a reader nothing.
    pub fn new(survey: &Survey<'_>, component: &Component, position: usize) -> Option<Self> {
        let files: Vec<usize> = (0..survey.codebase.files.len())
            .filter(|&file| survey.component_of(file) == Some(position) && survey.role(file) == Some(Role::Source))
            .filter(|&file| survey.outline(file).is_some_and(|outline| !outline.definitions.is_empty()))
            .collect();
        if files.len() < FILES_MIN {
            return None;
        }
        let mut root = component.path.clone();
        let mut folders = children(survey, &root, &files);
        // A lone `src/` or `app/` below a few start-up files is the root that a reader has in mind.
        while let Some(only) = lone_child(&root, &folders, files.len()) {
            root = only;
            folders = children(survey, &root, &files);
        }
        if folders.len() < 2 {
            return None;
        }
        let mut folder_of = vec![None; survey.codebase.files.len()];
        for (position, files) in folders.values().enumerate() {
            for &file in files {
                if let Some(slot) = folder_of.get_mut(file) {
                    *slot = Some(position);
                }
            }
        }
        let area = |file: u32| usize::try_from(file).ok().and_then(|file| folder_of.get(file).copied().flatten());
        let uses = AreaMap::new(&survey.codebase.graph, area);
        let folders = folders.into_iter().map(|(path, files)| Folder { path, files }).collect();
        Some(Self { folders, uses })
    }
}

/// The files below `root` by the folder right below it that holds them; those in `root` itself stand under `root`.
fn children(survey: &Survey<'_>, root: &RepoPath, files: &[usize]) -> BTreeMap<RepoPath, Vec<usize>> {
    let mut folders: BTreeMap<RepoPath, Vec<usize>> = BTreeMap::new();
    for &file in files {
        let Some(source) = survey.codebase.files.get(file) else { continue };
        let depth = root.parts().count() + 1;
        let own = source.path.folder();
        let below: Vec<&str> = own.parts().take(depth).collect();
        if source.path.is_under(root) {
            folders.entry(RepoPath::new(below.join("/"))).or_default().push(file);
        }
    }
    folders
}

fn lone_child(root: &RepoPath, folders: &BTreeMap<RepoPath, Vec<usize>>, files: usize) -> Option<RepoPath> {
    let (largest, held) = folders.iter().filter(|(path, _)| *path != root).max_by_key(|(_, held)| held.len())?;
    (held.len() * 10 >= files * 9).then(|| largest.clone())
}
