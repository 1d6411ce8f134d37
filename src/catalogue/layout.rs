//! Owns the layout of a record: where each of its values lies. A sound record is walked once, and
//! then nothing of it is read again to find a value or to know that it is JSON. Of any other text
//! there is no layout: the careful reading says what is wrong with it, and where.

use std::collections::HashSet;

/// Containers within containers. The careful reading allows more, but not much.
const DEEPEST: usize = 100;
/// Containers inside of which each value is known: record, tools, tool, classification, attacks.
const LOOKED_INTO: usize = 5;
/// Keys of an object that are compared with each other without being sorted.
const FEW_KEYS: usize = 12;
/// Bytes of the longest number that is taken without a look at its size.
const LONGEST_NUMBER: usize = 100;

/// Where the values of a text lie: each before those inside it, keys before their values.
#[derive(Debug)]
pub(super) struct Layout {
    values: Vec<Place>,
}

/// Where a value lies in its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub start: u32,
    pub end: u32,
    /// The position of what follows it and all that is inside it.
    next: u32,
    /// Whether it is a text with a backslash in it.
    pub has_escapes: bool,
    /// Whether it lies so deep that what is inside it is not known.
    is_closed: bool,
}

/// The position of a value in its layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position(u32);

impl Position {
    /// That of the whole value.
    pub(crate) const ROOT: Position = Position(0);
}

impl Layout {
    /// The layout of a text. `None`: it may not be JSON that every program can read.
    pub(crate) fn of(text: &str) -> Option<Layout> {
        u32::try_from(text.len()).ok()?;
        let mut walk = Walk { bytes: text.as_bytes(), at: 0, values: Vec::new(), keys: Vec::new() };
        walk.value(0)?;
        walk.skip_space();
        (walk.at == walk.bytes.len()).then_some(Layout { values: walk.values })
    }

    /// Where a value lies.
    pub(crate) fn place(&self, position: Position) -> Place {
        self.values[position.0 as usize]
    }

    /// The values directly inside a value: items, or keys and values in turn. `None`: it lies so
    /// deep that they are not known.
    pub(crate) fn inside(&self, position: Position) -> Option<impl Iterator<Item = Position>> {
        let Place { next: end, is_closed, .. } = self.place(position);
        let first = Some(position.0 + 1).filter(|first| *first < end);
        let following = move |at: &u32| Some(self.place(Position(*at)).next).filter(|at| *at < end);
        (!is_closed).then(|| std::iter::successors(first, following).map(Position))
    }
}

struct Walk<'text> {
    bytes: &'text [u8],
    at: usize,
    values: Vec<Place>,
    /// The keys of the objects that are open, as they are written.
    keys: Vec<&'text [u8]>,
}

