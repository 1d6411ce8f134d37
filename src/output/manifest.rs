//! Owns the manifest: the list of the files that a build wrote, with the hash and size of each.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The name of the manifest in the output folder.
pub const MANIFEST: &str = ".policypress-manifest";
const FIRST_LINE: &str = "policypress-manifest 1";

/// What is known of one written file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The hash of its content.
    pub hash: String,
    /// Its size in bytes.
    pub size: u64,
}

/// The files of an output folder by their path in it, with `/` as separator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The files.
    pub files: BTreeMap<String, Entry>,
}

impl Manifest {
    /// The manifest as it is stored: one line a file, sorted, with a hash of all lines at the end
    /// so that a damaged manifest is not believed.
    pub fn to_text(&self) -> String {
        let mut text = format!("{FIRST_LINE}\n");
        for (path, Entry { hash, size }) in &self.files {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{hash} {size} {path}");
        }
        let hash = crate::digest::hex(text.as_bytes());
        let _ = writeln!(text, "end {hash}");
        text
    }

    /// The manifest of a stored text. `None`: it is damaged, or of a version that we do not know.
    pub fn parse(text: &str) -> Option<Manifest> {
        let body_end = text.trim_end_matches('\n').rfind('\n')? + 1;
        let (body, end) = text.split_at(body_end);
        if end.trim_end().strip_prefix("end ")? != crate::digest::hex(body.as_bytes()) {
            return None;
        }
        let mut lines = body.lines();
        if lines.next() != Some(FIRST_LINE) {
            return None;
        }
        let mut files = BTreeMap::new();
        for line in lines {
            let mut parts = line.splitn(3, ' ');
            let (hash, size, path) = (parts.next()?, parts.next()?, parts.next()?);
            files
                .insert(path.to_owned(), Entry { hash: hash.to_owned(), size: size.parse().ok()? });
        }
        Some(Manifest { files })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_comes_back_as_it_was_and_damage_is_seen() {
        let mut manifest = Manifest::default();
        manifest
            .files
            .insert("a b/index.html".to_owned(), Entry { hash: "0f".repeat(16), size: 12 });
        let text = manifest.to_text();
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
