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
    /// for all of them before the next: going to and fro, none of the steps would find its code in
    /// the caches of the processor. docs/decisions/0016-batches.md
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

    /// Makes the folder of a file whose name says that it has one for itself. Others share theirs.
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use super::Batch;
    use crate::disk;
    use crate::output::{Published, Staging};

    /// A site with these files, which are written together over what stands there.
    fn publish(output: &Path, files: &[(&str, &str)]) -> Published {
        let mut staging = Staging::open(output).unwrap();
        staging.keep_unchanged();
        let mut batch = Batch::default();
        for (path, text) in files {
            batch.add((*path).to_owned(), text.as_bytes().to_vec());
        }
        let written = staging.write_all(&mut batch).unwrap();
        assert_eq!((batch.files.len(), batch.size), (0, 0));
        staging.publish(written, &BTreeMap::new()).unwrap()
    }

    #[test]
    fn files_that_are_written_together_are_all_there_and_the_same_ones_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("public");
        let first = [("a/index.html", "one"), ("a/b/policy.json", "{}"), ("c.txt", "three")];
        let published = publish(&output, &first);
        assert_eq!((published.changed, published.unchanged), (3, 0));
        let then = [("a/index.html", "one"), ("a/b/policy.json", "[]"), ("d/e/index.html", "five")];
        let published = publish(&output, &then);
        assert_eq!((published.changed, published.unchanged, published.removed), (2, 1, 1));
        for (path, text) in then {
            assert_eq!(disk::read(&output.join(path)).unwrap(), text.as_bytes(), "{path}");
        }
    }

    #[test]
    fn what_is_changed_beside_the_files_that_are_written_is_seen_by_the_next_build() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("public");
        publish(&output, &[("a/index.html", "one"), ("b/index.html", "two")]);
        let mut staging = Staging::open(&output).unwrap();
        staging.keep_unchanged();
        disk::write(&output.join("b/index.html"), b"TWO").unwrap();
        // Long enough for the manifest to have another time.
        std::thread::sleep(std::time::Duration::from_millis(50));
        let kept = staging.keep("b/index.html").unwrap();
        let made = staging.write("a/index.html", b"ONE").unwrap();
        staging.publish(vec![kept, made], &BTreeMap::new()).unwrap();
        let error = Staging::open(&output).unwrap_err().to_string();
        assert!(error.contains("b/index.html`: it is not what the last"), "{error}");
    }

    /// As `git clean -X` does it.
    #[test]
    fn what_is_cleared_from_the_staging_folder_meanwhile_is_not_published() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("public");
        let workplace = folder.path().join(".public.policypress");
        let opened = || {
            let mut staging = Staging::open(&output).unwrap();
            staging.keep_unchanged();
            let written = vec![staging.write("a/index.html", b"ONE").unwrap()];
            (staging, written)
        };
        let refused = |(staging, written): (Staging, Vec<_>), cleared: &Path| {
            let error = staging.publish(written, &BTreeMap::new()).unwrap_err().to_string();
            let told =
                format!("{}`: it was removed while this build was at work", cleared.display());
            assert!(error.contains(&told), "{error}");
        };
        let (fresh, lock) = (workplace.join("new"), workplace.join("lock"));
        let clear = |path: &Path| disk::remove_own_folder(path).unwrap();
        let build = opened();
        clear(&fresh);
        disk::create_folder(&fresh).unwrap();
        refused(build, &fresh);
        assert!(!output.exists() && !workplace.exists());
        publish(&output, &[("a/index.html", "one")]);
        let build = opened();
        clear(&fresh.join("a"));
        refused(build, &fresh.join("a/index.html"));
        let build = opened();
        clear(&workplace);
        disk::create_folder(&fresh).unwrap();
        disk::write(&lock, b"another build").unwrap();
        refused(build, &lock);
        assert_eq!(disk::read(&lock).unwrap(), b"another build");
        assert_eq!(disk::read(&output.join("a/index.html")).unwrap(), b"one");
    }

    #[test]
    fn a_batch_is_full_with_many_files_and_with_much_in_them() {
        let full_after = |bytes: usize| {
            let mut batch = Batch::default();
            let add = |_: &usize| {
                batch.add("x".to_owned(), vec![b'x'; bytes]);
                !batch.is_full()
            };
            1 + (0..1_000).take_while(add).count()
        };
        assert_eq!(full_after(10), Batch::FILES);
        assert_eq!(full_after(Batch::BYTES / 4), 4);
        assert_eq!(full_after(Batch::BYTES * 2), 1);
    }
}
