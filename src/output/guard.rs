//! Owns the look before the leap: whether a folder may be written to, and what of it is ours.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::OutputError;
use super::manifest::{MANIFEST, Manifest};
use crate::digest;
use crate::disk::{self, Kind};

/// What stands at the output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing.
    Absent,
    /// An empty folder.
    Empty,
    /// A site that an earlier build wrote, and nothing else.
    Ours(Manifest),
}

/// Looks at the place of an output folder without touching it: it must not be a link, hold the
/// site or a home, or lie in what the site is made from or the other way round.
///
/// # Errors
/// The reason why it must not be written to, or what could not be read.
pub fn inspect(
    output: &Path,
    root: Option<&Path>,
    inputs: &[PathBuf],
    home: Option<&Path>,
) -> Result<(), OutputError> {
    let refuse = |reason: &str| {
        Err(OutputError::Refused { path: output.to_owned(), reason: reason.to_owned() })
    };
    match disk::kind(output)? {
        Kind::Absent | Kind::Folder => {}
        Kind::Link => return refuse("it is a symbolic link"),
        Kind::File => return refuse("it is a file"),
        Kind::Other => return refuse("it is not a folder"),
    }
    let place = resolved(output)?;
    if place.parent().is_none() {
        return refuse("it is the root of the file system");
    }
    if home.is_some_and(|home| resolved(home).is_ok_and(|home| home.starts_with(&place))) {
        return refuse("it is a home folder, or has one in it");
    }
    if let Some(root) = root
        && resolved(root)?.starts_with(&place)
    {
        return refuse("it is the folder of the site, or has it in it");
    }
    for input in inputs {
        let input_place = resolved(input)?;
        if input_place.starts_with(&place) || place.starts_with(&input_place) {
            return refuse(&format!("`{}`, which is read, is there", input.display()));
        }
    }
    if disk::kind(&output.join(".git"))? != Kind::Absent {
        return refuse("it is a git work tree");
    }
    Ok(())
}

/// What stands at an output, which nobody else may be writing to meanwhile.
pub(super) fn standing(output: &Path) -> Result<Standing, OutputError> {
    match disk::kind(output)? {
        Kind::Absent => Ok(Standing::Absent),
        _ => owned(output),
    }
}

/// The path with all links resolved, also where its last parts do not exist yet.
fn resolved(path: &Path) -> Result<PathBuf, OutputError> {
    let mut missing = Vec::new();
    let mut existing = path;
    loop {
        if disk::kind(existing)? != Kind::Absent {
            let start = disk::resolve(existing)?;
            return Ok(missing.iter().rev().fold(start, |path, part| path.join(part)));
        }
        let refused = || OutputError::Refused {
            path: path.to_owned(),
            reason: "its path has no real beginning".to_owned(),
        };
        missing.push(existing.file_name().ok_or_else(refused)?);
        existing = existing
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
    }
}

/// Whether everything in a folder is ours, by its manifest. Files that are gone do not count.
pub(super) fn owned(output: &Path) -> Result<Standing, OutputError> {
    let found = files_below(output, SPLIT_DEPTH)?;
    if found.is_empty() {
        return Ok(Standing::Empty);
    }
    let manifest_path = output.join(MANIFEST);
    if disk::kind(&manifest_path)? != Kind::File {
        return Err(foreign(&found[0].path));
    }
    let text = String::from_utf8(disk::read(&manifest_path)?).unwrap_or_default();
    let Some(manifest) = Manifest::parse(&text) else {
        let reason = "its manifest is damaged, or of a newer policypress, so that nobody knows which files are ours; remove the folder yourself".to_owned();
        return Err(OutputError::Refused { path: manifest_path, reason });
    };
    let written = disk::stamp(&manifest_path)?.written;
    let count = found.len();
    let mut known: BTreeSet<&str> = manifest.files.keys().map(|path| &**path).collect();
    known.insert(MANIFEST);
    let check = |entry: &disk::Entry| {
        let name = name_in(output, &entry.path);
        if entry.kind != Kind::File || !known.contains(name.as_str()) {
            return Err(foreign(&entry.path));
        }
        let Some(expected) = manifest.files.get(name.as_str()) else { return Ok(()) };
        // The manifest is written last: what is not older can have been changed by somebody else.
        let stamp = disk::stamp(&entry.path)?;
        let is_touched = stamp.size != expected.size
            || (stamp.changed >= written
                && digest::hash(&disk::read(&entry.path)?) != expected.hash);
        if is_touched {
            let reason =
                "somebody has changed it since the last build; move it away, or undo the change"
                    .to_owned();
            return Err(OutputError::Refused { path: entry.path.clone(), reason });
        }
        Ok(())
    };
    // Of several the same is named every time.
    if let Some(Err(refused)) = found.par_iter().map(check).find_first(Result::is_err) {
        return Err(refused);
    }
    // Where a file is missing, no part can be taken to be what it was.
    let is_whole = count == manifest.files.len() + 1;
    let keys = if is_whole { manifest.keys } else { BTreeMap::new() };
    Ok(Standing::Ours(Manifest { keys, ..manifest }))
}

/// Folders down to this depth are listed by one thread, each below it by the next that is free.
const SPLIT_DEPTH: usize = 2;

/// Everything below a folder but folders.
fn files_below(folder: &Path, split_depth: usize) -> Result<Vec<disk::Entry>, OutputError> {
    if split_depth == 0 {
        let entries = disk::walk(folder)
            .filter(|entry| entry.as_ref().map_or(true, |entry| entry.kind != Kind::Folder));
        return Ok(entries.collect::<disk::Result<_>>()?);
    }
    let listed: Vec<disk::Entry> = disk::list(folder).collect::<disk::Result<_>>()?;
    let below: Vec<Vec<disk::Entry>> = listed
        .into_par_iter()
        .map(|entry| match entry.kind {
            Kind::Folder => files_below(&entry.path, split_depth - 1),
            _ => Ok(vec![entry]),
        })
        .collect::<Result<_, OutputError>>()?;
    Ok(below.into_iter().flatten().collect())
}

fn foreign(path: &Path) -> OutputError {
    let reason =
        "no build wrote it; move it away, or put it into `static/` if it belongs to the site"
            .to_owned();
    OutputError::Refused { path: path.to_owned(), reason }
}

fn name_in(folder: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(folder).unwrap_or(path);
    inside.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}
