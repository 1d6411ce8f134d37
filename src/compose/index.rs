//! Owns how the search index is made from a planned site: the texts of all records are read once
//! more and forgotten again, so that no other command needs memory for them.

use rayon::prelude::*;

use super::Press;
use crate::catalogue::{Server, ServerRecord};
use crate::diag::Diagnostic;
use crate::markdown;
use crate::search::{self, IndexFile, ServerEntry, Text, Texts, ToolEntry};
use crate::site::ServerId;
use crate::text;

/// Longest title and line that a search result shows of a tool.
const LONGEST_TITLE: usize = 80;
const LONGEST_LINE: usize = 120;

/// The files of the index.
///
/// # Errors
/// The fault of a record that changed since the site was planned.
pub(super) fn index(press: &Press) -> Result<Vec<IndexFile>, Box<Diagnostic>> {
    let site = &press.site;
    let ids: Vec<ServerId> = site.servers().collect();
    let texts: Vec<Texts> = ids
        .par_iter()
        .map(|id| {
            let mut texts = Texts::default();
            press.with_record(*id, |open| {
                texts = texts_of(open.record);
                Ok(())
            })?;
            Ok(texts)
        })
        .collect::<Result<_, Box<Diagnostic>>>()?;
    let servers: Vec<ServerEntry<'_>> = ids
        .iter()
        .zip(&texts)
        .map(|(id, texts)| {
            let server = site.server(*id);
            let tool = |id| {
                let row = site.tool(id);
                let (category, risk) = (row.category, row.risk);
                ToolEntry { name: row.name, slug: row.slug, category, risk }
            };
            ServerEntry {
                name: &server.name,
                title: &server.title,
                slug: &server.slug,
                line: &server.summary,
                texts,
                tools: site.tools_of(*id).map(tool).collect(),
            }
        })
        .collect();
    Ok(search::files(&servers, site.config.search_files))
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
    texts.shrink();
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
