//! Owns slugs: how a name becomes one segment of an address, and how names that would share a
//! segment are told apart.
//!
//! A natural slug is lower-case ASCII and never has two hyphens in a row, so a slug with the
//! suffix `--<hash>` can never equal the natural slug of any other name.

use foldhash::{HashMap, HashMapExt as _};

use crate::digest;

/// Longer slugs are cut: file systems allow 255 bytes a name, Windows 260 a whole path.
const LONGEST: usize = 96;
/// How much of a too long name stays in front of the hash.
const KEPT: usize = 72;
/// Hexadecimal digits of a suffix. Names whose short hashes are equal get the long one.
const SHORT_HASH: usize = 12;

/// Names that Windows gives to devices, whatever follows after a dot.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul"];

/// A slug together with how far it can be trusted to be alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slug {
    /// The segment, before any suffix.
    pub natural: String,
    /// Whether it needs the hash of the name even if no other name shares it.
    pub needs_hash: bool,
}

/// The natural slug of a name: every run of characters other than `a-z 0-9 .` becomes one hyphen,
/// except at the edges, where it is left out.
pub fn slug(name: &str) -> Slug {
    let mut natural = String::with_capacity(name.len().min(LONGEST + 1));
    let mut gap = false;
    let mut cut = false;
    for character in name.chars() {
        let character = character.to_ascii_lowercase();
        if !(character.is_ascii_alphanumeric() || character == '.') {
            gap = true;
            continue;
        }
        if natural.len() >= LONGEST {
            cut = true;
            break;
        }
        if gap && !natural.is_empty() {
            natural.push('-');
        }
        gap = false;
        natural.push(character);
    }
    if cut {
        natural.truncate(KEPT);
    }
    let trimmed = natural.trim_matches(['-', '.']);
    let dots_lost = trimmed.len() < natural.len();
    let natural = trimmed.to_owned();
    let needs_hash = cut || dots_lost || natural.is_empty() || is_reserved(&natural);
    Slug { natural, needs_hash }
}

/// Whether a text is a slug already, as the names of content files must be.
pub fn is_slug(text: &str) -> bool {
    let slug = slug(text);
    slug.natural == text && !slug.needs_hash
}

/// One slug for each name, all different. What a name gets depends on the set of names alone,
/// not on their order. The names must be different from each other.
pub fn unique_slugs(names: &[&str]) -> Vec<String> {
    let slugs: Vec<Slug> = names.iter().map(|name| slug(name)).collect();
    let mut sharers: HashMap<&str, usize> = HashMap::with_capacity(slugs.len());
    for slug in &slugs {
        *sharers.entry(&slug.natural).or_default() += 1;
    }
    let short: Vec<String> = names
        .iter()
        .zip(&slugs)
        .map(|(name, slug)| {
            let alone = sharers.get(slug.natural.as_str()) == Some(&1);
            if alone && !slug.needs_hash {
                slug.natural.clone()
            } else {
                hashed(slug, name, SHORT_HASH)
            }
        })
        .collect();
    lengthen_equal_hashes(names, &slugs, short)
}

/// Somebody can search for two names with the same short hash; the long hash tells them apart.
fn lengthen_equal_hashes(names: &[&str], slugs: &[Slug], short: Vec<String>) -> Vec<String> {
    let mut sharers: HashMap<&str, usize> = HashMap::with_capacity(short.len());
    for slug in &short {
        *sharers.entry(slug).or_default() += 1;
    }
    if sharers.len() == short.len() {
        return short;
    }
    let is_shared = |slug: &String| sharers.get(slug.as_str()).is_some_and(|count| *count > 1);
    let long = |index: usize| hashed(&slugs[index], names[index], 32);
    (0..short.len())
        .map(|index| if is_shared(&short[index]) { long(index) } else { short[index].clone() })
        .collect()
}

fn hashed(slug: &Slug, name: &str, digits: usize) -> String {
    let hash = digest::short(name.as_bytes(), digits);
    let front: String = slug.natural.chars().take(KEPT).collect();
    let front = front.trim_matches(['-', '.']);
    match front {
        "" => format!("x--{hash}"),
        front if is_reserved(front) => format!("x-{front}--{hash}"),
        front => format!("{front}--{hash}"),
    }
}

/// Whether a file or folder of this name would clash with one that the site itself needs, or
/// could not exist on every file system.
fn is_reserved(slug: &str) -> bool {
    let stem = slug.split('.').next().unwrap_or_default();
    let numbered_device = ["com", "lpt"].iter().any(|device| {
        stem.strip_prefix(device)
            .is_some_and(|rest| rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit())
    });
    let is_html = std::path::Path::new(slug).extension().is_some_and(|ending| ending == "html");
    numbered_device || DEVICES.contains(&stem) || stem == "index" || stem == "404" || is_html
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str) -> String {
        unique_slugs(&[name]).remove(0)
    }

    #[test]
    fn the_names_of_the_contract_have_the_slugs_of_the_contract() {
        assert_eq!(one("stop_scan"), "stop-scan");
        assert_eq!(one("policies.create"), "policies.create");
        assert_eq!(one("awslabs.amazon-mq-mcp-server"), "awslabs.amazon-mq-mcp-server");
        assert_eq!(one("pypi:zulipchat-mcp"), "pypi-zulipchat-mcp");
        assert_eq!(one("utilitydelta/mcp-graph-engine"), "utilitydelta-mcp-graph-engine");
    }

    #[test]
    fn names_that_would_share_a_slug_all_get_their_own() {
        let slugs = unique_slugs(&["getUser", "getuser", "get_user", "get-user"]);
        assert!(slugs[0].starts_with("getuser--") && slugs[1].starts_with("getuser--"));
        assert!(slugs[2].starts_with("get-user--") && slugs[3].starts_with("get-user--"));
        assert_ne!(slugs[0], slugs[1]);
        assert_ne!(slugs[2], slugs[3]);
    }

    #[test]
    fn names_whose_short_hashes_are_equal_get_long_ones() {
        let names = ["A", "B", "c"];
        let slugs: Vec<Slug> = names.iter().map(|name| slug(name)).collect();
        let short = ["a--1", "a--1", "c"].map(str::to_owned).to_vec();
        let [one, other, alone] =
            <[String; 3]>::try_from(lengthen_equal_hashes(&names, &slugs, short)).unwrap();
        assert_eq!([one.len(), other.len()], [3 + 32, 3 + 32]);
        assert_ne!(one, other);
        assert_eq!(alone, "c");
    }

    #[test]
    fn a_name_without_usable_characters_gets_a_hash() {
        for name in ["", "   ", "日本語", "🙂", "..", ".", "/", "__"] {
            let slug = one(name);
            assert!(slug.starts_with("x--") && slug.len() == 3 + SHORT_HASH, "{name:?}: {slug}");
        }
    }

    #[test]
    fn reserved_names_get_a_hash() {
        for name in ["CON", "con.txt", "lpt1", "index", "index.html", "404", "page.html", "NUL"] {
            assert!(one(name).contains("--"), "{name}: {}", one(name));
        }
        assert!(one("con").starts_with("x-con--"), "{}", one("con"));
        assert_eq!(one("console"), "console");
        assert_eq!(one("__proto__").split("--").next(), Some("proto"));
    }

    #[test]
    fn long_names_are_cut_and_hashed() {
        let slug = one(&"a".repeat(4000));
        assert_eq!(slug.len(), KEPT + 2 + SHORT_HASH);
        assert_eq!(one(&"a".repeat(LONGEST)).len(), LONGEST);
    }
}
