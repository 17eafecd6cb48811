//! Which files see each other: a project's files see those of the projects that it references, directly or through
//! others. A file that projects compile in from elsewhere (`<Compile Include="..\Shared\*.cs">`) belongs to each of
//! them; a file of no project is in nobody's way.

use globset::GlobBuilder;
use rustc_hash::FxHashMap;

use crate::codebase::graph::FileIndex;
use crate::codebase::{Atom, RepoPath, SourceFile};

use super::super::project::Project;

/// A project by its place in a repository's list plus one; zero for files of no project.
pub(super) type Home = u32;

/// The home of files that belong to no project.
pub(super) const NOWHERE: Home = 0;

/// A set of homes.
#[derive(Clone, Debug, Default)]
pub(super) struct Homes(Vec<u64>);

impl Homes {
    pub(super) fn insert(&mut self, home: Home) -> bool {
        let (word, bit) = (home as usize / 64, 1_u64 << (home % 64));
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        let Some(bits) = self.0.get_mut(word) else { return false };
        let is_new = *bits & bit == 0;
        *bits |= bit;
        is_new
    }

    pub(super) fn contains(&self, home: Home) -> bool {
        self.0.get(home as usize / 64).is_some_and(|bits| bits & (1 << (home % 64)) != 0)
    }

    pub(super) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(own, other)| own & other != 0)
    }
}

/// Visibility over a repository.
pub(super) struct Reach {
    /// For each file, its project.
    homes: Vec<Home>,
    /// Further projects of files that are compiled into several.
    others: FxHashMap<FileIndex, Vec<Home>>,
    /// For each home, those whose files it sees.
    seen: Vec<Homes>,
}

impl Reach {
    pub(super) fn new(files: &[SourceFile], projects: &[Project]) -> Self {
        let mut folders: FxHashMap<RepoPath, Home> = FxHashMap::default();
        // Projects in one folder compile the same files.
        let mut sharing: Vec<(Home, Home)> = Vec::new();
        for (home, project) in (1..).zip(projects) {
            let first = *folders.entry(project.manifest.folder()).or_insert(home);
            if first != home {
                sharing.push((first, home));
            }
        }
        let mut homes: Vec<Home> = Vec::with_capacity(files.len());
        let mut last: Option<(RepoPath, Home)> = None;
        for file in files {
            let folder = file.path.folder();
            let home = match &last {
                Some((known, home)) if *known == folder => *home,
                _ => nearest(&folders, &folder),
            };
            homes.push(home);
            last = Some((folder, home));
        }
        let mut reach = Self { homes, others: FxHashMap::default(), seen: seen(projects) };
        for (first, home) in sharing {
            for file in 0..FileIndex::try_from(files.len()).unwrap_or(FileIndex::MAX) {
                if reach.home(file) == first {
                    reach.add_home(file, home);
                }
            }
        }
        reach.link(files, projects);
        reach
    }

    /// Adds the projects that compile in files from elsewhere.
    fn link(&mut self, files: &[SourceFile], projects: &[Project]) {
        for (home, project) in (1..).zip(projects) {
            for pattern in &project.linked {
                let fixed = pattern.as_str().split('*').next().unwrap_or_default();
                let glob = GlobBuilder::new(pattern.as_str()).literal_separator(true).case_insensitive(true).build();
                let Ok(glob) = glob.map(|glob| glob.compile_matcher()) else { continue };
                let start = files.partition_point(|file| file.path.as_str() < fixed);
                let below = (0..).zip(files).skip(start).take_while(|(_, file)| file.path.as_str().starts_with(fixed));
                for (index, file) in below.filter(|(_, file)| file.language.as_str() == "csharp") {
                    if glob.is_match(file.path.as_str()) {
                        self.add_home(index, home);
                    }
                }
            }
        }
    }

    fn add_home(&mut self, file: FileIndex, home: Home) {
        match self.homes.get_mut(file as usize) {
            Some(own) if *own == NOWHERE => *own = home,
            Some(own) if *own != home => {
                let others = self.others.entry(file).or_default();
                if !others.contains(&home) {
                    others.push(home);
                }
            }
            _ => {}
        }
    }

