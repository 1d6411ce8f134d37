//! Owns the look before the leap: what of an output is ours.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use rayon::prelude::*;

use super::OutputError;
use super::manifest::{self, Entry, Files, MANIFEST, Manifest};
use super::way::{self, Walk};
use crate::digest;
use crate::disk::{self, Found, Kind, Stamp};
use crate::text;

/// At so many files one thread looks before another may take the next: with more, the last pieces
/// of a large site keep one processor waiting for the other.
const LOOKS: usize = 2_000;

/// What stands at the output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing.
    Absent,
    /// An empty folder.
    Empty,
    /// A site that an earlier build wrote, as far as it is still there, and nothing else.
    Ours {
        /// What it should hold.
        manifest: Manifest,
        /// The seal of its manifest, by which it is known again.
        seal: Option<String>,
        /// How many of its files are newer than that, and had to be read.
        newer: usize,
        /// When a folder changed in which an empty one stands that no manifest lists: as long as
        /// that is there, something may come into it.
        watched: Option<SystemTime>,
    },
}

/// What stands at an output, which nobody else may be writing to meanwhile.
pub(super) fn standing(output: &Path) -> Result<Standing, OutputError> {
    match disk::kind(output)? {
        Kind::Absent => Ok(Standing::Absent),
        _ => owned(output),
    }
}

/// Whether everything in a folder is ours, by its manifest. Files that are gone do not count.
pub(super) fn owned(output: &Path) -> Result<Standing, OutputError> {
    let manifest_path = output.join(MANIFEST);
    let kind = disk::kind(&manifest_path)?;
    if !matches!(kind, Kind::File | Kind::Absent) {
        let reason = "it has to be the file that a build wrote, and is a link or something else; put the file itself there".to_owned();
        return Err(OutputError::Refused { path: manifest_path, reason });
    }
    if kind == Kind::Absent {
        let Some(first) = first_file_below(output)? else { return Ok(Standing::Empty) };
        let first = text::visible(&name_in(output, &first));
        let reason = format!(
            "it has files (`{first}` is one) but no `{MANIFEST}`, so that nobody knows which are ours; if it is a site that was copied without it, remove the folder yourself"
        );
        return Err(OutputError::Refused { path: output.to_owned(), reason });
    }
    // First: of two sites that change places meanwhile, this one would not be there at the end.
    let seal = manifest::seal(output)?;
    let Some(manifest) = disk::read_parts(&manifest_path, Manifest::read)? else {
        let reason = "its manifest is damaged, or of a newer policypress, so that nobody knows which files are ours; remove the folder yourself".to_owned();
        return Err(OutputError::Refused { path: manifest_path, reason });
    };
    let look = Look::at(output, &manifest.files)?;
    let missing = look.at_all()?;
    look.below_moved()?;
    let newer = look.newer.load(Ordering::Relaxed);
    let watched = look.watched.into_inner().unwrap_or_else(PoisonError::into_inner);
    let manifest = if missing.is_empty() {
        manifest
    } else {
        // Where a file is missing, no part can be taken to be what it was.
        Manifest { files: manifest.files.without(&missing), keys: BTreeMap::new() }
    };
    Ok(Standing::Ours { manifest, seal, newer, watched })
}

/// Looks once more at files that are about to be replaced or removed: since the look at all of them,
/// somebody may have put something there.
///
/// # Errors
/// The first that is not what a build wrote there.
pub(super) fn look_again<'look>(
    output: &'look Path,
    files: &'look Files,
    paths: impl Iterator<Item = &'look str>,
) -> Result<(), OutputError> {
    let look = Look::at(output, files)?;
    let mut walk = Walk::from(output);
    for path in paths {
        if let Some(obstacle) = walk.obstacle(path)? {
            return Err(foreign(&obstacle));
        }
        match files.get(path) {
            Some(entry) => _ = look.at_file(&mut walk, path, entry)?,
            None if walk.look(path)?.is_some() => return Err(foreign(&output.join(path))),
            None => {}
        }
    }
    Ok(())
}

/// Of the files of a manifest those that are there as they were written. What is behind a link is
/// not there.
pub(super) fn ours<'look>(
    output: &'look Path,
    files: &'look Files,
) -> Result<impl Iterator<Item = Result<PathBuf, OutputError>> + use<'look>, OutputError> {
    let look = Look::at(output, files)?;
    let mut walk = Walk::from(output);
    let mut is_ours = move |path, entry| match walk.obstacle(path)? {
        Some(_) => Ok(false),
        None => look.at_file(&mut walk, path, entry),
    };
    Ok(files.all().filter_map(move |(path, entry)| match is_ours(path, entry) {
        Ok(true) => Some(Ok(output.join(path))),
        Ok(false) | Err(OutputError::Refused { .. }) => None,
        Err(error) => Some(Err(error)),
    }))
}

