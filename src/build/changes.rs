//! Owns how a site differs from one that was published before, as their manifests tell it.

use std::path::Path;

use super::mark::Mark;
use crate::diag::{Code, Diagnostic, Place};
use crate::disk;
use crate::output::{Files, MANIFEST, Manifest};
use crate::text;

/// The paths of the files that differ, each list in order.
#[derive(Debug, PartialEq, Eq)]
pub struct Changes {
    /// Those that were not there before.
    pub new: Vec<String>,
    /// Those with another content.
    pub changed: Vec<String>,
    /// Those that are gone.
    pub removed: Vec<String>,
}

impl Changes {
    /// What has changed in the site at `output` since it had the manifest that was kept. An empty
    /// file is that of a site without files.
    ///
    /// # Errors
    /// The fault of a manifest that is missing, damaged, of another version or that of a shard.
    pub fn since(kept: &Path, output: &Path) -> Result<Changes, Box<Diagnostic>> {
        let is_empty =
            disk::look(kept).is_ok_and(|found| found.is_some_and(|it| it.stamp.size == 0));
        let before = if is_empty { Files::default() } else { files_of(kept, KEEP)? };
        let after = files_of(&output.join(MANIFEST), BUILD)?;
        let mut changes = Changes {
            new: Vec::new(),
            changed: Vec::new(),
            removed: before.not_in(after.paths()).map(str::to_owned).collect(),
        };
        for (path, entry) in after.all() {
            match before.get(path) {
                None => changes.new.push(path.to_owned()),
                Some(other) if other != entry => changes.changed.push(path.to_owned()),
                Some(_) => {}
            }
        }
        Ok(changes)
    }
}

const KEEP: &str = "give a copy of the `.policypress-manifest` that was in the folder when it was uploaded, or an empty file if nothing was uploaded yet";
const BUILD: &str =
    "build the site first, or give its folder with `--out`; hidden files must have come along";

fn files_of(path: &Path, hint: &str) -> Result<Files, Box<Diagnostic>> {
    let fault = |code, message: &str| {
        let place = Place::start(text::visible(&path.to_string_lossy()));
        Box::new(Diagnostic::error(code, place, message, hint))
    };
    let unreadable = |error: disk::DiskError| fault(Code::UnreadableFile, &error.to_string());
    if disk::end(path).map_err(unreadable)? == disk::Kind::Absent {
        return Err(fault(Code::NoManifest, "there is no such file"));
    }
    let read = disk::read_parts(path, Manifest::read).map_err(unreadable)?;
    let damaged = || {
        fault(
            Code::NoManifest,
            "this is no manifest of a site, a damaged one, or one of a newer policypress",
        )
    };
    let Manifest { files, keys } = read.ok_or_else(damaged)?;
    if Mark::of(&keys).is_some() {
        // The files of all other shards would seem to be gone.
        return Err(fault(
            Code::NoManifest,
            "this is the manifest of a shard: merge the shards first",
        ));
    }
    Ok(files)
}
