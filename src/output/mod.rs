//! Owns publishing: a staging folder beside the output, the manifest of what was written, and the
//! swap. It does not know what a page is.
//!
//! 1. The output is looked at first, its content under a lock: it must be absent, empty, or hold
//!    nothing but what an earlier manifest lists, unchanged since. Otherwise nothing is done.
//! 2. Files are written into a staging folder beside it, on the same file system: all of them, or
//!    over a site of the same making those that changed.
//! 3. A whole site takes the place of an absent or empty output, or changes places with the site
//!    there in one step, and of that the files of its manifest are removed. Changes are written
//!    down in a journal, then made; a journal that is found is followed to its end.
//! 4. When the system says no, what was made is taken away again and the error tells how the site
//!    stands: as it was, between old and new until the next build, or new.

mod clearing;
mod comparison;
mod guard;
mod journal;
mod manifest;
mod place;
mod staging;
mod way;
mod workplace;
mod writing;
mod written;

use std::fmt;
use std::path::PathBuf;

use crate::disk::DiskError;
use crate::text;

pub use guard::Standing;
pub use manifest::{Entry, Files, Keys, MANIFEST, Manifest};
pub use place::{UserFolders, inspect, place};
pub use staging::{Published, Staging};
pub use writing::Batch;
pub use written::Written;

/// Why an output was not written, or what is left to do after it was.
#[derive(Debug)]
pub enum OutputError {
    /// The folder must not be written to.
    Refused {
        /// The folder or file that is the reason.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// More files would be removed than may be; the site is as it was.
    TooManyRemoved {
        /// How many.
        count: usize,
        /// How many may be.
        most: usize,
        /// The first of them.
        first: String,
    },
    /// Another process is writing the same output.
    Busy {
        /// The output.
        path: PathBuf,
        /// The other process, if it can be told.
        holder: Option<u32>,
    },
    /// The system said no; the site is as it was.
    Disk(DiskError),
    /// The system said no while a journal was followed: the next build finishes that.
    Halfway(DiskError),
    /// The new site is published, but something of the work could not be taken away.
    Uncleared(DiskError),
    /// The new site is published. While it took the place of a former one, somebody else wrote into
    /// that.
    Kept {
        /// Where it is now.
        path: PathBuf,
    },
}

impl OutputError {
    /// The same error at a moment when no longer all is as it was.
    fn at(self, moment: fn(DiskError) -> OutputError) -> OutputError {
        match self {
            OutputError::Disk(error) => moment(error),
            other => other,
        }
    }

    /// The same error while a journal waits to be followed to its end.
    fn halfway(self) -> OutputError {
        match self {
            OutputError::Refused { path, reason } => {
                OutputError::Refused { path, reason: format!("{reason} ({BETWEEN})") }
            }
            other => other.at(OutputError::Halfway),
        }
    }
}

/// How the site stands while a journal waits.
const BETWEEN: &str = "until then the site is between old and new: the next build finishes it";

impl fmt::Display for OutputError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OutputError::Refused { path, reason } => {
                write!(
                    formatter,
                    "will not write to `{}`: {reason}",
                    text::visible(&path.to_string_lossy())
                )
            }
            OutputError::TooManyRemoved { count, most, first } => {
                let (files, most) = (text::count(*count, "file"), text::number(*most));
                let first = text::visible(first);
                write!(
                    formatter,
                    "{files} of the site would be removed, `{first}` first; `--max-removed` allows {most}"
                )
            }
            OutputError::Busy { path, holder } => {
                let path = text::visible(&path.to_string_lossy());
                write!(formatter, "another build is writing `{path}`")?;
                match holder {
                    Some(id) => write!(formatter, " (process {id})"),
                    None => Ok(()),
                }
            }
            OutputError::Disk(error) => say(formatter, error, "the site is as it was"),
            OutputError::Halfway(error) => say(formatter, error, BETWEEN),
            OutputError::Kept { path } => {
                let path = text::visible(&path.to_string_lossy());
                write!(
                    formatter,
                    "the new site is published; what somebody else wrote into a former one while it was replaced is in `{path}`: move it away from there"
                )
            }
            OutputError::Uncleared(error) => {
                say(formatter, error, "the new site is published, and the next build clears up")
            }
        }
    }
}

/// What the system said, what helps, and how the site stands.
fn say(formatter: &mut fmt::Formatter<'_>, error: &DiskError, state: &str) -> fmt::Result {
    let hint = error.hint().unwrap_or("look at this path, or choose another folder with `--out`");
    write!(formatter, "{error}; {hint}, and try again ({state})")
}

/// Whether a path from a list leads to a place inside the folder that the list is about.
fn is_inside(path: &str) -> bool {
    let mut parts = path.as_bytes().split(|byte| *byte == b'/');
    !parts.any(|part| matches!(part, b"" | b"." | b".."))
}

impl std::error::Error for OutputError {}

impl From<DiskError> for OutputError {
    fn from(error: DiskError) -> OutputError {
        OutputError::Disk(error)
    }
}
