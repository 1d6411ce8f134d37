//! Owns the journal: what an incremental build is about to do to the published site, written down
//! before the first file moves. Whoever finds a journal does what it says, from the beginning:
//! every step can be done twice.

use std::path::Path;

use super::OutputError;
use super::manifest::{MANIFEST, Manifest};
use crate::digest;
use crate::disk::{self, Kind};

const JOURNAL: &str = "journal";
const DRAFT: &str = "journal.draft";

/// What is about to be done. Paths have `/` as separator and come from the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Journal {
    /// Files that take their place in the site.
    pub put: Vec<String>,
    /// Files of the site that go.
    pub drop: Vec<String>,
}

impl Journal {
    /// Writes it down. From now on the site will be the new one, whatever happens.
    pub(super) fn write(&self, workplace: &Path) -> Result<(), OutputError> {
        let (draft, journal) = (workplace.join(DRAFT), workplace.join(JOURNAL));
        let text = self.to_text();
        let written =
            disk::write(&draft, text.as_bytes()).and_then(|()| disk::rename(&draft, &journal));
        if written.is_err() {
            // A network can lose the answer to a renaming that was done: it is taken back.
            let _ = disk::remove_file_if_there(&draft);
            let _ = disk::remove_file_if_there(&journal);
        }
        Ok(written?)
    }

    /// The journal that a build has left. One that was not finished has had no effect; one that is
    /// damaged is made again from the two manifests.
    pub(super) fn read(
        workplace: &Path,
        fresh: &Path,
        output: &Path,
    ) -> Result<Option<Journal>, OutputError> {
        disk::remove_file_if_there(&workplace.join(DRAFT))?;
        if disk::kind(&workplace.join(JOURNAL))? != Kind::File {
            return Ok(None);
        }
        let text = disk::read(&workplace.join(JOURNAL))?;
        match String::from_utf8(text).ok().as_deref().and_then(Journal::parse) {
            Some(journal) => Ok(Some(journal)),
            None => Journal::between(output, fresh).map(Some),
        }
    }

    /// What leads from the site that stands there to the new one. Files that are in their place
    /// already may be named.
    fn between(output: &Path, fresh: &Path) -> Result<Journal, OutputError> {
        // The manifest is moved last: without one, nothing is left to be done.
        if disk::kind(&fresh.join(MANIFEST))? == Kind::Absent {
            return Ok(Journal::default());
        }
        let (Some(before), Some(after)) = (manifest_of(output)?, manifest_of(fresh)?) else {
            let reason = "it is damaged, so that nobody knows what was to be done; remove the folder of the site and this one yourself".to_owned();
            return Err(OutputError::Refused { path: fresh.join(MANIFEST), reason });
        };
        let drop = before.files.not_in(after.files.paths()).map(str::to_owned).collect();
        Ok(Journal { put: after.files.paths().map(str::to_owned).collect(), drop })
    }

    /// Does what it says. The manifest comes last, and then the journal goes.
    ///
    /// # Errors
    /// The journal is still there, and can be followed again.
    pub(super) fn apply(
        &self,
        workplace: &Path,
        fresh: &Path,
        output: &Path,
    ) -> Result<(), OutputError> {
        self.follow(workplace, fresh, output).map_err(|error| error.at(OutputError::Halfway))
    }

    fn follow(&self, workplace: &Path, fresh: &Path, output: &Path) -> Result<(), OutputError> {
        for path in &self.put {
            put(fresh, output, path)?;
        }
        for path in &self.drop {
            disk::remove_file_if_there(&output.join(path))?;
            remove_empty_folders_above(output, path)?;
        }
        put(fresh, output, MANIFEST)?;
        Ok(disk::remove_file(&workplace.join(JOURNAL))?)
    }

    fn to_text(&self) -> String {
        let put = self.put.iter().map(|path| format!("put {path}\n"));
        let drop = self.drop.iter().map(|path| format!("drop {path}\n"));
        let text: String = put.chain(drop).collect();
        let hash = digest::hex(text.as_bytes());
        format!("{text}end {hash}\n")
    }

    fn parse(text: &str) -> Option<Journal> {
        let at = text.rfind("end ")?;
        let (body, end) = text.split_at(at);
        if end.trim_end() != format!("end {}", digest::hex(body.as_bytes())) {
            return None;
        }
        let mut journal = Journal::default();
        for line in body.lines() {
            let (what, path) = line.split_once(' ')?;
            match what {
                _ if !super::is_inside(path) => return None,
                "put" => journal.put.push(path.to_owned()),
                "drop" => journal.drop.push(path.to_owned()),
                _ => return None,
            }
        }
        Some(journal)
    }
}

/// The manifest of a folder. `None`: it is absent or damaged.
fn manifest_of(folder: &Path) -> Result<Option<Manifest>, OutputError> {
    let path = folder.join(MANIFEST);
    if disk::kind(&path)? != Kind::File {
        return Ok(None);
    }
    Ok(disk::read_parts(&path, Manifest::read)?)
}

/// Moves a file to its place, unless that has been done.
fn put(fresh: &Path, output: &Path, path: &str) -> Result<(), OutputError> {
    let (from, to) = (fresh.join(path), output.join(path));
    if disk::kind(&from)? != Kind::File {
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        disk::create_folder(folder)?;
    }
    Ok(disk::rename(&from, &to)?)
}

/// Removes the folders that a file has left empty, but not the output itself.
fn remove_empty_folders_above(output: &Path, path: &str) -> Result<(), OutputError> {
    let mut folder = path;
    while let Some((above, _)) = folder.rsplit_once('/') {
        let is_empty = disk::remove_empty_folder(&output.join(above))?;
        if !is_empty {
            break;
        }
        folder = above;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Journal;

    #[test]
    fn a_journal_comes_back_as_it_was_and_a_part_of_one_is_none() {
        let journal = Journal {
            put: vec!["a b/index.html".to_owned(), "end x".to_owned()],
            drop: vec!["c".to_owned()],
        };
        let text = journal.to_text();
        assert_eq!(Journal::parse(&text), Some(journal));
        for length in 0..text.len() - 1 {
            assert_eq!(text.get(..length).and_then(Journal::parse), None, "{length} bytes");
        }
    }
}
