//! Owns the merge: shards that several machines built become the site that one would have built.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::mark::Mark;
use super::{BuildError, Made, Step, Summary, Target, inspect, keep_unchanged, open, publish};
use crate::config::Config;
use crate::diag::{Code, Diagnostic, Place, Report};
use crate::digest;
use crate::disk::{self, Kind};
use crate::output::{Entry, Files, Keys, MANIFEST, Manifest, OutputError, Staging};
use crate::text;

const GIVE_EACH: &str = "give each folder that `build --shard` wrote; hidden files must come along when folders are carried to another machine";
const BUILD_ALL: &str =
    "build all shards from the same input, with the same program, and merge those";
const CARRY_AGAIN: &str =
    "carry the shard over again as it was built, or remove its folder and build it again";
const OTHER_FILE: &str = "this is not the file that was built";

/// Missing shards that are named.
const MOST_NAMED: usize = 20;

/// Shards that make up a site, none of them copied yet.
#[derive(Debug)]
pub struct Merge {
    parts: Vec<Part>,
}

/// A folder that the build of a share wrote.
#[derive(Debug)]
struct Part {
    folder: PathBuf,
    mark: Mark,
    files: Files,
    keys: Keys,
}

impl Merge {
    /// Looks at the manifests in some folders. `None`: they do not make up a site; the report says
    /// why.
    pub fn of(folders: &[PathBuf], report: &mut Report) -> Option<Merge> {
        let read: Vec<_> = folders.par_iter().map(|folder| Part::read(folder)).collect();
        let mut parts = Vec::new();
        for part in read {
            match part {
                Ok(part) => parts.push(part),
                Err(fault) => report.push(*fault),
            }
        }
        if let Some(model) = model_of(&parts) {
            check_marks(&parts, model, folders.len() - parts.len(), report);
            check_files(&parts, model, report);
        }
        report.is_empty().then_some(Merge { parts })
    }

    /// How many shards there are.
    pub fn shard_count(&self) -> usize {
        self.parts.len()
    }

    /// How many files the site has.
    pub fn file_count(&self) -> usize {
        self.parts.iter().map(|part| part.files.count()).sum()
    }

    /// Publishes the site. `config` is that of the site, if it is known: nothing may be written
    /// over its input. `progress` is told what is done.
    ///
    /// # Errors
    /// What was there before is still there, unless the error says otherwise.
    pub fn publish(
        &self,
        config: Option<&Config>,
        target: &Target,
        progress: &(dyn Fn(Step) + Sync),
    ) -> Result<Summary, BuildError> {
        let folders = self.parts.iter().map(|part| part.folder.clone()).collect();
        inspect(config, folders, target)?;
        let keys = self.keys();
        let mut staging = open(target)?;
        keep_unchanged(&mut staging, &keys);
        match self.copy(&staging, progress) {
            Ok(made) => {
                progress(Step::Now("publishing"));
                let pages = self.parts.iter().map(|part| part.mark.pages).sum();
                let published = publish(staging, made.written, &keys, target)?;
                Ok(Summary { pages, published })
            }
            Err(error) => {
                // The first error is the one to tell.
                let _ = staging.abandon();
                Err(error)
            }
        }
    }

    /// The keys of the whole.
    fn keys(&self) -> Keys {
        let mut all = Keys::new();
        for part in &self.parts {
            all.extend(part.keys.clone());
        }
        Mark::take(&mut all);
        all
    }

    fn copy(
        &self,
        staging: &Staging,
        progress: &(dyn Fn(Step) + Sync),
    ) -> Result<Made, BuildError> {
        let files = self
            .parts
            .par_iter()
            .flat_map(|part| part.files.par_all().map(move |file| (part, file)));
        let copies = files.try_fold(Made::default, |mut made, (part, (path, entry))| {
            part.copy(path, entry, staging, &mut made)?;
            progress(Step::Done(1));
            Ok::<Made, BuildError>(made)
        });
        Made::gather(self.file_count(), copies)
    }
}

