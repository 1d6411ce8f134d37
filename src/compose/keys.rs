//! Owns the keys: hashes of everything that the files of a part of the site are made of. With the
//! same key the files are the same, and need not be made again.

use std::path::PathBuf;

use rayon::prelude::*;
use serde::Serialize;

use super::Press;
use crate::config::Config;
use crate::content::Prose;
use crate::digest::{Hash, Sum};
use crate::overlay::Layer;
use crate::site::{GroupId, Listing, ServerId, Site, StaticFile};

/// The program itself: its version, and a number for its source.
const PROGRAM: &str = concat!(env!("CARGO_PKG_VERSION"), " ", env!("POLICYPRESS_SOURCE"));

/// The key of what all pages are made of: the program, the settings, the texts, the templates and
/// the names of the static files. What a page says of a static file is its name.
pub(super) fn engine(
    config: &Config,
    prose: &Prose,
    templates: &Layer,
    assets: &[StaticFile],
) -> Hash {
    let mut sum = Sum::new();
    sum.add(PROGRAM);
    // Where the site and its catalogue lie is no part of any page.
    let settings = Config {
        root: PathBuf::default(),
        catalogue: Vec::new(),
        // They say where they stand; what they say stands in the other settings.
        own_links: Vec::new(),
        ..config.clone()
    };
    sum.add(format!("{settings:?}"));
    sum.add(prose.source());
    for (name, file) in templates {
        sum.add(name);
        sum.add(&file.bytes);
        // Only built-in templates are minified.
        sum.add([u8::from(file.is_built_in)]);
    }
    for file in assets {
        sum.add(&file.name);
        sum.add(&file.path);
    }
    sum.hash()
}

/// The key of a page: what its template is given.
pub(super) fn page(engine: &Hash, page: &impl Serialize) -> Option<Hash> {
    let mut sum = Sum::new();
    sum.add(engine);
    sum.add(serde_json::to_vec(page).ok()?);
    Some(sum.hash())
}

/// The key of a page of a listing: what the plan has for it. Such a page shows some hundred servers,
/// and to put it together for its key alone takes a multiple of the time.
pub(super) fn listing(engine: &Hash, site: &Site, listing: Listing, id: GroupId) -> Hash {
    let mut sum = Sum::new();
    sum.add(engine);
    site.describe_group(listing, id, &mut sum);
    sum.hash()
}

impl Press {
    /// The key of what all pages are made of.
    pub fn engine_key(&self) -> &Hash {
        &self.engine
    }

    /// The key of the whole site: equal on two machines if they build the same.
    pub fn whole_key(&self) -> Hash {
        let mut sum = Sum::new();
        sum.add(self.engine);
        // Every record, and every address.
        sum.add(self.index_key());
        // A file that keeps its name, such as `CNAME`, does not show there what is in it.
        for asset in self.assets.files() {
            sum.add(&asset.bytes);
        }
        sum.hash()
    }

    /// The keys of the files of some servers: the record of each, and what its pages show of
    /// others.
    pub fn server_keys(&self, servers: &[ServerId]) -> Vec<Hash> {
        let links = self.site.link_hashes();
        let key = |id: &ServerId| {
            let mut sum = Sum::new();
            sum.add(self.engine);
            self.site.describe(*id, &links, &mut sum);
            sum.hash()
        };
        servers.par_iter().map(key).collect()
    }

    /// The key of the search index: every record, and every address.
    pub fn index_key(&self) -> Hash {
        let mut sum = Sum::new();
        sum.add(PROGRAM);
        sum.add(self.site.config.search_files.to_string());
        for id in self.site.servers() {
            let server = self.site.server(id);
            sum.add(&*server.slug);
            sum.add(server.location.content());
        }
        sum.hash()
    }
}