impl Walk<'_> {
    /// Walks over a value with the space before it, inside so many containers. Answers whether it is
    /// a text with escapes.
    fn value(&mut self, depth: usize) -> Option<bool> {
        self.skip_space();
        let (start, opened) = (self.at, self.values.len());
        let is_known = depth <= LOOKED_INTO;
        if is_known {
            self.values.push(Place {
                start: u32::try_from(start).ok()?,
                end: 0,
                next: 0,
                has_escapes: false,
                is_closed: depth == LOOKED_INTO,
            });
        }
        let mut has_escapes = false;
        match self.bytes.get(start)? {
            b'"' => has_escapes = self.text()?,
            b'{' => self.members(depth + 1)?,
            b'[' => self.items(depth + 1)?,
            b'-' | b'0'..=b'9' => self.number()?,
            b't' => self.word(b"true")?,
            b'f' => self.word(b"false")?,
            b'n' => self.word(b"null")?,
            _ => return None,
        }
        if is_known {
            let next = u32::try_from(self.values.len()).ok()?;
            let place = &mut self.values[opened];
            (place.end, place.next) = (u32::try_from(self.at).ok()?, next);
            place.has_escapes = has_escapes;
        }
        Some(has_escapes)
    }

    /// Walks over an object. One that gives a key twice is for the careful reading.
    fn members(&mut self, depth: usize) -> Option<()> {
        let before = self.keys.len();
        let mut have_escapes = false;
        self.each(depth, b'}', |walk| {
            walk.skip_space();
            if walk.bytes.get(walk.at) != Some(&b'"') {
                return None;
            }
            let start = walk.at;
            have_escapes |= walk.value(depth)?;
            walk.keys.push(walk.bytes.get(start..walk.at)?);
            walk.skip_space();
            walk.word(b":")?;
            walk.value(depth)?;
            Some(())
        })?;
        let keys = &mut self.keys[before..];
        let are_different =
            if have_escapes { say_all_different(keys) } else { are_all_different(keys) };
        self.keys.truncate(before);
        are_different.then_some(())
    }

    fn items(&mut self, depth: usize) -> Option<()> {
        self.each(depth, b']', |walk| walk.value(depth).map(|_| ()))
    }

    /// Walks over a container to its end.
    fn each(
        &mut self,
        depth: usize,
        end: u8,
        mut one: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        self.at += 1;
        self.skip_space();
        if depth > DEEPEST {
            return None;
        }
        if self.bytes.get(self.at) == Some(&end) {
            self.at += 1;
            return Some(());
        }
        loop {
            one(self)?;
            self.skip_space();
            let found = *self.bytes.get(self.at)?;
            self.at += 1;
            match found {
                b',' => {}
                _ if found == end => return Some(()),
                _ => return None,
            }
        }
    }

    /// Walks over a text. Answers whether there are escapes in it.
    fn text(&mut self) -> Option<bool> {
        self.at += 1;
        let mut has_escapes = false;
        loop {
            self.at += ordinary_start(&self.bytes[self.at..]);
            match self.bytes.get(self.at)? {
                b'"' => {
                    self.at += 1;
                    return Some(has_escapes);
                }
                b'\\' => self.escape()?,
                _ => return None,
            }
            has_escapes = true;
        }
    }

    fn escape(&mut self) -> Option<()> {
        let escaped = *self.bytes.get(self.at + 1)?;
        self.at += 2;
        match escaped {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(()),
            b'u' => match self.code_unit()? {
                0xd800..=0xdbff => {
                    self.word(b"\\u")?;
                    matches!(self.code_unit()?, 0xdc00..=0xdfff).then_some(())
                }
                0xdc00..=0xdfff => None,
                _ => Some(()),
            },
            _ => None,
        }
    }

    fn code_unit(&mut self) -> Option<u32> {
        let digits = self.bytes.get(self.at..self.at + 4)?;
        self.at += 4;
        let digit = |unit, digit: &u8| Some(unit * 16 + char::from(*digit).to_digit(16)?);
        digits.iter().try_fold(0, digit)
    }

    /// Walks over a number that is surely within the range of all programs.
    fn number(&mut self) -> Option<()> {
        let start = self.at;
        self.at += usize::from(self.bytes[start] == b'-');
        let whole = self.digits();
        let has_padding = whole > 1 && self.bytes[self.at - whole] == b'0';
        if whole == 0 || has_padding {
            return None;
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return None;
            }
        }
        if matches!(self.bytes.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.bytes.get(self.at), Some(b'+' | b'-')));
            if !matches!(self.digits(), 1..=2) {
                return None;
            }
        }
        (self.at - start <= LONGEST_NUMBER).then_some(())
    }

    /// Walks over digits. Answers how many they are.
    fn digits(&mut self) -> usize {
        let rest = &self.bytes[self.at..];
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        count
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        let is_there = self.bytes[self.at..].starts_with(word);
        self.at += word.len();
        is_there.then_some(())
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }
}

/// Whether no two keys are written alike.
fn are_all_different(keys: &mut [&[u8]]) -> bool {
    if keys.len() <= FEW_KEYS {
        return !keys.iter().enumerate().any(|(index, key)| keys[..index].contains(key));
    }
    keys.sort_unstable();
    !keys.windows(2).any(|pair| pair[0] == pair[1])
}

/// Whether no two keys say the same, however they are written.
fn say_all_different(keys: &[&[u8]]) -> bool {
    let said = keys.iter().filter_map(|key| serde_json::from_slice::<String>(key).ok());
    said.collect::<HashSet<String>>().len() == keys.len()
}