impl Part {
    fn read(folder: &Path) -> Result<Part, Box<Diagnostic>> {
        let no_shard = |message: &str| Box::new(fault(Code::NotAShard, folder, message, GIVE_EACH));
        let unreadable = |error: disk::DiskError| {
            let hint = "a shard must be readable by the user who merges it";
            Box::new(fault(Code::UnreadableFile, folder, &error.to_string(), hint))
        };
        if !disk::is_folder(folder).map_err(unreadable)? {
            return Err(no_shard(match disk::kind(folder).map_err(unreadable)? {
                Kind::Absent => "there is no such folder",
                _ => "this is not a folder",
            }));
        }
        let path = folder.join(MANIFEST);
        if disk::kind(&path).map_err(unreadable)? != Kind::File {
            return Err(no_shard(&format!("no `{MANIFEST}` is in this folder")));
        }
        let read = disk::read_parts(&path, Manifest::read).map_err(unreadable)?;
        let Some(Manifest { files, keys }) = read else {
            let message = format!("its `{MANIFEST}` is damaged, or of a newer policypress");
            return Err(Box::new(fault(Code::NotAShard, folder, &message, CARRY_AGAIN)));
        };
        let Some(mark) = Mark::of(&keys) else {
            return Err(no_shard("this is a whole site, not a shard of one"));
        };
        if let Some(path) = files.paths().find(|path| !is_of_a_build(path)) {
            return Err(no_shard(&format!(
                "its `{MANIFEST}` lists `{}`, which no build writes",
                text::visible(path)
            )));
        }
        Ok(Part { folder: folder.to_owned(), mark, files, keys })
    }

    /// Copies a file into the staging folder, unless it stands in the output already: then it is
    /// only looked at, as a large site takes long to read.
    fn copy(
        &self,
        path: &str,
        entry: Entry,
        staging: &Staging,
        made: &mut Made,
    ) -> Result<(), BuildError> {
        let from = self.folder.join(path);
        let before = staging.before().and_then(|before| before.files.get(path));
        let kept = staging.keep(path).filter(|_| before == Some(entry));
        let written = match kept {
            Some(kept) => looked_at(&from, entry)?.map(|()| kept),
            None => match content(&from, entry)? {
                Ok(bytes) => Ok(staging.write(path, &bytes)?),
                Err(message) => Err(message),
            },
        };
        match written {
            Ok(written) => made.written.push(written),
            Err(message) => {
                made.faults.push(fault(Code::DamagedShard, &from, message, CARRY_AGAIN));
            }
        }
        Ok(())
    }
}

/// What came of a look at a file that a manifest lists, or what is wrong with the file.
type Looked<Value> = Result<Result<Value, &'static str>, OutputError>;

/// A look at a file without reading it.
fn looked_at(path: &Path, entry: Entry) -> Looked<()> {
    Ok(match disk::look(path)? {
        None => Err("this file of the shard is missing"),
        Some(found) if found.kind == Kind::File && found.stamp.size == entry.size => Ok(()),
        Some(_) => Err(OTHER_FILE),
    })
}

/// The content of a file.
fn content(path: &Path, entry: Entry) -> Looked<Vec<u8>> {
    if let Err(message) = looked_at(path, entry)? {
        return Ok(Err(message));
    }
    let bytes = disk::read(path)?;
    Ok(if digest::hash(&bytes) == entry.hash { Ok(bytes) } else { Err(OTHER_FILE) })
}

/// Whether a path is one that a build can have written. That it does not lead out of its folder has
/// been seen to when the manifest was read; on another system a backslash leads further as well.
fn is_of_a_build(path: &str) -> bool {
    !path.contains(['\\', '\0']) && !path.starts_with(MANIFEST)
}

