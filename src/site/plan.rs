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
/// How often the number of sitemaps is doubled before runs have to stand in others than their own.
const MOST_DOUBLINGS: usize = 2;
/// Tools that the page of an attack names. Few, because each new one changes the page.
const MOST_EXAMPLES: usize = 12;

/// What a site is planned from.
#[derive(Debug)]
pub struct Inputs {
    /// The settings.
    pub config: Config,
    /// The texts.
    pub prose: Prose,
    /// The static files.
    pub assets: Vec<StaticFile>,
    /// What is known from the catalogue.
    pub inventory: Arc<Inventory>,
}

/// What is known of a static file without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaticFile {
    /// Its name in `static/`.
    pub name: String,
    /// The path at which it is published.
    pub path: String,
    /// The name that reports use.
    pub label: String,
}

/// Plans the site. `None`: nothing can be published; the report says why.
pub fn plan(inputs: Inputs, report: &mut Report) -> Option<Site> {
    let mut site = Site {
        addresses: Addresses::of(&inputs.config, &inputs.assets),
        examples: examples(&inputs.inventory, &inputs.prose),
        config: inputs.config,
        prose: inputs.prose,
        inventory: inputs.inventory,
        sitemaps: Vec::new(),
        assets: inputs.assets,
        common: HashMap::new(),
        tools_by_slug: OnceLock::new(),
    };
    site.sitemaps = sitemaps(&site);
    site.common = site.common_by_path();
    check_addresses(&site, report);
    report.is_empty().then_some(site)
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

/// Tools of one server that stand in one sitemap together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SitemapRun {
    server: ServerId,
    /// How many such runs of the server come before.
    number: u32,
}

impl Site {
    /// The servers of which something stands in a sitemap, in their order, each with the tools that
    /// do. With the first of its tools, or without any, a server's own pages stand there.
    pub fn sitemap_runs(
        &self,
        sitemap: usize,
    ) -> impl Iterator<Item = (ServerId, bool, impl Iterator<Item = ToolId>)> {
        self.sitemaps[sitemap].iter().map(|SitemapRun { server, number }| {
            let start = *number as usize * SITEMAP_CHUNK;
            let tools = self.tools_of(*server).skip(start).take(SITEMAP_CHUNK);
            (*server, *number == 0, tools)
        })
    }

    /// The pages of no server that stand in a sitemap: all of them in the first, unless they are
    /// very many.
    pub fn common_in_sitemap(&self, number: usize) -> impl Iterator<Item = Route> {
        let pages = self.common_routes().into_iter().filter(Route::is_page);
        pages.skip(number * COMMON_CHUNK).take(COMMON_CHUNK)
    }
}

/// What stands in each sitemap. Where a run stands depends on the name of its server alone, so that
/// a change of one server changes one sitemap. Their number is the smallest power of two at which
/// none is too long; whoever chooses names so that no number suffices finds the runs that are too
/// many in the next ones.
fn sitemaps(site: &Site) -> Vec<Vec<SitemapRun>> {
    let common = site.common_routes().iter().filter(|route| route.is_page()).count();
    let of_servers = site.rows().servers.len() * Route::PAGES_OF_SERVER;
    let pages = common + of_servers + site.tool_count();
    let fewest = pages.div_ceil(MOST_IN_SITEMAP).max(common.div_ceil(COMMON_CHUNK));
    let fewest = fewest.next_power_of_two();
    let hashes = run_hashes(site);
    let spread = |count, is_last| spread(site, common, &hashes, count, is_last);
    let exact = (0..=MOST_DOUBLINGS).find_map(|times| spread(fewest << times, false));
    // Of so many, one has room for one more run until all runs have their place.
    let addresses = common + site.tool_count() + hashes.len() * Route::PAGES_OF_SERVER;
    let enough =
        addresses.div_ceil(MOST_IN_SITEMAP - SITEMAP_CHUNK - Route::PAGES_OF_SERVER).max(fewest);
    exact.or_else(|| spread(enough, true)).unwrap_or_default()
}

