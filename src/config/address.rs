//! Owns the address of a site: what it may be written like, and what it is made of.

use crate::text;

/// What to write as the address of a site.
pub const BASE_URL: &str = "write a whole address, such as `https://example.org/mcp/`, other letters as percent escapes or `xn--`";

/// Whether a text is the address of a site.
pub fn is_base_url(text: &str) -> bool {
    split_base_url(text).is_some()
}

/// `https://example.org/mcp/` as (`https://example.org`, `/mcp`).
pub(super) fn split_base_url(url: &str) -> Option<(String, String)> {
    let (scheme, rest) = url.split_once("://")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let clean = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/[]%".contains(&byte))
    };
    let path = path.trim_matches('/');
    let is_plain = path.is_empty() || path.split('/').all(is_segment);
    if !matches!(scheme, "http" | "https") || !is_authority(host) || !clean(path) || !is_plain {
        return None;
    }
    let base_path = if path.is_empty() { String::new() } else { format!("/{path}") };
    Some((format!("{scheme}://{host}"), base_path))
}

/// Whether a part of a path is the name of a folder, whatever is escaped in it.
fn is_segment(part: &str) -> bool {
    let is_escape =
        |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    let meant = text::percent_decode(part);
    let is_odd = |letter: char| "/\\%\u{fffd}".contains(letter) || letter.is_control();
    let is_name = !matches!(&*meant, "" | "." | "..") && !meant.contains(is_odd);
    is_name && part.split('%').skip(1).all(is_escape)
}

/// Whether a text is an address to link to: a whole one, one of the site, or with `//` one of another
/// host.
pub(super) fn is_link(address: &str) -> bool {
    let leads_somewhere = match address.split_once(':') {
        Some(("mailto", rest)) => !rest.is_empty(),
        Some(("https" | "http", rest)) => rest.strip_prefix("//").is_some_and(begins_with_host),
        _ => match address.strip_prefix("//") {
            Some(rest) => begins_with_host(rest),
            None => address.starts_with('/'),
        },
    };
    leads_somewhere && !address.contains(char::is_whitespace)
}

/// Whether an address without its scheme begins with a host. Browsers know those of other alphabets.
fn begins_with_host(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit('@').next().unwrap_or_default();
    is_authority(&authority.replace(|letter: char| letter.is_alphabetic(), "a"))
}

/// Whether a text is a host, with the number of a port or without.
fn is_authority(text: &str) -> bool {
    let (host, port) = split_port(text);
    let is_number = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    port.is_none_or(|port| is_number(port) && port.parse::<u16>().is_ok()) && is_host(host)
}

/// `[::1]:4000` as `[::1]` and `4000`.
pub fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

/// Whether a text is the name of a host, or its address as it stands in those of pages.
pub fn is_host(text: &str) -> bool {
    if let Some(address) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        return address.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let is_of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_of_a_name)
}

#[cfg(test)]
mod tests {
    use super::{is_link, split_base_url, split_port};

    #[test]
    fn an_authority_is_a_host_and_a_port() {
        assert_eq!(split_port("localhost:4000"), ("localhost", Some("4000")));
        assert_eq!(split_port("[::1]:80"), ("[::1]", Some("80")));
        assert_eq!(split_port("[::1]"), ("[::1]", None));
        assert_eq!(split_port("localhost"), ("localhost", None));
    }

    #[test]
    fn a_link_is_a_whole_address_or_one_of_the_site() {
        for good in [
            "https://a",
            "https://a:80/b",
            "http://u:p@a.b?c",
            "https://größe.de:80/",
            "http://[::1]/",
            "//a.b/c",
            "mailto:a@b",
            "/policies/",
            "/a:b",
        ] {
            assert!(is_link(good), "{good}");
        }
        for wrong in [
            "",
            "a/b",
            "https:",
            "https://",
            "https:///x",
            "http://?",
            "https://[x]/",
            "https://a%b/",
            "https://a:x/",
            "https://a:+80/",
            "https://a/ b",
            "https://ü[:/",
            "https://größe.de:99999/",
            "//",
            "///a",
            "mailto:",
            "javascript:alert(1)",
        ] {
            assert!(!is_link(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_base_url_is_a_scheme_a_host_and_a_path() {
        let pair = |origin: &str, path: &str| Some((origin.to_owned(), path.to_owned()));
        assert_eq!(split_base_url("https://example.org/mcp/"), pair("https://example.org", "/mcp"));
        assert_eq!(split_base_url("http://localhost:4000"), pair("http://localhost:4000", ""));
        assert_eq!(split_base_url("http://x/a%20%C3%BC/b"), pair("http://x", "/a%20%C3%BC/b"));
        assert_eq!(split_base_url("http://[::1]:80/"), pair("http://[::1]:80", ""));
        for wrong in [
            "",
            "example.org",
            "ftp://x/",
            "https://",
            "https://x/a?b",
            "https://x/\"",
            "https://x/../y",
            "https://x/%2e%2e/y",
            "https://x/a%2Fb",
            "https://x/a//b",
            "https://x/100%",
            "https://x/%FF",
            "https://x/größe/",
            "https://x:abc/",
            "https://x:/",
            "https://x:70000/",
            "https://x:1:2/",
            "https://:80/",
            "https://[x]/",
            "https://exam%ple.org/",
            "https://%41/",
        ] {
            assert_eq!(split_base_url(wrong), None, "{wrong}");
        }
    }
}