    /// The project of a file.
    pub(super) fn home(&self, file: FileIndex) -> Home {
        self.homes.get(file as usize).copied().unwrap_or(NOWHERE)
    }

    /// All projects of a file.
    pub(super) fn homes(&self, file: FileIndex) -> impl Iterator<Item = Home> + '_ {
        std::iter::once(self.home(file)).chain(self.others.get(&file).into_iter().flatten().copied())
    }

    /// Whether two files are compiled together.
    pub(super) fn together(&self, file: FileIndex, other: FileIndex) -> bool {
        self.home(file) == self.home(other)
            || !self.others.is_empty() && self.homes(file).any(|home| self.homes(other).any(|other| home == other))
    }

    /// Whether names of `target` can be used in `file`.
    pub(super) fn sees(&self, file: FileIndex, target: FileIndex) -> bool {
        let (from, to) = (self.home(file), self.home(target));
        let sees = |from: Home, to: Home| self.seen.get(from as usize).is_some_and(|seen| seen.contains(to));
        from == to
            || from == NOWHERE
            || to == NOWHERE
            || sees(from, to)
            || !self.others.is_empty() && self.homes(file).any(|from| self.homes(target).any(|to| sees(from, to)))
    }

    /// Whether a file sees any of these projects.
    pub(super) fn sees_any(&self, file: FileIndex, homes: &Homes) -> bool {
        let from = self.home(file);
        from == NOWHERE
            || homes.contains(NOWHERE)
            || self.homes(file).any(|from| self.seen.get(from as usize).is_some_and(|seen| seen.meets(homes)))
    }
}

fn nearest(folders: &FxHashMap<RepoPath, Home>, folder: &RepoPath) -> Home {
    let mut here = folder.as_str();
    loop {
        if let Some(home) = folders.get(here) {
            return *home;
        }
        if here.is_empty() {
            return NOWHERE;
        }
        here = here.rfind('/').and_then(|end| here.get(..end)).unwrap_or_default();
    }
}

/// For each home, itself and all that it sees.
fn seen(projects: &[Project]) -> Vec<Homes> {
    let homes: FxHashMap<&RepoPath, Home> = (1..).zip(projects).map(|(home, it)| (&it.manifest, home)).collect();
    let direct = |home: Home| {
        let project = (home as usize).checked_sub(1).and_then(|index| projects.get(index));
        let given = project.map(|project| project.gives_types.as_slice()).unwrap_or_default().iter();
        given.filter_map(|(path, shared)| Some((*homes.get(path)?, *shared)))
    };
    let mut seen = vec![Homes::default()];
    for (home, project) in (1..).zip(projects) {
        let mut own = Homes::default();
        own.insert(home);
        let mut next: Vec<Home> = direct(home).map(|(home, _)| home).collect();
        while let Some(home) = next.pop() {
            if own.insert(home) && !project.is_direct_only {
                next.extend(direct(home).filter(|(_, shared)| *shared).map(|(home, _)| home));
            }
        }
        seen.push(own);
    }
    seen
}

/// The namespace in which a Razor file's class lies: root namespace and folders, `Shop.Web.Components.Pages`.
pub(super) fn razor_namespace(project: &Project, path: &RepoPath) -> Atom {
    let root = project.manifest.folder();
    let folder = path.folder();
    let below = folder.as_str().strip_prefix(root.as_str()).unwrap_or_default();
    let mut namespace = project.root_namespace.clone();
    for part in below.split('/').filter(|part| !part.is_empty()) {
        namespace.push('.');
        namespace.push_str(&part.replace(['-', ' '], "_"));
    }
    Atom::from(namespace)
}

#[cfg(test)]
mod tests {
    use super::Homes;

    #[test]
    fn sets_of_homes_grow() {
        let (mut low, mut high) = (Homes::default(), Homes::default());
        assert!(low.insert(3) && !low.insert(3) && high.insert(70) && high.insert(2));
        assert!(high.contains(70) && !low.contains(70) && !low.meets(&high));
        assert!(low.insert(70) && low.meets(&high));
    }
}
