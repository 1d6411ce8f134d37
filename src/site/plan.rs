//! Owns planning: from an inventory, texts and settings to a [`Site`], with every fault that
//! forbids one.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::rows::{ServerId, ToolId};
use super::{Addresses, Inventory, Route, Site};
use crate::config::Config;
use crate::content::Prose;
use crate::diag::{Code, Diagnostic, Place, Report};
use crate::digest;
use crate::text;

/// Addresses that a sitemap may have.
const MOST_IN_SITEMAP: usize = 50_000;
/// Tools of one server that stand in one sitemap together.
const SITEMAP_CHUNK: usize = 1_000;
/// Pages of no server that stand in one sitemap together.
const COMMON_CHUNK: usize = 25_000;
/// Tools that the page of an attack names. Few, because each new one changes the page.
const MOST_EXAMPLES: usize = 12;

/// What a site is planned from.
#[derive(Debug)]
pub struct Inputs {
    /// The settings.
    pub config: Config,
    /// The texts.
    pub prose: Prose,
    /// The published paths of the static files.
    pub assets: Vec<String>,
    /// What is known from the catalogue.
    pub inventory: Arc<Inventory>,
}

/// Plans the site. `None`: nothing can be published; the report says why.
pub fn plan(inputs: Inputs, report: &mut Report) -> Option<Site> {
    let mut site = Site {
        addresses: Addresses::of(&inputs.config),
        examples: examples(&inputs.inventory, &inputs.prose),
        config: inputs.config,
        prose: inputs.prose,
        inventory: inputs.inventory,
        sitemaps: 0,
        assets: inputs.assets,
        common: HashMap::new(),
        tools_by_slug: OnceLock::new(),
    };
    site.sitemaps = sitemap_count(&site);
    site.common = site.common_by_path();
    check_addresses(&site, report);
    (report.is_empty()).then_some(site)
}

/// The tools whose records name an attack.
#[derive(Clone, Debug, Default)]
pub struct Examples {
    /// The first of them.
    pub first: Vec<ToolId>,
    /// How many others there are.
    pub more: usize,
}

/// For each attack the tools whose records name it.
fn examples(inventory: &Inventory, prose: &Prose) -> Vec<Examples> {
    let position = |name: &str| prose.attacks.iter().position(|attack| attack.slug == name);
    let positions: Vec<Option<usize>> =
        inventory.attacks.iter().map(|name| position(name)).collect();
    let mut examples = vec![Examples::default(); prose.attacks.len()];
    let mut last = vec![None; prose.attacks.len()];
    for (tool, mention) in &inventory.mentions {
        let Some(attack) = positions[*mention as usize] else { continue };
        // A record may name an attack twice.
        if last[attack].replace(*tool) == Some(*tool) {
            continue;
        }
        let Examples { first, more } = &mut examples[attack];
        if first.len() < MOST_EXAMPLES {
            first.push(*tool);
        } else {
            *more += 1;
        }
    }
    examples
}

impl Site {
    /// The sitemap that a server's own pages stand in. It depends on the server's name alone, so
    /// that a change of one server changes one sitemap.
    pub fn sitemap_of(&self, id: ServerId) -> usize {
        bucket(&self.server(id).slug, 0, self.sitemaps)
    }

    /// The tools of a server in runs that stand in one sitemap each, which is named.
    pub fn sitemap_runs(
        &self,
        id: ServerId,
    ) -> impl Iterator<Item = (usize, impl Iterator<Item = ToolId>)> {
        let starts = (0..self.tools_of(id).len()).step_by(SITEMAP_CHUNK);
        starts.map(move |start| {
            let tools = self.tools_of(id).skip(start).take(SITEMAP_CHUNK);
            (bucket(&self.server(id).slug, start, self.sitemaps), tools)
        })
    }

    /// The pages of no server that stand in a sitemap: all of them in the first, unless they are
    /// very many.
    pub fn common_in_sitemap(&self, number: usize) -> impl Iterator<Item = Route> {
        let pages = self.common_routes().into_iter().filter(Route::is_page);
        pages.skip(number * COMMON_CHUNK).take(COMMON_CHUNK)
    }
}

fn bucket(slug: &str, tool: usize, buckets: usize) -> usize {
    let key = format!("{slug} {}", tool / SITEMAP_CHUNK);
    usize::try_from(digest::number(key.as_bytes()) % buckets.max(1) as u64).unwrap_or(0)
}

/// The smallest power of two at which no sitemap is too long.
fn sitemap_count(site: &Site) -> usize {
    let common = site.common_routes().iter().filter(|route| route.is_page()).count();
    let pages = common + site.rows().servers.len() * 2 + site.tool_count();
    let fewest = pages.div_ceil(MOST_IN_SITEMAP).max(common.div_ceil(COMMON_CHUNK));
    let mut buckets = fewest.next_power_of_two();
    loop {
        let mut sizes = vec![0; buckets];
        for start in (0..common).step_by(COMMON_CHUNK) {
            sizes[start / COMMON_CHUNK] = (common - start).min(COMMON_CHUNK);
        }
        for server in &site.rows().servers {
            for start in server
                .tools
                .clone()
                .step_by(SITEMAP_CHUNK)
                .chain(server.tools.is_empty().then_some(server.tools.start))
            {
                let tools = (server.tools.end - start).min(SITEMAP_CHUNK);
                sizes[bucket(&server.slug, start - server.tools.start, buckets)] += tools + 2;
            }
        }
        if sizes.iter().all(|size| *size <= MOST_IN_SITEMAP) {
            return buckets;
        }
        buckets *= 2;
    }
}

const RENAME: &str = "rename the file of `static/` or `content/` that is behind one of them";

/// Servers and tools cannot collide by the making of their slugs; what comes from files can.
fn check_addresses(site: &Site, report: &mut Report) {
    let mut taken = std::collections::BTreeMap::new();
    for route in site.common_routes() {
        let file = site.file(&route).to_lowercase();
        if let Some(first) = taken.insert(file.clone(), route.clone()) {
            let place = Place::start(site.file(&route));
            let message = format!(
                "the site has `{}` already, and some systems take the two for one",
                text::visible(&site.file(&first))
            );
            report.push(Diagnostic::error(Code::AddressTaken, place, message, RENAME));
        }
    }
    for (file, route) in &taken {
        let mut folders = file.match_indices('/').filter_map(|(end, _)| file.get(..end));
        if let Some(first) = folders.find_map(|folder| taken.get(folder)) {
            let place = Place::start(site.file(route));
            let message = format!(
                "the site has the file `{}`, which cannot be a folder too",
                text::visible(&site.file(first))
            );
            report.push(Diagnostic::error(Code::AddressTaken, place, message, RENAME));
        }
    }
}
