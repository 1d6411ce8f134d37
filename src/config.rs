//! Owns site.toml: its settings, their defaults, and the faults in them.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::diag::{Code, Diagnostic, Place, Report};
use crate::disk::{self, Kind};

/// How the address of a page ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UrlStyle {
    /// `/tools/x/`, the file is `tools/x/index.html`.
    #[default]
    Directory,
    /// `/tools/x`, the file is `tools/x.html`.
    File,
}

/// A name and where it leads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// What the reader sees.
    pub name: String,
    /// The address; a link without one is text.
    #[serde(default)]
    pub url: String,
}

/// The closing block of a tool page.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct CallToAction {
    /// The heading.
    pub title: String,
    /// One or two sentences.
    pub text: String,
    /// The link below them.
    pub link: Link,
}

/// The contact form. Without an endpoint there is no form.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Where the form is sent to, by POST.
    pub endpoint: String,
    /// The heading.
    #[serde(default = "default_contact_title")]
    pub title: String,
    /// One sentence above the fields.
    #[serde(default)]
    pub text: String,
}

fn default_contact_title() -> String {
    "Ask a question".to_owned()
}

/// The gateway that enforces the policies, as the steps name it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gateway {
    /// Its name; without one the steps speak of "your MCP gateway".
    pub name: String,
    /// Its documentation.
    pub url: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    title: String,
    base_url: String,
    #[serde(default)]
    description: String,
    #[serde(default = "default_language")]
    language: String,
    #[serde(default)]
    url_style: UrlStyle,
    #[serde(default = "yes")]
    minify: bool,
    #[serde(default)]
    catalogue: Vec<String>,
    #[serde(default)]
    gateway: Gateway,
    #[serde(default)]
    links: Vec<Link>,
    call_to_action: Option<CallToAction>,
    contact: Option<Contact>,
}

fn default_language() -> String {
    "en-GB".to_owned()
}

fn yes() -> bool {
    true
}

/// What a site is, after site.toml and the command line have been put together.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder of the site.
    pub root: PathBuf,
    /// The site's name.
    pub title: String,
    /// What the site is, for search engines.
    pub description: String,
    /// The language of the site's own texts.
    pub language: String,
    /// Scheme and host, without a slash at the end.
    pub origin: String,
    /// The path below the host: empty, or `/mcp` without a slash at the end.
    pub base_path: String,
    /// How addresses end.
    pub url_style: UrlStyle,
    /// Whether pages are minified.
    pub minify: bool,
    /// Folders and `.jsonl` files with server records.
    pub catalogue: Vec<PathBuf>,
    /// The gateway that the steps name.
    pub gateway: Gateway,
    /// Links in the footer.
    pub links: Vec<Link>,
    /// The closing block of tool pages.
    pub call_to_action: Option<CallToAction>,
    /// The contact form.
    pub contact: Option<Contact>,
}

/// What the command line says instead of site.toml.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Instead of `catalogue`; empty: keep it.
    pub catalogue: Vec<PathBuf>,
    /// Instead of `base_url`.
    pub base_url: Option<String>,
    /// Instead of `minify`.
    pub minify: Option<bool>,
}

/// Reads `site.toml` below a folder. `None`: the report says why there is no configuration.
pub fn read(root: &Path, overrides: Overrides) -> (Option<Config>, Report) {
    let mut report = Report::new();
    let path = root.join("site.toml");
    let name = path.display().to_string();
    let settings = match disk::read(&path) {
        Ok(bytes) => parse(&name, bytes, &mut report),
        Err(error) => {
            report.push(Diagnostic::error(
                Code::UnreadableFile,
                Place::start(&name),
                error.to_string(),
                "every site has a `site.toml`; `policypress init DIR` makes one",
            ));
            None
        }
    };
    let config = settings.and_then(|(settings, text)| {
        resolve(
            root,
            settings,
            overrides,
            &mut Faults { name: &name, text: &text, report: &mut report },
        )
    });
    (config, report)
}

struct Faults<'run> {
    name: &'run str,
    text: &'run str,
    report: &'run mut Report,
}

impl Faults<'_> {
    fn setting(&mut self, key: &str, message: String, hint: &str) {
        let line = self.text.lines().position(|line| line.trim_start().starts_with(key));
        let place =
            Place { file: self.name.to_owned(), line: line.map_or(1, |at| at + 1), column: 1 };
        self.report.push(Diagnostic::error(Code::BadSetting, place, message, hint).in_field(key));
    }
}

