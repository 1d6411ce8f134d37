//! Owns the inventory: what the plan knows from the catalogue alone, whatever the settings, texts
//! and templates are. It is made once for a catalogue and shared by every plan over it.

use rayon::prelude::*;

use super::groups::{Grouping, Listing, key};
use super::interned::Interned;
use super::ledger::Reading;
use super::lookalikes::Lookalikes;
use super::neighbours::Neighbours;
use super::rows::{Rows, ServerRow, ToolId};
use crate::catalogue::{Distance, Location};
use crate::diag::{Code, Diagnostic, Report};
use crate::text;

/// The rows of a catalogue, its listings, and who is next to whom.
#[derive(Debug)]
pub struct Inventory {
    pub(super) rows: Rows,
    pub(super) groupings: Vec<Grouping>,
    pub(super) neighbours: Neighbours,
    /// The attacks that records name.
    pub(super) attacks: Vec<Box<str>>,
    /// Which tool names which of them, in the order of the tools.
    pub(super) mentions: Vec<(ToolId, u32)>,
    pub(super) lookalikes: Lookalikes,
    /// Which tool turns models away from which tool of another server, in the order of the tools.
    pub(super) rivals: Vec<(ToolId, ToolId)>,
}

/// One server of a reading, on its way to its place.
struct Entry<'ledger> {
    reading: &'ledger Reading,
    server: &'ledger ServerRow,
    location: Location,
    slug: String,
}

impl Inventory {
    /// Puts the servers of all readings in order. `None`: the report says which are there twice.
    pub(super) fn of<'ledger>(
        readings: impl Iterator<Item = (&'ledger Reading, Distance)>,
        report: &mut Report,
    ) -> Option<Inventory> {
        let mut entries: Vec<Entry<'ledger>> = readings
            .flat_map(|(reading, distance)| {
                reading.rows.servers.iter().map(move |server| {
                    let location = server.location.moved(distance);
                    Entry { reading, server, location, slug: String::new() }
                })
            })
            .collect();
        check_names(&mut entries, report);
        if !report.is_empty() {
            return None;
        }
        let names: Vec<&str> = entries.iter().map(|entry| &*entry.server.name).collect();
        let slugs = text::unique_slugs(&names);
        for (entry, slug) in entries.iter_mut().zip(slugs) {
            entry.slug = slug;
        }
        entries.par_sort_unstable_by(|one, other| one.slug.cmp(&other.slug));
        Some(Inventory::in_order(entries))
    }

    fn in_order(entries: Vec<Entry<'_>>) -> Inventory {
        let tools = entries.iter().map(|entry| entry.server.tools.len()).sum();
        let texts = entries.iter().map(|entry| entry.reading.rows.text_length(entry.server)).sum();
        let mut rows = Rows::with_room(entries.len(), tools, texts);
        let mut attacks = Interned::default();
        let mut mentions = Vec::new();
        let mut rivals = Vec::new();
        for Entry { reading, server, location, slug } in entries {
            let start = rows
                .append(&reading.rows, ServerRow { slug: slug.into(), location, ..server.clone() });
            for (tool, attack) in reading.mentions_of(server) {
                let tool = ToolId::from_index(start + (tool.index() - server.tools.start));
                mentions.push((tool, attacks.number(attack)));
            }
            for (tool, name) in reading.rivals_of(server) {
                rivals
                    .push((ToolId::from_index(start + (tool.index() - server.tools.start)), name));
            }
        }
        let keys: Vec<String> =
            rows.servers.iter().map(|server| key(&server.title, &server.slug)).collect();
        let listings: Vec<Listing> = Listing::all().collect();
        let ((groupings, lookalikes), neighbours) = rayon::join(
            || {
                let each = listings.into_par_iter();
                let groupings = each.map(|listing| Grouping::of(listing, &rows, &keys)).collect();
                (groupings, Lookalikes::of(&rows))
            },
            || Neighbours::of(&rows),
        );
        let rivals = rivals
            .into_iter()
            .filter_map(|(tool, name)| Some((tool, neighbours.elsewhere(&rows, tool, name)?)))
            .collect();
        let attacks = attacks.into_names();
        Inventory { rows, groupings, neighbours, attacks, mentions, lookalikes, rivals }
    }
}

/// Sorts the servers by name and reports those that are there twice.
fn check_names(entries: &mut [Entry<'_>], report: &mut Report) {
    entries.par_sort_unstable_by(|one, other| {
        (&one.server.name, one.location.order()).cmp(&(&other.server.name, other.location.order()))
    });
    for pair in entries.windows(2).filter(|pair| pair[0].server.name == pair[1].server.name) {
        let [first, place] = [&pair[0], &pair[1]].map(|entry| entry.location.place_of_name());
        let message = format!(
            "the server `{}` has a record already, at {}:{}",
            text::visible(&pair[1].server.name),
            text::visible(&first.file),
            first.line
        );
        let hint = "keep one record for each server; `server.name` tells them apart";
        report.push(
            Diagnostic::error(Code::DuplicateServer, place, message, hint).in_field("server.name"),
        );
    }
}
