//! Owns following links: each address inside the site must be a route, each fragment an id on the
//! page that it names. Addresses of other hosts are not asked for.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::{Gathered, html};
use crate::assets::SheetLink;
use crate::compose::Press;
use crate::config::OwnLink;
use crate::diag::{Code, Diagnostic, Place, Report};
use crate::site::Route;
use crate::text;

/// Fragments of other pages that some page links to, with one such link.
#[derive(Debug, Default)]
pub(super) struct Wanted(BTreeMap<Route, BTreeMap<String, Link>>);

/// A link and the page that has it.
#[derive(Debug)]
struct Link {
    route: Route,
    address: String,
}

impl Link {
    /// Reports that it leads nowhere, in the words of where it stands: in a text of the site, or
    /// else on the page.
    fn report_broken(&self, press: &Press, from: &Origin<'_>, gathered: &mut Gathered) {
        let message =
            |address: &str| format!("`{}` is no address of this site", text::visible(address));
        if let Some((place, address)) = press.site.link_in_text(&self.route, &self.address) {
            let hint = "correct the link; whatever `base_url` and `url_style` are, addresses in texts look like `/policies/`, and those of files in `static/` like `/assets/site.css`";
            let fault = Diagnostic::error(Code::BrokenLink, place, message(&address), hint);
            gathered.report.push(fault);
            return;
        }
        let end = self.address.find(['?', '#']).unwrap_or(self.address.len());
        let meant = text::percent_decode(self.address.get(..end).unwrap_or_default());
        let addresses = &press.site.addresses;
        let path = addresses.path_in(&meant).unwrap_or(meant.trim_start_matches('/'));
        let hint = if let Some(name) = addresses.static_name(path).map(text::visible) {
            format!(
                "the address of this file of `static/` is `{{{{ site.assets[\"{name}\"] }}}}` in a template"
            )
        } else {
            let example = press.site.href(&Route::Policies);
            format!("correct the link; addresses of this site look like `{example}`")
        };
        gathered.repeats.add(Code::BrokenLink, from.file, message(&self.address), &hint);
    }

    /// Reports that its own page does not have what it names.
    fn report_missing(
        &self,
        press: &Press,
        from: &Origin<'_>,
        fragment: &str,
        gathered: &mut Gathered,
    ) {
        if let Some((place, _)) = press.site.link_in_text(&self.route, &self.address) {
            gathered.report.push(missing_fragment(place, from.file, fragment));
            return;
        }
        let message = format!("the page has nothing with the id `{}`", text::visible(fragment));
        gathered.repeats.add(Code::BrokenFragment, from.file, message, MISSING);
    }

    /// Where it stands.
    fn place(&self, press: &Press) -> Place {
        let in_text = press.site.link_in_text(&self.route, &self.address);
        in_text.map_or_else(|| Place::start(press.site.file(&self.route)), |(place, _)| place)
    }
}

impl Wanted {
    pub(crate) fn merge(&mut self, other: Wanted) {
        for (route, fragments) in other.0 {
            self.0.entry(route).or_default().extend(fragments);
        }
    }
}

/// A page whose links are checked.
pub(super) struct Origin<'page> {
    pub route: &'page Route,
    /// Its published file.
    pub file: &'page str,
    /// What stands on it to be linked to.
    pub ids: &'page BTreeSet<String>,
    /// Broken addresses of the settings, which have been told, with their fragments if it is these
    /// that are missing.
    pub told: &'page BTreeSet<String>,
}

impl Origin<'_> {
    fn link(&self, address: &str) -> Link {
        Link { route: self.route.clone(), address: address.to_owned() }
    }
}

/// Whether a page has what a fragment without percent signs names: an id, or its own beginning.
fn is_there(ids: &BTreeSet<String>, fragment: &str) -> bool {
    fragment.is_empty() || fragment.eq_ignore_ascii_case("top") || ids.contains(fragment)
}

