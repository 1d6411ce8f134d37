//! Owns cross links between servers: tools of the same category and tools of the same name
//! elsewhere, and servers that are alike. Each is a short window of a sorted order, so that a new
//! tool changes the pages of its nearest neighbours only.

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;

use super::rows::{Rows, ServerId, ToolId};
use crate::risk::Category;

/// How far a window looks for tools of other servers.
const FARTHEST: usize = 64;
/// A name that more servers have says nothing about any of them ("search").
const MOST_SHARERS: usize = 24;
/// How many similar servers are kept.
const MOST_SIMILAR: usize = 5;

/// The orders in which neighbours are looked for.
#[derive(Debug, Default)]
pub(crate) struct Neighbours {
    /// Tools by category, name and server.
    by_category: Vec<ToolId>,
    category_position: Vec<u32>,
    /// Tools by name and server.
    by_name: Vec<ToolId>,
    name_position: Vec<u32>,
    similar: Vec<Vec<ServerId>>,
}

impl Neighbours {
    pub(crate) fn of(rows: &Rows) -> Neighbours {
        let by_name = in_order_of_names(rows);
        // The same order inside each category.
        let mut by_category = Vec::with_capacity(by_name.len());
        for category in Category::ALL {
            let of_category =
                by_name.iter().filter(|id| rows.tools[id.index()].category() == category);
            by_category.extend(of_category.copied());
        }
        let mut neighbours = Neighbours {
            category_position: positions(&by_category),
            name_position: positions(&by_name),
            by_category,
            by_name,
            similar: Vec::new(),
        };
        let servers = rows.servers.par_iter();
        neighbours.similar =
            servers.map(|server| neighbours.similar_to(rows, server.tools.clone())).collect();
        neighbours
    }

    /// The servers that share most tool names with one that has these tools, rare names only.
    fn similar_to(&self, rows: &Rows, tools: Range<usize>) -> Vec<ServerId> {
        let mut shared: BTreeMap<ServerId, u32> = BTreeMap::new();
        for tool in tools.map(ToolId::from_index) {
            let start = self.name_position[tool.index()] as usize;
            let is_kin = |id: &ToolId| rows.have_same_name(*id, tool);
            let following = self.by_name[start + 1..].iter().take_while(|id| is_kin(id));
            let preceding = self.by_name[..start].iter().rev().take_while(|id| is_kin(id));
            let sharers: Vec<ServerId> = following
                .take(MOST_SHARERS)
                .chain(preceding.take(MOST_SHARERS))
                .map(|id| rows.tools[id.index()].server())
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

    pub(crate) fn like(&self, rows: &Rows, tool: ToolId, most: usize) -> Vec<ToolId> {
        let own = rows.tool(tool);
        let start = self.category_position[tool.index()] as usize;
        let is_kin = |id: &ToolId| rows.tool(*id).category == own.category;
        let ring = after(&self.by_category, start, is_kin);
        // Namesakes have a list of their own.
        ring.filter(|id| rows.tool(*id).server != own.server && rows.tool(*id).name != own.name)
            .take(most)
            .collect()
    }

    pub(crate) fn namesakes(&self, rows: &Rows, tool: ToolId, most: usize) -> Vec<ToolId> {
        let own = rows.tool(tool);
        let start = self.name_position[tool.index()] as usize;
        let is_kin = |id: &ToolId| rows.tool(*id).name == own.name;
        after(&self.by_name, start, is_kin).take(most).collect()
    }

    pub(crate) fn similar(&self, server: ServerId) -> &[ServerId] {
        self.similar.get(server.index()).map_or(&[], Vec::as_slice)
    }
}

/// The kin that follow a position, then, at the end of their run, those before it, nearest first.
fn after<'order>(
    order: &'order [ToolId],
    start: usize,
    is_kin: impl Fn(&ToolId) -> bool + Copy + 'order,
) -> impl Iterator<Item = ToolId> + 'order {
    let following =
        order[start + 1..].iter().take(FARTHEST).copied().take_while(move |id| is_kin(id));
    let preceding =
        order[..start].iter().rev().take(FARTHEST).copied().take_while(move |id| is_kin(id));
    following.chain(preceding)
}

/// All tools by name and server. Most names differ in their first letters, which are compared as
/// one number.
fn in_order_of_names(rows: &Rows) -> Vec<ToolId> {
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
    order.into_iter().map(|(_, id)| id).collect()
}

fn positions(order: &[ToolId]) -> Vec<u32> {
    let mut positions = vec![0; order.len()];
    for (position, id) in order.iter().enumerate() {
        positions[id.index()] = u32::try_from(position).unwrap_or(u32::MAX);
    }
    positions
}
