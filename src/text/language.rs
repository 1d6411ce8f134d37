//! Owns the tags of languages, as BCP 47 has them.

/// Whether a text is written like the tag of a language. Which ones there are is for others to know.
pub fn is_language_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let is_first = |part: &str| {
        (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    let is_further = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    if !parts.next().is_some_and(is_first) || !parts.clone().all(is_further) {
        return false;
    }
    // A single letter says what follows it, and behind an x anything may.
    while let Some(part) = parts.next() {
        let is_private = part.eq_ignore_ascii_case("x");
        let next = parts.clone().next();
        if part.len() == 1 && next.is_none_or(|next| next.len() == 1 && !is_private) {
            return false;
        }
        if is_private {
            break;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::is_language_tag;

    #[test]
    fn a_tag_is_a_language_and_what_is_said_more() {
        for good in ["en", "en-GB", "zh-Hant-TW", "de-1996", "en-x-a", "en-X-a-b", "en-a-bc-x-d"] {
            assert!(is_language_tag(good), "{good}");
        }
        for wrong in
            ["", "e", "en-", "en-a", "en-x", "en-a-x-b", "en_GB", "x y", "größe", "en-123456789"]
        {
            assert!(!is_language_tag(wrong), "{wrong}");
        }
    }
}
