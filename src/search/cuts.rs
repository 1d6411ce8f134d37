//! Owns where sorted lists are cut into files. A cut depends on the entries around it alone, so
//! that a new entry changes the file it falls into and leaves the others as they are.

use std::collections::BTreeSet;
use std::ops::Range;

/// Whoever can choose names can choose their hashes, and so have no cut: a piece of so many times
/// the size is cut wherever it is.
const LONGEST: usize = 8;
/// How many pieces can be told apart.
const MOST_PIECES: usize = 1 << 16;

/// The pieces of a sorted list: somewhat more than `size` entries each on average, at least a
/// quarter of it and, but for rare cases, at most three times as many. `hash` tells entries apart;
/// one that `is_heavy` is a piece of its own.
pub(super) fn pieces(
    count: usize,
    size: usize,
    hash: impl Fn(usize) -> u64,
    is_heavy: impl Fn(usize) -> bool,
) -> Vec<Range<usize>> {
    let size = stepped(size);
    pieces_between(count, |at, length| {
        let eagerness = if length < size * 2 { size } else { size / 8 };
        is_heavy(at)
            || is_heavy(at - 1)
            || length >= size * LONGEST
            || length >= size / 4 && hash(at).is_multiple_of(eagerness as u64)
    })
}

/// The pieces of a list that consists of runs: `starts` says where each begins, and the end of the
/// last. They are about as long as those of [`pieces`]; a run is cut only where the piece is long
/// already. `hash` is given a run and a position in it; where names were chosen so that it makes more
/// pieces than can be told apart, it does not count.
pub(super) fn pieces_of_runs(
    starts: &[usize],
    size: usize,
    hash: impl Fn(usize, usize) -> u64,
) -> Vec<Range<usize>> {
    let size = stepped(size);
    let pieces = pieces_of_runs_by(starts, size, hash);
    if pieces.len() <= MOST_PIECES {
        return pieces;
    }
    // No other number makes fewer cuts.
    pieces_of_runs_by(starts, size, |_, _| size as u64 - 1)
}

fn pieces_of_runs_by(
    starts: &[usize],
    size: usize,
    hash: impl Fn(usize, usize) -> u64,
) -> Vec<Range<usize>> {
    let mut run = 0;
    pieces_between(starts.last().copied().unwrap_or_default(), |at, length| {
        let is_start = starts[run + 1] == at;
        run += usize::from(is_start);
        // A long run makes a cut behind it as likely as the short ones that it stands for.
        let chances = if is_start { starts[run] - starts[run - 1] } else { 1 };
        let least = if is_start { size / 4 } else { size };
        let hash = || hash(run, at - starts[run]);
        if length < size * 3 {
            length >= least && hash() % (size as u64) < chances as u64
        } else {
            length >= size * LONGEST || hash().is_multiple_of(size as u64 / 2)
        }
    })
}

/// The pieces of a list, cut before each entry but the first where `is_cut` says so of its position
/// and of how many entries are in the piece by then.
fn pieces_between(count: usize, mut is_cut: impl FnMut(usize, usize) -> bool) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for at in 1..count {
        if is_cut(at, at - start) {
            pieces.push(start..at);
            start = at;
        }
    }
    if start < count {
        pieces.push(start..count);
    }
    pieces
}

/// The next of 8, 12, 16, 24, 32, …: a list may grow by half before all its cuts move.
fn stepped(size: usize) -> usize {
    let power = size.max(8).next_power_of_two();
    if size <= power / 4 * 3 { power / 4 * 3 } else { power }
}

