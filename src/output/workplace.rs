//! Owns the folder beside an output in which a build works: its names, and whose it is.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::OutputError;
use super::journal::JOURNAL;
use crate::disk::{self, Kind, Lock, Occupant};

/// What the name of a staging folder ends with, behind a dot and the name of its output.
pub(super) const WORKPLACE: &str = ".policypress";

/// The names of what a build has in the staging folder.
pub(super) const LOCK: &str = "lock";
pub(super) const NEW: &str = "new";
pub(super) const OLD: &str = "old";
pub(super) const ASIDE: &str = "aside";
pub(super) const KEPT: &str = "kept";
/// Says that a former site waits for its removal, and that the new one is published.
pub(super) const TOLD: &str = "told";

/// How often a taken lock is looked at that nobody has signed, and how long apart.
const MOST_TRIES: usize = 20;
const MOMENT: Duration = Duration::from_millis(5);

/// Takes the lock of an output. Whoever holds it signs it a moment later, and takes its file away a
/// moment before it is free.
pub(super) fn take_lock(workplace: &Path, output: &Path) -> Result<Lock, OutputError> {
    let place = workplace.join(LOCK);
    let mut last = OutputError::Busy { path: output.to_owned(), holder: None };
    for _ in 0..MOST_TRIES {
        match make_workplace(workplace, output).and_then(|()| disk::lock(&place)) {
            Ok(Some(lock)) => return Ok(lock),
            // Another build has just ended, and taken the folder away.
            Err(error) if error.cause.kind() == ErrorKind::NotFound => {
                last = error.into();
                std::thread::sleep(MOMENT);
            }
            Ok(None) => {
                if let Some(holder) = disk::holder(&place) {
                    return Err(OutputError::Busy {
                        path: output.to_owned(),
                        holder: Some(holder),
                    });
                }
                std::thread::sleep(MOMENT);
            }
            Err(error) => {
                // If another build has begun meanwhile, the folder is not empty.
                let _ = disk::remove_empty_folder(workplace);
                return Err(error.into());
            }
        }
    }
    Err(last)
}

/// Makes the folder in which a build works: whoever is kept out of the site must not read it there.
fn make_workplace(workplace: &Path, output: &Path) -> disk::Result<()> {
    disk::create_folder(workplace)?;
    if disk::kind(output)? == Kind::Folder {
        // It may let in fewer.
        disk::permit_as(output, workplace)?;
    }
    Ok(())
}

/// When the lock was taken, and what stands at its name and at that of the new site. If that cannot
/// be told, the lock is removed, and the folder too unless a killed build has left something in it.
pub(super) fn occupants(workplace: &Path) -> Result<(SystemTime, Occupant, Occupant), OutputError> {
    let [lock, fresh] = [LOCK, NEW].map(|name| workplace.join(name));
    let found = || -> disk::Result<_> {
        Ok((disk::stamp(&lock)?.written, Occupant::of(lock.clone())?, Occupant::of(fresh)?))
    };
    Ok(found().inspect_err(|error| {
        // It is held, so its file is nobody else's; where there is none any more, one may be by now.
        if error.cause.kind() != ErrorKind::NotFound {
            let _ = disk::remove_file(&lock);
        }
        let _ = disk::remove_empty_folder(workplace);
    })?)
}

/// The folder beside an output in which all work is done.
pub(super) fn workplace(output: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(output.file_name().unwrap_or_default());
    name.push(WORKPLACE);
    let parent = output.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new(".")).join(name)
}

/// Makes sure that what stands at the names of a staging folder is of the kind that a build makes
/// there: what a link leads to is somebody else's.
pub(super) fn check_names(workplace: &Path) -> Result<(), OutputError> {
    let folders = [NEW, OLD, ASIDE, KEPT].map(|name| (name, Kind::Folder, "folder"));
    let files = [LOCK, JOURNAL, TOLD].map(|name| (name, Kind::File, "file"));
    for (name, expected, what) in folders.into_iter().chain(files) {
        let path = workplace.join(name);
        let kind = disk::kind(&path)?;
        if kind != Kind::Absent && kind != expected {
            let reason = format!("a build makes a {what} there, and this is none; move it away");
            return Err(OutputError::Refused { path, reason });
        }
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    use super::*;

    #[test]
    fn outputs_whose_names_are_no_text_have_staging_folders_of_their_own() {
        let of = |name: &[u8]| workplace(&Path::new("x").join(OsStr::from_bytes(name)));
        assert_ne!(of(b"a\xff"), of(b"a\xfe"));
        assert_eq!(of(b"a"), Path::new("x/.a.policypress"));
    }
}
