//! Facts of earlier runs on disk, so that an unchanged file is neither read nor parsed again.
//!
//! Two files a repository: records one after the other, to which a run only appends, and an index that says where each
//! begins, replaced by one rename. Every record is checked when it is read, so that nothing worse than a forgotten file
//! comes of a killed run, of two runs at once, or of an index that belongs to other records. A cache of another version
//! of the program is not read. Whatever goes wrong here costs time and is no error.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::codebase::source::{ContentKey, Memories, Memory};

/// Changes with every change of the program: what it reads from a file may have changed too.
const VERSION: &str = env!("DOCAGENT_FACTS_VERSION");

/// The facts cache of one repository.
pub struct FactsCache {
    /// Path of both files, without extension; without one nothing is remembered.
    path: Option<PathBuf>,
    records: Option<File>,
    index: FxHashMap<ContentKey, Record>,
    /// Bytes of all records, used or not.
    length: u64,
}

/// Where a record lies.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Record {
    offset: u64,
    length: u32,
    /// The first bytes of its hash.
    check: [u8; 8],
}

#[derive(Serialize, Deserialize)]
struct Index {
    version: String,
    records: Vec<(ContentKey, Record)>,
}

impl FactsCache {
    /// Opens the cache of the repository at `root` below `folder`; without a folder, one that remembers nothing.
    pub(super) fn open(folder: Option<&Path>, root: &Path) -> Self {
        let name = blake3::hash(root.as_os_str().as_encoded_bytes()).to_hex();
        let path = folder.and_then(|folder| Some(folder.join(name.get(..16)?)));
        let mut cache = Self { path, records: None, index: FxHashMap::default(), length: 0 };
        if cache.read().is_none() {
            cache = Self { records: None, index: FxHashMap::default(), length: 0, ..cache };
        }
        cache
    }

    fn read(&mut self) -> Option<()> {
        let path = self.path.as_ref()?;
        let bytes = fs::read(path.with_extension("index")).ok()?;
        let index: Index = postcard::from_bytes(&bytes).ok().filter(|index: &Index| index.version == VERSION)?;
        let records = File::open(path.with_extension("facts")).ok()?;
        self.length = records.metadata().ok()?.len();
        self.records = Some(records);
        self.index = index.records.into_iter().collect();
        Some(())
    }

    /// Keeps what the run used and learnt. Records that no run uses any more go when they outweigh the others.
    pub fn remember(&self, memories: &Memories) {
        let used = memories.kept.iter().filter_map(|key| Some((*key, *self.index.get(key)?)));
        let mut used: Vec<(ContentKey, Record)> = used.collect();
        if memories.new.is_empty() && used.len() == self.index.len() {
            return;
        }
        let Some(path) = &self.path else { return };
        let alive: u64 = used.iter().map(|(_, record)| u64::from(record.length)).sum();
        let written = if self.records.is_some() && alive.saturating_mul(2) >= self.length {
            append(path, &memories.new)
        } else {
            let old: Vec<(ContentKey, Vec<u8>)> =
                used.drain(..).filter_map(|(key, _)| Some((key, self.recall(&key)?))).collect();
            replace_records(path, old.iter().chain(&memories.new))
        };
        if let Ok(new) = written {
            used.extend(new);
            used.sort_unstable_by_key(|(key, _)| *key);
            let index = Index { version: VERSION.to_owned(), records: used };
            // Without the index the records are lost, which costs the next run its time and nothing else.
            let _ = postcard::to_stdvec(&index).map(|bytes| replace(&path.with_extension("index"), &bytes));
        }
    }
}

impl Memory for FactsCache {
    fn recall(&self, key: &ContentKey) -> Option<Vec<u8>> {
        let record = self.index.get(key)?;
        let mut bytes = vec![0; usize::try_from(record.length).ok()?];
        read_at(self.records.as_ref()?, &mut bytes, record.offset).ok()?;
        (check(&bytes) == record.check).then_some(bytes)
    }

    fn is_kept(&self) -> bool {
        self.path.is_some()
    }
}

fn check(bytes: &[u8]) -> [u8; 8] {
    let mut check = [0; 8];
    check.copy_from_slice(&blake3::hash(bytes).as_bytes()[..8]);
    check
}

