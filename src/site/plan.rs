//! Owns planning: from a catalogue, texts and settings to a [`Site`], with every fault that
//! forbids one.

use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;

use super::groups::{Grouping, Listing, key};
use super::neighbours::Neighbours;
use super::rows::{Counts, Rows, ServerRow};
use super::{Addresses, Site};
use crate::catalogue::{self, Location, Piece, ServerRecord};
use crate::config::Config;
use crate::content::Prose;
use crate::diag::{Code, Diagnostic, Report};
use crate::digest;
use crate::markdown;
use crate::risk::{Category, Risk};
use crate::text;

/// Addresses that a sitemap may have.
const MOST_IN_SITEMAP: usize = 50_000;
/// Tools of one server that stand in one sitemap together.
const SITEMAP_CHUNK: usize = 1_000;
/// Longest title and summary that other pages show of a server.
const LONGEST_TITLE: usize = 80;
const LONGEST_SUMMARY: usize = 160;

/// What a site is planned from.
#[derive(Debug)]
pub struct Inputs {
    /// The settings.
    pub config: Config,
    /// The texts.
    pub prose: Prose,
    /// The published paths of the static files.
    pub assets: Vec<String>,
}

/// One server as the first reading leaves it.
struct Found {
    row: ServerRow,
    tools: Vec<(String, Category, Risk)>,
}

/// Reads the whole catalogue once and plans the site.
/// `None`: nothing can be published; the report says why.
pub fn plan(inputs: Inputs, report: &mut Report) -> Option<Site> {
    let pieces = catalogue::pieces(&inputs.config.catalogue, report);
    let attacks = &inputs.prose.attack_slugs;
    let read: Vec<(Vec<Found>, Report)> =
        pieces.par_iter().map(|piece| read_piece(piece, attacks)).collect();
    let mut found = Vec::with_capacity(read.len());
    for (servers, faults) in read {
        found.extend(servers);
        report.merge(faults);
    }
    check_names(&mut found, report);
    if found.is_empty() && !report.has_errors() {
        let places = inputs.config.catalogue.iter().map(|path| path.display().to_string());
        let place = crate::diag::Place::start(places.collect::<Vec<_>>().join(", "));
        let hint =
            "put one server record on each line, or name another catalogue with `--catalogue`";
        report.push(Diagnostic::error(
            Code::EmptyCatalogue,
            place,
            "the catalogue has no record",
            hint,
        ));
    }
    if report.has_errors() {
        return None;
    }
    let rows = rows(found);
    let keys: Vec<String> =
        rows.servers.iter().map(|server| key(&server.title, &server.slug)).collect();
    let mut site = Site {
        addresses: Addresses::of(&inputs.config),
        groupings: Listing::all().map(|listing| Grouping::of(listing, &rows, &keys)).collect(),
        neighbours: Neighbours::of(&rows),
        config: inputs.config,
        prose: inputs.prose,
        rows,
        sitemaps: 0,
        assets: inputs.assets,
        common: HashMap::new(),
    };
    site.sitemaps = sitemap_count(&site);
    site.common = site.common_by_path();
    check_addresses(&site, report);
    (!report.has_errors()).then_some(site)
}

fn read_piece(piece: &Piece, attacks: &BTreeSet<String>) -> (Vec<Found>, Report) {
    let mut report = Report::new();
    let mut found = Vec::new();
    catalogue::read_piece(piece, &mut report, |record, location, report| {
        check_attacks(&record, attacks, report);
        found.push(first_reading(record, location));
    });
    (found, report)
}

fn first_reading(record: ServerRecord<'_>, location: Location) -> Found {
    let server = &record.server;
    let title = text::cut(&text::one_line(server.display_title()), LONGEST_TITLE);
    let summary = server
        .description
        .as_deref()
        .map(|description| markdown::first_sentence(description, LONGEST_SUMMARY));
    let row = ServerRow {
        name: server.name.as_str().into(),
        title: title.into(),
        summary: summary.unwrap_or_default().into(),
        slug: Box::default(),
        location,
        checked_at: record.checked_at.map(String::into_boxed_str),
        tools: 0..0,
        counts: Counts::default(),
    };
    let tools =
        record.tools.into_iter().map(|tool| (tool.name, tool.category, tool.risk)).collect();
    Found { row, tools }
}

