//! Owns how a route's path becomes an address and a file, in both styles and below any base path.

use std::borrow::Cow;

use crate::config::{Config, UrlStyle};

/// A path of the site: segments of a page, or the exact path of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SitePath<'site> {
    /// A page, as `tools/x`; the home page is empty.
    Page(Pieces<'site>),
    /// A file with its own name, as `robots.txt`.
    File(Pieces<'site>),
}

/// A path in pieces, which are put together once, in the address or in the path of the file.
pub(super) type Pieces<'site> = [Cow<'site, str>; 4];

impl SitePath<'_> {
    /// The path of a page in one piece.
    fn page(path: &str) -> SitePath<'_> {
        SitePath::Page([path, "", "", ""].map(Cow::Borrowed))
    }

    /// The path of a file in one piece.
    fn file(path: &str) -> SitePath<'_> {
        SitePath::File([path, "", "", ""].map(Cow::Borrowed))
    }
}

/// The style of a site's addresses.
#[derive(Clone, Debug)]
pub struct Addresses {
    base_path: String,
    style: UrlStyle,
}

impl Addresses {
    /// The style that the configuration chooses.
    pub fn of(config: &Config) -> Addresses {
        Addresses { base_path: config.base_path.clone(), style: config.url_style }
    }

    /// What a link says, behind what comes before it.
    pub fn href(&self, before: &str, path: &SitePath<'_>) -> String {
        let is_in_folder = self.style == UrlStyle::Directory;
        let (pieces, is_page) = match path {
            SitePath::Page(pieces) => (pieces, true),
            SitePath::File(pieces) => (pieces, false),
        };
        let [one, two, three, four] = pieces.each_ref().map(|piece| &**piece);
        let end = if is_page && is_in_folder && !one.is_empty() { "/" } else { "" };
        [before, &self.base_path, "/", one, two, three, four, end].concat()
    }

    /// The file below the output folder.
    pub fn file(&self, path: &SitePath<'_>) -> String {
        let (pieces, end) = match (path, self.style) {
            (SitePath::File(pieces), _) => (pieces, ""),
            (SitePath::Page(pieces), _) if pieces[0].is_empty() => (pieces, "index.html"),
            (SitePath::Page(pieces), UrlStyle::Directory) => (pieces, "/index.html"),
            (SitePath::Page(pieces), UrlStyle::File) => (pieces, ".html"),
        };
        let [one, two, three, four] = pieces.each_ref().map(|piece| &**piece);
        [one, two, three, four, end].concat()
    }

    /// The path of the site that an address names, if it is one of this site. The opposite of
    /// [`Addresses::href`].
    pub fn path_in<'address>(&self, address: &'address str) -> Option<&'address str> {
        let inside = address.strip_prefix(self.base_path.as_str())?;
        inside.strip_prefix('/')
    }

    /// An address that our own texts give, such as `/attacks/tool-poisoning/`, in this style.
    pub fn resolve(&self, address: &str) -> String {
        let Some(inside) = address.strip_prefix('/') else { return address.to_owned() };
        let (path, fragment) = inside.split_at(inside.find('#').unwrap_or(inside.len()));
        let is_page = path.is_empty() || path.ends_with('/');
        let path = path.trim_end_matches('/');
        let path = if is_page { SitePath::page(path) } else { SitePath::file(path) };
        self.href("", &path) + fragment
    }
}
