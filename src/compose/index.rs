//! Owns how the search index is made from a planned site: the texts of all records are read once
//! more and forgotten again, so that no other command needs memory for them.

use rayon::prelude::*;

use super::Press;
use crate::catalogue::{Server, ServerRecord};
use crate::diag::Diagnostic;
use crate::markdown;
use crate::search::{Index, IndexFile, ServerEntry, Servers, Text, Texts, ToolEntry};
use crate::site::{ServerId, Site};
use crate::text;

/// Longest title and line that a search result shows of a tool.
const LONGEST_TITLE: usize = 80;
const LONGEST_LINE: usize = 120;

/// The servers of a site as the index knows them.
struct Listed<'site>(&'site Site);

impl Servers for Listed<'_> {
    fn count(&self) -> usize {
        self.0.servers().count()
    }

    fn server(&self, server: usize) -> ServerEntry<'_> {
        let server = self.0.server(ServerId::from_index(server));
        ServerEntry {
            name: &server.name,
            title: &server.title,
            slug: &server.slug,
            line: &server.summary,
            tools: server.counts.total(),
        }
    }

    fn tool(&self, server: usize, tool: usize) -> ToolEntry<'_> {
        let row = self.0.tool(self.0.tool_at(ServerId::from_index(server), tool));
        ToolEntry { name: row.name, slug: row.slug, category: row.category, risk: row.risk }
    }
}

/// The files of the index.
///
/// # Errors
/// The fault of a record that changed since the site was planned.
pub(super) fn index(press: &Press) -> Result<Vec<IndexFile>, Box<Diagnostic>> {
    let listed = Listed(&press.site);
    let index = Index::new(&listed, press.site.config.search_files);
    let ids: Vec<ServerId> = press.site.servers().collect();
    ids.par_iter().enumerate().try_for_each(|(server, id)| {
        press.with_record(*id, |open| {
            index.add(server, &texts_of(open.record));
            Ok(())
        })
    })?;
    Ok(index.files())
}

/// The texts of a server and of its tools, which stand in the order of the plan.
fn texts_of(record: &ServerRecord<'_>) -> Texts {
    let mut texts = Texts::default();
    let server = &record.server;
    let title = text::cut(&text::one_line(server.display_title()), LONGEST_TITLE);
    let identifiers = identifiers(server);
    let text = Text { title: &title, identifiers: &identifiers, ..Text::default() };
    texts.add(&server.name, text, server.description.as_deref().unwrap_or_default());
    for tool in &record.tools {
        let description = tool.description.as_deref().unwrap_or_default();
        let title = text::one_line(tool.title.as_deref().unwrap_or_default());
        let title = text::cut(&title, LONGEST_TITLE);
        let line = markdown::first_sentence(description, LONGEST_LINE);
        let text = Text { title: &title, line: &line, ..Text::default() };
        texts.add(&tool.name, text, description);
    }
    texts
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
