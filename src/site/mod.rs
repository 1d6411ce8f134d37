//! Owns the plan of a site: every address, every cross link and every count, in compact rows.
//! No text of a record but names, titles and one line a server stays in memory. Everything that
//! is decided for a whole site is decided here, before the first page is rendered.

mod address;
mod describe;
mod groups;
mod interned;
mod inventory;
mod ledger;
mod lookalikes;
mod neighbours;
mod plan;
mod route;
mod rows;
mod share;

pub use address::Addresses;
pub use describe::LinkHashes;
pub use groups::{Group, GroupId, Grouping, Listing};
pub use inventory::Inventory;
pub use ledger::Ledger;
use plan::SitemapRun;
pub use plan::{Examples, Inputs, StaticFile, plan};
pub use route::Route;
pub use rows::{Counts, ServerId, ServerRow, ToolId, ToolRow};
pub use share::{Shard, Share, cut};

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use groups::MOST_NAMED;

use crate::config::Config;
use crate::content::Prose;
use crate::text;

/// The plan of a site.
#[derive(Debug)]
pub struct Site {
    /// The settings.
    pub config: Config,
    /// The texts.
    pub prose: Prose,
    /// How routes become addresses and files.
    pub addresses: Addresses,
    inventory: Arc<Inventory>,
    sitemaps: Vec<Vec<SitemapRun>>,
    pub(crate) assets: Vec<StaticFile>,
    pub(crate) examples: Vec<Examples>,
    pub(crate) common: std::collections::HashMap<String, Route>,
    /// The tools of each server, one server after the other, in the order of their addresses: made
    /// when the first address of a tool is looked up.
    tools_by_slug: OnceLock<Vec<ToolId>>,
}

impl Site {
    /// Whether the site was planned over this very inventory.
    pub fn is_over(&self, inventory: &Arc<Inventory>) -> bool {
        Arc::ptr_eq(&self.inventory, inventory)
    }

    fn rows(&self) -> &rows::Rows {
        &self.inventory.rows
    }

    /// All servers in the order of their addresses.
    pub fn servers(&self) -> impl Iterator<Item = ServerId> + use<> {
        (0..self.rows().servers.len()).map(ServerId::from_index)
    }

    /// The row of a server.
    pub fn server(&self, id: ServerId) -> &ServerRow {
        &self.rows().servers[id.index()]
    }

    /// The tools of a server in the order of their names.
    pub fn tools_of(&self, id: ServerId) -> impl ExactSizeIterator<Item = ToolId> + use<> {
        self.server(id).tools.clone().map(ToolId::from_index)
    }

    /// One of the tools of a server, by its position among them.
    pub fn tool_at(&self, id: ServerId, position: usize) -> ToolId {
        ToolId::from_index(self.server(id).tools.start + position)
    }

    /// The row of a tool.
    pub fn tool(&self, id: ToolId) -> ToolRow<'_> {
        self.rows().tool(id)
    }

    /// How many tools there are.
    pub fn tool_count(&self) -> usize {
        self.rows().tools.len()
    }

    /// How many sitemaps there are.
    pub fn sitemap_count(&self) -> usize {
        self.sitemaps.len()
    }

    /// Counts over the whole catalogue, for the home page.
    pub fn totals(&self) -> &Counts {
        &self.rows().totals
    }

    /// The tools whose records name an attack, by its position in the texts.
    pub fn examples(&self, attack: usize) -> &Examples {
        &self.examples[attack]
    }

    /// The groups of a listing.
    pub fn grouping(&self, listing: Listing) -> &Grouping {
        &self.inventory.groupings[listing.index()]
    }

    /// The tools of a server that a listing names, up to a number. That of all servers names none.
    pub fn named(&self, listing: Listing, server: ServerId) -> impl Iterator<Item = ToolId> + '_ {
        let is_named = move |tool: &ToolId| match listing {
            Listing::Servers => false,
            Listing::Category(category) => self.tool(*tool).category == category,
            Listing::Risk(risk) => self.tool(*tool).risk == risk,
        };
        self.tools_of(server).filter(is_named).take(MOST_NAMED)
    }

    /// The tools before and after a tool on its own server.
    pub fn beside(&self, tool: ToolId) -> [Option<ToolId>; 2] {
        let own = &self.server(self.tool(tool).server).tools;
        [tool.index().checked_sub(1), Some(tool.index() + 1)]
            .map(|at| at.filter(|at| own.contains(at)).map(ToolId::from_index))
    }

    /// Tools of the same category on other servers, those nearest in the order of names first.
    pub fn like(&self, tool: ToolId) -> Vec<ToolId> {
        self.inventory.neighbours.like(tool)
    }

    /// The nearest tools of the very same name on other servers.
    pub fn namesakes(&self, tool: ToolId) -> Vec<ToolId> {
        self.inventory.neighbours.namesakes(tool)
    }

    /// The tool whose name the name of this one looks like.
    pub fn lookalike(&self, tool: ToolId) -> Option<ToolId> {
        model(&self.inventory.lookalikes.tools, tool)
    }

    /// The server whose name the name of this one looks like.
    pub fn server_lookalike(&self, server: ServerId) -> Option<ServerId> {
        model(&self.inventory.lookalikes.servers, server)
    }

    /// Whether another server has the same title, or a long one that begins alike.
    pub fn shares_title(&self, server: ServerId) -> bool {
        self.inventory.lookalikes.titles.binary_search(&server).is_ok()
    }

    /// The title of a server in a list, with its identifier if it [shares](Site::shares_title) it.
    pub fn title_in_lists(&self, server: ServerId) -> Cow<'_, str> {
        let row = self.server(server);
        if self.shares_title(server) {
            return Cow::Owned(format!("{} ({})", row.title, text::shown_name(&row.name)));
        }
        Cow::Borrowed(&row.title)
    }

    /// The tools of other servers that the description of this one tells a model not to use.
    pub fn rivals(&self, tool: ToolId) -> impl Iterator<Item = ToolId> + '_ {
        let rivals = &self.inventory.rivals;
        let start = rivals.partition_point(|(first, _)| *first < tool);
        let own = rivals.iter().skip(start).take_while(move |(first, _)| *first == tool);
        own.map(|(_, rival)| *rival)
    }

    /// Servers that have names of tools in common with one.
    pub fn similar(&self, server: ServerId) -> &[ServerId] {
        self.inventory.neighbours.similar(server)
    }

    /// The address of a route on this site, with the path of the site but without its host.
    pub fn href(&self, route: &Route) -> String {
        self.addresses.href("", |path| route.write_path(self, path))
    }

    /// Whether a link to a route means an address, which is without percent signs.
    pub fn is_meant(&self, route: &Route, address: &str) -> bool {
        text::percent_decode(&self.href(route)) == address
    }

    /// The whole address of a route.
    pub fn url(&self, route: &Route) -> String {
        self.addresses.href(&self.config.origin, |path| route.write_path(self, path))
    }

    /// Adds the whole address of a route to a text.
    pub fn push_url(&self, route: &Route, text: &mut String) {
        text.push_str(&self.config.origin);
        self.addresses.push_href(text, |path| route.write_path(self, path));
    }

    /// The file of a route below the output folder.
    pub fn file(&self, route: &Route) -> String {
        self.addresses.file(|path| route.write_path(self, path))
    }
}

/// What stands beside an id in a list that is in order.
fn model<Id: Ord + Copy>(pairs: &[(Id, Id)], id: Id) -> Option<Id> {
    let at = pairs.binary_search_by_key(&id, |(first, _)| *first).ok()?;
    pairs.get(at).map(|(_, model)| *model)
}
