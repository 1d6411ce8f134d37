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