fn joined<'a>(
    all: impl Iterator<Item = &'a (ContentKey, Vec<u8>)>,
    start: u64,
) -> (Vec<u8>, Vec<(ContentKey, Record)>) {
    let (mut bytes, mut records) = (Vec::new(), Vec::new());
    for (key, record) in all {
        let Ok(length) = u32::try_from(record.len()) else { continue };
        let offset = start + bytes.len() as u64;
        records.push((*key, Record { offset, length, check: check(record) }));
        bytes.extend_from_slice(record);
    }
    (bytes, records)
}

fn append(path: &Path, new: &[(ContentKey, Vec<u8>)]) -> io::Result<Vec<(ContentKey, Record)>> {
    let mut file = fs::OpenOptions::new().append(true).open(path.with_extension("facts"))?;
    let start = file.metadata()?.len();
    let (bytes, records) = joined(new.iter(), start);
    file.write_all(&bytes)?;
    Ok(records)
}

fn replace_records<'a>(
    path: &Path,
    all: impl Iterator<Item = &'a (ContentKey, Vec<u8>)>,
) -> io::Result<Vec<(ContentKey, Record)>> {
    let (bytes, records) = joined(all, 0);
    replace(&path.with_extension("facts"), &bytes)?;
    Ok(records)
}

/// Replaces a file whole, by a rename.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, bytes, offset)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes = &mut bytes[read..];
        offset += read as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "/some/root";

    fn key(byte: u8) -> ContentKey {
        [byte; 32]
    }

    fn open(folder: &tempfile::TempDir) -> FactsCache {
        FactsCache::open(Some(folder.path()), Path::new(ROOT))
    }

    fn remember(folder: &tempfile::TempDir, kept: &[u8], new: &[(u8, &str)]) {
        let new = new.iter().map(|(at, text)| (key(*at), text.as_bytes().to_vec())).collect();
        open(folder).remember(&Memories { kept: kept.iter().map(|at| key(*at)).collect(), new });
    }

    fn texts(folder: &tempfile::TempDir) -> Vec<Option<String>> {
        let cache = open(folder);
        (1..=3).map(|at| cache.recall(&key(at)).map(|bytes| String::from_utf8(bytes).unwrap())).collect()
    }

    #[test]
    fn what_is_used_stays_and_the_rest_goes() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(texts(&folder), [None, None, None]);
        remember(&folder, &[], &[(1, "one"), (2, "two")]);
        assert_eq!(texts(&folder), [Some("one".to_owned()), Some("two".to_owned()), None]);
        remember(&folder, &[1, 2], &[(3, "three")]);
        assert_eq!(texts(&folder), [Some("one".to_owned()), Some("two".to_owned()), Some("three".to_owned())]);
        remember(&folder, &[2], &[]);
        assert_eq!(texts(&folder), [None, Some("two".to_owned()), None]);
        let size = |folder: &tempfile::TempDir| {
            fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().metadata().unwrap().len()).min()
        };
        assert_eq!(size(&folder), Some(3));
    }

    #[test]
    fn spoilt_records_and_strange_indexes_are_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        remember(&folder, &[], &[(1, "one"), (2, "two")]);
        let path = open(&folder).path.unwrap();
        let mut bytes = fs::read(path.with_extension("facts")).unwrap();
        bytes[0] = b'x';
        fs::write(path.with_extension("facts"), &bytes).unwrap();
        assert_eq!(texts(&folder), [None, Some("two".to_owned()), None]);
        fs::write(path.with_extension("facts"), "t").unwrap();
        assert_eq!(texts(&folder), [None, None, None]);
        fs::write(path.with_extension("index"), "nonsense").unwrap();
        assert_eq!(texts(&folder), [None, None, None]);
        remember(&folder, &[], &[(2, "again")]);
        assert_eq!(texts(&folder), [None, Some("again".to_owned()), None]);
    }

    #[test]
    fn without_a_folder_nothing_is_remembered() {
        let cache = FactsCache::open(None, Path::new(ROOT));
        cache.remember(&Memories { kept: Vec::new(), new: vec![(key(1), Vec::new())] });
        assert!(!cache.is_kept() && cache.recall(&key(1)).is_none());
    }
}
