//! Owns looking: what stands at a path, without following links and without opening it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{Result, named};

/// What stands at a path, without following a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing.
    Absent,
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A device, socket or pipe.
    Other,
}

impl Kind {
    pub(super) fn of(found: fs::FileType) -> Kind {
        match found {
            t if t.is_symlink() => Kind::Link,
            t if t.is_dir() => Kind::Folder,
            t if t.is_file() => Kind::File,
            _ => Kind::Other,
        }
    }
}

/// Size in bytes of a file, and when it changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Size in bytes.
    pub size: u64,
    /// When the content was written, by the word of whoever wrote it: tools that copy or move a
    /// file can set this back.
    pub written: SystemTime,
    /// The latest time at which the content can have changed.
    pub changed: SystemTime,
    /// When the system last saw a change of it, for a folder of what is listed in it too. `None`:
    /// the system does not tell.
    pub touched: Option<SystemTime>,
}

/// What is known of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// What stands there.
    pub kind: Kind,
    /// Its size and times.
    pub stamp: Stamp,
    /// The mount that it lies in, by a number of the system's. `None`: the system does not tell.
    pub mount: Option<u64>,
}

impl Found {
    /// Whether it lies in another mount: nothing can be moved from one to the other. Where the
    /// system does not tell, it does not.
    pub fn is_apart_from(&self, other: &Found) -> bool {
        matches!((self.mount, other.mount), (Some(one), Some(other)) if one != other)
    }
}

/// Looks at a path without following a link. `None`: nothing is there.
pub fn look(path: &Path) -> Result<Option<Found>> {
    #[cfg(target_os = "linux")]
    if let Ok(found) = statx::look(rustix::fs::CWD, path) {
        return Ok(found);
    }
    // What the system refuses is said with the path.
    let data = match fs::symlink_metadata(path) {
        Ok(data) => data,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return named(Err(cause), "look at", path),
    };
    let kind = Kind::of(data.file_type());
    Ok(Some(Found { kind, stamp: stamp_of(&data, path)?, mount: None }))
}

/// What stood at a path at one time, to be told from what was put there since.
#[derive(Debug)]
pub struct Occupant {
    path: PathBuf,
    identity: Option<(u64, u64)>,
    /// A removed file or folder keeps its number as long as it is open. Otherwise the next one that
    /// is made may get it.
    #[cfg(target_os = "linux")]
    _open: Option<rustix::fd::OwnedFd>,
}

impl Occupant {
    /// What stands at a path now, which may be nothing.
    pub fn of(path: PathBuf) -> Result<Occupant> {
        Ok(Occupant {
            #[cfg(target_os = "linux")]
            _open: open(&path, rustix::fs::OFlags::NOFOLLOW),
            identity: identity(&path)?,
            path,
        })
    }

    /// Whether it still stands there.
    pub fn is_there(&self) -> Result<bool> {
        Ok(identity(&self.path)? == self.identity)
    }
}

/// What tells a file or folder from all others that are there, whatever its path is. `None`: nothing
/// is there, or the system does not tell.
fn identity(path: &Path) -> Result<Option<(u64, u64)>> {
    match fs::symlink_metadata(path) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => named(Err(cause), "look at", path),
        #[cfg(unix)]
        Ok(data) => {
            use std::os::unix::fs::MetadataExt as _;
            Ok(Some((data.dev(), data.ino())))
        }
        #[cfg(not(unix))]
        Ok(_) => Ok(None),
    }
}

/// Opens a path only to know it again: nothing is read from it. `None`: it cannot be opened.
#[cfg(target_os = "linux")]
fn open(path: &Path, flags: rustix::fs::OFlags) -> Option<rustix::fd::OwnedFd> {
    use rustix::fs::{Mode, OFlags};
    rustix::fs::open(path, OFlags::PATH | OFlags::CLOEXEC | flags, Mode::empty()).ok()
}

/// A folder from which many files below it are looked at: the system finds the way to it once.
#[derive(Debug)]
pub struct Lookout {
    folder: PathBuf,
    /// Nothing where the folder cannot be opened: then each look tells why.
    #[cfg(target_os = "linux")]
    open: Option<rustix::fd::OwnedFd>,
}

impl Lookout {
    /// A lookout in a folder, which may be absent.
    pub fn at(folder: PathBuf) -> Lookout {
        Lookout {
            #[cfg(target_os = "linux")]
            open: open(&folder, rustix::fs::OFlags::DIRECTORY),
            folder,
        }
    }

    /// Looks at a path below the folder as [`look`] does.
    pub fn look(&self, inside: &str) -> Result<Option<Found>> {
        #[cfg(target_os = "linux")]
        if let Some(open) = &self.open
            && let Ok(found) = statx::look(open, Path::new(inside))
        {
            return Ok(found);
        }
        look(&self.folder.join(inside))
    }
}

/// Owns the one call of Linux that tells all of this at once, and the mount as well.
#[cfg(target_os = "linux")]
mod statx {
    use std::path::Path;
    use std::time::{Duration, SystemTime};

