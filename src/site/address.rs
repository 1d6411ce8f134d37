//! Owns how a route's path becomes an address and a file, in both styles and below any base path.

use crate::config::{Config, UrlStyle};

/// A path of the site: segments of a page, or the exact path of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SitePath {
    /// A page, as `tools/x`; the home page is empty.
    Page(String),
    /// A file with its own name, as `robots.txt`.
    File(String),
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

    /// What a link says.
    pub fn href(&self, path: &SitePath) -> String {
        let base = &self.base_path;
        match (path, self.style) {
            (SitePath::Page(page), UrlStyle::Directory) if !page.is_empty() => {
                [base, "/", page, "/"].concat()
            }
            (SitePath::File(path) | SitePath::Page(path), _) => [base, "/", path].concat(),
        }
    }

    /// The file below the output folder.
    pub fn file(&self, path: &SitePath) -> String {
        match (path, self.style) {
            (SitePath::File(file), _) => file.clone(),
            (SitePath::Page(page), _) if page.is_empty() => "index.html".to_owned(),
            (SitePath::Page(page), UrlStyle::Directory) => [page, "/index.html"].concat(),
            (SitePath::Page(page), UrlStyle::File) => [page, ".html"].concat(),
        }
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
        let path = path.trim_end_matches('/').to_owned();
        let href = self.href(&if is_page { SitePath::Page(path) } else { SitePath::File(path) });
        format!("{href}{fragment}")
    }
}
