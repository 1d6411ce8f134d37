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

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// A hash as it is written.
pub fn digits(hash: &Hash) -> String {
    let mut digits = String::with_capacity(32);
    put_digits(hash, &mut digits);
    digits
}

/// Adds the digits of a hash to a text.
pub fn put_digits(hash: &Hash, text: &mut String) {
    let mut digits = [0; 32];
    let (pairs, _) = digits.as_chunks_mut::<2>();
    for (pair, byte) in pairs.iter_mut().zip(hash) {
        *pair = [byte >> 4, byte & 0xf].map(|half| DIGITS[usize::from(half)]);
    }
    // They are all ASCII.
    text.push_str(str::from_utf8(&digits).unwrap_or_default());
}

/// The hash of its digits.
pub fn parse(digits: &str) -> Option<Hash> {
    let mut hash = [0; 16];
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    if pairs.len() != hash.len() || !rest.is_empty() {
        return None;
    }
    // A manifest has millions of digits, as often letters as not: a table needs no branch.
    let mut seen = 0;
    for (byte, pair) in hash.iter_mut().zip(pairs) {
        let [high, low] = pair.map(|digit| VALUES[usize::from(digit)]);
        seen |= high | low;
        *byte = high << 4 | low;
    }
    (seen != NO_DIGIT).then_some(hash)
}

/// What each byte stands for as a digit.
const VALUES: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let mut value = 0_u8;
    while (value as usize) < DIGITS.len() {
        values[DIGITS[value as usize] as usize] = value;
        value += 1;
    }
    values
};

/// What stands for no digit: all bits, which those of digits together never are.
const NO_DIGIT: u8 = 0xff;

fn short_hash(hash: &blake3::Hash) -> Hash {
    let mut short = [0; 16];
    short.copy_from_slice(&hash.as_bytes()[..16]);
    short
}

/// The hash of bytes that come one after the other.
#[derive(Clone, Debug, Default)]
pub struct Stream {
    /// Bytes that are not hashed yet: many at once take a fraction of the time, and most streams
    /// are so short that they need no hasher.
    pending: Vec<u8>,
    hasher: Option<Box<blake3::Hasher>>,
}

impl Stream {
    /// As many bytes as are hashed at once.
    const PENDING: usize = 64 * 1024;

    /// Adds bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        if self.pending.capacity() == 0 {
            // Most sums of small parts need no more.
            self.pending.reserve(512.max(bytes.len()));
        }
        self.pending.extend_from_slice(bytes);
        if self.pending.len() >= Stream::PENDING {
            self.hasher.get_or_insert_default().update(&self.pending);
            self.pending.clear();
        }
    }

    /// The hash of all bytes, as [`hash`] gives it.
    pub fn hash(&self) -> Hash {
        match &self.hasher {
            None => hash(&self.pending),
            Some(hasher) => short_hash(&hasher.clone().update(&self.pending).finalize()),
        }
    }
}

/// The hash of several parts. Where one part ends and the next begins counts.
#[derive(Clone, Debug, Default)]
pub struct Sum(Stream);

impl Sum {
    /// The hash of no part yet.
    pub fn new() -> Sum {
        Sum::default()
    }

    /// Adds a part.
    pub fn add(&mut self, part: impl AsRef<[u8]>) {
        let part = part.as_ref();
        self.0.add(&(part.len() as u64).to_le_bytes());
        self.0.add(part);
    }

    /// The hash of all parts.
    pub fn hash(&self) -> Hash {
        self.0.hash()
    }
}

#[cfg(test)]
mod tests {
    use super::{Stream, digits, hash, parse};

    #[test]
    fn a_stream_has_the_hash_of_its_bytes() {
        let bytes: Vec<u8> = (0..200_000_u32).map(|at| at.to_le_bytes()[0]).collect();
        for length in [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000] {
            for step in [777, 65_536, 200_000] {
                let mut stream = Stream::default();
                bytes[..length].chunks(step).for_each(|part| stream.add(part));
                assert_eq!(stream.hash(), hash(&bytes[..length]), "{length} bytes by {step}");
            }
        }
    }

    #[test]
    fn digits_are_read_as_they_are_written_and_nothing_else_is() {
        let written = digits(&hash(b"a"));
        assert_eq!(parse(&written), Some(hash(b"a")));
        for other in
            ["", &"0".repeat(31), &format!("{written}0"), &written.to_uppercase(), &"+1".repeat(16)]
        {
            assert_eq!(parse(other), None, "{other}");
        }
    }
}