/// How many bytes a text goes on before it ends, has an escape, or has what no text may have.
fn ordinary_start(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = ONES << 7;
    let mut at = 0;
    // The lowest top bit that is set in a mask belongs to the first byte that is meant.
    while let Some(block) = bytes[at..].first_chunk() {
        let block = u64::from_le_bytes(*block);
        let is_zero = |block: u64| block.wrapping_sub(ONES) & !block;
        let quote = is_zero(block ^ (ONES * u64::from(b'"')));
        let backslash = is_zero(block ^ (ONES * u64::from(b'\\')));
        let control = block.wrapping_sub(ONES * u64::from(b' ')) & !block;
        let found = (quote | backslash | control) & TOPS;
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let is_plain = |byte: &&u8| !matches!(byte, b'"' | b'\\' | 0..=0x1f);
    at + bytes[at..].iter().take_while(is_plain).count()
}

#[cfg(test)]
mod tests {
    use super::{Layout, Position};

    /// The values of a text in order, each followed by those inside it.
    fn values(text: &str) -> Option<Vec<&str>> {
        fn add<'text>(
            layout: &Layout,
            position: Position,
            text: &'text str,
            values: &mut Vec<&'text str>,
        ) {
            let place = layout.place(position);
            values.extend(text.get(place.start as usize..place.end as usize));
            for inside in layout.inside(position).into_iter().flatten() {
                add(layout, inside, text, values);
            }
        }
        let layout = Layout::of(text)?;
        let mut found = Vec::new();
        add(&layout, Position::ROOT, text, &mut found);
        Some(found)
    }

    #[test]
    fn each_value_has_its_place() {
        let text =
            " {\"a\" : [1, -0.5e-7,{} ,[]],\"b\\n\":{\"c\":null}, \"\": \"\\ud83d\\ude00 ä\" }\n";
        let expected = [
            text.trim(),
            "\"a\"",
            "[1, -0.5e-7,{} ,[]]",
            "1",
            "-0.5e-7",
            "{}",
            "[]",
            "\"b\\n\"",
            "{\"c\":null}",
            "\"c\"",
            "null",
            "\"\"",
            "\"\\ud83d\\ude00 ä\"",
        ];
        assert_eq!(values(text), Some(expected.to_vec()));
        let escapes =
            |text| Layout::of(text).map(|layout| layout.place(Position::ROOT).has_escapes);
        assert_eq!(escapes("\"nothing to see here\""), Some(false));
        assert_eq!(escapes("\"a long way to an escape \\t\""), Some(true));
    }

    #[test]
    fn values_that_lie_deep_are_walked_over_and_not_known() {
        let text = "[[[[[[1,2],3],4],5],6],7]";
        assert_eq!(values(text).map(|values| values.len()), Some(11));
        assert_eq!(values("[[[[[[1,2}]]]]]"), None);
    }

    #[test]
    fn what_no_program_may_read_has_no_layout() {
        let deep = "[".repeat(127) + &"]".repeat(127);
        let long = "1".repeat(400);
        for text in [
            "",
            " ",
            "{",
            "[",
            "\"",
            "{}x",
            "{} {}",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "{1:1}",
            "{\"a\":1,\"b\":2,\"a\":3}",
            "{\"a\":1,\"\\u0061\":2}",
            "[[[[[[{\"a\":1,\"a\":2}]]]]]]",
            "{\"a\" 1}",
            "[}",
            "{]",
            "01",
            "-",
            "-01",
            "1.",
            ".5",
            "1e",
            "1e+",
            "+1",
            "1e999",
            "0x1",
            "1_0",
            "NaN",
            "tru",
            "nul",
            "True",
            "\"\t\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u12g4\"",
            "\"\\ud83d\"",
            "\"\\ud83d\\n\"",
            "\"\\ud83d\\u0041\"",
            "\"\\ude00\"",
            "\"\\",
            "\u{feff}{}",
            "\u{a0}1",
            "/**/1",
            "'a'",
            &long,
            &deep,
        ] {
            assert!(Layout::of(text).is_none(), "{text:?}");
        }
    }
}