/// A look at an output that has a manifest.
struct Look<'look> {
    output: &'look Path,
    files: &'look Files,
    /// What stands at the output itself.
    top: Option<Found>,
    /// What is older than this was there when the manifest was written.
    written: SystemTime,
    /// How many files had to be read.
    newer: AtomicUsize,
    /// Folders that were moved or given other permissions since then: what is in them can be older
    /// and another thing all the same.
    moved: Mutex<Vec<String>>,
    watched: Mutex<Option<SystemTime>>,
}

impl<'look> Look<'look> {
    /// A look at the files of a manifest.
    fn at(output: &'look Path, files: &'look Files) -> Result<Look<'look>, OutputError> {
        let stamp = disk::stamp(&output.join(MANIFEST))?;
        // A build sets the time back before the moment in which it does so. One that was set by a
        // copy, by hand, or by a clock that was wrong says nothing of what came before it.
        let is_set_back = stamp.touched.is_none_or(|touched| stamp.written < touched);
        let is_of_build = is_set_back && dated(stamp.written) == stamp.written;
        let written = if is_of_build { stamp.written } else { SystemTime::UNIX_EPOCH };
        Ok(Look {
            output,
            files,
            top: disk::look(output)?,
            written,
            newer: AtomicUsize::new(0),
            moved: Mutex::default(),
            watched: Mutex::default(),
        })
    }

    /// Makes sure that nothing is mounted at a path: it could not change places with anything, and
    /// what is in it is not ours, however old it is.
    fn check_mount(&self, path: &str, found: &Found) -> Result<(), OutputError> {
        if self.top.is_some_and(|top| found.is_apart_from(&top)) {
            let reason = "something is mounted there; unmount it".to_owned();
            return Err(OutputError::Refused { path: way::inside(self.output, path), reason });
        }
        Ok(())
    }

    /// Looks at all files, and for what no manifest lists. Answers the positions of those that are
    /// missing. Of several that are not what was written the same is named every time.
    fn at_all(&self) -> Result<Vec<usize>, OutputError> {
        let begin = || Walk::from(self.output);
        self.at_folder(&mut begin(), "")?;
        let looks = (0..self.files.count()).into_par_iter().with_max_len(LOOKS).map_init(
            begin,
            |walk, position| {
                let is_there = self.at_one(walk, position)?;
                Ok(if is_there { Vec::new() } else { vec![position] })
            },
        );
        looks.reduce(
            || Ok(Vec::new()),
            |one, other| {
                let (mut one, other) = (one?, other?);
                one.extend(other);
                Ok(one)
            },
        )
    }

    /// Whether a file is there. What the system finds on the way to the folders around it, it need
    /// not find again for the file.
    fn at_one(&'look self, walk: &mut Walk<'look>, position: usize) -> Result<bool, OutputError> {
        let path = self.files.path(position);
        let before = position.checked_sub(1).map_or("", |before| self.files.path(before));
        for folder in way::folders_around(path, before) {
            self.at_folder(walk, folder)?;
        }
        self.at_file(walk, path, self.files.entry(position))
    }

    /// Half of the folders of a site hold one page each, and to list one takes five times as long
    /// as to ask when it changed.
    fn at_folder(&self, walk: &mut Walk<'look>, folder: &'look str) -> Result<(), OutputError> {
        let Some(found) = walk.look(folder)? else { return Ok(()) };
        self.check_mount(folder, &found)?;
        if found.kind != Kind::Folder {
            return Err(foreign(&way::inside(self.output, folder)));
        }
        let Stamp { written, touched, .. } = found.stamp;
        if touched.is_some_and(|touched| touched < self.written) {
            return Ok(());
        }
        // What comes into a folder or goes from it changes both of its times.
        if touched.is_some_and(|touched| written < touched)
            && !folder.is_empty()
            && let Ok(mut moved) = self.moved.lock()
        {
            moved.push(folder.to_owned());
        }
        for entry in disk::list(&way::inside(self.output, folder)) {
            let entry = entry?;
            let name = name_in(self.output, &entry.path);
            let stranger = match entry.kind {
                // These are looked at by themselves.
                Kind::Folder if self.files.has_folder(&name) => None,
                Kind::Folder => {
                    let first = first_file_below(&entry.path)?;
                    if let (None, Some(touched), Ok(mut watched)) =
                        (&first, touched, self.watched.lock())
                    {
                        *watched = Some(watched.map_or(touched, |other| other.min(touched)));
                    }
                    first
                }
                Kind::File if name == MANIFEST || self.files.get(&name).is_some() => None,
                _ => Some(entry.path),
            };
            if let Some(stranger) = stranger {
                return Err(foreign(&stranger));
            }
        }
        Ok(())
    }

    /// Reads the files below the folders that were moved, each once.
    fn below_moved(&self) -> Result<(), OutputError> {
        let moved = self.moved.lock().unwrap_or_else(PoisonError::into_inner);
        let mut stretches: Vec<Range<usize>> =
            moved.iter().map(|folder| self.files.below(folder)).collect();
        stretches.sort_by_key(|stretch| (stretch.start, Reverse(stretch.end)));
        // A folder may lie in another one.
        stretches.dedup_by(|inside, around| inside.end <= around.end);
        let positions: Vec<usize> = stretches.into_iter().flatten().collect();
        let looks = positions.into_par_iter().map(|position| self.at_moved(position));
        looks.reduce(|| Ok(()), Result::and)
    }

    /// Reads a file, unless it is newer than the manifest: then it has been read.
    fn at_moved(&self, position: usize) -> Result<(), OutputError> {
        let path = self.output.join(self.files.path(position));
        let Some(found) = disk::look(&path)?.filter(|found| found.stamp.changed < self.written)
        else {
            return Ok(());
        };
        self.newer.fetch_add(1, Ordering::Relaxed);
        let is_same = found.kind == Kind::File
            && digest::hash(&disk::read(&path)?) == self.files.entry(position).hash;
        if is_same { Ok(()) } else { Err(changed(path)) }
    }

    /// Whether a file is there. It must not have been changed by somebody else.
    fn at_file(
        &self,
        walk: &mut Walk<'look>,
        name: &'look str,
        expected: Entry,
    ) -> Result<bool, OutputError> {
        let Some(found) = walk.look(name)? else { return Ok(false) };
        self.check_mount(name, &found)?;
        let path = || self.output.join(name);
        if found.kind != Kind::File {
            return Err(foreign(&path()));
        }
        // What is not older than the manifest can have been changed after it.
        let is_newer = found.stamp.changed >= self.written;
        if is_newer {
            self.newer.fetch_add(1, Ordering::Relaxed);
        }
        let is_touched = found.stamp.size != expected.size
            || (is_newer && digest::hash(&disk::read(&path())?) != expected.hash);
        if is_touched { Err(changed(path())) } else { Ok(true) }
    }
}