    use rustix::fd::AsFd;
    use rustix::fs::{AtFlags, FileType, Statx, StatxFlags, StatxTimestamp};
    use rustix::io::Errno;

    use super::{Found, Kind, Stamp};

    /// What the system says of a path below a folder, without following a link.
    ///
    /// # Errors
    /// It refuses, or the times are from before 1970: in the way that every system knows, the path
    /// may be looked at all the same.
    pub(super) fn look(folder: impl AsFd, path: &Path) -> Result<Option<Found>, Errno> {
        let wanted = StatxFlags::BASIC_STATS | StatxFlags::MNT_ID;
        match rustix::fs::statx(folder, path, AtFlags::SYMLINK_NOFOLLOW, wanted) {
            Ok(data) => found(&data).ok_or(Errno::RANGE).map(Some),
            Err(Errno::NOENT) => Ok(None),
            Err(refused) => Err(refused),
        }
    }

    fn found(data: &Statx) -> Option<Found> {
        let time = |stamp: &StatxTimestamp| {
            let since = Duration::new(u64::try_from(stamp.tv_sec).ok()?, stamp.tv_nsec);
            SystemTime::UNIX_EPOCH.checked_add(since)
        };
        let kind = match FileType::from_raw_mode(data.stx_mode.into()) {
            FileType::Symlink => Kind::Link,
            FileType::Directory => Kind::Folder,
            FileType::RegularFile => Kind::File,
            _ => Kind::Other,
        };
        let (written, touched) = (time(&data.stx_mtime)?, time(&data.stx_ctime)?);
        let changed = touched.max(written);
        let stamp = Stamp { size: data.stx_size, written, changed, touched: Some(touched) };
        let tells_mount = data.stx_mask & StatxFlags::MNT_ID.bits() != 0;
        Some(Found { kind, stamp, mount: tells_mount.then_some(data.stx_mnt_id) })
    }
}

/// What stands at a path.
pub fn kind(path: &Path) -> Result<Kind> {
    Ok(look(path)?.map_or(Kind::Absent, |found| found.kind))
}

/// Whether a path inside a folder is that of a hidden file, or of one that an editor keeps for
/// itself: such a file is no part of what somebody put into the folder.
pub fn is_hidden(inside: &Path) -> bool {
    inside
        .iter()
        .map(std::ffi::OsStr::as_encoded_bytes)
        .any(|part| part.starts_with(b".") || part.ends_with(b"~"))
}

/// Whether two paths lie in different mounts. Where the system does not tell, they do not.
pub fn are_apart(one: &Path, other: &Path) -> bool {
    let found = |path| look(path).ok().flatten();
    matches!((found(one), found(other)), (Some(one), Some(other)) if one.is_apart_from(&other))
}

/// Size and time of a file, or of the link that it is.
pub fn stamp(path: &Path) -> Result<Stamp> {
    stamp_of(&named(fs::symlink_metadata(path), "look at", path)?, path)
}

/// Size and time of a file, or of the one that a link leads to.
pub fn stamp_of_target(path: &Path) -> Result<Stamp> {
    stamp_of(&named(fs::metadata(path), "look at", path)?, path)
}

fn stamp_of(data: &fs::Metadata, path: &Path) -> Result<Stamp> {
    let written = named(data.modified(), "look at", path)?;
    let touched = touched(data);
    let changed = touched.unwrap_or(written).max(written);
    Ok(Stamp { size: data.len(), written, changed, touched })
}

/// When the system last saw a change of a file, its name and its times included.
#[cfg(unix)]
fn touched(data: &fs::Metadata) -> Option<SystemTime> {
    use std::os::unix::fs::MetadataExt as _;
    use std::time::Duration;
    let seconds = Duration::from_secs(u64::try_from(data.ctime()).ok()?);
    let rest = Duration::from_nanos(u64::try_from(data.ctime_nsec()).ok()?);
    SystemTime::UNIX_EPOCH.checked_add(seconds)?.checked_add(rest)
}

/// Other systems do not tell.
#[cfg(not(unix))]
fn touched(_data: &fs::Metadata) -> Option<SystemTime> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_mount_is_apart_from_what_it_is_in() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("inside")).unwrap();
        assert!(are_apart(Path::new("/proc"), Path::new("/")));
        assert!(!are_apart(folder.path(), &folder.path().join("inside")));
        assert!(!are_apart(folder.path(), &folder.path().join("absent")));
    }

    #[test]
    fn a_lookout_sees_what_stands_at_each_path() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("a/b")).unwrap();
        fs::write(folder.path().join("a/b/file"), "text").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("file", folder.path().join("a/b/link")).unwrap();
        for place in ["a", "absent", "a/b/file"] {
            let lookout = Lookout::at(folder.path().join(place));
            for path in ["b", "b/file", "b/link", "c", "b/file/d"] {
                let expected = look(&folder.path().join(place).join(path));
                let seen = lookout.look(path);
                assert_eq!(seen.is_ok(), expected.is_ok(), "{place} {path}");
                assert_eq!(seen.ok(), expected.ok(), "{place} {path}");
            }
        }
    }
}
