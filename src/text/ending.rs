//! Owns the endings of file names.

/// A name without the `.txt` behind another ending that some editors add and some systems do not show.
pub fn without_txt(name: &str) -> &str {
    let (before, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let has_another = before.rsplit('/').next().is_some_and(|file| file.contains('.'));
    if ending.eq_ignore_ascii_case("txt") && has_another { before } else { name }
}

#[cfg(test)]
mod tests {
    use super::without_txt;

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
}
