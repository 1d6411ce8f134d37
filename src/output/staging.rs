//! Owns the staging folder: files are written there, and it changes places with the output.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rayon::prelude::*;

use super::OutputError;
use super::clearing;
use super::guard::{self, Standing};
use super::journal::Journal;
use super::manifest::{self, Keys, MANIFEST, Manifest};
use super::way;
use super::workplace::{ASIDE, LOCK, NEW, OLD, TOLD, check_names, occupants, take_lock, workplace};
use super::written::{Place, Written};
use crate::digest;
use crate::disk::{self, Kind, Lock, Occupant};

/// A folder beside the output in which a new site grows.
#[derive(Debug)]
pub struct Staging {
    pub(super) output: PathBuf,
    pub(super) workplace: PathBuf,
    fresh: PathBuf,
    standing: Standing,
    /// Whether only what changed is written.
    is_incremental: bool,
    /// How many files of the site that stands there may be removed; nothing if all may.
    pub(super) most_removed: Option<usize>,
    /// A time before anything was looked at.
    begun: SystemTime,
    /// Whether what a killed build had begun to publish was published first.
    has_finished: bool,
    /// The file of the lock. Another build can have put one there since.
    own_lock: Occupant,
    /// What stands where the new site grows: its folder from the moment in which that is made. There
    /// may be another one since.
    own_fresh: Occupant,
    _lock: Lock,
}

