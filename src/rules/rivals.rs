//! Owns which tools a description tells a model not to use.

use std::sync::LazyLock;

use regex::Regex;

/// A phrase that turns a model away from what follows, and a name: one in quotes, or one that no
/// word of a language could be.
static TURNS_AWAY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i-u)\b(?:instead\s+of|rather\s+than|in\s+place\s+of|(?:do\s+not|don't|never|stop)\s+(?:use|using|call|calling))",
        r"\s+(?:(?:the|using|calling|other|tool|tools|old)\s+){0,3}",
        r#"(?:[`'"]([a-z][a-z0-9_.-]{2,80})[`'"]|\b([a-z][a-z0-9]*(?:[_-][a-z0-9]+)+|[a-z]+(?-i:[A-Z])[a-z0-9]+)\b)"#
    ))
    .ok()
});

/// The names of the tools that a description tells a model not to use.
pub fn rivals(description: &str) -> impl Iterator<Item = &str> {
    let found = TURNS_AWAY.iter().flat_map(|phrase| phrase.captures_iter(description));
    found.filter_map(|found| Some(found.get(1).or_else(|| found.get(2))?.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pattern that does not compile would find nothing, and nobody would miss it.
    #[test]
    fn the_pattern_compiles() {
        assert!(TURNS_AWAY.is_some());
    }
}
