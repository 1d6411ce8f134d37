//! Owns the mark of a shard: the key by which its manifest says which share of which whole it has.

use crate::digest::Hash;
use crate::output::Keys;
use crate::site::Shard;

const START: &str = "shard ";
const MIDDLE: &str = " with pages: ";

/// What a manifest says of a shard. That of a whole site says nothing of the kind, so that shards
/// put together are the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Which share it has.
    pub shard: Shard,
    /// How many HTML pages are in it.
    pub pages: usize,
    /// The key of the whole: what all shards of a site have in common.
    pub whole: Hash,
}

impl Mark {
    /// The mark among the keys of a manifest. `None`: they are those of a whole site.
    pub(super) fn of(keys: &Keys) -> Option<Mark> {
        keys.iter().find_map(|(name, whole)| {
            let (shard, pages) = name.strip_prefix(START)?.split_once(MIDDLE)?;
            Some(Mark { shard: shard.parse().ok()?, pages: pages.parse().ok()?, whole: *whole })
        })
    }

    /// Whether both are shards of one whole, cut into as many.
    pub(super) fn goes_with(&self, other: &Mark) -> bool {
        self.whole == other.whole && self.shard.of() == other.shard.of()
    }

    /// Puts the mark among the keys of a shard.
    pub(super) fn put(self, keys: &mut Keys) {
        let name = format!("{START}{}{MIDDLE}{}", self.shard, self.pages);
        keys.insert(name.into(), self.whole);
    }

    /// Takes every mark away again. No slug has a space, so that no key of a server looks like one.
    pub(super) fn take(keys: &mut Keys) {
        keys.retain(|name, _| !name.starts_with(START));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_comes_back_and_leaves_no_trace() {
        let mark = Mark { shard: "3/8".parse().unwrap(), pages: 12, whole: [7; 16] };
        let whole = Keys::from([("all pages".into(), [1; 16]), ("shard".into(), [2; 16])]);
        let mut keys = whole.clone();
        assert_eq!(Mark::of(&keys), None);
        mark.put(&mut keys);
        assert_eq!(Mark::of(&keys), Some(mark));
        Mark::take(&mut keys);
        assert_eq!(keys, whole);
    }
}
