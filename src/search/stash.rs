//! Owns the texts between their reading, which goes by server, and their use, which goes by name:
//! packed and in memory, on a shelf for each stretch of the order.

use std::sync::{Mutex, PoisonError};

use super::Text;

/// Bytes of a shelf that are not packed yet.
const OPEN: usize = 32 * 1024;
/// Fast rather than small: the texts are unpacked again within seconds.
const LEVEL: u8 = 1;

/// All shelves.
#[derive(Debug)]
pub(super) struct Stash {
    shelves: Vec<Mutex<Shelf>>,
}

#[derive(Debug, Default)]
struct Shelf {
    open: Vec<u8>,
    packed: Vec<Box<[u8]>>,
}

impl Shelf {
    fn pack(&mut self) {
        let packed = miniz_oxide::deflate::compress_to_vec(&self.open, LEVEL);
        self.packed.push(packed.into());
        self.open.clear();
    }
}

impl Stash {
    /// Empty shelves.
    pub(super) fn new(shelves: usize) -> Stash {
        Stash { shelves: (0..shelves).map(|_| Mutex::default()).collect() }
    }

    /// Puts the texts of an entry away, under its position in the order.
    pub(super) fn put(&self, index: usize, position: usize, text: Text<'_>) {
        let mut inside = self.shelves[index].lock().unwrap_or_else(PoisonError::into_inner);
        let texts = [text.title, text.line, text.more, text.identifiers];
        let length = HEAD + texts.iter().map(|text| text.len()).sum::<usize>();
        if !inside.open.is_empty() && inside.open.len() + length > OPEN {
            inside.pack();
        }
        inside.open.extend(number(position));
        for text in texts {
            inside.open.extend(number(text.len()));
        }
        for text in texts {
            inside.open.extend_from_slice(text.as_bytes());
        }
    }

    /// Takes everything from a shelf.
    pub(super) fn take(&self, index: usize) -> Taken {
        let mut inside = self.shelves[index].lock().unwrap_or_else(PoisonError::into_inner);
        let Shelf { open, packed } = std::mem::take(&mut *inside);
        let mut bytes = Vec::new();
        for part in packed {
            // What was packed here a moment ago can be unpacked.
            bytes.extend(miniz_oxide::inflate::decompress_to_vec(&part).unwrap_or_default());
        }
        bytes.extend(open);
        Taken::of(bytes)
    }
}

/// The texts of a shelf.
#[derive(Debug)]
pub(super) struct Taken {
    bytes: Vec<u8>,
    /// Positions, and where the texts of each begin, in the order of the positions.
    entries: Vec<(usize, usize)>,
}

/// Bytes before the texts of an entry: its position and four lengths.
const HEAD: usize = 5 * 4;

impl Taken {
    fn of(bytes: Vec<u8>) -> Taken {
        let mut entries = Vec::new();
        let mut at = 0;
        while at + HEAD <= bytes.len() {
            entries.push((number_at(&bytes, at), at));
            at += HEAD + (1..=4).map(|index| number_at(&bytes, at + index * 4)).sum::<usize>();
        }
        entries.sort_unstable();
        Taken { bytes, entries }
    }

    /// The texts of the entry at a position.
    pub(super) fn text(&self, position: usize) -> Text<'_> {
        let found = self.entries.binary_search_by_key(&position, |entry| entry.0);
        let Ok(index) = found else { return Text::default() };
        let head = self.entries[index].1;
        let mut start = head + HEAD;
        let mut next = |index: usize| {
            let end = start + number_at(&self.bytes, head + index * 4);
            let text = self.bytes.get(start..end).unwrap_or_default();
            start = end;
            std::str::from_utf8(text).unwrap_or_default()
        };
        Text { title: next(1), line: next(2), more: next(3), identifiers: next(4) }
    }
}

/// Positions and lengths of texts are far below four thousand million.
fn number(value: usize) -> [u8; 4] {
    u32::try_from(value).unwrap_or(u32::MAX).to_le_bytes()
}

fn number_at(bytes: &[u8], at: usize) -> usize {
    let number = bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
    number.map_or(0, u32::from_le_bytes) as usize
}

#[cfg(test)]
mod tests {
    use super::{Stash, Text};

    #[test]
    fn what_is_put_away_is_found_under_its_position() {
        let stash = Stash::new(2);
        let long = "word ".repeat(300);
        // Enough for several packed parts.
        for position in (0..1_000).rev() {
            let title = format!("title {position}");
            let text = Text { title: &title, more: &long, ..Text::default() };
            stash.put(position % 2, position, text);
        }
        for shelf in 0..2 {
            let taken = stash.take(shelf);
            for position in (0..1_000).filter(|position| position % 2 == shelf) {
                let title = format!("title {position}");
                let text = Text { title: &title, more: &long, ..Text::default() };
                assert_eq!(taken.text(position), text);
            }
        }
    }
}
