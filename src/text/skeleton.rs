//! Owns which texts look alike: Unicode's skeletons (UTS #39), without regard to case.

/// What a text looks like: two texts with the same skeleton can be mistaken for each other.
pub fn skeleton(text: &str) -> String {
    let lower = text.to_lowercase();
    if !lower.is_ascii() {
        return unicode_security::skeleton(&lower).collect::<String>().to_lowercase();
    }
    let mut skeleton = String::with_capacity(lower.len() + 4);
    for letter in lower.chars() {
        match letter {
            '0' => skeleton.push('o'),
            '1' | '|' => skeleton.push('l'),
            'm' => skeleton.push_str("rn"),
            '"' => skeleton.push_str("''"),
            '`' => skeleton.push('\''),
            other => skeleton.push(other),
        }
    }
    skeleton
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_for_ascii_is_that_of_unicode() {
        for byte in (b' '..=b'~').filter(|byte| *byte != b'%') {
            let text = char::from(byte).to_string();
            let whole: String = unicode_security::skeleton(&text.to_lowercase()).collect();
            assert_eq!(skeleton(&text), whole.to_lowercase(), "{text}");
        }
    }

    #[test]
    fn lookalikes_have_one_skeleton() {
        for (one, other) in [("gіthub", "github"), ("ｍail", "mail"), ("read_fi1e", "read_file")]
        {
            assert_eq!(skeleton(one), skeleton(other));
        }
        assert_ne!(skeleton("github"), skeleton("gitlab"));
    }
}
