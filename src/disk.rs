//! Owns the file system: the one room that opens, lists, writes, renames and removes files, and
//! that names the path in every error.

#![expect(clippy::disallowed_methods, reason = "this is the one door to the file system")]

mod error;
mod look;
#[cfg(unix)]
mod permit;

use std::{
    fs::{self, File, TryLockError},
    io::{self, Read as _, Seek as _, Write as _},
    ops::Range,
    path::{Path, PathBuf},
    time::SystemTime,
};

use rayon::prelude::*;

pub use error::DiskError;
pub use look::{
    Found, Kind, Lookout, Occupant, Stamp, are_apart, is_hidden, kind, look, stamp, stamp_of_target,
};
#[cfg(unix)]
pub use permit::{own_as, permit_as};

/// The result of an operation on the file system.
pub type Result<Value> = std::result::Result<Value, DiskError>;

fn named<Value>(result: io::Result<Value>, action: &'static str, path: &Path) -> Result<Value> {
    result.map_err(|cause| DiskError { action, path: path.to_owned(), cause })
}

/// The path with every link and `..` resolved.
pub fn resolve(path: &Path) -> Result<PathBuf> {
    named(fs::canonicalize(path), "resolve", path)
}

/// Opens a file to read it. A pipe would be waited for, and a device has no end: both are refused,
/// even where one has taken the place of a file a moment ago.
fn open(path: &Path) -> io::Result<(File, u64)> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    let file = options.open(path)?;
    let found = file.metadata()?;
    if found.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !found.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    Ok((file, found.len()))
}

/// Memory for so many bytes. A file can have more of them, without taking as much of the disk.
fn room_for(bytes: u64) -> io::Result<Vec<u8>> {
    let mut room = Vec::new();
    let bytes = usize::try_from(bytes).map_err(|_| io::ErrorKind::OutOfMemory)?;
    room.try_reserve_exact(bytes)?;
    Ok(room)
}

/// The whole content of a file.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let read = || {
        let (file, length) = open(path)?;
        // With room for one byte more, the end is found without another look for it.
        let mut bytes = room_for(length.saturating_add(1))?;
        file.take(u64::MAX).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    named(read(), "read", path)
}

/// Reads a file part by part.
pub fn read_parts<Value>(
    path: &Path,
    parts: impl FnOnce(&mut dyn io::BufRead) -> io::Result<Value>,
) -> Result<Value> {
    let read = || parts(&mut io::BufReader::with_capacity(64 * 1024, open(path)?.0));
    named(read(), "read", path)
}

/// A part of a file, by its bytes.
pub fn read_range(path: &Path, range: Range<u64>) -> Result<Vec<u8>> {
    let read = || {
        let (mut file, _) = open(path)?;
        file.seek(io::SeekFrom::Start(range.start))?;
        let mut bytes = room_for(range.end - range.start)?;
        file.take(range.end - range.start).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    named(read(), "read", path)
}

/// Cuts a file into pieces of whole lines, and says with which line each begins. A piece begins
/// with the first line that begins after so many bytes, or twice as many, and so on.
pub fn line_pieces(path: &Path, size: u64) -> Result<Vec<(Range<u64>, usize)>> {
    let length = named(fs::metadata(path), "read", path)?.len();
    // Each stretch of the file is looked at by itself, so that all processors have work.
    let stretches = (0..length.div_ceil(size)).into_par_iter().map(|number| {
        let bytes = read_range(path, number * size..length.min((number + 1) * size))?;
        let first = memchr::memchr(b'\n', &bytes).map(|at| number * size + at as u64 + 1);
        Ok((first, memchr::memchr_iter(b'\n', &bytes).count()))
    });
    let stretches: Vec<(Option<u64>, usize)> = stretches.collect::<Result<_>>()?;
    let mut starts = vec![(0, 1)];
    let mut lines = 0;
    for (number, (first, count)) in stretches.into_iter().enumerate() {
        starts.extend(first.filter(|_| number > 0).map(|start| (start, lines + 2)));
        lines += count;
    }
    let ends = starts.iter().skip(1).map(|(start, _)| *start).chain([length]);
    let pieces = starts.iter().zip(ends).map(|((start, line), end)| (*start..end, *line));
    Ok(pieces.filter(|(bytes, _)| !bytes.is_empty()).collect())
}

/// The last part of a file, at most so many bytes.
pub fn read_end(path: &Path, length: u64) -> Result<Vec<u8>> {
    let size = named(fs::metadata(path), "read", path)?.len();
    read_range(path, size.saturating_sub(length)..size)
}

/// What a path leads to, through links.
pub fn end(path: &Path) -> Result<Kind> {
    match fs::metadata(path) {
        Ok(found) => Ok(Kind::of(found.file_type())),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(Kind::Absent),
        Err(cause) => named(Err(cause), "look at", path),
    }
}

/// Whether a path leads to a folder, also through links.
pub fn is_folder(path: &Path) -> Result<bool> {
    Ok(end(path)? == Kind::Folder)
}

/// Writes a new file whole. Its folder must exist.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let write = || File::create(path)?.write_all(bytes);
    named(write(), "write", path)
}

