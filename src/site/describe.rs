//! Owns what the pages of one server, and those of a listing, show of the plan: all of it goes into
//! the key by which a build knows that they have not changed. A page that shows more of the plan
//! needs a line here, and an edit in tests/incremental.rs that changes it: with such an edit the test
//! that compares incremental with clean builds fails without the line.

use rayon::prelude::*;

use super::Site;
use super::groups::{GroupId, Listing};
use super::rows::{ServerId, ToolId};
use crate::digest::{self, Hash, Sum};

/// What a link to each tool shows, as a hash. Every tool is linked to from several pages, and what
/// a link shows lies in four places of the memory. A server is named by many, too, and its name may
/// be long.
#[derive(Debug)]
pub struct LinkHashes {
    tools: Vec<Hash>,
    names: Vec<Hash>,
}

impl Site {
    /// The hashes of the links to all tools.
    pub fn link_hashes(&self) -> LinkHashes {
        let tools = (0..self.tool_count()).into_par_iter().map(ToolId::from_index);
        let servers = self.servers().map(|id| digest::hash(self.server(id).name.as_bytes()));
        LinkHashes {
            tools: tools.map(|tool| self.link_hash(tool)).collect(),
            names: servers.collect(),
        }
    }

    /// Adds what the pages of a server are made of, beside what is the same for all pages.
    pub fn describe(&self, id: ServerId, links: &LinkHashes, sum: &mut Sum) {
        let server = self.server(id);
        sum.add(server.location.content());
        sum.add(&*server.slug);
        for similar in self.similar(id) {
            sum.add(&*self.server(*similar).slug);
            sum.add(&*self.title_in_lists(*similar));
        }
        sum.add(self.server_lookalike(id).map_or("", |model| &*self.server(model).name));
        sum.add([u8::from(self.shares_title(id))]);
        for tool in self.tools_of(id) {
            sum.add(self.tool(tool).slug);
            for list in [self.like(tool), self.namesakes(tool)] {
                sum.add([]);
                for other in list {
                    sum.add(links.tools[other.index()]);
                }
            }
            for list in [Vec::from_iter(self.lookalike(tool)), self.rivals(tool).collect()] {
                sum.add([]);
                for other in list {
                    sum.add(links.tools[other.index()]);
                    sum.add(links.names[self.tool(other).server.index()]);
                }
            }
        }
    }

    /// Adds what a page of a listing is made of, in the same way. What it shows of a server is in
    /// the server's record; to add of each record only that much takes longer than the few pages
    /// that are made again without need.
    pub fn describe_group(&self, listing: Listing, id: GroupId, sum: &mut Sum) {
        let grouping = self.grouping(listing);
        let group = grouping.group(id);
        sum.add(&*group.letters);
        for below in grouping.below(id) {
            sum.add(&*grouping.group(below).letters);
        }
        for id in &group.servers {
            let server = self.server(*id);
            sum.add([]);
            sum.add(&*server.slug);
            sum.add(server.location.content());
        }
    }

    fn link_hash(&self, tool: ToolId) -> Hash {
        let row = self.tool(tool);
        let server = self.server(row.server);
        let mut sum = Sum::new();
        sum.add(row.name);
        sum.add(row.slug);
        sum.add(row.category.name());
        sum.add(row.risk.name());
        sum.add(&*server.slug);
        sum.add(&*self.title_in_lists(row.server));
        sum.hash()
    }
}
