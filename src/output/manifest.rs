//! Owns the manifest: the list of the files that a build wrote, with the hash and size of each.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::sync::Arc;

use rayon::prelude::*;

use crate::digest::{self, Hash};

/// The name of the manifest in the output folder.
pub const MANIFEST: &str = ".policypress-manifest";
const FIRST_LINE: &str = "policypress-manifest 2";
/// The version that had no keys.
const FORMER_FIRST_LINE: &str = "policypress-manifest 1";

/// What is known of one written file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The hash of its content.
    pub hash: Hash,
    /// Its size in bytes.
    pub size: u64,
}

/// The files of an output folder by their path in it, with `/` as separator: a sorted list, which
/// for half a million files is half as large as a map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files(Vec<(Arc<str>, Entry)>);

impl Files {
    /// Puts files in order. Of several with one path the last one counts.
    pub fn of(mut files: Vec<(Arc<str>, Entry)>) -> Files {
        files.par_sort_by(|(one, _), (other, _)| one.cmp(other));
        files.dedup_by(|later, earlier| {
            let is_same = later.0 == earlier.0;
            if is_same {
                earlier.1 = later.1;
            }
            is_same
        });
        files.shrink_to_fit();
        Files(files)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// All of them, in the order of their paths.
    pub fn entries(&self) -> std::slice::Iter<'_, (Arc<str>, Entry)> {
        self.0.iter()
    }

    /// All of them, for several threads.
    pub fn par_iter(&self) -> rayon::slice::Iter<'_, (Arc<str>, Entry)> {
        self.0.par_iter()
    }

    /// Their paths.
    pub fn paths(&self) -> impl Iterator<Item = &Arc<str>> {
        self.0.iter().map(|(path, _)| path)
    }

    /// The file of a path.
    pub fn get(&self, path: &str) -> Option<(&Arc<str>, Entry)> {
        let at = self.0.binary_search_by(|(known, _)| (**known).cmp(path)).ok()?;
        self.0.get(at).map(|(path, entry)| (path, *entry))
    }

    /// Each file with the one of the same path in another list, if that has it.
    pub fn beside<'files>(
        &'files self,
        other: &'files Files,
    ) -> impl Iterator<Item = (&'files (Arc<str>, Entry), Option<Entry>)> {
        let mut rest = other.0.iter().peekable();
        self.0.iter().map(move |file| {
            while rest.next_if(|other| other.0 < file.0).is_some() {}
            (file, rest.peek().filter(|other| other.0 == file.0).map(|other| other.1))
        })
    }

    /// The paths that another list has not.
    pub fn not_in<'files>(
        &'files self,
        other: &'files Files,
    ) -> impl Iterator<Item = &'files Arc<str>> {
        self.beside(other).filter(|(_, other)| other.is_none()).map(|((path, _), _)| path)
    }
}

/// What a build wrote, and from what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The files.
    pub files: Files,
    /// What the parts of the site were made of, by their names: with the same key a part has the
    /// same files. Names have no line breaks.
    pub keys: BTreeMap<Box<str>, Hash>,
}

impl Manifest {
    /// Writes the manifest as it is stored: one line a key and a file, sorted, with a hash of all
    /// lines at the end so that a damaged manifest is not believed.
    pub fn write(&self, output: &mut dyn io::Write) -> io::Result<()> {
        let mut hasher = digest::Stream::default();
        let mut line = format!("{FIRST_LINE}\n");
        let mut put = |line: &str| {
            hasher.add(line.as_bytes());
            output.write_all(line.as_bytes())
        };
        put(&line)?;
        for (name, hash) in &self.keys {
            line.clear();
            // Writing to a string cannot fail.
            let _ = writeln!(line, "{} key {name}", digest::digits(hash));
            put(&line)?;
        }
        for (path, Entry { hash, size }) in self.files.entries() {
            line.clear();
            let _ = writeln!(line, "{} {size} {path}", digest::digits(hash));
            put(&line)?;
        }
        writeln!(output, "end {}", digest::digits(&hasher.hash()))
    }

    /// The manifest of a stored text. `None`: it is damaged, or of a version that we do not know.
    pub fn parse(text: &str) -> Option<Manifest> {
        let body_end = text.trim_end_matches('\n').rfind('\n')? + 1;
        let (body, end) = text.split_at(body_end);
        if end.trim_end().strip_prefix("end ")? != digest::hex(body.as_bytes()) {
            return None;
        }
        let mut lines = body.lines();
        if !matches!(lines.next()?, FIRST_LINE | FORMER_FIRST_LINE) {
            return None;
        }
        let mut keys = BTreeMap::new();
        let mut files = Vec::new();
        for line in lines {
            let mut parts = line.splitn(3, ' ');
            let (hash, size, path) = (parts.next()?, parts.next()?, parts.next()?);
            let hash = digest::parse(hash)?;
            if size == "key" {
                keys.insert(path.into(), hash);
            } else {
                if !super::is_inside(path) {
                    return None;
                }
                files.push((path.into(), Entry { hash, size: size.parse().ok()? }));
            }
        }
        Some(Manifest { files: Files::of(files), keys })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_their_paths_whatever_their_order_was() {
        let files = |paths: &[(&str, u64)]| {
            let entry = |size| Entry { hash: [0; 16], size };
            Files::of(paths.iter().map(|(path, size)| ((*path).into(), entry(*size))).collect())
        };
        let one = files(&[("c", 1), ("a", 2), ("a/b", 3), ("c", 4), ("a-b", 5)]);
        let found: Vec<Option<u64>> = ["a", "a-b", "a/b", "b", "c"]
            .iter()
            .map(|path| one.get(path).map(|(_, entry)| entry.size))
            .collect();
        assert_eq!(found, [Some(2), Some(5), Some(3), None, Some(4)]);
        let other = files(&[("a/b", 0), ("0", 0), ("d", 0)]);
        assert_eq!(one.not_in(&other).map(|path| &**path).collect::<Vec<_>>(), ["a", "a-b", "c"]);
        assert_eq!(other.not_in(&one).map(|path| &**path).collect::<Vec<_>>(), ["0", "d"]);
        assert_eq!(one.not_in(&one).count(), 0);
    }

    #[test]
    fn a_manifest_comes_back_as_it_was_and_damage_is_seen() {
        let entry = Entry { hash: [0x0f; 16], size: 12 };
        let mut manifest = Manifest {
            files: Files::of(vec![("a b/index.html".into(), entry)]),
            ..Manifest::default()
        };
        manifest.keys.insert("a server".into(), [0xf0; 16]);
        let mut text = Vec::new();
        manifest.write(&mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert_eq!(Manifest::parse(&text), Some(manifest));
        for index in 0..text.len() - 1 {
            let mut damaged = text.clone().into_bytes();
            damaged[index] ^= 1;
            assert_eq!(
                String::from_utf8(damaged).ok().and_then(|text| Manifest::parse(&text)),
                None,
                "byte {index}"
            );
        }
        assert_eq!(Manifest::parse(""), None);
        assert_eq!(Manifest::parse(&text.replacen('\n', "", 1)), None);
    }
}