fn parse(name: &str, bytes: Vec<u8>, report: &mut Report) -> Option<(Settings, String)> {
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let place = Place::at(name, &String::from_utf8_lossy(error.as_bytes()), valid);
            report.push(Diagnostic::error(
                Code::InvalidUtf8,
                place,
                "not UTF-8 text",
                "save the file as UTF-8",
            ));
            return None;
        }
    };
    match toml::from_str(&text) {
        Ok(settings) => Some((settings, text)),
        Err(error) => {
            let message = error.message().to_owned();
            let is_setting = message.contains("field")
                || message.contains("variant")
                || message.contains("invalid type");
            let code = if is_setting { Code::BadSetting } else { Code::InvalidToml };
            let place = Place::at(name, &text, error.span().map_or(0, |span| span.start));
            report.push(Diagnostic::error(
                code,
                place,
                message,
                "README.md lists all settings of site.toml",
            ));
            None
        }
    }
}

fn resolve(
    root: &Path,
    settings: Settings,
    overrides: Overrides,
    faults: &mut Faults<'_>,
) -> Option<Config> {
    let base_url = overrides.base_url.unwrap_or(settings.base_url);
    let base = split_base_url(&base_url);
    if base.is_none() {
        faults.setting(
            "base_url",
            format!("`{}` is not an address of a site", crate::text::visible(&base_url)),
            "write a whole address, such as `https://example.org/mcp/`",
        );
    }
    check_links(
        &settings.links,
        settings.call_to_action.as_ref(),
        settings.contact.as_ref(),
        faults,
    );
    if settings.title.trim().is_empty() {
        faults.setting("title", "the site has no title".to_owned(), "give it a few words");
    }
    let catalogue = if overrides.catalogue.is_empty() {
        catalogue_of(root, settings.catalogue, faults)
    } else {
        overrides.catalogue
    };
    let (origin, base_path) = base?;
    Some(Config {
        root: root.to_owned(),
        title: settings.title,
        description: settings.description,
        language: settings.language,
        origin,
        base_path,
        url_style: settings.url_style,
        minify: overrides.minify.unwrap_or(settings.minify),
        catalogue,
        gateway: settings.gateway,
        links: settings.links,
        call_to_action: settings.call_to_action,
        contact: settings.contact.filter(|contact| !contact.endpoint.is_empty()),
    })
}

fn catalogue_of(root: &Path, named: Vec<String>, faults: &mut Faults<'_>) -> Vec<PathBuf> {
    let paths = if named.is_empty() { vec!["content/catalogue".to_owned()] } else { named };
    for path in &paths {
        if matches!(disk::kind(&root.join(path)), Ok(Kind::Absent)) {
            faults.setting(
                "catalogue",
                format!("`{}` does not exist", crate::text::visible(path)),
                "name a folder of server records or a `.jsonl` file, relative to the site",
            );
        }
    }
    paths.into_iter().map(|path| root.join(path)).collect()
}

/// Links of the configuration are trusted, yet a typing mistake should not reach every page.
fn check_links(
    links: &[Link],
    call: Option<&CallToAction>,
    contact: Option<&Contact>,
    faults: &mut Faults<'_>,
) {
    let addresses = links
        .iter()
        .map(|link| link.url.as_str())
        .chain(call.map(|call| call.link.url.as_str()))
        .chain(contact.map(|contact| contact.endpoint.as_str()));
    for address in addresses.filter(|address| !address.is_empty()) {
        let is_known =
            ["https://", "http://", "mailto:", "/"].iter().any(|start| address.starts_with(start));
        if !is_known || address.contains(char::is_whitespace) {
            faults.setting(
                "url",
                format!("`{}` is not an address", crate::text::visible(address)),
                "begin it with `https://`, `http://`, `mailto:` or `/`",
            );
        }
    }
}

/// `https://example.org/mcp/` as (`https://example.org`, `/mcp`).
fn split_base_url(url: &str) -> Option<(String, String)> {
    let (scheme, rest) = url.split_once("://")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let clean = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/[]%".contains(&byte))
    };
    let path = path.trim_matches('/');
    let is_plain = !path.split('/').any(|part| part == "." || part == "..") && !path.contains("//");
    if !matches!(scheme, "http" | "https")
        || host.is_empty()
        || !clean(host)
        || !clean(path)
        || !is_plain
    {
        return None;
    }
    let base_path = if path.is_empty() { String::new() } else { format!("/{path}") };
    Some((format!("{scheme}://{host}"), base_path))
}

#[cfg(test)]
mod tests {
    use super::split_base_url;

    #[test]
    fn a_base_url_is_a_scheme_a_host_and_a_path() {
        let pair = |origin: &str, path: &str| Some((origin.to_owned(), path.to_owned()));
        assert_eq!(split_base_url("https://example.org/mcp/"), pair("https://example.org", "/mcp"));
        assert_eq!(split_base_url("http://localhost:4000"), pair("http://localhost:4000", ""));
        for wrong in [
            "",
            "example.org",
            "ftp://x/",
            "https://",
            "https://x/a?b",
            "https://x/\"",
            "https://x/../y",
        ] {
            assert_eq!(split_base_url(wrong), None, "{wrong}");
        }
    }
}
