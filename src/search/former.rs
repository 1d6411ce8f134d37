//! Owns what is taken over from an index that stands there: the tool files of which nothing
//! changed, and of the word files what they say of those.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::HashMap;

use super::encode::{self, List};
use super::{ROOT, TOOL_FILES, is_index_path};
use crate::digest::{self, Hash};

/// An earlier index.
#[derive(Debug, Default)]
pub struct Former {
    /// The numbers of the tool files that stay.
    pub(super) kept: BTreeSet<u16>,
    /// For each word the tool files that have it and stay.
    pub(super) lists: HashMap<Box<str>, List>,
    /// What the word files hold, by their paths, as hashes.
    contents: BTreeMap<String, Hash>,
}

impl Former {
    /// Reads the word files among `paths`. Of the tool files those with a `kept` number stay.
    /// `None`: a file is not what it should be.
    pub fn read<'paths, Paths: IntoIterator<Item = &'paths str>>(
        paths: Paths,
        kept: BTreeSet<u16>,
        read: impl Fn(&str) -> Option<Vec<u8>>,
    ) -> Option<Former> {
        let mut former = Former { kept, ..Former::default() };
        let is_word_file = |path: &&str| is_index_path(path) && !path.starts_with(TOOL_FILES);
        for path in paths.into_iter().filter(is_word_file) {
            let bytes = encode::inflated(&read(path)?)?;
            former.contents.insert(path.to_owned(), digest::hash(&bytes));
            if path != ROOT {
                former.add(&bytes)?;
            }
        }
        former.contents.contains_key(ROOT).then_some(former)
    }

    fn add(&mut self, bytes: &[u8]) -> Option<()> {
        for (word, list) in encode::read_lists(bytes)? {
            let kept: List =
                list.into_iter().filter(|(number, _)| self.kept.contains(number)).collect();
            if !kept.is_empty() {
                self.lists.entry(word).or_default().extend(kept);
            }
        }
        Some(())
    }

    /// Whether a word file holds these bytes before they are packed.
    pub(super) fn holds(&self, path: &str, bytes: &[u8]) -> bool {
        self.contents.get(path).is_some_and(|hash| *hash == digest::hash(bytes))
    }
}