/// Writes a new file whole, if its folder exists; answers whether it does.
pub fn write_if_folder(path: &Path, bytes: &[u8]) -> Result<bool> {
    match File::create(path) {
        Ok(mut file) => named(file.write_all(bytes), "write", path).map(|()| true),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(cause) => named(Err(cause), "write", path),
    }
}

/// Writes a new file part by part. Its folder must exist.
pub fn write_parts(
    path: &Path,
    parts: impl FnOnce(&mut (dyn io::Write + Send)) -> io::Result<()>,
) -> Result<()> {
    let write = || {
        let mut file = io::BufWriter::with_capacity(64 * 1024, File::create(path)?);
        parts(&mut file)?;
        file.flush()
    };
    named(write(), "write", path)
}

/// Makes a folder where the one above it is there.
pub fn create_one_folder(path: &Path) -> Result<()> {
    match fs::create_dir(path) {
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => named(made, "create the folder", path),
    }
}

/// Makes a folder and all folders above it.
pub fn create_folder(path: &Path) -> Result<()> {
    let made = match fs::create_dir_all(path) {
        // It also says so if it could not look at a folder that is there.
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => fs::create_dir_all(path),
        result => result,
    };
    named(made, "create the folder", path)
}

/// Other systems hand on those of the folder around it.
#[cfg(not(unix))]
pub fn permit_as(_model: &Path, _folder: &Path) -> Result<bool> {
    Ok(true)
}

/// Other systems give it to whoever makes it.
#[cfg(not(unix))]
pub fn own_as(_model: &Path, _folder: &Path) {}

/// Removes a file.
pub fn remove_file(path: &Path) -> Result<()> {
    named(fs::remove_file(path), "remove", path)
}

/// Removes a file that may be gone already.
pub fn remove_file_if_there(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
        result => named(result, "remove", path),
    }
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
    named(fs::rename(from, to), "put what was made at", to)
}

/// Gives a file another time of writing than the one that it has.
pub fn set_written(path: &Path, time: SystemTime) -> Result<()> {
    let set = || File::options().write(true).open(path)?.set_modified(time);
    named(set(), "set the time of", path)
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
    file: File,
}

impl Lock {
    /// Writes down who holds the lock, for those who find it taken. Without room for the number
    /// the lock still holds, and so it does in a file that has another name too, elsewhere, whose
    /// text must stay.
    fn sign(mut self) -> Lock {
        if has_other_names(&self.file) {
            return self;
        }
        let number = std::process::id().to_string();
        let _ = self.file.set_len(0).and_then(|()| self.file.write_all(number.as_bytes()));
        self
    }
}

/// The process that holds a lock, if it has signed it.
pub fn holder(path: &Path) -> Option<u32> {
    fs::read_to_string(path).ok()?.parse().ok()
}

