//! From a path as a specifier names it to a file: exact, or without its extension.

use rustc_hash::FxHashMap;

use crate::codebase::SourceFile;
use crate::codebase::graph::FileIndex;

/// Extensions tried in order, as TypeScript does.
const EXTENSIONS: &[&str] =
    &[".ts", ".tsx", ".d.ts", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json", ".vue", ".svelte"];

/// Extensions of what a compiler writes, and those of the sources it is written from.
const COMPILED: &[(&str, &[&str])] =
    &[(".js", &[".ts", ".tsx", ".d.ts", ".jsx"]), (".jsx", &[".tsx"]), (".mjs", &[".mts"]), (".cjs", &[".cts"])];

/// The files of a repository, by path and by path without extension.
pub(super) struct Paths<'a> {
    exact: FxHashMap<&'a str, FileIndex>,
    /// With the place of the extension in [`EXTENSIONS`].
    stems: FxHashMap<&'a str, Vec<(u8, FileIndex)>>,
}

impl<'a> Paths<'a> {
    pub(super) fn new(files: &'a [SourceFile]) -> Self {
        let mut paths = Self { exact: FxHashMap::default(), stems: FxHashMap::default() };
        for (index, file) in (0..).zip(files) {
            let path = file.path.as_str();
            paths.exact.insert(path, index);
            for (rank, extension) in (0..).zip(EXTENSIONS) {
                if let Some(stem) = path.strip_suffix(extension) {
                    paths.stems.entry(stem).or_default().push((rank, index));
                }
            }
        }
        paths
    }

    /// The file at this very path.
    pub(super) fn exact(&self, path: &str) -> Option<FileIndex> {
        self.exact.get(path).copied()
    }

    /// The file at this path, or at this path with an extension.
    pub(super) fn file(&self, path: &str) -> Option<FileIndex> {
        self.exact(path).or_else(|| self.with_extension(path))
    }

    /// The same, where what a compiler writes stands for what it is written from.
    pub(super) fn file_or_source(&self, path: &str) -> Option<FileIndex> {
        self.exact(path).or_else(|| self.source(path)).or_else(|| self.with_extension(path))
    }

    fn with_extension(&self, path: &str) -> Option<FileIndex> {
        self.stems.get(path)?.iter().min().map(|(_, index)| *index)
    }

    fn source(&self, path: &str) -> Option<FileIndex> {
        COMPILED.iter().find_map(|(compiled, sources)| {
            let known = self.stems.get(path.strip_suffix(compiled)?)?;
            let ranks = sources.iter().filter_map(|source| EXTENSIONS.iter().position(|own| own == source));
            let of_rank = |rank: usize| known.iter().find(|(own, _)| usize::from(*own) == rank);
            ranks.filter_map(of_rank).map(|(_, index)| *index).next()
        })
    }
}

/// A path below a folder, `.` and `..` worked out; more `..` than there are folders end at the root.
pub(super) fn join(folder: &str, relative: &str) -> String {
    let mut path = String::with_capacity(folder.len() + relative.len() + 16);
    path.push_str(folder);
    for part in relative.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => path.truncate(path.rfind('/').unwrap_or_default()),
            part => {
                if !path.is_empty() {
                    path.push('/');
                }
                path.push_str(part);
            }
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_as_typescript_finds_them() {
        let names = ["a.d.ts", "a.js", "b.jsx", "b.tsx", "c.mts", "d.json", "dir/index.vue", "e.d.ts", "e.ts"];
        let files = names.map(|name| SourceFile { path: name.into(), ..SourceFile::default() });
        let paths = Paths::new(&files);
        let cases = [
            ("a", Some("a.d.ts")),
            ("a.js", Some("a.js")),
            ("b.js", Some("b.tsx")),
            ("c.mjs", Some("c.mts")),
            ("d", Some("d.json")),
            ("dir", None),
            ("dir/index", Some("dir/index.vue")),
            ("e", Some("e.ts")),
            ("e.js", Some("e.ts")),
        ];
        for (path, expected) in cases {
            let found = paths.file_or_source(path).map(|index| names[index as usize]);
            assert_eq!(found, expected, "{path}");
        }
    }

    #[test]
    fn joined_paths_are_worked_out() {
        let cases = [("a/b", "../c", "a/c"), ("", "./x", "x"), ("a", "../../x", "x"), ("a", ".", "a"), ("a", "..", "")];
        for (folder, relative, expected) in cases {
            assert_eq!(join(folder, relative), expected, "{folder} {relative}");
        }
    }
}