/// So many files are not to be read by each build.
const MANY: usize = 1_000;
/// A manifest that is being written. No file of a site has this name.
const DRAFT: &str = ".policypress-manifest.draft";

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
        let mut staging = Staging::locked(output)?;
        match staging.prepare() {
            Ok(()) => Ok(staging),
            Err(error) => {
                // A journal and what it needs stay, and so does what cannot be taken away now.
                let _ = staging.close();
                Err(error)
            }
        }
    }

    /// Takes the lock, and looks at nothing yet.
    fn locked(output: &Path) -> Result<Staging, OutputError> {
        let workplace = workplace(output);
        if !matches!(disk::kind(&workplace)?, Kind::Absent | Kind::Folder) {
            let reason = "the staging folder would have this name; move it away".to_owned();
            return Err(OutputError::Refused { path: workplace, reason });
        }
        check_names(&workplace)?;
        let lock = take_lock(&workplace, output)?;
        let (begun, own_lock, own_fresh) = occupants(&workplace)?;
        Ok(Staging {
            begun,
            has_finished: false,
            own_lock,
            own_fresh,
            output: output.to_owned(),
            fresh: workplace.join(NEW),
            workplace,
            standing: Standing::Absent,
            is_incremental: false,
            most_removed: None,
            _lock: lock,
        })
    }

    /// Ends what another build has begun, and makes the folder in which the new site grows.
    fn prepare(&mut self) -> Result<(), OutputError> {
        self.has_finished = Journal::resume(&self.workplace, self.fresh(), &self.output)?;
        self.put_back()?;
        // A former site waits beside the one that took its place.
        self.has_finished |= disk::kind(&self.former())? != Kind::Absent
            && disk::kind(&self.workplace.join(TOLD))? == Kind::Absent;
        // Before the lock was taken, another build could have changed what stands there.
        self.standing = guard::standing(&self.output)?;
        if self.standing != Standing::Absent && disk::are_apart(&self.output, &self.workplace) {
            let reason = "it lies on another file system than its parent folder, or something is mounted there, so that it cannot change places with the new site; choose a folder inside it with `--out`".to_owned();
            return Err(OutputError::Refused { path: self.output.clone(), reason });
        }
        self.clear_leftovers()?;
        disk::create_folder(self.fresh())?;
        self.own_fresh = Occupant::of(self.fresh.clone()).inspect_err(|_| {
            let _ = disk::remove_empty_folder(self.fresh());
        })?;
        Ok(())
    }

    /// Finishes or undoes what a killed build has left, and answers whether something was published
    /// that way. Where nothing has begun, the build that follows says what is wrong.
    ///
    /// # Errors
    /// Another build is at work, or a journal cannot be finished now.
    pub fn recover(output: &Path) -> Result<bool, OutputError> {
        if !disk::kind(&workplace(output)).is_ok_and(|kind| kind == Kind::Folder) {
            return Ok(false);
        }
        let mut has_finished = false;
        let recovered = Staging::locked(output).and_then(|mut staging| {
            let prepared = staging.prepare();
            has_finished = staging.has_finished;
            // What cannot be removed now is tried again.
            let _ = if prepared.is_ok() { staging.abandon() } else { staging.close() };
            prepared
        });
        match recovered {
            Err(busy @ OutputError::Busy { .. }) => Err(busy),
            // The site is between old and new, whatever else is wrong.
            Err(error) if Journal::is_pending(&workplace(output)) => Err(error),
            _ => Ok(has_finished),
        }
    }

    /// Where the new site grows.
    pub(super) fn fresh(&self) -> &Path {
        &self.fresh
    }

    /// Where the former output waits for its removal.
    pub(super) fn former(&self) -> PathBuf {
        self.workplace.join(OLD)
    }

    /// Where the output stands for a moment if the system cannot exchange two folders.
    pub(super) fn aside(&self) -> PathBuf {
        self.workplace.join(ASIDE)
    }

    /// What the site that stands there was made of; nothing if there is none.
    pub fn before(&self) -> Option<&Manifest> {
        match &self.standing {
            Standing::Ours { manifest, .. } => Some(manifest),
            Standing::Absent | Standing::Empty => None,
        }
    }

    /// From now on only what changed is written, over the site that stands there.
    pub fn keep_unchanged(&mut self) {
        self.is_incremental = self.before().is_some();
    }

    /// A file of the site that stands there, which is the same in the new one. `None`: it is not
    /// there, or everything is written anew.
    pub fn keep(&self, path: &str) -> Option<Written> {
        let before = self.before().filter(|_| self.is_incremental)?;
        Written::kept(before.files.position(path)?)
    }

    /// Files of the site that stands there, as [`Staging::keep`] answers each of them: many lie
    /// beside each other. `None`: one of them is not there.
    pub fn keep_all(&self, mut paths: Vec<String>) -> Option<Vec<Written>> {
        let before = self.before().filter(|_| self.is_incremental)?;
        paths.sort_unstable();
        let mut last = None;
        let keep = |path: String| {
            let position = before.files.position_behind(last, &path)?;
            last = Some(position);
            Written::kept(position)
        };
        paths.into_iter().map(keep).collect()
    }

    /// The content of a file of the site that stands there. `None`: it is not there, or it was
    /// changed since it was looked at.
    pub fn read(&self, path: &str) -> Option<Vec<u8>> {
        let bytes = disk::read(&self.output.join(path)).ok()?;
        let entry = self.before()?.files.get(path)?;
        (digest::hash(&bytes) == entry.hash).then_some(bytes)
    }

    /// Puts the new site in the place of the output. `keys` says what its parts are made of.
    ///
    /// # Errors
    /// The old site is still in its place, unless the error says otherwise. An incremental build
    /// that has begun to move files is finished by the next one.
    pub fn publish(self, mut written: Vec<Written>, keys: &Keys) -> Result<Published, OutputError> {
        // Without its lock, what stands there may be another build's: nothing of it is touched.
        if !self.own_lock.is_there()? {
            return Err(Staging::emptied_meanwhile(self.workplace.join(LOCK)));
        }
        written.par_sort_by(|one, other| self.order(one, other));
        written.dedup_by(|one, other| self.order(one, other).is_eq());
        let published = self.compare(&written);
        let done = match self.before().filter(|_| self.is_incremental) {
            _ if let Some(error) = self.too_many_removed(&written, published.removed) => Err(error),
            Some(before) => self.amend(before, &written, keys, published),
            None => self.swap(&written, keys),
        };
        match done {
            Ok(()) => {
                let told = self.tell_of_strangers();
                let closed = self.close();
                told.and(closed).map_err(|error| error.at(OutputError::Uncleared))?;
            }
            Err(error) => {
                // What the next build needs to finish is left to it; the first error tells most.
                let is_halfway = Journal::is_pending(&self.workplace);
                let _ = if is_halfway { self.close() } else { self.abandon() };
                return Err(error);
            }
        }
        Ok(published)
    }

    /// Puts the whole new site in the place of the output.
    fn swap(&self, written: &[Written], keys: &Keys) -> Result<(), OutputError> {
        if !self.own_fresh.is_there()? {
            return Err(Staging::emptied_meanwhile(self.fresh().to_owned()));
        }
        self.write_manifest(written, keys, None)?;
        match self.standing {
            Standing::Absent => disk::rename(self.fresh(), &self.output)?,
            Standing::Empty => self.take_empty()?,
            Standing::Ours { .. } => self.exchange()?,
        }
        self.clear_former().map_err(|error| error.at(OutputError::Uncleared))
    }

    /// Writes the manifest of the new site. A part of one would be taken for a damaged one. What is
    /// older than `time`, or without one than the manifest itself, is what it says.
    fn write_manifest(
        &self,
        written: &[Written],
        keys: &Keys,
        time: Option<SystemTime>,
    ) -> Result<(), OutputError> {
        let draft = self.fresh().join(DRAFT);
        let file = |position: usize| self.known(&written[position]);
        disk::write_parts(&draft, |draft| manifest::write(draft, keys, written.len(), file))?;
        // Only a time before the moment in which it was set is believed, because no copy has one.
        let own = disk::stamp(&draft)?.written - Duration::from_nanos(1);
        disk::set_written(&draft, guard::dated(time.unwrap_or(own)))?;
        Ok(disk::rename(&draft, &self.fresh().join(MANIFEST))?)
    }

    /// Changes the site that stands there.
    fn amend(
        &self,
        before: &Manifest,
        written: &[Written],
        keys: &Keys,
        published: Published,
    ) -> Result<(), OutputError> {
        if published.changed == 0 && published.removed == 0 && before.keys == *keys {
            self.check_seal()?;
            // All were found to be what they should be: the next build need not read so many. It
            // can do without; another folder may share the file itself, by a link.
            if matches!(self.standing, Standing::Ours { newer: MANY.., watched: None, .. }) {
                let _ = self.write_manifest(written, keys, Some(self.begun)).and_then(|()| {
                    Ok(disk::rename(&self.fresh().join(MANIFEST), &self.output.join(MANIFEST))?)
                });
            }
            return Ok(disk::remove_own_folder(self.fresh())?);
        }
        let put = written.iter().filter_map(|file| match &file.0 {
            Place::Fresh(file) => Some(file.path().to_owned()),
            Place::Kept(_) => None,
        });
        let (put, drop) = (put.collect(), self.gone(written).map(str::to_owned).collect());
        let (site, watched) = match &self.standing {
            Standing::Ours { seal, watched, .. } => (seal.clone().unwrap_or_default(), *watched),
            Standing::Absent | Standing::Empty => (String::new(), None),
        };
        let journal = Journal::new(site, put, drop, &before.files);
        // What somebody changes while a build is at work is newer than its manifest.
        let time = watched.map_or(self.begun, |watched| watched.min(self.begun));
        self.write_manifest(written, keys, Some(time))?;
        self.check_seal()?;
        if let Some(missing) = journal.missing(self.fresh())? {
            return Err(Staging::emptied_meanwhile(missing));
        }
        // As late as possible.
        journal.look_again(self.fresh(), &self.output, &before.files)?;
        self.check_seal()?;
        journal.write(&self.workplace)?;
        journal.apply(&self.workplace, self.fresh(), &self.output)?;
        disk::remove_own_folder(self.fresh()).map_err(OutputError::Uncleared)
    }

    /// Makes sure that the site that was looked at still stands there.
    fn check_seal(&self) -> Result<(), OutputError> {
        match &self.standing {
            Standing::Ours { seal, .. } if manifest::seal(&self.output)? != *seal => {
                Err(self.taken_meanwhile())
            }
            _ => Ok(()),
        }
    }

    /// Something else cleared the folder in which the new site grew, such as `git clean -X`.
    fn emptied_meanwhile(path: PathBuf) -> OutputError {
        let reason = "it was removed while this build was at work; nothing was published; build again when nothing clears the staging folder";
        OutputError::Refused { path, reason: reason.to_owned() }
    }

    fn taken_meanwhile(&self) -> OutputError {
        let is_gone = disk::kind(&self.output).is_ok_and(|kind| kind == Kind::Absent);
        let reason = if is_gone {
            "it was moved away or removed while this build was at work; nothing was published; try again"
        } else {
            "something else was put there while this build was at work; nothing in it was changed; try again"
        };
        OutputError::Refused { path: self.output.clone(), reason: reason.to_owned() }
    }

    /// Lets into the new site whoever was let into the folder in whose place it comes, and nobody
    /// else.
    fn permit(&self) -> Result<(), OutputError> {
        disk::own_as(&self.output, self.fresh());
        if disk::permit_as(&self.output, self.fresh())? {
            return Ok(());
        }
        let reason = "its group, or the people on its access list, could not be let into the new site; build as a member of that group, or change who may read the folder";
        Err(OutputError::Refused { path: self.output.clone(), reason: reason.to_owned() })
    }

    /// Gives up: what was written is removed, the output stays as it is.
    ///
    /// # Errors
    /// Something could not be removed; the next build tries again.
    pub fn abandon(self) -> Result<(), OutputError> {
        self.put_back()?;
        self.clear_leftovers()?;
        self.close()
    }

    /// Takes the place of a folder that was empty. It is not kept aside, where nobody could tell
    /// what somebody has put into it from what a build has not finished.
    fn take_empty(&self) -> Result<(), OutputError> {
        way::check(&self.output, "")?;
        self.permit()?;
        if guard::first_file_below(&self.output)?.is_some() {
            return Err(self.taken_meanwhile());
        }
        clearing::remove_empty_folders(&self.output)?;
        if !disk::remove_empty_folder(&self.output)? {
            return Err(self.taken_meanwhile());
        }
        Ok(disk::rename(self.fresh(), &self.output)?)
    }

    fn exchange(&self) -> Result<(), OutputError> {
        self.check_seal()?;
        // In the place of a link, what it leads to would be the former site.
        way::check(&self.output, "")?;
        self.permit()?;
        if disk::exchange(self.fresh(), &self.output)? {
            return disk::rename(self.fresh(), &self.former()).map_err(OutputError::Uncleared);
        }
        // Whoever finds no output but a folder aside puts that back.
        disk::rename(&self.output, &self.aside())?;
        disk::rename(self.fresh(), &self.output)?;
        disk::rename(&self.aside(), &self.former()).map_err(OutputError::Uncleared)
    }

    /// Takes the staging folder away, unless there is something in it that a build has not made.
    fn close(self) -> Result<(), OutputError> {
        // The file of the lock goes while the lock is held: afterwards it is the next build's.
        disk::remove_file(&self.workplace.join(LOCK))?;
        disk::remove_empty_folder(&self.workplace)?;
        Ok(())
    }
}
