//! Owns memory of a bounded size for what may be much longer than anybody shows.

use std::{fmt, io};

/// Takes so many bytes, and then refuses.
pub struct Room {
    bytes: Vec<u8>,
    most: usize,
}

impl Room {
    /// For at most so many bytes.
    pub fn new(most: usize) -> Room {
        Room { bytes: Vec::new(), most }
    }

    /// What it has taken.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

impl io::Write for Room {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.most - self.bytes.len());
        self.bytes.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Write for Room {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if text.len() > self.most - self.bytes.len() {
            return Err(fmt::Error);
        }
        self.bytes.extend_from_slice(text.as_bytes());
        Ok(())
    }
}
