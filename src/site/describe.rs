//! Owns what the pages of one server show of the plan: all of it goes into the key by which a build
//! knows that they have not changed. A page that shows more of the plan needs a line here; the test
//! that compares incremental with clean builds fails without it.

use super::rows::{ServerId, ToolId};
use super::{MOST_LINKED, Site};
use crate::digest::Sum;

impl Site {
    /// Adds what the pages of a server are made of, beside what is the same for all pages.
    pub fn describe(&self, id: ServerId, sum: &mut Sum) {
        let server = self.server(id);
        sum.add(server.location.content());
        sum.add(&*server.slug);
        for similar in self.similar(id) {
            let similar = self.server(*similar);
            sum.add(&*similar.slug);
            sum.add(&*similar.title);
        }
        for tool in self.tools_of(id) {
            sum.add(self.tool(tool).slug);
            for list in [self.like(tool, MOST_LINKED), self.namesakes(tool, MOST_LINKED)] {
                sum.add([]);
                for other in list {
                    self.describe_link(other, sum);
                }
            }
        }
    }

    fn describe_link(&self, tool: ToolId, sum: &mut Sum) {
        let row = self.tool(tool);
        let server = self.server(row.server);
        sum.add(row.name);
        sum.add(row.slug);
        sum.add(row.category.name());
        sum.add(row.risk.name());
        sum.add(&*server.slug);
        sum.add(&*server.title);
    }
}
