//! Owns the manifest: the list of the files that a build wrote, with the hash and size of each.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;
use std::{io, iter};

use rayon::prelude::*;

use crate::digest::{self, Hash};
use crate::disk::{self, Kind};

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

impl Entry {
    /// That of a file with these bytes.
    pub fn of(bytes: &[u8]) -> Entry {
        Entry { hash: digest::hash(bytes), size: bytes.len() as u64 }
    }
}

/// The files of an output folder by their path in it, with `/` as separator, in the order of the
/// paths, which lie one after the other in one text: of half a million files nothing else is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    paths: String,
    rows: Vec<Row>,
}

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Row {
    /// Where its path ends.
    end: usize,
    entry: Entry,
}

impl Files {
    /// Adds a file whose path comes after those that are there. `None`: it does not.
    pub(super) fn push(&mut self, path: &str, entry: Entry) -> Option<()> {
        if !self.rows.is_empty() && self.path(self.rows.len() - 1) >= path {
            return None;
        }
        self.paths.push_str(path);
        self.rows.push(Row { end: self.paths.len(), entry });
        Some(())
    }

    /// The files but for those at some positions, which are in order.
    pub(super) fn without(&self, positions: &[usize]) -> Files {
        let mut left = Files::default();
        let is_left = |position: &usize| positions.binary_search(position).is_err();
        for position in (0..self.count()).filter(is_left) {
            // They come in order.
            let _ = left.push(self.path(position), self.entry(position));
        }
        left
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// The path of one of them, by its position in the order.
    pub fn path(&self, position: usize) -> &str {
        let start = position.checked_sub(1).map_or(0, |before| self.rows[before].end);
        self.paths.get(start..self.rows[position].end).unwrap_or_default()
    }

    /// What is known of one of them, by its position in the order.
    pub fn entry(&self, position: usize) -> Entry {
        self.rows[position].entry
    }

    /// All of them in order.
    pub fn all(&self) -> impl Iterator<Item = (&str, Entry)> {
        (0..self.count()).map(|position| (self.path(position), self.entry(position)))
    }

    /// All of them, for several threads.
    pub fn par_all(&self) -> impl IndexedParallelIterator<Item = (&str, Entry)> {
        let positions = (0..self.count()).into_par_iter();
        positions.map(|position| (self.path(position), self.entry(position)))
    }

    /// Their paths in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.all().map(|(path, _)| path)
    }

    /// The position of a path in the order.
    pub fn position(&self, path: &str) -> Option<usize> {
        self.find(path).ok()
    }

    /// Whether one of them is in a folder or below it.
    pub fn has_folder(&self, folder: &str) -> bool {
        !self.below(folder).is_empty()
    }

    /// The positions of those that are in a folder or below it.
    pub(super) fn below(&self, folder: &str) -> Range<usize> {
        let inside = format!("{folder}/");
        let (Ok(first) | Err(first)) = self.find(&inside);
        // Behind them comes what begins with the sign after the slash.
        let (Ok(end) | Err(end)) = self.find(&format!("{folder}0"));
        first..end.max(first)
    }

    /// The position of a path in the order, which is likely the one behind a position.
    pub(super) fn position_behind(&self, position: Option<usize>, path: &str) -> Option<usize> {
        let next = position.map_or(0, |position| position + 1);
        let is_next = next < self.count() && self.path(next) == path;
        if is_next { Some(next) } else { self.position(path) }
    }

    /// The position of a path in the order, or the one that it would have.
    fn find(&self, path: &str) -> Result<usize, usize> {
        let (mut start, mut end) = (0, self.count());
        while start < end {
            let middle = start.midpoint(end);
            match self.path(middle).cmp(path) {
                Ordering::Less => start = middle + 1,
                Ordering::Equal => return Ok(middle),
                Ordering::Greater => end = middle,
            }
        }
        Err(start)
    }

    /// What is known of the file of a path.
    pub fn get(&self, path: &str) -> Option<Entry> {
        self.position(path).map(|position| self.entry(position))
    }

