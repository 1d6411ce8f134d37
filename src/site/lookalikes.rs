//! Owns names of the catalogue that look like others: few names can, so only those are compared.

use std::collections::HashMap;

use super::rows::{Rows, ServerId, ToolId};
use crate::text;

/// Tools and servers whose names look like that of another, with the other, in order.
#[derive(Debug, Default)]
pub(crate) struct Lookalikes {
    /// Servers that have the title of another, or a long one that begins like another, in order.
    pub titles: Vec<ServerId>,
    pub tools: Vec<(ToolId, ToolId)>,
    pub servers: Vec<(ServerId, ServerId)>,
}

impl Lookalikes {
    pub(crate) fn of(rows: &Rows) -> Lookalikes {
        let tools = (0..rows.tools.len()).map(ToolId::from_index);
        let servers = (0..rows.servers.len()).map(ServerId::from_index);
        Lookalikes {
            titles: with_shared_titles(rows),
            tools: pairs(tools, |id| rows.tool(id).name),
            servers: pairs(servers, |id| &rows.servers[id.index()].name),
        }
    }
}

/// Characters of a title that stand even where it is cut most, in the title of a page.
const TOLD: usize = 40;

fn with_shared_titles(rows: &Rows) -> Vec<ServerId> {
    let told = |title| text::first_characters(title, TOLD);
    let mut amounts: HashMap<&str, usize> = HashMap::with_capacity(rows.servers.len());
    for server in &rows.servers {
        *amounts.entry(told(&server.title)).or_default() += 1;
    }
    let is_shared = |id: &ServerId| amounts[told(&rows.servers[id.index()].title)] > 1;
    (0..rows.servers.len()).map(ServerId::from_index).filter(is_shared).collect()
}

/// Each name that can be mistaken, with the first of the plainest that it looks like.
fn pairs<'rows, Id: Copy>(
    ids: impl Iterator<Item = Id> + Clone,
    name: impl Fn(Id) -> &'rows str,
) -> Vec<(Id, Id)> {
    let doubtful: Vec<(Id, String)> = ids
        .clone()
        .filter(|id| doubt(name(*id)) > (0, 0))
        .map(|id| (id, text::skeleton(name(id))))
        .collect();
    if doubtful.is_empty() {
        return Vec::new();
    }
    let mut models: HashMap<&str, Option<Id>> =
        doubtful.iter().map(|(_, skeleton)| (skeleton.as_str(), None)).collect();
    for id in ids {
        if let Some(model) = models.get_mut(text::skeleton(name(id)).as_str()) {
            let is_plainer = model.is_none_or(|other| doubt(name(id)) < doubt(name(other)));
            *model = if is_plainer { Some(id) } else { *model };
        }
    }
    let model = |(id, skeleton): &(Id, String)| {
        let model = models.get(skeleton.as_str()).copied().flatten()?;
        (doubt(name(model)) < doubt(name(*id))).then_some((*id, model))
    };
    doubtful.iter().filter_map(model).collect()
}

/// How many letters of a name are of another alphabet, and how many are digits that look like a
/// letter.
fn doubt(name: &str) -> (usize, usize) {
    let foreign = name.chars().filter(|letter| !letter.is_ascii()).count();
    (foreign, name.bytes().filter(|byte| matches!(byte, b'0' | b'1')).count())
}