/// The first of the shards that most others go with. Where shards of two wholes are given, those of
/// the fewer are the ones to look at.
fn model_of(parts: &[Part]) -> Option<&Part> {
    let fellows =
        |part: &Part| parts.iter().filter(|other| part.mark.goes_with(&other.mark)).count();
    let counts: Vec<usize> = parts.iter().map(fellows).collect();
    let most = counts.iter().max()?;
    parts.get(counts.iter().position(|count| count == most)?)
}

/// Checks that the shards are all those of one whole, each once. What was refused may be what is
/// missing: it is told once.
fn check_marks(parts: &[Part], model: &Part, unread: usize, report: &mut Report) {
    let model_folder = text::visible(&model.folder.to_string_lossy());
    let mut seen: BTreeMap<usize, &Part> = BTreeMap::new();
    let mut refused = BTreeSet::new();
    let mut of_another_count = 0;
    for part in parts {
        let Mark { shard, whole, .. } = part.mark;
        let complain = |code, message: &str| fault(code, &part.folder, message, BUILD_ALL);
        if shard.of() != model.mark.shard.of() {
            of_another_count += 1;
            let message = format!(
                "this is shard {shard}, but `{model_folder}` is shard {}",
                model.mark.shard
            );
            report.push(complain(Code::ShardMismatch, &message));
        } else if whole != model.mark.whole {
            refused.insert(shard.number());
            let message = format!(
                "shard {shard} was built from other input than `{model_folder}`, or by another program"
            );
            report.push(complain(Code::ShardMismatch, &message));
        } else if let Some(same) = seen.insert(shard.number(), part) {
            let same = text::visible(&same.folder.to_string_lossy());
            let message = format!("this is shard {shard}, and so is `{same}`");
            let hint = "give each shard once";
            report.push(fault(Code::DuplicateShard, &part.folder, &message, hint));
        }
    }
    let is_known = |number: &usize| seen.contains_key(number) || refused.contains(number);
    let missing: Vec<usize> =
        (1..=model.mark.shard.of()).filter(|number| !is_known(number)).collect();
    if missing.len() > unread + of_another_count {
        let named: Vec<String> = missing.iter().take(MOST_NAMED).map(ToString::to_string).collect();
        let more = if named.len() < missing.len() { " and others" } else { "" };
        let (shard, named) = (model.mark.shard, named.join(", "));
        let message =
            format!("this is shard {shard}, and of the others these are not there: {named}{more}");
        report.push(fault(Code::MissingShard, &model.folder, &message, GIVE_EACH));
    }
}

/// Checks that no two shards have the same file. Shares of another whole overlap with these.
fn check_files(parts: &[Part], model: &Part, report: &mut Report) {
    let mut owners: BTreeMap<&str, &Part> = BTreeMap::new();
    for part in parts.iter().filter(|part| part.mark.goes_with(&model.mark)) {
        let is_second =
            |path: &&str| owners.get(path).is_some_and(|owner| owner.mark.shard != part.mark.shard);
        let shared = part.files.paths().find(is_second);
        if let Some((path, owner)) = shared.and_then(|path| Some((path, owners.get(path)?))) {
            let owner = text::visible(&owner.folder.to_string_lossy());
            let message = format!("`{}` is in `{owner}` as well", text::visible(path));
            report.push(fault(Code::DuplicateShard, &part.folder, &message, BUILD_ALL));
        }
        owners.extend(part.files.paths().map(|path| (path, part)));
    }
}

fn fault(code: Code, path: &Path, message: &str, hint: &str) -> Diagnostic {
    let place = Place::start(path.display().to_string());
    Diagnostic::error(code, place, message, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leads_elsewhere_on_another_system_is_not_of_a_build() {
        assert!(is_of_a_build("tools/mail/index.html"));
        for path in
            [r"tools\..\..\mail", "tools/mail\0.html", MANIFEST, ".policypress-manifest.draft"]
        {
            assert!(!is_of_a_build(path), "{path:?}");
        }
    }
}
