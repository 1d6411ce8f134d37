//! Owns the journal: what an incremental build is about to do to the published site, written down
//! before the first file moves. Whoever finds a journal does what it says, from the beginning:
//! every step can be done twice.

use std::iter;
use std::path::{Path, PathBuf};

use super::OutputError;
use super::guard;
use super::manifest::{self, Entry, Files, MANIFEST, Manifest};
use super::way::{self, Walk};
use crate::digest;
use crate::disk::{self, Kind, Occupant};

/// Its name in the staging folder.
pub(super) const JOURNAL: &str = "journal";
const DRAFT: &str = "journal.draft";

/// What is about to be done. Paths have `/` as separator and come from the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Journal {
    /// The seal of the manifest of the site that it is about.
    pub site: String,
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

    /// Whether one waits in a staging folder.
    pub(super) fn is_pending(workplace: &Path) -> bool {
        disk::kind(&workplace.join(JOURNAL)).is_ok_and(|kind| kind == Kind::File)
    }

    /// Finishes what the journal says that a build has left. One that was not finished has had no
    /// effect; one that is damaged is made again from the two manifests. If another site, or
    /// nothing, stands at the output now, there is nothing to be finished. Answers whether what it
    /// says was done, now or before.
    pub(super) fn resume(
        workplace: &Path,
        fresh: &Path,
        output: &Path,
    ) -> Result<bool, OutputError> {
        disk::remove_file_if_there(&workplace.join(DRAFT))?;
        if disk::kind(&workplace.join(JOURNAL))? != Kind::File {
            return Ok(false);
        }
        let text = disk::read(&workplace.join(JOURNAL))?;
        let known = String::from_utf8(text).ok().as_deref().and_then(Journal::parse);
        let is_there = disk::kind(output)? == Kind::Folder;
        let site = if is_there { manifest::seal(output)? } else { None };
        let is_of_another =
            known.as_ref().is_some_and(|journal| site.as_ref() != Some(&journal.site));
        // The manifest is moved last: without one, nothing is left to be done.
        let is_done = disk::kind(&fresh.join(MANIFEST))? == Kind::Absent;
        if site.is_none() || is_of_another || is_done {
            disk::remove_file(&workplace.join(JOURNAL))?;
            return Ok(site.is_some() && is_done);
        }
        let (before, after) = (manifest_of(output)?, manifest_of(fresh)?);
        let journal = match known {
            Some(journal) => journal,
            None => Journal::between(&before, &after),
        };
        if journal.was_undone(fresh, output, &before.files, &after.files)? {
            disk::remove_file(&workplace.join(JOURNAL))?;
            return Ok(false);
        }
        journal.look_again(fresh, output, &before.files).map_err(OutputError::halfway)?;
        journal.apply(workplace, fresh, output)?;
        Ok(true)
    }

    /// What is to be put in its place and what goes. New files come first: what is replaced may
    /// lead to them.
    pub(super) fn new(
        site: String,
        put: Vec<String>,
        drop: Vec<String>,
        before: &Files,
    ) -> Journal {
        let (replaced, new): (Vec<String>, Vec<String>) =
            put.into_iter().partition(|path| before.get(path).is_some());
        Journal { site, put: [new, replaced].concat(), drop }
    }

    /// What leads from the site that stands there to the new one. Files that are in their place
    /// already may be named.
    fn between(before: &Manifest, after: &Manifest) -> Journal {
        let drop = before.files.not_in(after.files.paths()).map(str::to_owned).collect();
        let put = after.files.paths().map(str::to_owned).collect();
        Journal::new(String::new(), put, drop, &before.files)
    }

    /// Whether all files that were moved are again what they were before: somebody has put the
    /// former site back, and what is left of the new one is too little to make a site of.
    fn was_undone(
        &self,
        fresh: &Path,
        output: &Path,
        before: &Files,
        after: &Files,
    ) -> Result<bool, OutputError> {
        let mut were_moved = false;
        for path in &self.put {
            if disk::kind(&fresh.join(path))? == Kind::File || before.get(path) == after.get(path) {
                continue;
            }
            were_moved = true;
            let place = output.join(path);
            let stands = match disk::kind(&place)? {
                Kind::File => Some(Entry::of(&disk::read(&place)?)),
                _ => None,
            };
            if stands != before.get(path) {
                return Ok(false);
            }
        }
        Ok(were_moved)
    }

    /// A file that is to be moved and does not wait in the staging folder, before any was moved.
    pub(super) fn missing(&self, fresh: &Path) -> Result<Option<PathBuf>, OutputError> {
        let mut walk = Walk::from(fresh);
        for path in &self.put {
            if walk.look(path)?.is_none() {
                return Ok(Some(fresh.join(path)));
            }
        }
        Ok(None)
    }

    /// Makes sure that nothing is replaced or removed but what a build wrote.
    pub(super) fn look_again(
        &self,
        fresh: &Path,
        output: &Path,
        before: &Files,
    ) -> Result<(), OutputError> {
        let mut paths = Vec::with_capacity(self.put.len() + self.drop.len());
        let mut walk = Walk::from(fresh);
        for path in &self.put {
            if let Some(obstacle) = walk.obstacle(path)? {
                return Err(guard::foreign(&obstacle));
            }
            // Others have been moved.
            if walk.look(path)?.is_some_and(|found| found.kind == Kind::File) {
                paths.push(path.as_str());
            }
        }
        paths.extend(self.drop.iter().map(String::as_str));
        guard::look_again(output, before, paths.into_iter())
    }

    /// Does what it says, but goes through no link that was put there since the look. The manifest
    /// comes last, and then the journal goes.
    ///
    /// # Errors
    /// The journal is still there, and can be followed again.
    pub(super) fn apply(
        &self,
        workplace: &Path,
        fresh: &Path,
        output: &Path,
    ) -> Result<(), OutputError> {
        let site = Site::at(output).map_err(OutputError::halfway)?;
        let done = self.follow(&site, workplace, fresh);
        // What fails because the site is gone is told as that.
        done.map_err(|error| site.check().err().unwrap_or(error).halfway())
    }

    fn follow(&self, site: &Site<'_>, workplace: &Path, fresh: &Path) -> Result<(), OutputError> {
        let output = site.output;
        // One that was made again from two manifests does not name the site.
        if !self.site.is_empty() && manifest::seal(output)?.as_ref() != Some(&self.site) {
            return Err(site.gone());
        }
        for path in &self.put {
            site.put(fresh, path)?;
        }
        for path in &self.drop {
            way::check(output, path)?;
            site.check()?;
            disk::remove_file_if_there(&output.join(path))?;
            remove_empty_folders_above(output, path)?;
        }
        site.put(fresh, MANIFEST)?;
        Ok(disk::remove_file(&workplace.join(JOURNAL))?)
    }

    fn to_text(&self) -> String {
        let put = self.put.iter().map(|path| format!("put {path}\n"));
        let drop = self.drop.iter().map(|path| format!("drop {path}\n"));
        let site = format!("site {}\n", self.site);
        let text: String = iter::once(site).chain(put).chain(drop).collect();
        let hash = digest::hex(text.as_bytes());
        format!("{text}end {hash}\n")
    }

    fn parse(text: &str) -> Option<Journal> {
        let at = text.rfind("end ")?;
        let (body, end) = text.split_at(at);
        if end.trim_end() != format!("end {}", digest::hex(body.as_bytes())) {
            return None;
        }
        let mut lines = body.lines();
        let site = lines.next()?.strip_prefix("site ")?.to_owned();
        let mut journal = Journal { site, ..Journal::default() };
        for line in lines {
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

/// The manifest of a folder that has one.
fn manifest_of(folder: &Path) -> Result<Manifest, OutputError> {
    let path = folder.join(MANIFEST);
    disk::read_parts(&path, Manifest::read)?.ok_or_else(|| {
        let reason = "it is damaged, so that nobody knows what was to be done; remove the folder of the site and this one yourself".to_owned();
        OutputError::Refused { path, reason }
    })
}

/// The site that a journal is about. While files take their places in it, somebody can move it away,
/// or another one to where it stood.
struct Site<'site> {
    output: &'site Path,
    occupant: Occupant,
}

impl Site<'_> {
    fn at(output: &Path) -> Result<Site<'_>, OutputError> {
        Ok(Site { output, occupant: Occupant::of(output.to_owned())? })
    }

    /// Makes sure that it still stands there.
    fn check(&self) -> Result<(), OutputError> {
        if self.occupant.is_there()? { Ok(()) } else { Err(self.gone()) }
    }

    fn gone(&self) -> OutputError {
        let reason = "it was moved away, removed or replaced while files took their places in it; put it back and try again".to_owned();
        OutputError::Refused { path: self.output.to_owned(), reason }
    }

    /// Moves a file to its place, unless that has been done.
    fn put(&self, fresh: &Path, path: &str) -> Result<(), OutputError> {
        let (from, to) = (fresh.join(path), self.output.join(path));
        if disk::kind(&from)? != Kind::File {
            return Ok(());
        }
        way::check(self.output, path)?;
        for folder in way::folders_around(path, "") {
            disk::create_one_folder(&self.output.join(folder))?;
        }
        self.check()?;
        Ok(disk::rename(&from, &to)?)
    }
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
    use super::{Entry, Files, Journal};

    #[test]
    fn a_journal_that_leads_out_of_the_site_is_not_read() {
        let of = |path: &str| {
            let put = vec!["index.html".to_owned(), path.to_owned()];
            Journal { put, site: "site".to_owned(), ..Journal::default() }.to_text()
        };
        assert_eq!(Journal::parse(&of("a/b")).unwrap().put, ["index.html", "a/b"]);
        for path in ["../a", "a/../b", "/etc/passwd", "a//b", "./a", ""] {
            assert!(Journal::parse(&of(path)).is_none(), "{path}");
        }
    }

    #[test]
    fn new_files_come_before_those_that_may_lead_to_them() {
        let texts = |paths: &[&str]| paths.iter().map(|path| (*path).to_owned()).collect();
        let mut before = Files::default();
        before.push("index.html", Entry::of(b"")).unwrap();
        let put = texts(&["a/index.html", "index.html", "z/index.html"]);
        let journal = Journal::new(String::new(), put, Vec::new(), &before);
        assert_eq!(journal.put, ["a/index.html", "z/index.html", "index.html"]);
    }

    #[test]
    fn a_journal_comes_back_as_it_was_and_a_part_of_one_is_none() {
        let journal = Journal {
            site: "0123".to_owned(),
            put: vec!["a b/index.html".to_owned(), "end x".to_owned()],
            drop: vec!["c".to_owned()],
        };
        let text = journal.to_text();
        assert_eq!(Journal::parse(&text), Some(journal));
        for length in 0..text.len() - 1 {
            assert_eq!(text.get(..length).and_then(Journal::parse), None, "{length} bytes");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_journal_is_not_followed_through_a_link() {
        use crate::disk;
        let place = tempfile::tempdir().unwrap();
        let [work, site, away] = ["work", "site", "away"].map(|name| place.path().join(name));
        let fresh = work.join("new");
        for folder in [&fresh.join("link/in"), &site, &away.join("in")] {
            disk::create_folder(folder).unwrap();
        }
        for file in [away.join("page"), away.join("in/page"), fresh.join("link/in/page")] {
            disk::write(&file, file.to_string_lossy().as_bytes()).unwrap();
        }
        let paths = ["link/in/page", "link/page"];
        for (link, folder) in [(site.join("link"), &site), (place.path().join("way"), &away)] {
            let leads_to = if folder == &site { "../away" } else { "site" };
            std::os::unix::fs::symlink(leads_to, &link).unwrap();
            let output = if folder == &site { &site } else { &link };
            for (put, drop) in [(&paths[..1], &[][..]), (&[][..], &paths[..1]), (&[], &paths[1..])]
            {
                let [put, drop] = [put, drop].map(|paths| paths.iter().map(ToString::to_string));
                let journal =
                    Journal { put: put.collect(), drop: drop.collect(), ..Journal::default() };
                let error = journal.apply(&work, &fresh, output).unwrap_err().to_string();
                assert!(error.contains(&format!("`{}`", link.display())), "{error}");
                assert!(error.contains("the next build finishes it"), "{error}");
                assert!(disk::read(&fresh.join("link/in/page")).is_ok());
                for file in [away.join("page"), away.join("in/page")] {
                    assert_eq!(disk::read(&file).unwrap(), file.to_string_lossy().as_bytes());
                }
            }
        }
    }
}
