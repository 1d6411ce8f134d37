//! Owns the endings of file names.

use std::path::Path;

/// Whether a file has one of these endings, in letters of either case: some systems take the two
/// for the same.
pub fn has_ending(file: impl AsRef<Path>, endings: &[&str]) -> bool {
    let found = file.as_ref().extension();
    found.is_some_and(|found| endings.iter().any(|ending| found.eq_ignore_ascii_case(ending)))
}

/// A name without the `.txt` behind another ending that some editors add and some systems do not show.
pub fn without_txt(name: &str) -> &str {
    let (before, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let has_another = before.rsplit('/').next().is_some_and(|file| file.contains('.'));
    if ending.eq_ignore_ascii_case("txt") && has_another { before } else { name }
}

#[cfg(test)]
mod tests {
    use super::{has_ending, without_txt};

    #[test]
    fn only_a_second_ending_goes() {
        for (name, without) in [
            ("a.json.txt", "a.json"),
            ("b.c/a.md.TXT", "b.c/a.md"),
            ("b.c/a.txt", "b.c/a.txt"),
            ("robots.txt", "robots.txt"),
            ("a.json", "a.json"),
            ("a", "a"),
        ] {
            assert_eq!(without_txt(name), without, "{name}");
        }
    }

    #[test]
    fn an_ending_is_the_last_one_in_either_case() {
        for (name, has) in [
            ("a.json", true),
            ("b.c/a.JSON", true),
            ("a.json.md", false),
            ("json", false),
            (".json", false),
        ] {
            assert_eq!(has_ending(name, &["jsonl", "json"]), has, "{name}");
        }
    }
}
