//! Owns where an output may be: its place is looked at before anything in it is.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::OutputError;
use super::manifest::MANIFEST;
use super::workplace;
use crate::disk::{self, Kind};
use crate::text;

/// Folders of the user, whose place no site may take.
#[derive(Clone, Debug, Default)]
pub struct UserFolders {
    /// The home folder.
    pub home: Option<PathBuf>,
    /// The current folder: whoever is in one that a site takes the place of stays in what is removed.
    pub current: Option<PathBuf>,
}

/// The path of an output folder without what means nothing in it, so that a link is seen where one
/// stands, and the folder beside it is beside it.
///
/// # Errors
/// The path has no name at its end, and nothing is there that has one.
pub fn place(output: &Path) -> Result<PathBuf, OutputError> {
    let path: PathBuf = output.components().collect();
    if path.file_name().is_some() { Ok(path) } else { Ok(disk::resolve(&path)?) }
}

/// Looks at the place of an output folder without touching it: it must not be a link, hold the
/// site, a home or the current folder, or lie in what the site is made from or the other way round.
///
/// # Errors
/// The reason why it must not be written to, or what could not be read.
pub fn inspect(
    output: &Path,
    root: Option<&Path>,
    inputs: &[PathBuf],
    user: &UserFolders,
) -> Result<(), OutputError> {
    let refuse = |reason: &str| {
        Err(OutputError::Refused { path: output.to_owned(), reason: reason.to_owned() })
    };
    let choose_another =
        |what: &str| refuse(&format!("{what}; choose another folder with `--out`"));
    match disk::kind(output)? {
        Kind::Absent | Kind::Folder => {}
        Kind::Link => return choose_another("it is a symbolic link"),
        Kind::File => return choose_another("it is a file"),
        Kind::Other => return choose_another("it is not a folder"),
    }
    let place = resolved(output)?;
    if place.parent().is_none() {
        return choose_another("it is the root of the file system");
    }
    if holds(&place, user.home.as_deref()) {
        return choose_another("it is a home folder, or has one in it");
    }
    if let Some(root) = root
        && resolved(root)?.starts_with(&place)
    {
        return choose_another("it is the folder of the site, or has it in it");
    }
    if holds(&place, user.current.as_deref()) {
        return refuse(
            "you are in it, and a site that takes its place would leave you in a removed folder; go to another folder, or choose one with `--out`",
        );
    }
    for input in inputs {
        let input_place = resolved(input)?;
        if input_place.starts_with(&place) || place.starts_with(&input_place) {
            return refuse(&format!(
                "`{}`, which is read, is there; choose a folder outside of it with `--out`, or read from another one",
                text::visible(&input.to_string_lossy())
            ));
        }
    }
    let is_workplace = |name: &OsStr| {
        let name = name.as_encoded_bytes();
        name.starts_with(b".") && name.ends_with(workplace::WORKPLACE.as_bytes())
    };
    if place.iter().any(is_workplace) {
        return refuse(
            "the build of another folder works in one of this name; choose another with `--out`",
        );
    }
    if disk::kind(&output.join(".git"))? != Kind::Absent {
        return choose_another("it is a git work tree");
    }
    for above in place.ancestors().skip(1) {
        if disk::kind(&above.join(MANIFEST))? == Kind::File {
            let above = text::visible(&above.to_string_lossy());
            return refuse(&format!(
                "it is inside the site at `{above}`, which could not be built again with files of another one in it; choose a folder outside of that with `--out`"
            ));
        }
    }
    Ok(())
}

/// Whether a folder is this place or lies in it.
fn holds(place: &Path, folder: Option<&Path>) -> bool {
    folder.is_some_and(|folder| resolved(folder).is_ok_and(|folder| folder.starts_with(place)))
}

/// The path with all links resolved, also where its last parts do not exist yet.
fn resolved(path: &Path) -> Result<PathBuf, OutputError> {
    let mut missing = Vec::new();
    let mut existing = path;
    loop {
        if disk::kind(existing)? != Kind::Absent {
            let start = disk::resolve(existing)?;
            return Ok(missing.iter().rev().fold(start, |path, part| path.join(part)));
        }
        // Only `..` has no name.
        let reason =
            "`..` in its path leads out of a folder that does not exist; write the path without it";
        let refused = || OutputError::Refused { path: path.to_owned(), reason: reason.to_owned() };
        missing.push(existing.file_name().ok_or_else(refused)?);
        existing = existing
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
    }
}
