//! Owns who is let into a folder: the same people as into another one.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;

use super::{Result, named};

/// Lets the same people into a folder as into another. Its owner can always write to it, so that it
/// can be taken away again. Answers whether everybody who may read the other one may read this one:
/// nobody may give a folder to a group that is not his own, and that group is left out then.
pub fn permit_as(model: &Path, folder: &Path) -> Result<bool> {
    let look = |path: &Path| named(fs::symlink_metadata(path), "look at", path);
    let (wanted, found) = (look(model)?, look(folder)?);
    // Before the permissions, which this can take away again.
    let is_given = found.gid() == wanted.gid() || chown(folder, None, Some(wanted.gid())).is_ok();
    let wanted_mode = wanted.mode() & 0o7777 | 0o700;
    let others_alone = wanted_mode & !0o070 | (wanted_mode & 0o007) << 3;
    let mode = if is_given { wanted_mode } else { others_alone };
    if look(folder)?.mode() & 0o7777 != mode {
        let permissions = fs::Permissions::from_mode(mode);
        named(fs::set_permissions(folder, permissions), "change the permissions of", folder)?;
    }
    let are_listed = lists::copy(model, folder);
    if !are_listed && is_given {
        // With a list, the bits of the group are the most that anybody on it may do.
        let permissions = fs::Permissions::from_mode(others_alone);
        named(fs::set_permissions(folder, permissions), "change the permissions of", folder)?;
    }
    let is_let_in = wanted_mode & 0o050 & !((wanted_mode & 0o005) << 3) == 0;
    Ok(are_listed && (is_given || is_let_in))
}

/// Gives a folder to the owner of another, if whoever runs the program is the administrator: nobody
/// else may.
pub fn own_as(model: &Path, folder: &Path) {
    if let Ok(wanted) = fs::symlink_metadata(model) {
        let _ = chown(folder, Some(wanted.uid()), None);
    }
}

/// Lists of further people, which Linux keeps beside the permissions of a folder.
#[cfg(target_os = "linux")]
mod lists {
    use std::path::Path;

    use rustix::fs::{XattrFlags, lgetxattr, lremovexattr, lsetxattr};
    use rustix::io::Errno;

    const LISTS: [&str; 2] = ["system.posix_acl_access", "system.posix_acl_default"];
    /// The system allows no longer one.
    const LONGEST: usize = 64 * 1024;

    /// Gives a folder the lists of another; answers whether it has them, and no other.
    pub(super) fn copy(model: &Path, folder: &Path) -> bool {
        LISTS.into_iter().all(|name| match (list(model, name), list(folder, name)) {
            (Ok(wanted), Ok(found)) if wanted == found => true,
            (Ok(Some(wanted)), Ok(_)) => {
                lsetxattr(folder, name, &wanted, XattrFlags::empty()).is_ok()
            }
            (Ok(None), Ok(_)) => lremovexattr(folder, name).is_ok(),
            _ => false,
        })
    }

    fn list(path: &Path, name: &str) -> Result<Option<Vec<u8>>, Errno> {
        let mut bytes = vec![0; LONGEST];
        match lgetxattr(path, name, &mut bytes[..]) {
            Ok(length) => {
                bytes.truncate(length);
                Ok(Some(bytes))
            }
            Err(Errno::NODATA | Errno::NOTSUP) => Ok(None),
            Err(refused) => Err(refused),
        }
    }
}

/// Other systems have none, or keep them elsewhere.
#[cfg(not(target_os = "linux"))]
mod lists {
    use std::path::Path;

    pub(super) fn copy(_model: &Path, _folder: &Path) -> bool {
        true
    }
}
