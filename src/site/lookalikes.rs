//! Owns names of the catalogue that look like others: few names can, so only those are compared.

use std::collections::{HashMap, HashSet};

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

/// Each name that can be mistaken for another, with that other.
fn pairs<'rows, Id: Copy + Ord>(
    ids: impl Iterator<Item = Id> + Clone,
    name: impl Fn(Id) -> &'rows str,
) -> Vec<(Id, Id)> {
    let names = ids.clone().map(&name);
    let shapes: HashSet<String> =
        names.filter(|name| may_be_mistaken(name)).map(text::skeleton).collect();
    if shapes.is_empty() {
        return Vec::new();
    }
    let mut alike: HashMap<&str, Vec<Id>> =
        shapes.iter().map(|shape| (shape.as_str(), Vec::new())).collect();
    for id in ids {
        if let Some(group) = alike.get_mut(text::skeleton(name(id)).as_str()) {
            group.push(id);
        }
    }
    let mut pairs: Vec<(Id, Id)> =
        alike.values().flat_map(|group| pairs_among(group, &name)).collect();
    pairs.sort_unstable();
    pairs
}

/// Of names that look alike, each imitation with the first of the plainest. If these are not all the
/// same, nobody can tell which of them is meant to be taken for which: each goes with another one.
fn pairs_among<'rows, Id: Copy>(group: &[Id], name: &impl Fn(Id) -> &'rows str) -> Vec<(Id, Id)> {
    let spelling = |id: Id| name(id).to_lowercase();
    let Some(model) = group.iter().copied().min_by_key(|id| doubt(name(*id))) else {
        return Vec::new();
    };
    let (plainest, own) = (doubt(name(model)), spelling(model));
    let is_rival = |id: &Id| doubt(name(*id)) == plainest && spelling(*id) != own;
    let rival = group.iter().copied().find(is_rival);
    let pair = |id: &Id| {
        let is_imitation = doubt(name(*id)) > plainest;
        let other = if is_imitation || spelling(*id) != own { Some(model) } else { rival };
        Some((*id, other?))
    };
    group.iter().filter_map(pair).collect()
}

/// Whether a name has something that can be taken for something else. That which it is taken for
/// need not be looked at by itself.
fn may_be_mistaken(name: &str) -> bool {
    !name.is_ascii() || name.contains(['0', '1', '|']) || name.contains("rn")
}

/// How many letters of a name are of another alphabet, and how many other characters stand for a
/// letter: strokes, and digits where a word goes on behind them. At its end they can be a number.
fn doubt(name: &str) -> (usize, usize) {
    let foreign = name.chars().filter(|letter| !letter.is_ascii()).count();
    let strokes = name.bytes().filter(|byte| *byte == b'|').count();
    (foreign, strokes + digits_in_words(name))
}

/// How many digits that look like letters stand between letters.
fn digits_in_words(name: &str) -> usize {
    let is_digit = |letter: char| matches!(letter, '0' | '1');
    let mut count = 0;
    let mut rest = name;
    while let Some(at) = rest.find(is_digit) {
        let (before, digits) = rest.split_at(at);
        let behind = digits.trim_start_matches(is_digit);
        let is_in_word =
            before.ends_with(char::is_alphabetic) && behind.starts_with(char::is_alphabetic);
        count += if is_in_word { digits.len() - behind.len() } else { 0 };
        rest = behind;
    }
    count
}
