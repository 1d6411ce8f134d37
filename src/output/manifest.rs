//! Owns the manifest: the list of the files that a build wrote, with the hash and size of each.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::sync::Arc;

use crate::digest::{self, Hash};

/// The name of the manifest in the output folder.
pub const MANIFEST: &str = ".policypress-manifest";
const FIRST_LINE: &str = "policypress-manifest 2";
/// The version that had no keys.
const FORMER_FIRST_LINE: &str = "policypress-manifest 1";

/// What is known of one written file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The hash of its content.
    pub hash: Hash,
    /// Its size in bytes.
    pub size: u64,
}

/// The files of an output folder by their path in it, with `/` as separator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The files.
    pub files: BTreeMap<Arc<str>, Entry>,
    /// What the parts of the site were made of, by their names: with the same key a part has the
    /// same files. Names have no line breaks.
    pub keys: BTreeMap<Box<str>, Hash>,
}

impl Manifest {
    /// Writes the manifest as it is stored: one line a key and a file, sorted, with a hash of all
    /// lines at the end so that a damaged manifest is not believed.
    pub fn write(&self, output: &mut dyn io::Write) -> io::Result<()> {
        let mut hasher = digest::Stream::default();
        let mut line = format!("{FIRST_LINE}\n");
        let mut put = |line: &str| {
            hasher.add(line.as_bytes());
            output.write_all(line.as_bytes())
        };
        put(&line)?;
        for (name, hash) in &self.keys {
            line.clear();
            // Writing to a string cannot fail.
            let _ = writeln!(line, "{} key {name}", digest::digits(hash));
            put(&line)?;
        }
        for (path, Entry { hash, size }) in &self.files {
            line.clear();
            let _ = writeln!(line, "{} {size} {path}", digest::digits(hash));
            put(&line)?;
        }
        writeln!(output, "end {}", digest::digits(&hasher.hash()))
    }

    /// The manifest of a stored text. `None`: it is damaged, or of a version that we do not know.
    pub fn parse(text: &str) -> Option<Manifest> {
        let body_end = text.trim_end_matches('\n').rfind('\n')? + 1;
        let (body, end) = text.split_at(body_end);
        if end.trim_end().strip_prefix("end ")? != digest::hex(body.as_bytes()) {
            return None;
        }
        let mut lines = body.lines();
        if !matches!(lines.next()?, FIRST_LINE | FORMER_FIRST_LINE) {
            return None;
        }
        let mut manifest = Manifest::default();
        for line in lines {
            let mut parts = line.splitn(3, ' ');
            let (hash, size, path) = (parts.next()?, parts.next()?, parts.next()?);
            let hash = digest::parse(hash)?;
            if size == "key" {
                manifest.keys.insert(path.into(), hash);
            } else {
                if !super::is_inside(path) {
                    return None;
                }
                manifest.files.insert(path.into(), Entry { hash, size: size.parse().ok()? });
            }
        }
        Some(manifest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_comes_back_as_it_was_and_damage_is_seen() {
        let mut manifest = Manifest::default();
        manifest.files.insert("a b/index.html".into(), Entry { hash: [0x0f; 16], size: 12 });
        manifest.keys.insert("a server".into(), [0xf0; 16]);
        let mut text = Vec::new();
        manifest.write(&mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert_eq!(Manifest::parse(&text), Some(manifest));
        for index in 0..text.len() - 1 {
            let mut damaged = text.clone().into_bytes();
            damaged[index] ^= 1;
            assert_eq!(
                String::from_utf8(damaged).ok().and_then(|text| Manifest::parse(&text)),
                None,
                "byte {index}"
            );
        }
        assert_eq!(Manifest::parse(""), None);
        assert_eq!(Manifest::parse(&text.replacen('\n', "", 1)), None);
    }
}
