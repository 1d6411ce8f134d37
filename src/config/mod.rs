//! Owns the configuration: what a site is, from site.toml and the command line, with the defaults of
//! all settings and the faults in them.

mod address;
mod checks;
mod links;
mod settings;

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::diag::{self, Code, Diagnostic, Place, Report};
use crate::disk::{self, Kind};
use crate::text::{self, LinkSchemes};
use address::split_base_url;
pub use address::{BASE_URL, is_base_url, is_host, split_port};
pub use checks::Checks;
pub use settings::SETTINGS;
use settings::{Faults, Settings};

/// Files of the search index at most, unless site.toml says otherwise.
const SEARCH_FILES: usize = 16_384;

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
    #[serde(default)]
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

/// An address in site.toml that begins with a slash: one of the site, written as in texts.
#[derive(Clone, Debug)]
pub struct OwnLink {
    /// Where it stands.
    pub place: Place,
    /// The setting.
    pub field: String,
    /// The address.
    pub address: String,
}

/// What a site is, after site.toml and the command line have been put together.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder of the site.
    pub root: PathBuf,
    /// The site's name.
    pub title: String,
    /// What the site is, for search engines; may be empty.
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
    /// How many files the search index has at most, about.
    pub search_files: usize,
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
    /// Where a reader reports what is wrong with a page; `{url}` and `{title}` stand for the page's.
    pub report_url: Option<String>,
    /// The addresses of all these that lead to pages or files of the site.
    pub own_links: Vec<OwnLink>,
    /// Which addresses of records become links.
    pub link_schemes: LinkSchemes,
    /// How bad the findings of the rules are.
    pub checks: Checks,
}

impl Config {
    /// What the site is, in one sentence.
    pub fn about(&self) -> &str {
        match self.description.as_str() {
            "" => {
                "What each MCP tool can do, how risky it is, and the policy to put in front of it."
            }
            own => own,
        }
    }
}

/// What the command line says instead of site.toml.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Instead of `catalogue`; empty: keep it.
    pub catalogue: Vec<PathBuf>,
    /// Instead of `base_url`.
    pub base_url: Option<String>,
}

/// Reads `site.toml` below a folder. `None`: the report says why there is no configuration. With
/// faults in the report the configuration serves only to look for more of them.
pub fn read(root: &Path, overrides: Overrides) -> (Option<Config>, Report) {
    let mut report = Report::new();
    let path = root.join("site.toml");
    let name = path.display().to_string();
    let bytes = match settings::bytes_of(&path) {
        Ok(bytes) => bytes,
        Err((message, hint)) => {
            let place = Place::start(&name);
            report.push(Diagnostic::error(Code::UnreadableFile, place, message, hint));
            return (None, report);
        }
    };
    let config = match diag::utf8(&name, &bytes) {
        Ok(text) => {
            let mut faults = Faults::of(&name, text, &mut report);
            settings::read(&mut faults, overrides.base_url.is_some())
                .map(|settings| resolve(root, settings, overrides, &mut faults))
        }
        Err(fault) => {
            report.push(*fault);
            None
        }
    };
    (config, report)
}

fn resolve(
    root: &Path,
    mut settings: Settings,
    overrides: Overrides,
    faults: &mut Faults<'_>,
) -> Config {
    check_texts(&settings, faults);
    let links = settings.links.take().unwrap_or_default();
    let own_links = links::check(&links, &settings.addresses(), faults);
    let gateway = settings.gateway.unwrap_or_default();
    if gateway.name.is_empty() && !gateway.url.is_empty() {
        let message = "the gateway has an address and no name".to_owned();
        faults.setting("gateway.url", &gateway.url, message, "add its `name` to `[gateway]`");
    }
    let (origin, base_path) = base(overrides.base_url, settings.base_url, faults);
    if settings.title.as_ref().is_some_and(|title| title.trim().is_empty()) {
        faults.setting("title", "", "the site has no title".to_owned(), "give it a few words");
    }
    let catalogue = if overrides.catalogue.is_empty() {
        catalogue_of(root, settings.catalogue, faults)
    } else {
        overrides.catalogue
    };
    Config {
        root: root.to_owned(),
        title: settings.title.unwrap_or_default(),
        description: settings
            .description
            .filter(|text| !text.trim().is_empty())
            .unwrap_or_default(),
        language: language(settings.language, faults),
        origin,
        base_path,
        url_style: settings.url_style.unwrap_or_default(),
        search_files: search_files(settings.search_files, faults),
        minify: settings.minify.unwrap_or(true),
        catalogue,
        gateway,
        links,
        call_to_action: settings.call_to_action,
        contact: settings.contact.filter(|contact| !contact.endpoint.is_empty()),
        report_url: settings.report_url.filter(|url| !url.is_empty()),
        own_links,
        link_schemes: link_schemes(&settings.link_schemes.unwrap_or_default(), faults),
        checks: settings.checks.map(|written| Checks::of(written, faults)).unwrap_or_default(),
    }
}

