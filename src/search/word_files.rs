//! Owns how the words are dealt out to files: in order, cut where the words say, with one file that
//! says where each begins.

use std::ops::Range;

use foldhash::HashMap;
use rayon::prelude::*;

use super::encode::{self, List, Weight};
use super::{ROOT, cuts};
use crate::digest;

/// Bytes of a word file on average before packing, unless that makes more files than allowed.
const WORD_BYTES: usize = 8_000;

/// The lists of a former index, which are in order, with those that are new.
pub(super) fn joined(
    former: Vec<(Box<str>, List)>,
    new: HashMap<Box<str>, List>,
) -> Vec<(Box<str>, List)> {
    let count = former.len();
    let mut lists = former;
    // With room for the words from behind: to move them all would need twice the memory.
    let turned = lists.iter().map(|(word, list)| (word, list)).chain(&new);
    let turned = turned.filter(|(word, list)| is_also_turned(word, list)).count();
    lists.reserve_exact(new.len() + turned);
    #[expect(clippy::iter_over_hash_type, reason = "they are put in order afterwards")]
    for (word, list) in new {
        match lists[..count].binary_search_by(|(known, _)| known.cmp(&word)) {
            Ok(at) => lists[at].1.extend(list),
            Err(_) => lists.push((word, list)),
        }
    }
    lists
}

/// Hands on the word files and the one that says which word is in which, each with its content
/// before it is packed.
pub(super) fn deal_out<Put: Send, Fault: Send>(
    mut words: Vec<(Box<str>, List)>,
    most_files: usize,
    put: impl Fn(String, &[u8]) -> Result<Put, Fault> + Sync,
) -> Result<Vec<Put>, Fault> {
    // Words of names are also there from behind, for those who mistype the beginning.
    // There is room for them: to make them side by side would need more.
    for at in 0..words.len() {
        let (word, list) = &words[at];
        if is_also_turned(word, list) {
            words.push((format!("~{}", reversed(&words[at].0)).into(), List::new()));
        }
    }
    // Those of a former index are in order, which this sort makes use of.
    words.par_sort_by(|one, other| one.0.cmp(&other.0));
    let bytes: usize = words.iter().map(|(word, list)| word.len() + 5 + list.len() * 2).sum();
    let of_one = (bytes / words.len().max(1)).max(1);
    let size = (WORD_BYTES / of_one).max(words.len() / (most_files / 4));
    let heavy = heaviness(words.iter().map(|(_, list)| list.len()), most_files);
    let is_heavy = |at: usize| words[at].1.len() > heavy;
    let hash_of = |(word, _): &(Box<str>, List)| digest::number(word.as_bytes());
    let hashes: Vec<u64> = words.par_iter().map(hash_of).collect();
    let hash = |at: usize| hashes[at];
    let pieces = cuts::pieces(words.len(), size, hash, is_heavy);
    let numbers = cuts::numbers(pieces.iter().map(|piece| hash(piece.start)));
    let firsts: Vec<(&str, u16)> = pieces
        .iter()
        .zip(&numbers)
        .map(|(piece, number)| {
            let before = piece.start.checked_sub(1).map_or("", |at| &*words[at].0);
            (separator(before, &words[piece.start].0), *number)
        })
        .collect();
    let root = put(ROOT.to_owned(), &encode::root(&firsts))?;
    let put_piece = |(piece, number): (&Range<usize>, &u16)| {
        put(format!("search/words/{number:04x}.bin"), &encode::lists(&words[piece.clone()]))
    };
    let mut outcomes: Vec<Put> =
        pieces.par_iter().zip(&numbers).map(put_piece).collect::<Result<_, Fault>>()?;
    outcomes.push(root);
    Ok(outcomes)
}

/// The length of a list that is the most beside others in a file: of longer ones each has its own, as
/// long as these are a few of all files.
fn heaviness(lengths: impl Iterator<Item = usize>, most_files: usize) -> usize {
    let light = WORD_BYTES / 8;
    let mut heavy: Vec<usize> = lengths.filter(|length| *length > light).collect();
    let most = most_files / 8;
    if heavy.len() <= most {
        return light;
    }
    heavy.sort_unstable_by(|one, other| other.cmp(one));
    heavy.get(most).copied().unwrap_or(light)
}

/// The shortest beginning of `word` that sorts after `before`.
fn separator<'words>(before: &str, word: &'words str) -> &'words str {
    let same = word.chars().zip(before.chars()).take_while(|(one, other)| one == other).count();
    let end = word.char_indices().nth(same + 1).map_or(word.len(), |(at, _)| at);
    word.get(..end).unwrap_or(word)
}

/// Whether a word is a word, and one of a name.
fn is_also_turned(word: &str, list: &List) -> bool {
    !word.starts_with(['=', '#', '~']) && list.iter().any(|(_, weight)| *weight > Weight::Text)
}

fn reversed(word: &str) -> String {
    word.chars().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::{WORD_BYTES, heaviness};

    #[test]
    fn few_lists_have_a_file_of_their_own() {
        let light = WORD_BYTES / 8;
        let lengths = |count: usize| (0..count).map(move |at| light + 1 + at / 3);
        assert_eq!(heaviness([1, light].into_iter(), 16), light);
        assert_eq!(heaviness(lengths(4), 32), light);
        for count in [5, 6, 100, 40_000] {
            let heavy = heaviness(lengths(count), 32);
            let own = lengths(count).filter(|length| *length > heavy).count();
            assert!((1..=4).contains(&own), "{count}: {own}");
        }
    }
}
