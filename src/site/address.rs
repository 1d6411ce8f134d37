//! Owns how a route's path becomes an address and a file, in both styles and below any base path.

use std::collections::BTreeMap;

use super::StaticFile;
use crate::config::{Config, UrlStyle};
use crate::text;

/// What a path of the site leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A page, by its segments, as `tools/x`; those of the home page are none.
    Page,
    /// A file with its own name, as `robots.txt`.
    File,
}

/// Bytes that most paths have room in.
const ROOM: usize = 96;

/// The style of a site's addresses.
#[derive(Clone, Debug)]
pub struct Addresses {
    base_path: String,
    /// The same without percent signs.
    base_meant: String,
    style: UrlStyle,
    /// Where static files are published, by what our own texts call them.
    assets: BTreeMap<String, String>,
}

/// What comes before the name of a static file where a text links to it.
const ASSETS: &str = "assets/";

impl Addresses {
    /// The style that the configuration chooses, and the static files.
    pub fn of(config: &Config, assets: &[StaticFile]) -> Addresses {
        let called = |file: &StaticFile| ([ASSETS, &file.name].concat(), file.path.clone());
        let assets = assets.iter().map(called).collect();
        let base_path = config.base_path.clone();
        let base_meant = text::percent_decode(&base_path).into_owned();
        Addresses { base_path, base_meant, style: config.url_style, assets }
    }

    /// What a link says, behind what comes before it, to a path that is written to its end.
    pub fn href(&self, before: &str, write: impl FnOnce(&mut String) -> Target) -> String {
        let mut address = String::with_capacity(before.len() + self.base_path.len() + ROOM);
        address.push_str(before);
        self.push_href(&mut address, write);
        address
    }

    /// Adds what a link says to a path that is written to the end of the text that it is given.
    pub fn push_href(&self, address: &mut String, write: impl FnOnce(&mut String) -> Target) {
        address.push_str(&self.base_path);
        address.push('/');
        let root = address.len();
        let target = write(address);
        let is_in_folder = target == Target::Page && self.style == UrlStyle::Directory;
        if is_in_folder && address.len() > root {
            address.push('/');
        }
    }

    /// The file below the output folder, of a path that is written.
    pub fn file(&self, write: impl FnOnce(&mut String) -> Target) -> String {
        let mut file = String::with_capacity(ROOM);
        let target = write(&mut file);
        file.push_str(match (target, self.style) {
            (Target::File, _) => "",
            (Target::Page, _) if file.is_empty() => "index.html",
            (Target::Page, UrlStyle::Directory) => "/index.html",
            (Target::Page, UrlStyle::File) => ".html",
        });
        file
    }

    /// The path of the site that an address without percent signs names, if it is one of this site.
    /// The opposite of [`Addresses::href`].
    pub fn path_in<'address>(&self, address: &'address str) -> Option<&'address str> {
        let inside = address.strip_prefix(self.base_meant.as_str())?;
        inside.strip_prefix('/')
    }

    /// The name in `static/` of the file that a path of a site means, as it lies there or behind
    /// `assets/`.
    pub fn static_name(&self, path: &str) -> Option<&str> {
        let called = |path: &str| self.assets.get_key_value(path);
        let (name, _) = called(path).or_else(|| called(&[ASSETS, path].concat()))?;
        name.strip_prefix(ASSETS)
    }

    /// An address that our own texts give, such as `/attacks/tool-poisoning/`, in this style, or
    /// `/assets/logo.svg` with the name under which the file is published.
    pub fn resolve(&self, address: &str) -> String {
        let inside = address.strip_prefix('/').filter(|inside| !inside.starts_with('/'));
        let Some(inside) = inside else { return address.to_owned() };
        let (path, rest) = inside.split_at(inside.find(['?', '#']).unwrap_or(inside.len()));
        let asset = self.assets.get(&*text::percent_decode(path));
        let path = asset.map_or(path, String::as_str);
        let is_page = path.is_empty() || path.ends_with('/');
        let target = if is_page { Target::Page } else { Target::File };
        let href = self.href("", |inside| {
            inside.push_str(path.trim_end_matches('/'));
            target
        });
        href + rest
    }
}
