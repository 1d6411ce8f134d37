//! Owns what is taken over from an index that stands there: the tool files of which nothing
//! changed, and of the word files what they say of those.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::encode::{self, List};
use super::{ROOT, TOOL_FILES, is_index_path};
use crate::digest::{self, Hash};

/// What a word file says of the tool files that stay. `None`: it is not what it should be.
fn lists_of_kept(bytes: &[u8], is_kept: &[bool]) -> Option<Vec<(Box<str>, List)>> {
    let mut lists = encode::read_lists(bytes)?;
    lists.retain_mut(|(_, list)| {
        list.retain(|(number, _)| is_kept[usize::from(*number)]);
        !list.is_empty()
    });
    Some(lists)
}

/// An earlier index.
#[derive(Debug, Default)]
pub struct Former {
    /// The numbers of the tool files that stay.
    pub(super) kept: BTreeSet<u16>,
    /// For each word, in order, the tool files that have it and stay.
    pub(super) lists: Vec<(Box<str>, List)>,
    /// What the word files hold, by their paths, as hashes.
    pub(super) contents: BTreeMap<String, Hash>,
}

impl Former {
    /// Reads the word files among `paths`. Of the tool files those with a `kept` number stay.
    /// `None`: a file is not what it should be.
    pub fn read<'paths, Paths: IntoIterator<Item = &'paths str>>(
        paths: Paths,
        kept: BTreeSet<u16>,
        read: impl Fn(&str) -> Option<Vec<u8>> + Sync,
    ) -> Option<Former> {
        let is_word_file = |path: &&str| is_index_path(path) && !path.starts_with(TOOL_FILES);
        let paths: Vec<&str> = paths.into_iter().filter(is_word_file).collect();
        let mut is_kept = vec![false; usize::from(u16::MAX) + 1];
        for number in &kept {
            is_kept[usize::from(*number)] = true;
        }
        let read = |path: &&str| {
            let bytes = encode::inflated(&read(path)?)?;
            let lists = if *path == ROOT { Vec::new() } else { lists_of_kept(&bytes, &is_kept)? };
            Some(((*path).to_owned(), digest::hash(&bytes), lists))
        };
        let mut read: Vec<_> = paths.par_iter().map(read).collect::<Option<_>>()?;
        // Each file has words in order, and none of those between the words of another.
        read.sort_by(|(.., one), (.., other)| {
            let [one, other] = [one, other].map(|lists| lists.first().map(|(word, _)| word));
            one.cmp(&other)
        });
        let mut former = Former { kept, ..Former::default() };
        // With room for what is added to them: to move them needs twice the memory.
        let count = read.iter().map(|(.., lists)| lists.len()).sum::<usize>();
        former.lists.reserve_exact(count + count / 4);
        for (path, hash, lists) in read {
            former.contents.insert(path, hash);
            former.lists.extend(lists);
        }
        let is_in_order = former.lists.par_windows(2).all(|pair| pair[0].0 < pair[1].0);
        (is_in_order && former.contents.contains_key(ROOT)).then_some(former)
    }
}
