//! Owns the staging folder: files are written there, and it changes places with the output.

use std::path::{Path, PathBuf};

use super::OutputError;
use super::guard::{self, Standing};
use super::manifest::{Entry, MANIFEST, Manifest};
use crate::digest;
use crate::disk::{self, Kind, Lock};

/// A folder beside the output in which a new site grows.
#[derive(Debug)]
pub struct Staging {
    output: PathBuf,
    workplace: PathBuf,
    standing: Standing,
    _lock: Lock,
}

const LOCK: &str = "lock";

/// One file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    path: String,
    entry: Entry,
}

/// What a publication changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Files of the site.
    pub files: usize,
    /// Their size together.
    pub bytes: u64,
    /// Files that are new or have a new content.
    pub changed: usize,
    /// Files with the same content as before.
    pub unchanged: usize,
    /// Files that are gone.
    pub removed: usize,
}

impl Staging {
    /// Opens the staging folder of an output. What a killed build has left there is removed.
    ///
    /// # Errors
    /// Another build is at work, the output has something in it that is not ours, or the folder
    /// cannot be made.
    pub fn open(output: &Path) -> Result<Staging, OutputError> {
        let name =
            output.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let parent = output
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let workplace = parent.join(format!(".{name}.policypress"));
        if !matches!(disk::kind(&workplace)?, Kind::Absent | Kind::Folder) {
            let reason = "the staging folder would have this name".to_owned();
            return Err(OutputError::Refused { path: workplace, reason });
        }
        disk::create_folder(&workplace)?;
        let Some(lock) = disk::lock(&workplace.join(LOCK))? else {
            return Err(OutputError::Busy { path: output.to_owned() });
        };
        let standing = Standing::Absent;
        let mut staging = Staging { output: output.to_owned(), workplace, standing, _lock: lock };
        // Before the lock was taken, another build could have changed what stands there.
        match guard::standing(output) {
            Ok(standing) => staging.standing = standing,
            Err(error) => {
                staging.close()?;
                return Err(error);
            }
        }
        staging.clear_leftovers()?;
        disk::create_folder(&staging.fresh())?;
        Ok(staging)
    }

    /// Where the new site grows.
    fn fresh(&self) -> PathBuf {
        self.workplace.join("new")
    }

    /// Where the former output waits for its removal.
    fn former(&self) -> PathBuf {
        self.workplace.join("old")
    }

    /// Makes the folders that files will be written to.
    ///
    /// # Errors
    /// A folder cannot be made.
    pub fn create_folder_of(&self, path: &str) -> Result<(), OutputError> {
        if let Some((folder, _)) = path.rsplit_once('/') {
            disk::create_folder(&self.fresh().join(folder))?;
        }
        Ok(())
    }

    /// Writes one file. Its path has `/` as separator and comes from the plan.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, path: &str, bytes: &[u8]) -> Result<Written, OutputError> {
        self.create_folder_of(path)?;
        disk::write(&self.fresh().join(path), bytes)?;
        let entry = Entry { hash: digest::hex(bytes), size: bytes.len() as u64 };
        Ok(Written { path: path.to_owned(), entry })
    }

    /// Puts the new site in the place of the output.
    ///
    /// # Errors
    /// The old site is still in its place, unless the error says otherwise.
    pub fn publish(self, written: Vec<Written>) -> Result<Published, OutputError> {
        let files = written.into_iter().map(|Written { path, entry }| (path, entry)).collect();
        let manifest = Manifest { files };
        disk::write(&self.fresh().join(MANIFEST), manifest.to_text().as_bytes())?;
        let published = compare(&self.standing, &manifest);
        match self.standing {
            Standing::Absent => disk::rename(&self.fresh(), &self.output)?,
            Standing::Empty | Standing::Ours(_) => self.exchange()?,
        }
        self.clear_former()?;
        self.close()?;
        Ok(published)
    }

    /// Gives up: what was written is removed, the output stays as it is.
    ///
    /// # Errors
    /// Something could not be removed; the next build tries again.
    pub fn abandon(self) -> Result<(), OutputError> {
        disk::remove_own_folder(&self.fresh())?;
        self.close()
    }

    fn exchange(&self) -> Result<(), OutputError> {
        if disk::exchange(&self.fresh(), &self.output)? {
            disk::rename(&self.fresh(), &self.former())?;
            return Ok(());
        }
        disk::rename(&self.output, &self.former())?;
        if let Err(error) = disk::rename(&self.fresh(), &self.output) {
            disk::rename(&self.former(), &self.output)?;
            return Err(error.into());
        }
        Ok(())
    }

    /// Removes what a killed build has left. A site without a manifest was never finished; one
    /// with a manifest can be the former output, which is removed as carefully as ever.
    fn clear_leftovers(&self) -> Result<(), OutputError> {
        self.clear_former()?;
        if disk::kind(&self.fresh().join(MANIFEST))? == Kind::File {
            disk::rename(&self.fresh(), &self.former())?;
            return self.clear_former();
        }
        Ok(disk::remove_own_folder(&self.fresh())?)
    }

    /// Removes from the former output what its manifest lists, if nobody has touched any of it
    /// since the build began, and then the folders, which are empty.
    fn clear_former(&self) -> Result<(), OutputError> {
        let former = self.former();
        let manifest = match disk::kind(&former)? {
            Kind::Absent => return Ok(()),
            _ => match guard::owned(&former)? {
                Standing::Ours(manifest) => manifest,
                Standing::Absent | Standing::Empty => Manifest::default(),
            },
        };
        for path in manifest.files.keys() {
            if disk::kind(&former.join(path))? == Kind::File {
                disk::remove_file(&former.join(path))?;
            }
        }
        remove_empty_folders(&former)?;
        // The manifest goes last: until then the next build knows what was ours.
        if disk::kind(&former.join(MANIFEST))? == Kind::File {
            disk::remove_file(&former.join(MANIFEST))?;
        }
        disk::remove_empty_folder(&former)?;
        Ok(())
    }

    /// Takes the staging folder away, unless there is something in it that a build has not made.
    fn close(self) -> Result<(), OutputError> {
        // The file of the lock goes while the lock is held: afterwards it is the next build's.
        disk::remove_file(&self.workplace.join(LOCK))?;
        disk::remove_empty_folder(&self.workplace)?;
        Ok(())
    }
}

/// Removes the folders below a folder that have no file in them.
fn remove_empty_folders(folder: &Path) -> Result<(), OutputError> {
    let entries = disk::walk(folder).collect::<disk::Result<Vec<_>>>()?;
    for entry in entries.iter().rev().filter(|entry| entry.kind == Kind::Folder) {
        disk::remove_empty_folder(&entry.path)?;
    }
    Ok(())
}

fn compare(standing: &Standing, manifest: &Manifest) -> Published {
    let none = Manifest::default();
    let before = match standing {
        Standing::Ours(before) => before,
        Standing::Absent | Standing::Empty => &none,
    };
    let unchanged = manifest
        .files
        .iter()
        .filter(|(path, entry)| before.files.get(*path) == Some(*entry))
        .count();
    Published {
        files: manifest.files.len(),
        bytes: manifest.files.values().map(|entry| entry.size).sum(),
        changed: manifest.files.len() - unchanged,
        unchanged,
        removed: before.files.keys().filter(|path| !manifest.files.contains_key(*path)).count(),
    }
}
