//! Owns what is said when the system refuses: the path, the cause in words, and what to do.

use std::{fmt, io, path::PathBuf};

/// An operation that the system refused.
#[derive(Debug)]
pub struct DiskError {
    /// What was tried, as in "cannot write".
    pub action: &'static str,
    /// The file or folder.
    pub path: PathBuf,
    /// Why not, in the system's words.
    pub cause: io::Error,
}

impl fmt::Display for DiskError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = crate::text::visible(&self.path.to_string_lossy());
        write!(formatter, "cannot {} `{path}`: {}", self.action, self.words())
    }
}

impl std::error::Error for DiskError {}

impl DiskError {
    /// Why not, in words.
    fn words(&self) -> String {
        known(&self.cause).map_or_else(|| self.cause.to_string(), |(words, _)| words.to_owned())
    }

    /// What can be done about it, if the cause is one that machines are known to have.
    pub fn hint(&self) -> Option<&'static str> {
        known(&self.cause).map(|(_, hint)| hint)
    }

    /// What can be done about it if it is the machine and not the file: no file of the input is to
    /// blame then.
    pub fn hint_about_machine(&self) -> Option<&'static str> {
        known_of_machine(&self.cause).map(|(_, hint)| hint)
    }
}

/// Causes that somebody meets who does nothing wrong: in words, and what helps.
fn known(cause: &io::Error) -> Option<(&'static str, &'static str)> {
    use io::ErrorKind as Kind;
    Some(match cause.kind() {
        Kind::StorageFull => {
            ("no space left on the disk", "make room there: `df -h` and `df -i` tell what is full")
        }
        Kind::QuotaExceeded => {
            ("your share of the disk is used up", "remove files there, or ask for a larger quota")
        }
        Kind::ReadOnlyFilesystem => {
            ("the file system is read-only", "choose a folder that can be written to")
        }
        Kind::PermissionDenied => {
            ("permission denied", "change the permissions, or choose another folder")
        }
        Kind::CrossesDevices => (
            "it cannot be moved from where it is",
            "choose a folder with `--out` that does not exist yet",
        ),
        Kind::NotADirectory => (
            "something that is not a folder is in the way",
            "move it away, or choose another folder",
        ),
        Kind::FileTooLarge => {
            ("the file is larger than allowed", "raise the limit with `ulimit -f unlimited`")
        }
        _ => return known_of_machine(cause),
    })
}

fn known_of_machine(cause: &io::Error) -> Option<(&'static str, &'static str)> {
    if cause.kind() == io::ErrorKind::OutOfMemory {
        return Some(("it is larger than the memory", "make it smaller: `ls -l` tells its size"));
    }
    known_by_number(cause)
}

/// Causes for which the library has no name.
#[cfg(unix)]
fn known_by_number(cause: &io::Error) -> Option<(&'static str, &'static str)> {
    use rustix::io::Errno;
    let found = Errno::from_io_error(cause)?;
    if found == Errno::MFILE {
        let hint = "raise the limit with `ulimit -n 1024`, or take fewer threads with `--jobs 1`";
        return Some(("too many open files", hint));
    }
    if found == Errno::NFILE {
        return Some(("too many open files on this machine", "close other programs"));
    }
    let is_broken = found == Errno::IO;
    is_broken.then_some(("the disk reports an error", "check it: the system's log tells more"))
}

#[cfg(not(unix))]
fn known_by_number(_cause: &io::Error) -> Option<(&'static str, &'static str)> {
    None
}
