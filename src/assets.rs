//! Owns static files: their list, and the names with their content's hash under which they are
//! published, so that a browser may keep them for ever.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::digest;
use crate::overlay::Layer;

/// Hexadecimal digits of the hash in a name.
const HASH_DIGITS: usize = 12;

/// Files that must keep their names, because programs look for exactly these: browsers, and hosts
/// for what they are told of domains, headers and redirections.
const FIXED_NAMES: &[&str] =
    &["favicon.ico", "CNAME", ".nojekyll", "_headers", "_redirects", ".htaccess"];

/// A static file as it is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its path below the site's root, without a slash at the beginning.
    pub path: String,
    /// Its content.
    pub bytes: Cow<'static, [u8]>,
}

/// All static files of a site.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    files: Vec<Asset>,
    published: BTreeMap<String, usize>,
}

impl Assets {
    /// Gives every file of the layer its published name.
    pub fn of(layer: Layer) -> Assets {
        let mut assets = Assets::default();
        for (name, file) in layer {
            let keeps_name =
                FIXED_NAMES.contains(&name.as_str()) || name.starts_with(".well-known/");
            let path = if keeps_name { name.clone() } else { fingerprinted(&name, &file.bytes) };
            assets.published.insert(name, assets.files.len());
            assets.files.push(Asset { path, bytes: file.bytes });
        }
        assets
    }

    /// All files, in the order of their names in `static/`.
    pub fn files(&self) -> &[Asset] {
        &self.files
    }

    /// The published path of each file, by its name in `static/`.
    pub fn paths(&self) -> impl Iterator<Item = (&str, &str)> {
        self.published.iter().map(|(name, index)| (name.as_str(), self.files[*index].path.as_str()))
    }
}

/// `css/site.css` becomes `assets/css/site-<hash>.css`. What an address cannot hold as it is, such
/// as a space or `#`, becomes a hyphen, so that a template need not know of it.
fn fingerprinted(name: &str, bytes: &[u8]) -> String {
    let hash = digest::short(bytes, HASH_DIGITS);
    let name = name.replace(is_reserved, "-");
    let folder_end = name.rfind('/').map_or(0, |at| at + 1);
    let (folder, file) = name.split_at(folder_end);
    match file.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => {
            format!("assets/{folder}{stem}-{hash}.{ending}")
        }
        _ => format!("assets/{folder}{file}-{hash}"),
    }
}

/// Whether a character of ASCII may mean something else in an address than itself.
fn is_reserved(character: char) -> bool {
    character.is_ascii() && !character.is_ascii_alphanumeric() && !"-._~/".contains(character)
}

#[cfg(test)]
mod tests {
    use super::fingerprinted;

    #[test]
    fn a_name_becomes_one_that_an_address_can_hold() {
        let name = fingerprinted("a b/100%?#\"é.png", b"a");
        let rest = name.strip_prefix("assets/a-b/100----é-").unwrap_or_default();
        assert_eq!(rest.len(), super::HASH_DIGITS + ".png".len(), "{name}");
    }

    #[test]
    fn the_hash_stands_before_the_ending() {
        let name = fingerprinted("css/site.css", b"a");
        let hash = name.strip_prefix("assets/css/site-").and_then(|rest| rest.strip_suffix(".css"));
        assert_eq!(hash.map(str::len), Some(super::HASH_DIGITS), "{name}");
        assert_ne!(name, fingerprinted("css/site.css", b"b"));
    }
}
