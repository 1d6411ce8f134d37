//! Owns what is taken away after a site was published, or was not: never more than a build wrote.

use std::path::{Path, PathBuf};

use super::OutputError;
use super::guard;
use super::manifest::{MANIFEST, Manifest};
use super::staging::Staging;
use super::workplace::{KEPT, TOLD};
use crate::disk::{self, Kind};

impl Staging {
    /// Puts the output back in its place, if it stands aside and nothing has taken the place.
    pub(super) fn put_back(&self) -> Result<(), OutputError> {
        let is_aside = disk::kind(&self.aside())? != Kind::Absent;
        if is_aside && disk::kind(&self.output)? == Kind::Absent {
            disk::rename(&self.aside(), &self.output)?;
        }
        Ok(())
    }

    /// Removes what a killed build has left. A site without a manifest was never finished; one
    /// with a manifest can be the former output, which is removed as carefully as ever.
    pub(super) fn clear_leftovers(&self) -> Result<(), OutputError> {
        self.clear_former()?;
        if disk::kind(&self.aside())? != Kind::Absent {
            disk::rename(&self.aside(), &self.former())?;
            self.clear_former()?;
        }
        if disk::kind(&self.fresh().join(MANIFEST))? == Kind::File {
            disk::rename(self.fresh(), &self.former())?;
            return self.clear_former();
        }
        Ok(disk::remove_own_folder(self.fresh())?)
    }

    /// Removes from the former output what a build wrote into it. What somebody else did there
    /// while it was replaced is kept.
    pub(super) fn clear_former(&self) -> Result<(), OutputError> {
        let told = self.workplace.join(TOLD);
        let cleared = self.remove_former();
        // Without the mark, the next build tells once more that the new site is published.
        let _ = match cleared {
            Ok(()) => disk::remove_file_if_there(&told),
            Err(_) => disk::write(&told, b""),
        };
        cleared
    }

    fn remove_former(&self) -> Result<(), OutputError> {
        let former = self.former();
        let kind = disk::kind(&former)?;
        if kind == Kind::Absent {
            return Ok(());
        }
        // A link can have taken the place of the output while the new site was made.
        let is_folder = kind == Kind::Folder;
        if is_folder && disk::kind(&former.join(MANIFEST))? == Kind::File {
            // One that is damaged lists nothing.
            let manifest = disk::read_parts(&former.join(MANIFEST), Manifest::read)?;
            for path in guard::ours(&former, &manifest.unwrap_or_default().files)? {
                disk::remove_file(&path?)?;
            }
            remove_empty_folders(&former)?;
            // The manifest goes last: until then the next build knows what was ours.
            disk::remove_file(&former.join(MANIFEST))?;
        }
        if !is_folder || !disk::remove_empty_folder(&former)? {
            self.keep_former()?;
        }
        Ok(())
    }

    /// Where what others wrote is kept.
    fn strangers(&self) -> PathBuf {
        self.workplace.join(KEPT)
    }

    fn keep_former(&self) -> Result<(), OutputError> {
        disk::create_folder(&self.strangers())?;
        let mut number = 1;
        while disk::kind(&self.strangers().join(number.to_string()))? != Kind::Absent {
            number += 1;
        }
        Ok(disk::rename(&self.former(), &self.strangers().join(number.to_string()))?)
    }

    /// The error that says where what others wrote is kept, if there is any.
    pub(super) fn tell_of_strangers(&self) -> Result<(), OutputError> {
        let path = self.strangers();
        if disk::kind(&path)? == Kind::Absent {
            return Ok(());
        }
        remove_empty_folders(&path)?;
        if disk::remove_empty_folder(&path)? { Ok(()) } else { Err(OutputError::Kept { path }) }
    }
}

/// Removes the folders below a folder that have no file in them.
pub(super) fn remove_empty_folders(folder: &Path) -> Result<(), OutputError> {
    let entries = disk::walk(folder).collect::<disk::Result<Vec<_>>>()?;
    for entry in entries.iter().rev().filter(|entry| entry.kind == Kind::Folder) {
        disk::remove_empty_folder(&entry.path)?;
    }
    Ok(())
}
