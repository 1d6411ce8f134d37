//! Owns the pages of the site that are about no tool: what it is, how risk is assigned.

use serde::Serialize;

use super::head::HeadBuilder;
use super::terms::TermLinker;
use super::{Page, View};
use crate::markdown;
use crate::site::{Route, Site};
use crate::text::Html;

/// What such a page shows.
#[derive(Clone, Debug, Serialize)]
pub struct ArticleView<'site> {
    title: &'site str,
    summary: &'site str,
    body_html: Html,
}

impl View for ArticleView<'_> {
    const TEMPLATE: &'static str = "article.html";
}

/// A page by its position in the texts.
pub fn article(site: &Site, index: usize) -> Page<ArticleView<'_>> {
    let article = &site.prose.articles[index];
    let view = ArticleView {
        title: &article.title,
        summary: &article.summary,
        body_html: TermLinker::new(site, None)
            .link(&markdown::own(&article.body, |address| site.addresses.resolve(address))),
    };
    let head = HeadBuilder::new(site, Route::Article(index), &article.title, &article.title)
        .description(&article.summary)
        .article(None)
        .build();
    Page { head, view }
}
