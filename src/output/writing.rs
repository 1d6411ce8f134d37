//! Owns how files get into the staging folder: one by one, or some together.

use super::OutputError;
use super::manifest::Entry;
use super::staging::Staging;
use super::written::{Fresh, Place, Written};
use crate::disk;

/// Files that wait to be written together.
#[derive(Debug, Default)]
pub struct Batch {
    files: Vec<(String, Vec<u8>)>,
    size: usize,
}

impl Batch {
    /// With so many files or bytes, a batch should be written: it has to stay in the nearest memory
    /// of the processor, and there is one for each thread.
    const FILES: usize = 16;
    const BYTES: usize = 256 * 1024;

    /// Adds a file. Its path has `/` as separator and comes from the plan.
    pub fn add(&mut self, path: String, bytes: Vec<u8>) {
        self.size += bytes.len();
        self.files.push((path, bytes));
    }

    /// Whether it should be written.
    pub fn is_full(&self) -> bool {
        self.files.len() >= Batch::FILES || self.size >= Batch::BYTES
    }
}

impl Staging {
    /// Writes one file, unless it is there already. Its path has `/` as separator and comes from
    /// the plan.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, path: &str, bytes: &[u8]) -> Result<Written, OutputError> {
        let entry = Entry::of(bytes);
        if let Some(same) = self.same(path, entry) {
            return Ok(same);
        }
        self.make_own_folder(path)?;
        self.put(path, bytes, entry)
    }

    /// Writes the files of a batch that are not there already, and empties it. Each step is done
    /// for all of them before the next: going to and fro between making pages, hashing them and the
    /// parts of the system that make folders and files, none would find its code in the caches of
    /// the processor, and a build would take a tenth more of its time.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn write_all(&self, batch: &mut Batch) -> Result<Vec<Written>, OutputError> {
        let Batch { files, .. } = std::mem::take(batch);
        let entries: Vec<Entry> = files.iter().map(|(_, bytes)| Entry::of(bytes)).collect();
        let same: Vec<Option<Written>> =
            files.iter().zip(&entries).map(|((path, _), entry)| self.same(path, *entry)).collect();
        for ((path, _), _) in files.iter().zip(&same).filter(|(_, same)| same.is_none()) {
            self.make_own_folder(path)?;
        }
        let written = files.iter().zip(entries).zip(same);
        written
            .map(|(((path, bytes), entry), same)| match same {
                Some(same) => Ok(same),
                None => self.put(path, bytes, entry),
            })
            .collect()
    }

    /// A file with this content where the new site is to stand.
    fn same(&self, path: &str, entry: Entry) -> Option<Written> {
        self.before().filter(|before| before.files.get(path) == Some(entry))?;
        self.keep(path)
    }

    /// Makes the folder that a page has for itself. Other files share theirs.
    fn make_own_folder(&self, path: &str) -> Result<(), OutputError> {
        if let Some(folder) = path.strip_suffix("/index.html") {
            disk::create_folder(&self.fresh().join(folder))?;
        }
        Ok(())
    }

    /// Writes a file into the staging folder.
    fn put(&self, path: &str, bytes: &[u8], entry: Entry) -> Result<Written, OutputError> {
        let target = self.fresh().join(path);
        // Most files find their folder.
        if !disk::write_if_folder(&target, bytes)? {
            disk::create_folder(target.parent().unwrap_or(&target))?;
            disk::write(&target, bytes)?;
        }
        Ok(Written(Place::Fresh(Fresh::new(path, entry))))
    }
}