/// Takes the lock of a file, which is made if it is absent. `None`: another process holds it, or
/// has just taken the file or its folder away.
pub fn lock(path: &Path) -> Result<Option<Lock>> {
    let open =
        fs::OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path);
    if open.as_ref().is_err_and(|cause| cause.kind() == io::ErrorKind::NotFound) {
        return Ok(None);
    }
    let file = named(open, "open", path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(cause)) => return named(Err(cause), "lock", path),
    }
    match stands_at(&file, path) {
        Ok(true) => Ok(Some(Lock { file }.sign())),
        // The lock of a file that nobody else can find any more would lock nothing.
        Ok(false) => Ok(None),
        Err(cause) => {
            // The lock is held, so the file is nobody else's.
            let _ = fs::remove_file(path);
            named(Err(cause), "look at", path)
        }
    }
}

/// Whether an open file can be found under other names, or that cannot be told.
#[cfg(unix)]
fn has_other_names(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    file.metadata().map_or(true, |found| found.nlink() > 1)
}

/// Other systems do not say.
#[cfg(not(unix))]
fn has_other_names(_file: &File) -> bool {
    false
}

/// Whether an open file is the one that stands at a path.
#[cfg(unix)]
fn stands_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let open = file.metadata()?;
    match fs::metadata(path) {
        Ok(found) => Ok((open.dev(), open.ino()) == (found.dev(), found.ino())),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(cause) => Err(cause),
    }
}

/// Other systems keep the name of a file until all have closed it.
#[cfg(not(unix))]
fn stands_at(_file: &File, path: &Path) -> io::Result<bool> {
    path.try_exists()
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
    entries(folder, usize::MAX)
}

/// What stands in a folder, in the order of the names.
pub fn list(folder: &Path) -> impl Iterator<Item = Result<Entry>> {
    entries(folder, 1)
}

fn entries(folder: &Path, depth: usize) -> impl Iterator<Item = Result<Entry>> {
    let root = folder.to_owned();
    let entries = walkdir::WalkDir::new(folder).min_depth(1).max_depth(depth);
    // Names in one folder have the order of their paths, in which the name need not be looked for.
    let entries = entries.sort_by(|one, other| {
        let [one, other] = [one, other].map(|entry| entry.path().as_os_str().as_encoded_bytes());
        one.cmp(other)
    });
    entries.into_iter().map(move |entry| match entry {
        Ok(entry) => {
            let kind = Kind::of(entry.file_type());
            Ok(Entry { path: entry.into_path(), kind })
        }
        Err(error) => Err(DiskError {
            action: "read",
            path: error.path().unwrap_or(&root).to_owned(),
            cause: error.into_io_error().unwrap_or_else(|| io::ErrorKind::Other.into()),
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_device_is_no_file_to_read() {
        let error = read(Path::new("/dev/null")).unwrap_err().to_string();
        assert!(error.contains("it is not a regular file"), "{error}");
        assert!(read_range(Path::new("/dev/zero"), 0..1).is_err());
    }

    #[test]
    fn what_is_larger_than_the_memory_is_told_of() {
        let cause = room_for(u64::MAX / 2).unwrap_err();
        let error = DiskError { action: "read", path: "one.json".into(), cause };
        assert_eq!(error.to_string(), "cannot read `one.json`: it is larger than the memory");
        assert!(error.hint_about_machine().is_some());
    }

    #[test]
    fn a_file_is_cut_into_pieces_of_whole_lines() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        let text = "aa\nbbb\n\nc\ndddd";
        fs::write(&path, text).unwrap();
        assert_eq!(line_pieces(&path, 4).unwrap(), [(0..7, 1), (7..10, 3), (10..14, 5)]);
        assert_eq!(line_pieces(&path, 100).unwrap(), [(0..14, 1)]);
        for size in 1..16 {
            let mut end = 0;
            for (bytes, line) in line_pieces(&path, size).unwrap() {
                let before = text.get(..usize::try_from(bytes.start).unwrap()).unwrap();
                assert!(before.is_empty() || before.ends_with('\n'), "{size}");
                assert_eq!(line, before.matches('\n').count() + 1, "{size}");
                assert_eq!(std::mem::replace(&mut end, bytes.end), bytes.start, "{size}");
            }
            assert_eq!(end, 14, "{size}");
        }
        assert_eq!(read_range(&path, 3..7).unwrap(), b"bbb\n");
        fs::write(&path, "").unwrap();
        assert_eq!(line_pieces(&path, 4).unwrap(), []);
    }
}