/// A number below [`MOST_PIECES`] for each piece, from the hash of its first entry, all different.
/// There must not be more pieces than numbers.
pub(super) fn numbers(hashes: impl Iterator<Item = u64>) -> Vec<u16> {
    let mut taken = BTreeSet::new();
    hashes
        .map(|hash| {
            let mut number = (hash & 0xffff) as u16;
            while !taken.insert(number) {
                number = number.wrapping_add(1);
            }
            number
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{pieces, pieces_of_runs};
    use crate::digest;

    #[test]
    fn pieces_cover_the_list_in_order() {
        let pieces =
            pieces(10_000, 64, |at| digest::number(format!("entry {at}").as_bytes()), |_| false);
        assert_eq!(pieces.first().map(|piece| piece.start), Some(0));
        assert_eq!(pieces.last().map(|piece| piece.end), Some(10_000));
        assert!(pieces.windows(2).all(|pair| pair[0].end == pair[1].start));
        let longest = pieces.iter().map(ExactSizeIterator::len).max();
        assert!((80..240).contains(&pieces.len()), "{} pieces", pieces.len());
        assert!(longest.is_some_and(|longest| longest < 320), "{longest:?}");
    }

    #[test]
    fn no_choice_of_names_makes_a_piece_without_end() {
        let of_list = pieces(10_000, 64, |_| 1, |_| false);
        let of_runs = pieces_of_runs(&[0, 5_000, 10_000], 64, |_, _| u64::MAX);
        for pieces in [of_list, of_runs] {
            assert_eq!(pieces.iter().map(ExactSizeIterator::len).sum::<usize>(), 10_000);
            assert!(pieces.iter().all(|piece| piece.len() <= 64 * super::LONGEST));
        }
    }

    #[test]
    fn no_choice_of_names_makes_more_pieces_than_numbers() {
        for length in [1, 16] {
            let starts: Vec<usize> = (0..=1_152_000).step_by(length).collect();
            let pieces = pieces_of_runs(&starts, 48, |_, _| 0);
            assert_eq!(pieces.iter().map(ExactSizeIterator::len).sum::<usize>(), 1_152_000);
            assert!(pieces.len() <= super::MOST_PIECES, "{} pieces", pieces.len());
        }
    }

    #[test]
    fn one_more_entry_changes_one_piece() {
        let list: Vec<u32> = (0..5_000).collect();
        let mut longer = list.clone();
        longer.insert(2_345, 1_000_000);
        let cut = |list: &[u32]| -> Vec<Vec<u32>> {
            let pieces = pieces(
                list.len(),
                64,
                |at| digest::number(list[at].to_string().as_bytes()),
                |_| false,
            );
            pieces.into_iter().map(|piece| list[piece].to_vec()).collect()
        };
        let before = cut(&list);
        let new = cut(&longer).into_iter().filter(|piece| !before.contains(piece)).count();
        assert!(new <= 3, "{new} pieces changed");
    }

    /// Where runs of these lengths begin, and the pieces as the entries that they hold: the run and
    /// the position in it. One more at the end of a run is no other than it was.
    fn pieces_of(lengths: &[usize]) -> Vec<Vec<(usize, usize)>> {
        let mut starts = vec![0];
        for length in lengths {
            starts.push(starts[starts.len() - 1] + length);
        }
        let entry = |at: usize| {
            let run = starts.partition_point(|start| *start <= at) - 1;
            (run, at - starts[run])
        };
        let hash = |run: usize, position: usize| {
            digest::number(format!("{:?}", (run, position)).as_bytes())
        };
        pieces_of_runs(&starts, 32, hash)
            .into_iter()
            .map(|piece| piece.map(entry).collect())
            .collect()
    }

    /// Many short runs, and a long one among them.
    fn lengths() -> Vec<usize> {
        (0..400).map(|run| if run == 200 { 1_300 } else { 1 + run * 7 % 23 }).collect()
    }

    #[test]
    fn pieces_of_runs_hold_all_entries_in_order_and_are_of_the_wanted_length() {
        let lengths = lengths();
        let pieces = pieces_of(&lengths);
        let all: Vec<(usize, usize)> = (0..400)
            .flat_map(|run| (0..lengths[run]).map(move |position| (run, position)))
            .collect();
        assert_eq!(pieces.concat(), all);
        let average = all.len() / pieces.len();
        assert!((32..64).contains(&average), "{average} entries on average");
        assert!(pieces.iter().all(|piece| piece.len() < 32 * 8), "one piece is too long");
        let of_long = pieces.iter().filter(|piece| piece.iter().all(|entry| entry.0 == 200));
        assert!(of_long.count() > 10, "the long run is in too few pieces");
    }

    #[test]
    fn a_run_is_cut_only_in_a_piece_that_is_long_already() {
        let pieces = pieces_of(&lengths());
        let cuts_run = |pair: &&[Vec<(usize, usize)>]| pair[1][0].1 > 0;
        let cut: Vec<_> = pieces.windows(2).filter(cuts_run).collect();
        assert!(!cut.is_empty());
        assert!(cut.iter().all(|pair| pair[0].len() >= 32), "a run is cut in a short piece");
    }

    #[test]
    fn one_more_entry_of_a_run_changes_few_pieces() {
        let before = pieces_of(&lengths());
        let mut changed = Vec::new();
        for run in (0..400).step_by(3) {
            let mut longer = lengths();
            longer[run] += 1;
            let after = pieces_of(&longer);
            changed.push(after.iter().filter(|piece| !before.contains(piece)).count());
        }
        assert!(changed.iter().all(|count| (1..=5).contains(count)), "{changed:?}");
        assert!(changed.iter().sum::<usize>() * 2 < changed.len() * 3, "{changed:?}");
    }
}
