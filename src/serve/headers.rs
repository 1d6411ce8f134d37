//! Owns the headers that go with every answer: those that the published site should get from its
//! host as well, and those that keep a hostile page in the same browser from reading a preview.

use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::compose::Press;
use crate::config::Config;

/// What the published site needs from its host, too.
fn security_headers(config: &Config) -> Vec<(&'static str, String)> {
    let form = config.contact.as_ref().and_then(|contact| form_source(&contact.endpoint));
    let form_action = form.map_or_else(|| "'self'".to_owned(), |source| format!("'self' {source}"));
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
         font-src 'self'; connect-src 'self'; base-uri 'none'; form-action {form_action}; \
         frame-ancestors 'none'"
    );
    vec![
        ("Content-Security-Policy", policy),
        ("X-Content-Type-Options", "nosniff".to_owned()),
        ("Referrer-Policy", "strict-origin-when-cross-origin".to_owned()),
    ]
}

/// What a policy calls the host that a form is sent to. `None`: it is that of the site.
fn form_source(endpoint: &str) -> Option<String> {
    let (scheme, rest) = endpoint.split_once("//").filter(|(before, _)| !before.contains('/'))?;
    let host = rest.split(['/', '?', '#']).next()?.rsplit('@').next()?;
    Some(match (scheme, host.is_ascii()) {
        ("", true) => host.to_owned(),
        (_, true) => format!("{scheme}//{host}"),
        // A policy writes hosts in ASCII alone.
        ("", false) => "https: http:".to_owned(),
        (_, false) => scheme.to_owned(),
    })
}

/// The headers of every answer. Without settings, as long as there is no plan, nothing is allowed
/// but the preview's own scripts.
pub(super) fn common(press: Option<&Press>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let security = press.map_or_else(
        || {
            let policy = "default-src 'none'; script-src 'self'; style-src 'self'; \
                          connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";
            vec![
                ("Content-Security-Policy", policy.to_owned()),
                ("Referrer-Policy", "strict-origin-when-cross-origin".to_owned()),
            ]
        },
        |press| security_headers(&press.site.config),
    );
    for (name, value) in security {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(&value)) {
            headers.insert(name, value);
        }
    }
    let own = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-cache"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in own {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
}

/// The content type of a file, by its name.
pub(super) fn content_type(file: &str) -> HeaderValue {
    let kind = mime_guess::from_path(file).first_or_octet_stream();
    let is_text =
        kind.type_() == "text" || ["json", "javascript", "xml"].contains(&kind.subtype().as_str());
    let charset = if is_text { "; charset=utf-8" } else { "" };
    HeaderValue::from_str(&format!("{}{charset}", kind.essence_str()))
        .unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

#[cfg(test)]
mod tests {
    use super::form_source;

    #[test]
    fn a_form_may_be_sent_to_whatever_host_its_address_names() {
        for (endpoint, source) in [
            ("/contact", None),
            ("/send//twice", None),
            ("https://forms.example.org/x?y#z", Some("https://forms.example.org")),
            ("//forms.example.org:8080/x", Some("forms.example.org:8080")),
            ("https://user@forms.example.org/x", Some("https://forms.example.org")),
            ("https://größe.example/x", Some("https:")),
            ("//größe.example/x", Some("https: http:")),
        ] {
            assert_eq!(form_source(endpoint).as_deref(), source, "{endpoint}");
        }
    }
}
