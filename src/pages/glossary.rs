//! Owns the glossary: the page of all terms, and one page for each.

use serde::Serialize;

use super::head::HeadBuilder;
use super::links::TextLink;
use super::terms::TermLinker;
use super::{Page, View};
use crate::markdown;
use crate::site::{Route, Site};
use crate::text::Html;

/// What the page of all terms shows.
#[derive(Clone, Debug, Serialize)]
pub struct GlossaryView<'site> {
    terms: Vec<TermLine<'site>>,
}

impl View for GlossaryView<'_> {
    const TEMPLATE: &'static str = "glossary.html";
}

#[derive(Clone, Debug, Serialize)]
struct TermLine<'site> {
    link: TextLink,
    summary: &'site str,
}

/// What the page of a term shows.
#[derive(Clone, Debug, Serialize)]
pub struct TermView<'site> {
    title: &'site str,
    summary: &'site str,
    also: &'site [String],
    body_html: Html,
    related: Vec<TextLink>,
}

impl View for TermView<'_> {
    const TEMPLATE: &'static str = "term.html";
}

/// The page of all terms.
pub fn glossary(site: &Site) -> Page<GlossaryView<'_>> {
    let line = |index: usize| TermLine {
        link: term_link(site, index),
        summary: &site.prose.terms[index].summary,
    };
    let view = GlossaryView { terms: (0..site.prose.terms.len()).map(line).collect() };
    let head = HeadBuilder::new(site, Route::Glossary, "Glossary", "Glossary")
        .description("The words of this site, each in a sentence: servers, tools, attacks, risk and policies.")
        .build();
    Page { head, view }
}

/// The page of a term, by its position in the texts.
pub fn term(site: &Site, index: usize) -> Page<TermView<'_>> {
    let term = &site.prose.terms[index];
    let position = |slug: &String| site.prose.terms.iter().position(|term| term.slug == *slug);
    let view = TermView {
        title: &term.title,
        summary: &term.summary,
        also: &term.also,
        body_html: TermLinker::new(site, Some(index))
            .link(&markdown::own(&term.body, |address| site.addresses.resolve(address))),
        related: term
            .related
            .iter()
            .filter_map(position)
            .map(|index| term_link(site, index))
            .collect(),
    };
    let head = HeadBuilder::new(
        site,
        Route::Term(index),
        &format!("{} (glossary)", term.title),
        &term.title,
    )
    .description(&term.summary)
    .below("Glossary", &Route::Glossary)
    .article(None)
    .build();
    Page { head, view }
}

fn term_link(site: &Site, index: usize) -> TextLink {
    TextLink::to(site, &*site.prose.terms[index].title, &Route::Term(index))
}
