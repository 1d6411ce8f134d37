//! Owns cross links between servers: tools of the same category and tools of the same name
//! elsewhere, and servers that are alike. Each is a short window of a sorted order, so that a new
//! tool changes the pages of its nearest neighbours only.

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;

use super::rows::{Rows, ServerId, ToolId};
use crate::risk::Category;

/// Tools of the same name that a page links to. Few, because each new one changes the page.
const MOST_NAMESAKES: usize = 2;
/// Tools of the same category on other servers that a page links to, for the same reason.
const MOST_LIKE: usize = 1;
/// How far a window looks to each side for a tool of the same category. Tools of one server stand
/// together there: with a longer window the last of them would all end at the same tool behind
/// them, and a new one there would change all their pages.
const FARTHEST_LIKE: usize = 1;
/// How far one looks for namesakes, between which no other tool stands.
const FARTHEST_NAMESAKE: usize = 3;
/// A name that more servers have says nothing about any of them ("search").
const MOST_SHARERS: usize = 24;
/// Stands for the place of the first tool with the same name as long as that is not known.
const SAME: u32 = u32::MAX;
/// How many similar servers are kept.
const MOST_SIMILAR: usize = 5;

/// The orders in which neighbours are looked for. They hold all that the search needs: to go from
/// tool to tool through the rows would leave the processor waiting for memory at each.
#[derive(Debug, Default)]
pub(crate) struct Neighbours {
    /// All tools by name and server.
    by_name: Vec<Place>,
    /// Where each tool stands there.
    name_position: Vec<u32>,
    /// The places of the tools of each category there, one category after the other.
    by_category: Vec<u32>,
    /// Where each place stands in that.
    category_position: Vec<u32>,
    /// Where the categories begin in that, and its end.
    category_starts: Vec<usize>,
    similar: Vec<Vec<ServerId>>,
}

/// A tool in the order of names.
#[derive(Clone, Copy, Debug)]
struct Place {
    tool: ToolId,
    server: ServerId,
    /// The place of the first tool with the same name.
    first: u32,
}

impl Neighbours {
    pub(crate) fn of(rows: &Rows) -> Neighbours {
        let (by_name, categories) = in_order_of_names(rows);
        // The same order inside each category.
        let mut by_category = Vec::with_capacity(by_name.len());
        let mut category_starts = vec![0];
        for category in Category::ALL {
            let of_category = categories.iter().enumerate().filter(|(_, of)| **of == category);
            by_category.extend(of_category.map(|(position, _)| number(position)));
            category_starts.push(by_category.len());
        }
        let mut neighbours = Neighbours {
            name_position: positions(by_name.iter().map(|place| place.tool.index())),
            category_position: positions(by_category.iter().map(|position| *position as usize)),
            by_name,
            by_category,
            category_starts,
            similar: Vec::new(),
        };
        let servers = rows.servers.par_iter();
        neighbours.similar =
            servers.map(|server| neighbours.similar_to(server.tools.clone())).collect();
        neighbours
    }

    /// The servers that share most tool names with one that has these tools, rare names only.
    fn similar_to(&self, tools: Range<usize>) -> Vec<ServerId> {
        let mut shared: BTreeMap<ServerId, u32> = BTreeMap::new();
        for tool in tools {
            let start = self.name_position[tool] as usize;
            let is_kin = |place: &&Place| place.first == self.by_name[start].first;
            let following = self.by_name[start + 1..].iter().take_while(is_kin);
            let preceding = self.by_name[..start].iter().rev().take_while(is_kin);
            let sharers: Vec<ServerId> = following
                .take(MOST_SHARERS)
                .chain(preceding.take(MOST_SHARERS))
                .map(|place| place.server)
                .collect();
            if sharers.len() < MOST_SHARERS {
                for server in sharers {
                    *shared.entry(server).or_default() += 1;
                }
            }
        }
        let mut ranked: Vec<(ServerId, u32)> = shared.into_iter().collect();
        ranked.sort_by_key(|(id, count)| (std::cmp::Reverse(*count), *id));
        ranked.into_iter().take(MOST_SIMILAR).map(|(id, _)| id).collect()
    }

