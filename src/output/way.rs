//! Owns the way from a folder to what is below it. Only folders may lead to a file that is replaced
//! or removed: the system follows a link on the way to it, to files that no build wrote.

use std::io;
use std::path::{Path, PathBuf};

use crate::disk::{self, DiskError, Kind, Lookout};

/// Looks at many paths in their order. Those of one server lie in one folder, and the way there need
/// be found only once.
pub(super) struct Walk<'walk> {
    folder: &'walk Path,
    here: Lookout,
    /// Where the other one stands, below the folder.
    base: &'walk str,
    there: Lookout,
    /// The last path that nothing stood in the way of.
    passed: Option<&'walk str>,
}

impl<'walk> Walk<'walk> {
    pub(super) fn from(folder: &'walk Path) -> Walk<'walk> {
        let lookout = || Lookout::at(folder.to_owned());
        Walk { folder, here: lookout(), base: "", there: lookout(), passed: None }
    }

    /// Looks at a path, or without one at the folder itself.
    pub(super) fn look(&mut self, path: &'walk str) -> disk::Result<Option<disk::Found>> {
        if path.is_empty() {
            return disk::look(self.folder);
        }
        let Some((at, _)) = path.match_indices('/').nth(1) else { return self.here.look(path) };
        let (base, inside) = path.split_at(at);
        if base != self.base {
            self.base = base;
            self.there = Lookout::at(self.folder.join(base));
        }
        self.there.look(inside.trim_start_matches('/'))
    }

    /// What stands on the way to a path and is not a folder, the first folder included. What was a
    /// folder on the way to the path before is not looked at again.
    pub(super) fn obstacle(&mut self, path: &'walk str) -> disk::Result<Option<PathBuf>> {
        let first = self.passed.is_none().then_some("");
        let others = folders_around(path, self.passed.unwrap_or_default());
        for folder in first.into_iter().chain(others) {
            match self.look(folder)? {
                Some(found) if found.kind == Kind::Folder => {}
                Some(_) => return Ok(Some(inside(self.folder, folder))),
                // Nothing is below it.
                None => break,
            }
        }
        self.passed = Some(path);
        Ok(None)
    }
}

/// Makes sure that only folders lead to a path, or without one that the folder itself is one, at the
/// last moment before something is done there.
///
/// # Errors
/// Something else stands on the way.
pub(super) fn check(folder: &Path, path: &str) -> disk::Result<()> {
    let Some(path) = Walk::from(folder).obstacle(path)? else { return Ok(()) };
    Err(DiskError { action: "go through", path, cause: io::ErrorKind::NotADirectory.into() })
}

/// The place of a path in a folder; without a path that of the folder.
pub(super) fn inside(folder: &Path, path: &str) -> PathBuf {
    if path.is_empty() { folder.into() } else { folder.join(path) }
}

/// The folders around a path that are not around the one before it in the order of the paths, the
/// outermost first: what it leads to is only looked at when it is known to be a folder. That of the
/// whole site is none.
pub(super) fn folders_around<'path>(
    path: &'path str,
    before: &str,
) -> impl Iterator<Item = &'path str> {
    let around = path.match_indices('/').map(|(at, _)| path.split_at(at).0);
    around
        .skip_while(|folder| before.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_were_around_the_path_before_are_not_told_again() {
        let told = |path, before| folders_around(path, before).collect::<Vec<_>>();
        assert_eq!(told("a/b/c/d", ""), ["a", "a/b", "a/b/c"]);
        assert_eq!(told("a/b/c/d", "a/b/x/d"), ["a/b/c"]);
        assert_eq!(told("a/b/c", "a-b/b/c"), ["a", "a/b"]);
        assert_eq!(told("a/b", "a/a"), [""; 0]);
        assert_eq!(told("a", ""), [""; 0]);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_folder_is_seen_on_the_way_to_every_path_behind_it() {
        use std::os::unix::fs::symlink;
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("site");
        disk::create_folder(&folder.join("a/b/c")).unwrap();
        disk::write(&folder.join("file"), b"").unwrap();
        symlink("a", folder.join("link")).unwrap();
        symlink("../b", folder.join("a/b/link")).unwrap();
        symlink("site", place.path().join("way")).unwrap();
        let paths = [
            ("a/b/c/x", None),
            ("a/b/link", None),
            ("a/b/link/x", Some("a/b/link")),
            ("a/b/link/c/x", Some("a/b/link")),
            ("a/b/x/x", None),
            ("file/b/c/x", Some("file")),
            ("link/b/c/x", Some("link")),
            ("link/b/x", Some("link")),
            ("x", None),
        ];
        let mut walk = Walk::from(&folder);
        for (path, expected) in paths {
            let expected = expected.map(|path| folder.join(path));
            assert_eq!(check(&folder, path).err().map(|error| error.path), expected, "{path}");
            assert_eq!(walk.obstacle(path).unwrap(), expected, "{path}, after others");
        }
        let way = place.path().join("way");
        assert_eq!(check(&way, "x").err().map(|error| error.path), Some(way.clone()));
    }
}