/// The time that a build gives a manifest: one that the system told, cut to whole milliseconds. That
/// of a copy seldom has so few digits, so that a copy is known even after something else touched it,
/// such as other permissions. Where the system has no finer times it is not.
pub(super) fn dated(time: SystemTime) -> SystemTime {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    time - Duration::from_nanos(u64::from(since.subsec_nanos() % 1_000_000))
}

/// The first of the files below a folder, if there is any.
pub(super) fn first_file_below(folder: &Path) -> Result<Option<PathBuf>, OutputError> {
    for entry in disk::walk(folder) {
        let entry = entry?;
        if entry.kind != Kind::Folder {
            return Ok(Some(entry.path));
        }
    }
    Ok(None)
}

/// The error over a file that is another than it was written.
fn changed(path: PathBuf) -> OutputError {
    let reason = "it is not what the last finished build wrote; undo the change or move it away, or remove the folder of the site and build again".to_owned();
    OutputError::Refused { path, reason }
}

/// The error over what stands where a build would write or remove.
pub(super) fn foreign(path: &Path) -> OutputError {
    let reason =
        "it is none of the files that the last finished build wrote; move it away".to_owned();
    OutputError::Refused { path: path.to_owned(), reason }
}

fn name_in(folder: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(folder).unwrap_or(path);
    inside.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_mounted_in_an_output_is_not_ours() {
        let files = Files::default();
        let output = Path::new("/");
        let look = Look {
            output,
            files: &files,
            top: disk::look(output).unwrap(),
            newer: AtomicUsize::new(0),
            written: SystemTime::UNIX_EPOCH,
            moved: Mutex::default(),
            watched: Mutex::default(),
        };
        let check =
            |path: &str| look.check_mount(path, &disk::look(&output.join(path)).unwrap().unwrap());
        let error = check("proc").unwrap_err().to_string();
        assert!(error.contains("`/proc`: something is mounted there"), "{error}");
        assert!(check("etc").is_ok());
    }
}