    /// Tools of the same category on other servers that are next to it in the order of names, the one
    /// that follows first.
    pub(crate) fn like(&self, tool: ToolId) -> Vec<ToolId> {
        let position = self.name_position[tool.index()];
        let own = self.by_name[position as usize];
        let start = self.category_position[position as usize] as usize;
        let end = self.category_starts.partition_point(|bound| *bound <= start);
        let bounds = self.category_starts[end - 1]..self.category_starts[end];
        let ring = after(start, bounds, FARTHEST_LIKE)
            .map(|at| self.by_name[self.by_category[at] as usize]);
        // Namesakes have a list of their own.
        ring.filter(|place| place.server != own.server && place.first != own.first)
            .map(|place| place.tool)
            .take(MOST_LIKE)
            .collect()
    }

    /// Tools of the very same name on other servers.
    pub(crate) fn namesakes(&self, tool: ToolId) -> Vec<ToolId> {
        let position = self.name_position[tool.index()] as usize;
        let first = self.by_name[position].first;
        let behind = &self.by_name[position..];
        let run =
            behind.iter().take(FARTHEST_NAMESAKE + 1).take_while(|place| place.first == first);
        let bounds = first as usize..position + run.count();
        after(position, bounds, FARTHEST_NAMESAKE)
            .take(MOST_NAMESAKES)
            .map(|at| self.by_name[at].tool)
            .collect()
    }

    /// The first tool of a name on another server than that of a tool, which has none of that name.
    pub(crate) fn elsewhere(&self, rows: &Rows, tool: ToolId, name: &str) -> Option<ToolId> {
        let own = rows.tools[tool.index()].server();
        let start = self.by_name.partition_point(|place| rows.tool(place.tool).name < name);
        let first = self.by_name.get(start).filter(|place| rows.tool(place.tool).name == name)?;
        let count = self.by_name[start..].partition_point(|place| place.first == first.first);
        let same = &self.by_name[start..start + count];
        same.binary_search_by_key(&own, |place| place.server).is_err().then_some(first.tool)
    }

    pub(crate) fn similar(&self, server: ServerId) -> &[ServerId] {
        self.similar.get(server.index()).map_or(&[], Vec::as_slice)
    }
}

/// What follows a position inside some bounds, then what comes before it, nearest first and at most
/// so many each.
fn after(start: usize, bounds: Range<usize>, most: usize) -> impl Iterator<Item = usize> {
    let following = (start + 1..bounds.end).take(most);
    following.chain((bounds.start..start).rev().take(most))
}

/// All tools by name and server, and the category of each. Most names differ in their first letters,
/// which are compared as one number.
fn in_order_of_names(rows: &Rows) -> (Vec<Place>, Vec<Category>) {
    let beginning = |name: &str| {
        let mut bytes = [0; 8];
        for (to, from) in bytes.iter_mut().zip(name.bytes()) {
            *to = from;
        }
        u64::from_be_bytes(bytes)
    };
    let ids = (0..rows.tools.len()).into_par_iter().map(ToolId::from_index);
    let mut order: Vec<(u64, ToolId)> = ids.map(|id| (beginning(rows.tool(id).name), id)).collect();
    order.par_sort_unstable_by(|(one, a), (other, b)| {
        one.cmp(other).then_with(|| (rows.tool(*a).name, a).cmp(&(rows.tool(*b).name, b)))
    });
    let is_namesake = |position: usize| {
        let [(one, a), (other, b)] = [position - 1, position].map(|at| order[at]);
        one == other && rows.have_same_name(a, b)
    };
    // Each tool lies elsewhere in memory: to look at it is what takes the time here.
    let known = (0..order.len()).into_par_iter().map(|position| {
        let tool = order[position].1;
        let row = &rows.tools[tool.index()];
        let first = if position > 0 && is_namesake(position) { SAME } else { number(position) };
        (Place { tool, server: row.server(), first }, row.category())
    });
    let (mut places, categories): (Vec<Place>, Vec<Category>) = known.unzip();
    let mut first = 0;
    for place in &mut places {
        if place.first == SAME {
            place.first = first;
        }
        first = place.first;
    }
    (places, categories)
}

/// Where each index stands in an order of all of them.
fn positions(order: impl ExactSizeIterator<Item = usize>) -> Vec<u32> {
    let mut positions = vec![0; order.len()];
    for (position, index) in order.enumerate() {
        positions[index] = number(position);
    }
    positions
}

/// A position as it is kept. A catalogue has fewer than four thousand million tools.
fn number(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