/// The language, if it is written as BCP 47 has it: such as `en`, `de-AT` or `zh-Hant-TW`.
fn language(setting: Option<String>, faults: &mut Faults<'_>) -> String {
    let Some(setting) = setting else { return "en-GB".to_owned() };
    if !text::is_language_tag(&setting) {
        let message = format!("`{}` is not the tag of a language", text::visible(&setting));
        let hint = "write a tag such as `en-GB`, `de` or `zh-Hant`";
        faults.setting("language", &setting, message, hint);
    }
    setting
}

/// How many files the search index may have: few make each query move more.
fn search_files(setting: Option<i64>, faults: &mut Faults<'_>) -> usize {
    let Some(setting) = setting else { return SEARCH_FILES };
    match usize::try_from(setting) {
        Ok(files) if (16..=32_768).contains(&files) => files,
        _ => {
            let message = format!("the search index cannot have {setting} files");
            faults.setting(
                "search_files",
                &setting.to_string(),
                message,
                "write a number from 16 to 32768",
            );
            SEARCH_FILES
        }
    }
}

/// Origin and path of the address that counts: that of the command line, or else the setting.
fn base(
    override_url: Option<String>,
    setting: Option<String>,
    faults: &mut Faults<'_>,
) -> (String, String) {
    let is_override = override_url.is_some();
    let Some(url) = override_url.or(setting) else { return Default::default() };
    split_base_url(&url).unwrap_or_else(|| {
        let message = format!("`{}` is not an address of a site", text::visible(&url));
        if is_override {
            let place = Place::start("--base-url");
            faults.report.push(Diagnostic::error(Code::BadSetting, place, message, BASE_URL));
        } else {
            faults.setting("base_url", &url, message, BASE_URL);
        }
        Default::default()
    })
}

/// The parts of a catalogue that exist; of those that site.toml names the others are reported here.
fn catalogue_of(root: &Path, named: Option<Vec<String>>, faults: &mut Faults<'_>) -> Vec<PathBuf> {
    let Some(named) = named else { return vec![root.join("content/catalogue")] };
    if named.is_empty() {
        let message = "the list names no catalogue".to_owned();
        let hint =
            "name a folder or a `.jsonl` file; without the setting it is `content/catalogue`";
        faults.setting("catalogue", "", message, hint);
    }
    let mut paths = Vec::with_capacity(named.len());
    for name in named {
        if name.trim().is_empty() {
            let message = "a name of the list is empty".to_owned();
            let hint = "name a folder or a `.jsonl` file, or take the name out of the list";
            faults.setting("catalogue", &name, message, hint);
            continue;
        }
        let path = root.join(&name);
        if !matches!(disk::kind(&path), Ok(Kind::Absent)) {
            paths.push(path);
            continue;
        }
        let message = format!("`{}` does not exist", text::visible(&name));
        let hint = "name a folder of server records or a `.jsonl` file, relative to the site";
        let place = faults.place_of("catalogue", &name);
        let fault = Diagnostic::error(Code::NotFound, place, message, hint);
        faults.report.push(fault.in_field("catalogue"));
    }
    paths
}

/// Checks that there are words in what readers see. Without these texts there is less to see; an
/// empty one leaves an empty heading.
fn check_texts(settings: &Settings, faults: &mut Faults<'_>) {
    let call = settings.call_to_action.as_ref();
    let contact = settings.contact.as_ref().filter(|contact| !contact.endpoint.is_empty());
    let gateway = settings.gateway.as_ref().filter(|gateway| !gateway.name.is_empty());
    let texts = [
        ("call_to_action.title", call.map(|call| &call.title)),
        ("call_to_action.text", call.map(|call| &call.text)),
        ("call_to_action.link.name", call.map(|call| &call.link.name)),
        ("contact.title", contact.map(|contact| &contact.title)),
        ("contact.text", contact.map(|contact| &contact.text).filter(|text| !text.is_empty())),
        ("gateway.name", gateway.map(|gateway| &gateway.name)),
    ];
    for (field, text) in texts {
        if let Some(text) = text.filter(|text| text.trim().is_empty()) {
            let message = "readers would see nothing here".to_owned();
            faults.setting(field, text, message, "write a few words, or leave the table out");
        }
    }
}

/// The schemes of addresses in records that become links.
fn link_schemes(names: &[String], faults: &mut Faults<'_>) -> LinkSchemes {
    let mut schemes = LinkSchemes::default();
    for name in names {
        if let Some(more) = schemes.with(name) {
            schemes = more;
        } else {
            let message = format!("`{}` is not a scheme to link to", text::visible(name));
            let hint = "use `https`, `http` or `mailto`";
            faults.setting("link_schemes", name, message, hint);
        }
    }
    schemes
}
