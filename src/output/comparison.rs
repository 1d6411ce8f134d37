//! Owns how the files of a new site compare with those that stand there: their order, and what will
//! be changed and gone.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::OutputError;
use super::manifest::Entry;
use super::staging::{Published, Staging};
use super::written::{Place, Written};
use crate::digest::Hash;

impl Staging {
    /// The order of the paths.
    pub(super) fn order(&self, one: &Written, other: &Written) -> Ordering {
        match (&one.0, &other.0) {
            (Place::Kept(one), Place::Kept(other)) => one.cmp(other),
            _ => self.path_bytes(one).cmp(self.path_bytes(other)),
        }
    }

    fn path_bytes<'here>(&'here self, written: &'here Written) -> &'here [u8] {
        match &written.0 {
            Place::Fresh(file) => file.path_bytes(),
            Place::Kept(_) => self.known(written).0.as_bytes(),
        }
    }

    /// The path of a file, and what is known of it.
    pub(super) fn known<'here>(&'here self, written: &'here Written) -> (&'here str, Entry) {
        match (&written.0, self.before()) {
            (Place::Fresh(file), _) => (file.path(), file.entry()),
            (Place::Kept(position), Some(before)) => {
                let position = *position as usize;
                (before.files.path(position), before.files.entry(position))
            }
            // Where nothing stood nothing is kept.
            (Place::Kept(_), None) => ("", Entry { hash: Hash::default(), size: 0 }),
        }
    }

    /// The paths of files that will be gone.
    pub(super) fn gone<'here>(
        &'here self,
        written: &'here [Written],
    ) -> impl Iterator<Item = &'here str> {
        let before = self.before().map(|before| &before.files);
        before.into_iter().flat_map(|before| {
            before.unmatched(written.iter(), |file, position| match &file.0 {
                Place::Kept(kept) => (*kept as usize).cmp(&position),
                Place::Fresh(file) => file.path_bytes().cmp(before.path(position).as_bytes()),
            })
        })
    }

    /// Publishes nothing from now on if more files would be removed.
    pub fn remove_at_most(&mut self, most: Option<usize>) {
        self.most_removed = most;
    }

    /// What is wrong if so many files will be removed.
    pub(super) fn too_many_removed(
        &self,
        written: &[Written],
        count: usize,
    ) -> Option<OutputError> {
        let most = self.most_removed.filter(|most| count > *most)?;
        let first = self.gone(written).next().unwrap_or_default().to_owned();
        Some(OutputError::TooManyRemoved { count, most, first })
    }

    /// What publishing some files will change.
    pub(super) fn compare(&self, written: &[Written]) -> Published {
        let is_same = |file: &&Written| match (&file.0, self.before()) {
            (Place::Fresh(file), Some(before)) => {
                before.files.get(file.path()) == Some(file.entry())
            }
            (place, _) => matches!(place, Place::Kept(_)),
        };
        let unchanged = written.par_iter().filter(is_same).count();
        Published {
            files: written.len(),
            bytes: written.iter().map(|file| self.known(file).1.size).sum(),
            changed: written.len() - unchanged,
            unchanged,
            removed: self.gone(written).count(),
        }
    }
}
