//! Owns places: the file, line and column to which a fault points.

use serde::Serialize;

/// Where a fault stands. Lines and columns count from 1; columns count characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The file, or the address of a page.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Place {
    /// The very beginning of a file, for a fault of the file as a whole.
    pub fn start(file: impl Into<String>) -> Place {
        Place { file: file.into(), line: 1, column: 1 }
    }

    /// The place of a byte offset in a text.
    pub fn at(file: &str, text: &str, offset: usize) -> Place {
        Places::of(file, text).at(offset)
    }
}

/// The places of byte offsets in one text. Asked for from the first to the last, all of them together
/// take one walk through the text.
#[derive(Clone, Debug)]
pub struct Places<'text> {
    file: &'text str,
    text: &'text str,
    offset: usize,
    line: usize,
    column: usize,
}

impl<'text> Places<'text> {
    /// The places of a text.
    pub fn of(file: &'text str, text: &'text str) -> Places<'text> {
        Places { file, text, offset: 0, line: 1, column: 1 }
    }

    /// The place of a byte offset; of one behind the text, its end.
    pub fn at(&mut self, offset: usize) -> Place {
        let end = offset.min(self.text.len());
        if end < self.offset {
            *self = Places::of(self.file, self.text);
        }
        for byte in &self.text.as_bytes()[self.offset..end] {
            match byte {
                b'\n' => (self.line, self.column) = (self.line + 1, 1),
                // What goes on with a character is none by itself.
                0x80..0xc0 => {}
                _ => self.column += 1,
            }
        }
        self.offset = end;
        Place { file: self.file.to_owned(), line: self.line, column: self.column }
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, Places};

    #[test]
    fn a_place_counts_lines_and_characters_in_whatever_order_offsets_are_asked_for() {
        let text = "ä b\nçd\n\n";
        let mut places = Places::of("x", text);
        for (offset, line, column) in [
            (0, 1, 1),
            (2, 1, 2),
            (4, 1, 4),
            (5, 2, 1),
            (7, 2, 2),
            (9, 3, 1),
            (99, 4, 1),
            (2, 1, 2),
        ] {
            let expected = Place { file: "x".to_owned(), line, column };
            assert_eq!(places.at(offset), expected, "{offset}");
            assert_eq!(Place::at("x", text, offset), expected, "{offset}");
        }
    }
}
