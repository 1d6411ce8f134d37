//! Owns planning: from a catalogue, texts and settings to a [`Site`], with every fault that
//! forbids one.

use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;

use super::groups::{Grouping, Listing, key};
use super::neighbours::Neighbours;
use super::rows::{Counts, Rows, ServerRow, ToolId};
use super::{Addresses, Site};
use crate::catalogue::{self, Location, Piece, Server, ServerRecord, Tool};
use crate::config::Config;
use crate::content::Prose;
use crate::diag::{Code, Diagnostic, Report};
use crate::digest;
use crate::markdown;
use crate::risk::{Category, Risk};
use crate::search;
use crate::text;

/// Addresses that a sitemap may have.
const MOST_IN_SITEMAP: usize = 50_000;
/// Tools of one server that stand in one sitemap together.
const SITEMAP_CHUNK: usize = 1_000;
/// Longest title and summary that other pages show of a server.
const LONGEST_TITLE: usize = 80;
const LONGEST_SUMMARY: usize = 160;
/// Longest line that a search result shows of a tool.
const LONGEST_LINE: usize = 120;
/// Tools that the page of an attack names. Few, because each new one changes the page.
const MOST_EXAMPLES: usize = 12;

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
    text: search::Text,
    tools: Vec<FoundTool>,
}

/// One tool likewise.
struct FoundTool {
    name: String,
    category: Category,
    risk: Risk,
    text: search::Text,
    /// The attacks that its record names, by their positions.
    attacks: Vec<usize>,
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
    let (rows, texts) = rows(found);
    let keys: Vec<String> =
        rows.servers.iter().map(|server| key(&server.title, &server.slug)).collect();
    let mut site = Site {
        addresses: Addresses::of(&inputs.config),
        index: index(&rows, &texts, inputs.config.search_files),
        examples: examples(&rows, &texts, inputs.prose.attacks.len()),
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
        found.push(first_reading(record, location, attacks));
    });
    (found, report)
}

fn first_reading(
    record: ServerRecord<'_>,
    location: Location,
    attacks: &BTreeSet<String>,
) -> Found {
    let server = &record.server;
    let title = text::cut(&text::one_line(server.display_title()), LONGEST_TITLE);
    let description = server.description.as_deref().unwrap_or_default();
    let summary = markdown::first_sentence(description, LONGEST_SUMMARY);
    let mut found_text = search::Text::new(&server.name, &title, String::new(), description);
    found_text.identifiers = identifiers(server).into();
    let row = ServerRow {
        name: server.name.as_str().into(),
        title: title.into(),
        summary: summary.into(),
        slug: Box::default(),
        location,
        checked_at: record.checked_at.map(String::into_boxed_str),
        tools: 0..0,
        counts: Counts::default(),
    };
    let tools = record.tools.into_iter().map(|tool| found_tool(tool, attacks)).collect();
    Found { row, text: found_text, tools }
}

fn found_tool(tool: Tool<'_>, attacks: &BTreeSet<String>) -> FoundTool {
    let description = tool.description.as_deref().unwrap_or_default();
    let title =
        text::cut(&text::one_line(tool.title.as_deref().unwrap_or_default()), LONGEST_TITLE);
    let line = markdown::first_sentence(description, LONGEST_LINE);
    let mentions = tool.attacks.iter();
    FoundTool {
        text: search::Text::new(&tool.name, &title, line, description),
        attacks: mentions
            .filter_map(|mention| attacks.iter().position(|slug| *slug == mention.slug))
            .collect(),
        name: tool.name,
        category: tool.category,
        risk: tool.risk,
    }
}

/// Where a server can be had from, one a line: how a client's configuration names it.
fn identifiers(server: &Server) -> String {
    let packages = server.packages.iter().map(|package| package.identifier.as_str());
    let remotes = server.remotes.iter().map(|remote| remote.url.as_str());
    let bare = |url: &str| url.split_once("://").map_or(url, |(_, rest)| rest).to_owned();
    let lines: Vec<String> =
        packages.chain(remotes).map(|name| text::one_line(&bare(name))).collect();
    lines.join("\n")
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

/// What is known of the texts of a server, in the order of the plan.
struct Texts {
    server: search::Text,
    tools: Vec<search::Text>,
    attacks: Vec<Vec<usize>>,
}

/// Gives every server and tool its slug and its place in the plan.
fn rows(mut found: Vec<Found>) -> (Rows, Vec<Texts>) {
    let names: Vec<&str> = found.iter().map(|server| &*server.row.name).collect();
    let slugs = text::unique_slugs(&names);
    for (server, slug) in found.iter_mut().zip(slugs) {
        server.row.slug = slug.into();
    }
    found.sort_by(|one, other| one.row.slug.cmp(&other.row.slug));
    let mut rows = Rows::default();
    let mut texts = Vec::with_capacity(found.len());
    for Found { mut row, text, mut tools } in found {
        tools.sort_by(|one, other| one.name.cmp(&other.name));
        let names: Vec<&str> = tools.iter().map(|tool| tool.name.as_str()).collect();
        let slugs = text::unique_slugs(&names);
        let start = rows.tools.len();
        for (tool, slug) in tools.iter().zip(slugs) {
            rows.add_tool(&tool.name, &slug, tool.category, tool.risk);
            row.counts.add(tool.category, tool.risk);
        }
        row.tools = start..rows.tools.len();
        rows.servers.push(row);
        let (tools, attacks) = tools.into_iter().map(|tool| (tool.text, tool.attacks)).unzip();
        texts.push(Texts { server: text, tools, attacks });
    }
    (rows, texts)
}

/// The search index.
fn index(rows: &Rows, texts: &[Texts], most_files: usize) -> Vec<search::IndexFile> {
    let tools: Vec<Vec<search::ToolEntry<'_>>> = rows
        .servers
        .iter()
        .zip(texts)
        .map(|(server, texts)| {
            let rows = server.tools.clone().map(|index| rows.tool(ToolId::from_index(index)));
            rows.zip(&texts.tools)
                .map(|(tool, text)| search::ToolEntry {
                    name: tool.name,
                    slug: tool.slug,
                    category: tool.category,
                    risk: tool.risk,
                    text,
                })
                .collect()
        })
        .collect();
    let servers: Vec<search::ServerEntry<'_>> = rows
        .servers
        .iter()
        .zip(texts)
        .zip(&tools)
        .map(|((server, texts), tools)| search::ServerEntry {
            name: &server.name,
            title: &server.title,
            slug: &server.slug,
            line: &server.summary,
            text: &texts.server,
            tools,
        })
        .collect();
    search::files(&servers, most_files)
}

/// For each attack the first tools whose records name it.
fn examples(rows: &Rows, texts: &[Texts], attacks: usize) -> Vec<Vec<ToolId>> {
    let mut examples = vec![Vec::new(); attacks];
    for (server, texts) in rows.servers.iter().zip(texts) {
        for (index, mentions) in server.tools.clone().zip(&texts.attacks) {
            for attack in mentions {
                if examples[*attack].len() < MOST_EXAMPLES {
                    examples[*attack].push(ToolId::from_index(index));
                }
            }
        }
    }
    examples
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
