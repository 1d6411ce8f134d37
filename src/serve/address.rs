//! Owns the way from a requested path to what the site has there. Nothing here knows a file: what
//! the plan does not have is not there.

use percent_encoding::percent_decode_str;

use crate::compose::Press;
use crate::site::Route;

/// What stands at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A file of the site.
    Route(Route),
    /// Possibly a file of the search index.
    Index(String),
    /// Another way to write the address of a page: the right one.
    Elsewhere(String),
    /// Nothing.
    Nothing,
}

/// Other ways to write the address of a page, by what they end with.
const ENDINGS: &[&str] = &["/index.html", "/index", ".html", "/"];

/// The path of a request without its percent signs. `None`: it is no path of any page.
pub fn decoded(path: &str) -> Option<String> {
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let is_path = path.starts_with('/') && !path.contains(char::is_control);
    is_path.then(|| path.into_owned())
}

/// Finds what a decoded path names.
pub fn find(press: &Press, path: &str) -> Found {
    let site = &press.site;
    let home = site.href(&Route::Home);
    if path == "/" && home != "/" {
        return Found::Elsewhere(home);
    }
    let Some(inside) = site.addresses.path_in(path) else {
        // The path of the site without its slash.
        let is_home = site.is_meant(&Route::Home, &format!("{path}/"));
        return if is_home { Found::Elsewhere(home) } else { Found::Nothing };
    };
    if Press::is_index_path(inside) {
        return Found::Index(inside.to_owned());
    }
    match page_or_file(press, inside) {
        Some(route) if site.is_meant(&route, path) => return Found::Route(route),
        Some(route) if route.is_page() => return Found::Elsewhere(site.href(&route)),
        _ => {}
    }
    if matches!(inside, "index.html" | "index") {
        return Found::Elsewhere(home);
    }
    let others = ENDINGS.iter().filter_map(|ending| inside.strip_suffix(ending));
    let others = others.filter(|rest| !rest.ends_with('/'));
    let page = others.filter_map(|rest| page_or_file(press, rest)).find(Route::is_page);
    page.map_or(Found::Nothing, |route| Found::Elsewhere(site.href(&route)))
}

/// The route of a path with at most one slash at its end.
fn page_or_file(press: &Press, path: &str) -> Option<Route> {
    (!path.ends_with("//")).then(|| press.site.find(path)).flatten()
}
