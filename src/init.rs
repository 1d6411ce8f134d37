//! Owns what a new site begins with.

use std::path::{Path, PathBuf};

use crate::disk::{self, DiskError, Kind};
use crate::text;

/// The files of a new site. The two folders are for the site's own templates and static files,
/// which are laid over the built-in ones.
const FILES: &[(&str, &str)] = &[
    ("site.toml", include_str!("init/site.toml")),
    (
        "content/catalogue/mcp-server-git.json",
        include_str!("../content/catalogue/mcp-server-git.json"),
    ),
    (
        "content/catalogue/mcp-server-fetch.json",
        include_str!("../content/catalogue/mcp-server-fetch.json"),
    ),
    ("templates/.gitkeep", ""),
    ("static/.gitkeep", ""),
    (".gitignore", "/public\n/.public.policypress\n"),
];

/// Why no site was made.
#[derive(Debug)]
pub enum InitError {
    /// There is something already.
    Occupied(PathBuf),
    /// The system said no.
    Disk(DiskError),
}

impl From<DiskError> for InitError {
    fn from(error: DiskError) -> InitError {
        InitError::Disk(error)
    }
}

impl std::error::Error for InitError {}

impl std::fmt::Display for InitError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            InitError::Occupied(path) => {
                let path = text::visible(&path.to_string_lossy());
                let reason = "a new site needs a folder that is absent or empty";
                write!(formatter, "`{path}` is in the way: {reason}")
            }
            InitError::Disk(error) => {
                let hint = error.hint().unwrap_or("look at this path, or choose another folder");
                write!(formatter, "{error}\n  hint: {hint}")
            }
        }
    }
}

/// Writes a new site into a folder that is absent or empty.
///
/// # Errors
/// The folder has something in it, or cannot be written.
pub fn init(folder: &Path) -> Result<(), InitError> {
    let kind = disk::kind(folder)?;
    match kind {
        Kind::Absent => {}
        Kind::Folder => {
            if let Some(entry) = disk::walk(folder).next() {
                return Err(InitError::Occupied(entry?.path));
            }
        }
        _ => return Err(InitError::Occupied(folder.to_owned())),
    }
    let made = write(folder);
    if made.is_err() {
        // A part of a site would be in the way of the next try. The first error tells most.
        let _ = take_back(folder, kind);
    }
    Ok(made?)
}

/// Removes what [`write`] wrote, and the folder if there was none.
fn take_back(folder: &Path, before: Kind) -> disk::Result<()> {
    for (name, _) in FILES {
        disk::remove_file_if_there(&folder.join(name))?;
        // The last of them is the folder of the site itself.
        for above in Path::new(name).ancestors().skip(1) {
            let is_own = above != Path::new("") || before == Kind::Absent;
            if is_own {
                disk::remove_empty_folder(&folder.join(above))?;
            }
        }
    }
    Ok(())
}

fn write(folder: &Path) -> disk::Result<()> {
    for (name, content) in FILES {
        let path = folder.join(name);
        disk::create_folder(path.parent().unwrap_or(folder))?;
        disk::write(&path, content.as_bytes())?;
    }
    Ok(())
}