    /// The paths that another list, which is in order too, has not.
    pub fn not_in<'files>(
        &'files self,
        other: impl Iterator<Item = &'files str>,
    ) -> impl Iterator<Item = &'files str> {
        self.unmatched(other, |other, position| (*other).cmp(self.path(position)))
    }

    /// The paths to which nothing in another list belongs. It is in order too, and `order` says how
    /// something of it compares with the path at a position.
    pub(super) fn unmatched<Other>(
        &self,
        other: impl Iterator<Item = Other>,
        order: impl Fn(&Other, usize) -> Ordering,
    ) -> impl Iterator<Item = &str> {
        let mut rest = other.peekable();
        let is_unmatched = move |position: &usize| {
            while rest.next_if(|other| order(other, *position).is_lt()).is_some() {}
            rest.peek().is_none_or(|other| order(other, *position).is_gt())
        };
        (0..self.count()).filter(is_unmatched).map(|position| self.path(position))
    }
}

/// What the parts of a site were made of, by their names: with the same key a part has the same
/// files. Names have no line breaks.
pub type Keys = BTreeMap<Box<str>, Hash>;

/// What a build wrote, and from what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The files.
    pub files: Files,
    /// What they were made of.
    pub keys: Keys,
}

impl Manifest {
    /// The manifest of a stored text. `None`: it is damaged, or of a version that we do not know.
    ///
    /// # Errors
    /// The text cannot be read.
    pub fn read(text: &mut dyn io::BufRead) -> io::Result<Option<Manifest>> {
        let mut hasher = digest::Stream::default();
        let mut manifest = Manifest::default();
        let mut line = Vec::new();
        for is_first in iter::once(true).chain(iter::repeat(false)) {
            line.clear();
            text.read_until(b'\n', &mut line)?;
            if let Some(hash) = line.strip_prefix(b"end ") {
                let is_whole = hash.trim_ascii_end() == digest::digits(&hasher.hash()).as_bytes();
                let is_last = text.fill_buf()?.is_empty();
                return Ok(Some(manifest).filter(|_| is_whole && is_last));
            }
            hasher.add(&line);
            let known = str::from_utf8(&line).ok().and_then(|line| line.strip_suffix('\n'));
            let is_known = match known {
                Some(line) if is_first => matches!(line, FIRST_LINE | FORMER_FIRST_LINE),
                Some(line) => manifest.add(line).is_some(),
                None => false,
            };
            if !is_known {
                break;
            }
        }
        Ok(None)
    }

    /// Adds what a line tells. `None`: it is none of a manifest.
    fn add(&mut self, line: &str) -> Option<()> {
        let (hash, rest) = line.split_once(' ')?;
        let (size, name) = rest.split_once(' ')?;
        let hash = digest::parse(hash)?;
        if size == "key" {
            self.keys.insert(name.into(), hash);
            return Some(());
        }
        let is_inside = super::is_inside(name);
        self.files.push(name, Entry { hash, size: size.parse().ok()? }).filter(|()| is_inside)
    }
}

/// What the manifest of a folder ends with: the hash of all its lines, or what stands in its place if
/// it is damaged. `None`: the folder has no manifest.
pub(super) fn seal(folder: &Path) -> disk::Result<Option<String>> {
    let path = folder.join(MANIFEST);
    if disk::kind(&path)? != Kind::File {
        return Ok(None);
    }
    let end = disk::read_end(&path, SEAL)?;
    Ok(Some(String::from_utf8_lossy(&end).trim_end().to_owned()))
}

/// The bytes of a hash and of the end of its line.
const SEAL: u64 = 33;

/// Lines that are made in one piece, and how many pieces are made while the last ones are written.
const PORTION: usize = 4096;
const PORTIONS: usize = 8;

