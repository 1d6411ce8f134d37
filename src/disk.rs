//! Owns the file system: the one room that opens, lists, writes, renames and removes files, and
//! that names the path in every error.

#![expect(clippy::disallowed_methods, reason = "this is the one door to the file system")]

use std::{
    fmt,
    fs::{self, File, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::SystemTime,
};

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
        write!(formatter, "cannot {} `{path}`: {}", self.action, self.cause)
    }
}

impl std::error::Error for DiskError {}

/// The result of an operation on the file system.
pub type Result<Value> = std::result::Result<Value, DiskError>;

fn named<Value>(result: io::Result<Value>, action: &'static str, path: &Path) -> Result<Value> {
    result.map_err(|cause| DiskError { action, path: path.to_owned(), cause })
}

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

/// Size in bytes and time of the last change of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Size in bytes.
    pub size: u64,
    /// When the content last changed.
    pub changed: SystemTime,
}

/// What stands at a path.
pub fn kind(path: &Path) -> Result<Kind> {
    match fs::symlink_metadata(path) {
        Ok(data) if data.is_symlink() => Ok(Kind::Link),
        Ok(data) if data.is_dir() => Ok(Kind::Folder),
        Ok(data) if data.is_file() => Ok(Kind::File),
        Ok(_) => Ok(Kind::Other),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(Kind::Absent),
        Err(cause) => named(Err(cause), "look at", path),
    }
}

/// Size and time of a file.
pub fn stamp(path: &Path) -> Result<Stamp> {
    let data = named(fs::symlink_metadata(path), "look at", path)?;
    Ok(Stamp { size: data.len(), changed: named(data.modified(), "look at", path)? })
}

/// The path with every link and `..` resolved.
pub fn resolve(path: &Path) -> Result<PathBuf> {
    named(fs::canonicalize(path), "resolve", path)
}

/// The whole content of a file.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    named(fs::read(path), "read", path)
}

/// Writes a new file whole. Its folder must exist.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let write = || File::create(path)?.write_all(bytes);
    named(write(), "write", path)
}

/// Makes a folder and all folders above it.
pub fn create_folder(path: &Path) -> Result<()> {
    named(fs::create_dir_all(path), "create the folder", path)
}

/// Removes a file.
pub fn remove_file(path: &Path) -> Result<()> {
    named(fs::remove_file(path), "remove", path)
}

/// Removes a folder if nothing is in it; answers whether it is gone.
pub fn remove_empty_folder(path: &Path) -> Result<bool> {
    match fs::remove_dir(path) {
        Ok(()) => Ok(true),
        Err(cause) if cause.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(false),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(cause) => named(Err(cause), "remove the folder", path),
    }
}

/// Removes a folder with all that is in it. Only for folders that this program made for itself.
pub fn remove_own_folder(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
        result => named(result, "remove the folder", path),
    }
}

/// Gives a file or folder a new name on the same file system.
pub fn rename(from: &Path, to: &Path) -> Result<()> {
    named(fs::rename(from, to), "rename", from)
}

/// Exchanges two folders in one step, so that no moment has neither.
/// Where the system cannot, answers `false` and changes nothing.
pub fn exchange(one: &Path, other: &Path) -> Result<bool> {
    #[cfg(target_os = "linux")]
    {
        use rustix::{fs as unix, io::Errno};
        match unix::renameat_with(unix::CWD, one, unix::CWD, other, unix::RenameFlags::EXCHANGE) {
            Ok(()) => Ok(true),
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Ok(false),
            Err(cause) => named(Err(cause.into()), "exchange", other),
        }
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = (one, other);
        Ok(false)
    }
}

/// A lock that ends with the process that holds it, however that ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Takes the lock of a file, which is made if it is absent. `None`: another process holds it.
pub fn lock(path: &Path) -> Result<Option<Lock>> {
    let open =
        fs::OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path);
    let file = named(open, "open", path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(cause)) => named(Err(cause), "lock", path),
    }
}

/// One entry of a folder listing.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where it stands.
    pub path: PathBuf,
    /// What it is.
    pub kind: Kind,
}

/// Everything below a folder in the order of the names, links not followed. Files and folders
/// that cannot be read come as errors, one each.
pub fn walk(folder: &Path) -> impl Iterator<Item = Result<Entry>> {
    let root = folder.to_owned();
    walkdir::WalkDir::new(folder).min_depth(1).sort_by_file_name().into_iter().map(move |entry| {
        match entry {
            Ok(entry) => {
                let kind = match entry.file_type() {
                    t if t.is_symlink() => Kind::Link,
                    t if t.is_dir() => Kind::Folder,
                    t if t.is_file() => Kind::File,
                    _ => Kind::Other,
                };
                Ok(Entry { path: entry.into_path(), kind })
            }
            Err(error) => Err(DiskError {
                action: "read",
                path: error.path().unwrap_or(&root).to_owned(),
                cause: error.into_io_error().unwrap_or_else(|| io::ErrorKind::Other.into()),
            }),
        }
    })
}
