//! Owns how the search index is made from a planned site: a build adds the texts of each record
//! while it is read for its pages; a preview, which seldom needs them, reads all records once more.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::Press;
use crate::catalogue::Server;
use crate::diag::Diagnostic;
use crate::digest::{Hash, Sum};
use crate::pages::Open;
use crate::search::{
    Former, Index, IndexFile, IndexFiles, ServerEntry, Servers, Text, Texts, ToolEntry,
};
use crate::site::{ServerId, Site};
use crate::text;

/// Longest title and line that a search result shows of a tool.
const LONGEST_TITLE: usize = 80;
const LONGEST_LINE: usize = 120;
/// Bytes of an identifier, and identifiers of a server, that can be searched for. Real ones have 60
/// bytes, and a server has one.
const LONGEST_IDENTIFIER: usize = 500;
const MOST_IDENTIFIERS: usize = 50;

/// The servers of a site as the index knows them.
struct Listed<'site>(&'site Site);

impl Servers for Listed<'_> {
    fn count(&self) -> usize {
        self.0.servers().count()
    }

    fn server(&self, server: usize) -> ServerEntry<'_> {
        let server = self.0.server(ServerId::from_index(server));
        ServerEntry {
            name: text::shown_name(&server.name),
            title: &server.title,
            slug: &server.slug,
            line: &server.summary,
            tools: server.counts.total(),
        }
    }

    fn tool(&self, server: usize, tool: usize) -> ToolEntry<'_> {
        let row = self.0.tool(self.0.tool_at(ServerId::from_index(server), tool));
        ToolEntry {
            name: text::shown_name(row.name),
            slug: row.slug,
            category: row.category,
            risk: row.risk,
        }
    }
}

/// A search index that takes up the texts of servers as their records are read.
#[derive(Debug)]
pub struct Indexing<'press> {
    site: &'press Site,
    index: Index<'press>,
}

impl<'press> Indexing<'press> {
    pub(super) fn of(site: &'press Site) -> Indexing<'press> {
        Indexing { site, index: Index::new(Listed(site), site.config.search_files) }
    }

    /// The key of each tool file by its number: what it and its words are made of.
    pub fn keys(&self) -> BTreeMap<u16, Hash> {
        self.index.tool_files().map(|(number, entries)| (number, self.key(entries))).collect()
    }

    fn key(&self, entries: impl Iterator<Item = (usize, Option<usize>)>) -> Hash {
        let mut sum = Sum::new();
        let mut before = None;
        for (server, tool) in entries {
            let id = ServerId::from_index(server);
            if before.replace(id) != Some(id) {
                let row = self.site.server(id);
                sum.add(row.location.content());
                sum.add(&*row.slug);
            }
            sum.add(tool.map_or("", |tool| self.site.tool(self.site.tool_at(id, tool)).slug));
        }
        sum.hash()
    }

    /// Takes over what stays the same of a former index.
    pub fn keep(&mut self, former: Former) {
        self.index.keep(former);
    }

    /// Whether a server's record must be read for the index.
    pub fn needs(&self, id: ServerId) -> bool {
        self.index.needs(id.index())
    }

    /// Adds the texts of a server if they are needed. Answers the files that they complete.
    pub(super) fn add(&self, open: Open<'_>) -> Vec<IndexFile> {
        if self.needs(open.id) {
            self.index.add(open.id.index(), texts_of(open))
        } else {
            Vec::new()
        }
    }

    /// The other files, each handed on as soon as it is made, after all servers that are needed
    /// were added.
    ///
    /// # Errors
    /// Those of `take`.
    pub fn finish<Made: Send, Fault: Send>(
        self,
        take: impl Fn(IndexFile) -> Result<Made, Fault> + Sync,
    ) -> Result<IndexFiles<Made>, Fault> {
        self.index.finish(take)
    }
}

/// The files of the index.
///
/// # Errors
/// The fault of a record that changed since the site was planned.
pub(super) fn index(press: &Press) -> Result<Vec<IndexFile>, Box<Diagnostic>> {
    let indexing = press.indexing();
    let ids: Vec<ServerId> = press.site.servers().collect();
    let added: Vec<Vec<IndexFile>> = ids
        .par_iter()
        .map(|id| press.add_to_index(*id, &indexing))
        .collect::<Result<_, Box<Diagnostic>>>()?;
    let mut files = indexing.finish(Ok::<_, Box<Diagnostic>>)?.made;
    files.extend(added.into_iter().flatten());
    Ok(files)
}

/// The texts of a server and of its tools, which stand in the order of the plan.
fn texts_of(open: Open<'_>) -> Texts {
    let mut texts = Texts::default();
    let server = &open.record.server;
    let title = &*open.site.server(open.id).title;
    let identifiers = identifiers(server);
    let text = Text { title, identifiers: &identifiers, ..Text::default() };
    texts.add(
        &text::shown_name(&server.name),
        text,
        server.description.as_deref().unwrap_or_default(),
    );
    for (id, tool) in open.tools() {
        let description = tool.description.as_deref().unwrap_or_default();
        let title = text::short_line(tool.title.as_deref().unwrap_or_default(), LONGEST_TITLE);
        let line = text::cut(open.sentence(id), LONGEST_LINE);
        let text = Text { title: &title, line: &line, ..Text::default() };
        texts.add(&text::shown_name(&tool.name), text, description);
    }
    texts
}

/// Where a server can be had from, one a line: how a client's configuration names it. One that is
/// longer than what anybody types is left out; in part it would be another one.
fn identifiers(server: &Server) -> String {
    let packages = server.packages.iter().map(|package| package.identifier.as_str());
    let remotes = server.remotes.iter().map(|remote| remote.url.as_str());
    let bare = |url: &str| url.split_once("://").map_or(url, |(_, rest)| rest).to_owned();
    let lines: Vec<String> = packages
        .chain(remotes)
        .filter(|name| name.len() <= LONGEST_IDENTIFIER)
        .take(MOST_IDENTIFIERS)
        .map(|name| text::one_line(&bare(name)))
        .collect();
    lines.join("\n")
}
