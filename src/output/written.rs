//! Owns what a build remembers of each file until the new site is in its place.

use super::manifest::Entry;
use crate::digest::Hash;

/// One file of the new site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written(pub(super) Place);

impl Written {
    /// The file at a position in the list of the site that stands there. `None`: no list is so long.
    pub(super) fn kept(position: usize) -> Option<Written> {
        Some(Written(Place::Kept(u32::try_from(position).ok()?)))
    }
}

/// Where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In the output, by its position in the list of the site that stands there.
    Kept(u32),
    /// In the staging folder.
    Fresh(Fresh),
}

/// A file in the staging folder: what is known of it and its path in one piece of memory, because
/// a large site has a million of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fresh(Box<[u8]>);

impl Fresh {
    /// Where the path begins, behind the hash and the size.
    const PATH: usize = size_of::<Hash>() + size_of::<u64>();

    pub(super) fn new(path: &str, entry: Entry) -> Fresh {
        Fresh([&entry.hash[..], &entry.size.to_le_bytes(), path.as_bytes()].concat().into())
    }

    pub(super) fn path(&self) -> &str {
        // It was a text when it was put there.
        str::from_utf8(self.path_bytes()).unwrap_or_default()
    }

    /// Paths have the order of their bytes.
    pub(super) fn path_bytes(&self) -> &[u8] {
        &self.0[Fresh::PATH..]
    }

    pub(super) fn entry(&self) -> Entry {
        let (known, _) = self.0.split_at(Fresh::PATH);
        let (digest, length) = known.split_at(size_of::<Hash>());
        let (mut hash, mut size) = (Hash::default(), [0; size_of::<u64>()]);
        hash.copy_from_slice(digest);
        size.copy_from_slice(length);
        Entry { hash, size: u64::from_le_bytes(size) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_a_file_comes_back() {
        let entry = Entry { hash: [7; 16], size: 1 << 40 };
        let fresh = Fresh::new("tools/é/index.html", entry);
        assert_eq!((fresh.path(), fresh.entry()), ("tools/é/index.html", entry));
    }
}
