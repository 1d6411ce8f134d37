//! Owns content hashes: what they are computed with, and how they are written.

/// The hash of some bytes as 32 lower-case hexadecimal digits (128 bits of BLAKE3).
pub fn hex(bytes: &[u8]) -> String {
    let mut digits = blake3::hash(bytes).to_hex().to_string();
    digits.truncate(32);
    digits
}

/// The first `length` digits of [`hex`], for names that people see.
pub fn short(bytes: &[u8], length: usize) -> String {
    let mut digits = hex(bytes);
    digits.truncate(length);
    digits
}

/// The hash of some bytes as a number, to spread things evenly over groups.
pub fn number(bytes: &[u8]) -> u64 {
    let hash = blake3::hash(bytes);
    hash.as_bytes().iter().take(8).fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
}

/// A hash in 16 bytes.
pub type Hash = [u8; 16];

/// The hash of some bytes: the bytes of [`hex`].
pub fn hash(bytes: &[u8]) -> Hash {
    short_hash(&blake3::hash(bytes))
}

/// A hash as it is written.
pub fn digits(hash: &Hash) -> String {
    let halves = hash.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    halves.filter_map(|half| char::from_digit(u32::from(half), 16)).collect()
}

/// The hash of its digits.
pub fn parse(digits: &str) -> Option<Hash> {
    let mut hash = [0; 16];
    if digits.len() != 32 {
        return None;
    }
    for (index, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(hash)
}

fn short_hash(hash: &blake3::Hash) -> Hash {
    let mut short = [0; 16];
    short.copy_from_slice(&hash.as_bytes()[..16]);
    short
}

/// The hash of bytes that come one after the other.
#[derive(Clone, Debug, Default)]
pub struct Stream(blake3::Hasher);

impl Stream {
    /// Adds bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of all bytes, as [`hash`] gives it.
    pub fn hash(&self) -> Hash {
        short_hash(&self.0.finalize())
    }
}

/// The hash of several parts. Where one part ends and the next begins counts.
#[derive(Clone, Debug, Default)]
pub struct Sum(blake3::Hasher);

impl Sum {
    /// The hash of no part yet.
    pub fn new() -> Sum {
        Sum::default()
    }

    /// Adds a part.
    pub fn add(&mut self, part: impl AsRef<[u8]>) {
        let part = part.as_ref();
        self.0.update(&(part.len() as u64).to_le_bytes());
        self.0.update(part);
    }

    /// The hash of all parts.
    pub fn hash(&self) -> Hash {
        short_hash(&self.0.finalize())
    }
}