/// Checks one address of a page; answers whether it is one of this site.
pub(super) fn check(press: &Press, from: &Origin<'_>, link: &str, gathered: &mut Gathered) -> bool {
    let (address, fragment) = match link.split_once('#') {
        Some((address, fragment)) => (address, Some(text::percent_decode(fragment))),
        None => (link, None),
    };
    // What a page does with a query does not change which page it is.
    let address = address.split('?').next().unwrap_or_default();
    if address.is_empty() {
        if let Some(fragment) = fragment.filter(|fragment| !is_there(from.ids, fragment)) {
            from.link(link).report_missing(press, from, &fragment, gathered);
        }
        return true;
    }
    let origin = &press.site.config.origin;
    let on_host = address
        .strip_prefix(origin.as_str())
        .map(|rest| if rest.is_empty() { "/" } else { rest })
        .filter(|rest| rest.starts_with('/'));
    let meant = text::percent_decode(on_host.unwrap_or(address));
    let path = press.site.addresses.path_in(&meant);
    let is_elsewhere = match on_host {
        // A host may have more than this site.
        Some(_) => path.is_none(),
        None => {
            address.starts_with("//")
                || address.split('/').next().is_some_and(|start| start.contains(':'))
        }
    };
    if is_elsewhere {
        return false;
    }
    let route = path.and_then(|path| press.site.find(path));
    // An address that is a route's in another style would be redirected, or not found.
    match route.filter(|route| press.site.is_meant(route, &meant)) {
        None if from.told.contains(&*meant) && !is_in_text(press, from, link) => {}
        None => from.link(link).report_broken(press, from, gathered),
        Some(route) => {
            // What follows the address of the stack names servers, and its script reads it.
            let is_told = |fragment: &str| from.told.contains(&format!("{meant}#{fragment}"));
            let is_wanted = |fragment: &Cow<'_, str>| route != Route::Stack && !is_told(fragment);
            if let Some(fragment) = fragment.filter(is_wanted) {
                let fragments = gathered.wanted.0.entry(route).or_default();
                fragments.insert(fragment.into_owned(), from.link(link));
            }
        }
    }
    true
}

/// Whether a text of the site has the link, and so is where it has to be mended.
fn is_in_text(press: &Press, from: &Origin<'_>, link: &str) -> bool {
    press.site.link_in_text(from.route, link).is_some()
}

/// Checks the addresses in site.toml, which stand on many pages. Answers those that lead nowhere, as
/// they stand there.
pub(super) fn check_settings(press: &Press, report: &mut Report) -> BTreeSet<String> {
    let site = &press.site;
    let mut told = BTreeSet::new();
    for OwnLink { place, field, address } in &site.config.own_links {
        let href = site.addresses.resolve(address);
        let (page, fragment) = href.split_once('#').unwrap_or((&href, ""));
        let meant = text::percent_decode(page.split('?').next().unwrap_or_default());
        let route = site.addresses.path_in(&meant).and_then(|path| site.find(path));
        let Some(route) = route.filter(|route| site.is_meant(route, &meant)) else {
            let message = format!("`{}` is no address of this site", text::visible(address));
            let hint = "write an address of this site as in texts, such as `/policies/`, and any other one as a whole, with `https://`";
            let fault = Diagnostic::error(Code::BrokenLink, place.clone(), message, hint);
            report.push(fault.in_field(field));
            told.insert(meant.into_owned());
            continue;
        };
        let fragment = text::percent_decode(fragment);
        let is_page = route.is_html() && route != Route::Stack;
        if is_page && press.artifact(&route).is_ok_and(|bytes| !has_id(&bytes, &fragment)) {
            let fault = missing_fragment(place.clone(), &site.file(&route), &fragment);
            report.push(fault.in_field(field));
            told.insert(format!("{meant}#{fragment}"));
        }
    }
    told
}

/// Whether a rendered page has what a fragment names.
fn has_id(page: &[u8], fragment: &str) -> bool {
    is_there(&html::read(&String::from_utf8_lossy(page)).ids, fragment)
}

/// Checks the fragments that were collected, rendering each page that is named once more.
pub(super) fn check_fragments(press: &Press, wanted: &Wanted, report: &mut Report) {
    for (route, fragments) in &wanted.0 {
        let Ok(bytes) = press.artifact(route) else { continue };
        let page = html::read(&String::from_utf8_lossy(&bytes));
        for (fragment, from) in
            fragments.iter().filter(|(fragment, _)| !is_there(&page.ids, fragment))
        {
            let file = press.site.file(route);
            report.push(missing_fragment(from.place(press), &file, fragment));
        }
    }
}

/// Checks what style sheets name besides static files.
pub(super) fn check_sheets(press: &Press, report: &mut Report) {
    let site = &press.site;
    for SheetLink { place, address } in press.sheet_links() {
        let meant = text::percent_decode(address);
        let path = site.addresses.path_in(&meant);
        // A host may have more than this site; but own texts call static files `/assets/…`.
        let is_static = || site.addresses.static_name(meant.trim_start_matches('/')).is_some();
        if path.is_none() && address.starts_with('/') && !is_static() {
            continue;
        }
        let route = path.and_then(|path| site.find(path));
        if !route.is_some_and(|route| site.is_meant(&route, &meant)) {
            let message =
                format!("`{}` is no file of `static/`, seen from here", text::visible(address));
            let hint = "name the file as it lies there from the folder of the style sheet, such as `fonts/own.woff2`";
            report.push(Diagnostic::error(Code::BrokenLink, place.clone(), message, hint));
        }
    }
}

const MISSING: &str = "correct the fragment: the id of a heading is its words in the form of an address, such as `#how-it-works`";

fn missing_fragment(from: Place, target: &str, fragment: &str) -> Diagnostic {
    let message = format!("`{target}` has nothing with the id `{}`", text::visible(fragment));
    Diagnostic::error(Code::BrokenFragment, from, message, MISSING)
}
