//! Owns which addresses that a stranger gave may become links.

/// The schemes of addresses that may become links. `https` always is one of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkSchemes {
    /// `http`, as servers inside a company use it.
    pub http: bool,
    /// `mailto`.
    pub mailto: bool,
}

impl LinkSchemes {
    /// These schemes and one more. `None`: it never may be a link.
    #[must_use]
    pub fn with(self, name: &str) -> Option<LinkSchemes> {
        match name {
            "https" => Some(self),
            "http" => Some(LinkSchemes { http: true, ..self }),
            "mailto" => Some(LinkSchemes { mailto: true, ..self }),
            _ => None,
        }
    }

    /// Whether an address may become a link: one of these schemes, a host or a mailbox, and nothing
    /// that a reader of the page or of its source could mistake.
    pub fn allow(self, url: &str) -> bool {
        let is_clean = url.chars().all(|c| {
            c.is_ascii_graphic() && !matches!(c, '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}')
        });
        if !is_clean || url.len() > 2_000 {
            return false;
        }
        match url.split_once(':') {
            Some(("https", rest)) => has_host(rest),
            Some(("http", rest)) => self.http && has_host(rest),
            Some(("mailto", rest)) => self.mailto && is_mailbox(rest),
            _ => false,
        }
    }
}

fn has_host(rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix("//") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte))
}

/// One mailbox and nothing else: what follows a question mark fills in a letter that the reader has
/// not written.
fn is_mailbox(rest: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._+".contains(&byte))
    };
    rest.split_once('@').is_some_and(|(name, host)| is_part(name) && is_part(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: LinkSchemes = LinkSchemes { http: true, mailto: true };

    #[test]
    fn only_https_is_linked_unless_the_site_says_more() {
        let addresses =
            ["https://example.org/a?b#c", "http://wiki:8080/a", "mailto:help@example.org"];
        let allowed = |schemes: LinkSchemes| addresses.map(|address| schemes.allow(address));
        assert_eq!(allowed(LinkSchemes::default()), [true, false, false]);
        assert_eq!(allowed(LinkSchemes { http: true, mailto: false }), [true, true, false]);
        assert_eq!(allowed(ALL), [true, true, true]);
    }

    #[test]
    fn an_address_of_a_link_has_at_most_two_thousand_bytes() {
        let of = |length: usize| format!("{:a<length$}", "https://example.org/");
        assert!(ALL.allow(&of(2_000)));
        assert!(!ALL.allow(&of(2_001)));
    }

    #[test]
    fn nothing_that_acts_or_deceives_is_linked() {
        for address in [
            "",
            "javascript:alert(1)",
            "JAVASCRIPT://example.org",
            "data:text/html,x",
            "vbscript:x",
            "//example.org/",
            "/tools/",
            "https:example.org",
            "https://",
            "http://",
            "http:///path",
            "https://name:word@example.org/",
            "https://ex\u{430}mple.org/",
            "https://example.org/\n",
            "https://example.org/a b",
            "https://example.org/<b>",
            "mailto:",
            "mailto:example.org",
            "mailto:a@b@c",
            "mailto:help@example.org?bcc=thief@example.com",
            "mailto:help@example.org,thief@example.com",
            "mailto:help@example.org%0aBcc:thief@example.com",
        ] {
            assert!(!ALL.allow(address), "{address}");
        }
    }
}