/// Writes a manifest as it is stored: one line a key and a file, sorted, with a hash of all lines
/// at the end so that a damaged manifest is not believed. `file` answers the `count` files in order.
pub(super) fn write<'files>(
    output: &mut (dyn io::Write + Send),
    keys: &Keys,
    count: usize,
    file: impl Fn(usize) -> (&'files str, Entry) + Sync,
) -> io::Result<()> {
    let mut hasher = digest::Stream::default();
    let mut put = |text: &str| {
        hasher.add(text.as_bytes());
        output.write_all(text.as_bytes())
    };
    put(&format!("{FIRST_LINE}\n"))?;
    let mut line = String::new();
    for (name, hash) in keys {
        line.clear();
        digest::put_digits(hash, &mut line);
        // Writing to a string cannot fail.
        let _ = writeln!(line, " key {name}");
        put(&line)?;
    }
    let lines = |start: usize| {
        let mut lines = String::with_capacity(PORTION * 128);
        for (path, Entry { hash, size }) in (start..count.min(start + PORTION)).map(&file) {
            digest::put_digits(&hash, &mut lines);
            let _ = write!(lines, " {size} ");
            lines.push_str(path);
            lines.push('\n');
        }
        lines
    };
    let made = |start: usize| -> Vec<String> {
        let portions = (0..PORTIONS).into_par_iter().map(|portion| start + portion * PORTION);
        portions.map(lines).collect()
    };
    let mut waiting = Vec::new();
    for start in (0..=count).step_by(PORTION * PORTIONS) {
        let write = || waiting.iter().try_for_each(|lines: &String| put(lines));
        let (outcome, next) = rayon::join(write, || made(start));
        outcome?;
        waiting = next;
    }
    waiting.iter().try_for_each(|lines| put(lines))?;
    writeln!(output, "end {}", digest::digits(&hasher.hash()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(paths: &[(&str, u64)]) -> Files {
        let mut files = Files::default();
        for (path, size) in paths {
            files.push(path, Entry { hash: [0x0f; 16], size: *size }).unwrap();
        }
        files
    }

    #[test]
    fn files_are_found_by_their_paths() {
        let one = files(&[("a", 2), ("a-b", 5), ("a/b", 3), ("c", 4)]);
        let behind = |position, path| one.position_behind(position, path);
        assert_eq!([behind(None, "a"), behind(Some(0), "a-b")], [Some(0), Some(1)]);
        assert_eq!([behind(Some(0), "c"), behind(Some(3), "a")], [Some(3), Some(0)]);
        assert_eq!([behind(None, "b"), behind(Some(3), "d")], [None, None]);
        let sizes = ["a", "a-b", "a/b", "b", "c"].map(|path| one.get(path).map(|entry| entry.size));
        assert_eq!(sizes, [Some(2), Some(5), Some(3), None, Some(4)]);
        let other = files(&[("0", 0), ("a/b", 0), ("d", 0)]);
        assert_eq!(one.not_in(other.paths()).collect::<Vec<_>>(), ["a", "a-b", "c"]);
        assert_eq!(other.not_in(one.paths()).collect::<Vec<_>>(), ["0", "d"]);
        assert_eq!(one.not_in(one.paths()).count(), 0);
        assert_eq!(one.without(&[0, 2]), files(&[("a-b", 5), ("c", 4)]));
        let folders = ["a", "a/b", "b", "c", "d"].map(|folder| one.has_folder(folder));
        assert_eq!(folders, [true, false, false, false, false]);
        assert_eq!(one.clone().push("c", one.entry(0)), None);
        assert_eq!(one.clone().push("b", one.entry(0)), None);
    }

    #[test]
    fn a_manifest_comes_back_as_it_was_and_damage_is_seen() {
        let manifest = Manifest {
            files: files(&[("a b/index.html", 12), ("b", 1)]),
            keys: BTreeMap::from([("a server".into(), [0xf0; 16])]),
        };
        let read = |text: &[u8]| Manifest::read(&mut &*text).unwrap();
        let mut text = Vec::new();
        let file = |position| (manifest.files.path(position), manifest.files.entry(position));
        write(&mut text, &manifest.keys, manifest.files.count(), file).unwrap();
        assert_eq!(read(&text), Some(manifest));
        for index in 0..text.len() - 1 {
            let mut damaged = text.clone();
            damaged[index] ^= 1;
            assert_eq!(read(&damaged), None, "byte {index}");
            assert_eq!(read(&text[..index]), None, "cut at byte {index}");
        }
        assert_eq!(read(&[&text[..], b"\n"].concat()), None);
        let text = String::from_utf8(text).unwrap();
        assert_eq!(read(text.replacen('\n', "", 1).as_bytes()), None);
    }

    #[test]
    fn a_manifest_out_of_order_or_that_leads_outside_is_not_believed() {
        let entry = Entry { hash: [0; 16], size: 0 };
        for paths in [["b", "a"], ["a", "a"], ["..", "a"], ["/a", "b"], ["a/../b", "c"]] {
            let mut text = Vec::new();
            write(&mut text, &BTreeMap::new(), 2, |position| (paths[position], entry)).unwrap();
            assert_eq!(Manifest::read(&mut &*text).unwrap(), None, "{paths:?}");
        }
    }
}
