//! Owns what is checked of the addresses in site.toml: they are trusted, yet a typing mistake should
//! not reach every page.

use super::address::is_link;
use super::settings::Faults;
use super::{Link, OwnLink};
use crate::text;

/// The setting whose address is filled in on each page.
const REPORT_URL: &str = "report_url";

/// Checks the links, and other addresses by the names of their settings. Answers those that lead to
/// the site itself.
pub(super) fn check(
    links: &[Link],
    others: &[(&str, &str)],
    faults: &mut Faults<'_>,
) -> Vec<OwnLink> {
    let mut own_links = Vec::new();
    for (index, link) in links.iter().enumerate().filter(|(_, link)| link.name.trim().is_empty()) {
        let field = format!("links[{index}].name");
        let message = "the link has no name".to_owned();
        faults.setting(&field, &link.name, message, "write what readers see");
    }
    let addresses = links
        .iter()
        .enumerate()
        .map(|(index, link)| (format!("links[{index}].url"), link.url.as_str()))
        .chain(others.iter().map(|(field, address)| ((*field).to_owned(), *address)));
    for (field, address) in addresses.filter(|(_, address)| !address.is_empty()) {
        if !is_link(address) {
            let message = format!("`{}` is not an address", text::visible(address));
            let hint = "write a whole one with `https://`, `http://` or `mailto:`, or one of this site with `/`";
            faults.setting(&field, address, message, hint);
        }
        if field == REPORT_URL && !is_sound_pattern(address, faults) {
            continue;
        }
        // Where a form is sent is no page of a site.
        if is_own(address) && field != "contact.endpoint" {
            let place = faults.place_of(&field, address);
            own_links.push(OwnLink { place, field, address: address.to_owned() });
        }
    }
    own_links
}

/// Whether an address leads to the site itself.
fn is_own(address: &str) -> bool {
    address.starts_with('/') && !address.starts_with("//")
}

/// Whether all placeholders of an address mean something where they stand: a page of the site has
/// one address.
fn is_sound_pattern(address: &str, faults: &mut Faults<'_>) -> bool {
    let unknown = text::placeholders(address).find(|name| !matches!(*name, "url" | "title"));
    // What follows a question mark is for the page to read.
    let (before, fragment) = address.split_once('#').unwrap_or((address, ""));
    let page = before.split('?').next().unwrap_or_default();
    let has_placeholder = |part| text::placeholders(part).next().is_some();
    let (message, hint) = if let Some(name) = unknown {
        let message = format!("there is no placeholder `{{{}}}`", text::visible(name));
        (message, "use `{url}` or `{title}`")
    } else if is_own(address) && [page, fragment].into_iter().any(has_placeholder) {
        let message = "a placeholder stands in the address of a page of this site".to_owned();
        (message, "write it behind a question mark, such as `/report/?page={url}`")
    } else {
        return true;
    };
    faults.setting(REPORT_URL, address, message, hint);
    false
}
