//! Owns what a new site begins with.

use std::path::{Path, PathBuf};

use crate::disk::{self, DiskError, Kind};

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

/// Writes a new site into a folder that is absent or empty.
///
/// # Errors
/// The folder has something in it, or cannot be written.
pub fn init(folder: &Path) -> Result<(), InitError> {
    match disk::kind(folder)? {
        Kind::Absent => {}
        Kind::Folder => {
            if let Some(entry) = disk::walk(folder).next() {
                return Err(InitError::Occupied(entry?.path));
            }
        }
        _ => return Err(InitError::Occupied(folder.to_owned())),
    }
    for (name, content) in FILES {
        let path = folder.join(name);
        disk::create_folder(path.parent().unwrap_or(folder))?;
        disk::write(&path, content.as_bytes())?;
    }
    Ok(())
}
