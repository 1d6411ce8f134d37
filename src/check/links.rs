//! Owns following links: each address inside the site must be a route, each fragment an id on the
//! page that it names. Addresses of other hosts are not asked for.

use std::collections::{BTreeMap, BTreeSet};

use super::{Gathered, html};
use crate::compose::Press;
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
    /// Where it stands: in a text of the site, or else on the page.
    fn place(&self, press: &Press) -> Place {
        let in_text = press.site.link_in_text(&self.route, &self.address);
        in_text.map_or_else(|| self.on_page(press), |(place, _)| place)
    }

    fn on_page(&self, press: &Press) -> Place {
        Place::start(press.site.file(&self.route))
    }

    /// The fault of a link that leads nowhere, in the words of where it stands.
    fn broken(&self, press: &Press) -> Diagnostic {
        let fault = |place, address: &str, hint: String| {
            let message = format!("`{}` is no address of this site", text::visible(address));
            Diagnostic::error(Code::BrokenLink, place, message, hint)
        };
        if let Some((place, address)) = press.site.link_in_text(&self.route, &self.address) {
            let hint = "correct the link; whatever `base_url` and `url_style` are, addresses in texts look like `/policies/`, and those of files in `static/` like `/assets/site.css`";
            return fault(place, &address, hint.to_owned());
        }
        let example = press.site.href(&Route::Policies);
        let hint = format!("correct the link; addresses of this site look like `{example}`");
        fault(self.on_page(press), &self.address, hint)
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
}

impl Origin<'_> {
    fn link(&self, address: &str) -> Link {
        Link { route: self.route.clone(), address: address.to_owned() }
    }
}

/// Checks one address of a page; answers whether it is one of this site.
pub(super) fn check(press: &Press, from: &Origin<'_>, link: &str, gathered: &mut Gathered) -> bool {
    let (address, fragment) = match link.split_once('#') {
        Some((address, fragment)) => (address, Some(fragment)),
        None => (link, None),
    };
    if address.is_empty() {
        if let Some(fragment) = fragment.filter(|fragment| !from.ids.contains(*fragment)) {
            let place = from.link(link).place(press);
            missing_fragment(place, from.file, fragment, &mut gathered.report);
        }
        return true;
    }
    let origin = &press.site.config.origin;
    // What a page does with a query does not change which page it is.
    let address = address.split('?').next().unwrap_or_default();
    let on_host = address
        .strip_prefix(origin.as_str())
        .map(|rest| if rest.is_empty() { "/" } else { rest })
        .filter(|rest| rest.starts_with('/'));
    let path = press.site.addresses.path_in(on_host.unwrap_or(address));
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
    let address = on_host.unwrap_or(address);
    let route = path.and_then(|path| press.site.find(path));
    // An address that is a route's in another style would be redirected, or not found.
    match route.filter(|route| press.site.href(route) == address) {
        None => gathered.report.push(from.link(link).broken(press)),
        Some(route) => {
            // What follows the address of the stack names servers, and its script reads it.
            if let Some(fragment) = fragment.filter(|_| route != Route::Stack) {
                let fragments = gathered.wanted.0.entry(route).or_default();
                fragments.insert(fragment.to_owned(), from.link(link));
            }
        }
    }
    true
}

/// Checks the fragments that were collected, rendering each page that is named once more.
pub(super) fn check_fragments(press: &Press, wanted: &Wanted, report: &mut Report) {
    for (route, fragments) in &wanted.0 {
        let Ok(bytes) = press.artifact(route) else { continue };
        let page = html::read(&String::from_utf8_lossy(&bytes));
        for (fragment, from) in
            fragments.iter().filter(|(fragment, _)| !page.ids.contains(*fragment))
        {
            missing_fragment(from.place(press), &press.site.file(route), fragment, report);
        }
    }
}

fn missing_fragment(from: Place, target: &str, fragment: &str, report: &mut Report) {
    let message = format!("`{}` has nothing with the id `{}`", target, text::visible(fragment));
    let hint = "correct the fragment, or give the heading that it means this id";
    report.push(Diagnostic::error(Code::BrokenFragment, from, message, hint));
}