/// Each run with the hash of its name that says where it stands.
fn run_hashes(site: &Site) -> Vec<(SitemapRun, u64)> {
    let of_server = |server: ServerId| {
        let runs = site.tools_of(server).len().div_ceil(SITEMAP_CHUNK).max(1);
        let slug = &site.server(server).slug;
        (0..u32::try_from(runs).unwrap_or(u32::MAX)).map(move |number| {
            let hash = digest::number(format!("{slug} {number}").as_bytes());
            (SitemapRun { server, number }, hash)
        })
    };
    site.servers().flat_map(of_server).collect()
}

/// So many sitemaps with all runs. `None`: one would be too long, unless the runs may also stand in
/// the next ones.
fn spread(
    site: &Site,
    common: usize,
    runs: &[(SitemapRun, u64)],
    count: usize,
    may_stand_elsewhere: bool,
) -> Option<Vec<Vec<SitemapRun>>> {
    let mut sizes: Vec<usize> = (0..count)
        .map(|number| common.saturating_sub(number * COMMON_CHUNK).min(COMMON_CHUNK))
        .collect();
    let mut sitemaps = vec![Vec::new(); count];
    for (run, hash) in runs {
        let before = run.number as usize * SITEMAP_CHUNK;
        let tools = site.tools_of(run.server).len().saturating_sub(before).min(SITEMAP_CHUNK);
        let addresses = tools + Route::PAGES_OF_SERVER;
        let own = usize::try_from(hash % count as u64).unwrap_or(0);
        let others = if may_stand_elsewhere { count } else { 1 };
        let has_room = |at: &usize| sizes[*at] + addresses <= MOST_IN_SITEMAP;
        let at = (0..others).map(|step| (own + step) % count).find(has_room)?;
        sizes[at] += addresses;
        sitemaps[at].push(*run);
    }
    Some(sitemaps)
}

/// Servers and tools cannot collide by the making of their slugs; what comes from files can.
fn check_addresses(site: &Site, report: &mut Report) {
    let mut taken = std::collections::BTreeMap::new();
    let mut addresses = HashMap::new();
    for route in site.common_routes() {
        let [file, address] =
            [site.file(&route), site.href(&route)].map(|path| path.to_lowercase());
        // Where an address is not the path of a file, a host looks for the page first.
        let first = [taken.insert(file, route.clone()), addresses.insert(address, route.clone())];
        if let Some(first) = first.into_iter().flatten().next() {
            let shown = site.href(&first);
            let is_same = shown == site.href(&route);
            let message = format!(
                "the site has `{}` already{}",
                text::visible(&shown),
                if is_same { "" } else { ", and some systems take the two for one" }
            );
            report.push(address_taken(site, [&route, &first], message));
        }
    }
    for (file, route) in &taken {
        let mut folders = file.match_indices('/').filter_map(|(end, _)| file.get(..end));
        if let Some(first) = folders.find_map(|folder| taken.get(folder)) {
            let message = format!(
                "the site has the file `{}`, which cannot be a folder too",
                text::visible(&site.file(first))
            );
            report.push(address_taken(site, [route, first], message));
        }
    }
}

/// The fault stands where it can be mended: in the first of the two that is there for a file. Hosts
/// look for some static files by their names.
fn address_taken(site: &Site, routes: [&Route; 2], message: String) -> Diagnostic {
    let (assets, texts): (Vec<&Route>, Vec<&Route>) =
        routes.into_iter().partition(|route| matches!(route, Route::Asset(_)));
    let source = texts.into_iter().chain(assets).find_map(|route| site.source(route));
    let place = source.unwrap_or_else(|| Place::start(site.file(routes[0])));
    let hint = "give this file another name, from which another address is made";
    Diagnostic::error(Code::AddressTaken, place, message, hint)
}