fn check_attacks(record: &ServerRecord<'_>, attacks: &BTreeSet<String>, report: &mut Report) {
    for mention in record.tools.iter().flat_map(|tool| &tool.attacks) {
        if !attacks.contains(&mention.slug) {
            let message = format!("no attack is called `{}`", text::visible(&mention.slug));
            let hint = "name a file of `content/attacks/` without its ending, or leave it out";
            report.push(
                Diagnostic::error(Code::UnknownAttack, mention.place.clone(), message, hint)
                    .in_field(&mention.field),
            );
        }
    }
}

/// Sorts the servers by name and reports those that are there twice.
fn check_names(found: &mut [Found], report: &mut Report) {
    found.sort_by(|one, other| {
        (&one.row.name, one.row.location.place())
            .cmp(&(&other.row.name, other.row.location.place()))
    });
    for pair in found.windows(2).filter(|pair| pair[0].row.name == pair[1].row.name) {
        let first = pair[0].row.location.place();
        let message = format!(
            "the server `{}` has a record already, at {}:{}",
            text::visible(&pair[1].row.name),
            text::visible(&first.file),
            first.line
        );
        let hint = "keep one record for each server; `server.name` tells them apart";
        report.push(
            Diagnostic::error(Code::DuplicateServer, pair[1].row.location.place(), message, hint)
                .in_field("server.name"),
        );
    }
}

/// Gives every server and tool its slug and its place in the plan.
fn rows(mut found: Vec<Found>) -> Rows {
    let names: Vec<&str> = found.iter().map(|server| &*server.row.name).collect();
    let slugs = text::unique_slugs(&names);
    for (server, slug) in found.iter_mut().zip(slugs) {
        server.row.slug = slug.into();
    }
    found.sort_by(|one, other| one.row.slug.cmp(&other.row.slug));
    let mut rows = Rows::default();
    for Found { mut row, mut tools } in found {
        tools.sort();
        let names: Vec<&str> = tools.iter().map(|(name, ..)| name.as_str()).collect();
        let slugs = text::unique_slugs(&names);
        let start = rows.tools.len();
        for ((name, category, risk), slug) in tools.iter().zip(slugs) {
            rows.add_tool(name, &slug, *category, *risk);
            row.counts.add(*category, *risk);
        }
        row.tools = start..rows.tools.len();
        rows.servers.push(row);
    }
    rows
}

impl Site {
    /// The sitemap that a server's pages stand in, for a part of its tools. It depends on the
    /// server's name alone, so that a change of one server changes one sitemap.
    pub fn sitemap_of(&self, slug: &str, tool: usize) -> usize {
        bucket(slug, tool, self.sitemaps)
    }
}

fn bucket(slug: &str, tool: usize, buckets: usize) -> usize {
    let key = format!("{slug} {}", tool / SITEMAP_CHUNK);
    usize::try_from(digest::number(key.as_bytes()) % buckets.max(1) as u64).unwrap_or(0)
}

/// The smallest power of two at which no sitemap is too long.
fn sitemap_count(site: &Site) -> usize {
    let common = site.common_routes().len();
    let mut buckets = (site.route_count() / MOST_IN_SITEMAP + 1).next_power_of_two();
    loop {
        let mut sizes = vec![0; buckets];
        sizes[0] = common;
        for server in &site.rows.servers {
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

/// Servers and tools cannot collide by the making of their slugs; what comes from files can.
fn check_addresses(site: &Site, report: &mut Report) {
    let mut taken = std::collections::BTreeMap::new();
    for route in site.common_routes() {
        let file = site.file(&route).to_lowercase();
        if let Some(first) = taken.insert(file.clone(), route.clone()) {
            let place = crate::diag::Place::start(site.file(&route));
            let message = format!(
                "the site has `{}` already, and some systems take the two for one",
                text::visible(&site.file(&first))
            );
            let hint = "rename the file of `static/` or `content/` that is behind one of them";
            report.push(Diagnostic::error(Code::AddressTaken, place, message, hint));
        }
    }
}
