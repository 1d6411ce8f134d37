//! Owns the frame: what stands on every page around its view, and so must not depend on the
//! catalogue.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::config::{CallToAction, Contact, Gateway, Link};
use crate::site::{Listing, Route, Site};

use super::links::{self, TextLink};

/// What the templates know as `site`.
#[derive(Clone, Debug, Serialize)]
pub struct Frame {
    title: String,
    description: String,
    language: String,
    /// Scheme and host, for the few places that need whole addresses.
    origin: String,
    home: String,
    search: String,
    stack: String,
    navigation: Vec<TextLink>,
    links: Vec<Link>,
    gateway: Gateway,
    gateway_phrase: String,
    call_to_action: Option<CallToAction>,
    contact: Option<Contact>,
    /// The pages of the site that are about no tool, but for those that the foot leaves out.
    articles: Vec<TextLink>,
    llms: String,
    assets: BTreeMap<String, String>,
}

/// The frame of a site.
pub fn frame(site: &Site) -> Frame {
    let config = &site.config;
    let page = |name: &str, route: &Route| TextLink::to(site, name, route);
    let published = site
        .assets
        .iter()
        .map(|file| (file.name.clone(), format!("{}/{}", config.base_path, file.path)));
    let link = |link: &Link| Link { url: site.addresses.resolve(&link.url), ..link.clone() };
    let call = |call: &CallToAction| CallToAction { link: link(&call.link), ..call.clone() };
    let gateway =
        Gateway { url: site.addresses.resolve(&config.gateway.url), ..config.gateway.clone() };
    let articles = site.prose.articles.iter().enumerate().filter(|(_, article)| article.foot);
    let articles = articles.map(|(index, article)| page(&article.title, &Route::Article(index)));
    Frame {
        title: config.title.clone(),
        description: config.description.clone(),
        language: config.language.clone(),
        origin: config.origin.clone(),
        home: site.href(&Route::Home),
        search: site.href(&Route::Search),
        stack: site.href(&Route::Stack),
        navigation: vec![
            page("Tools", &Route::whole(Listing::Servers)),
            page("Policies", &Route::Policies),
            page("Categories", &Route::Categories),
            page("Risk", &Route::Risks),
            page("Attacks", &Route::Attacks),
            page("Glossary", &Route::Glossary),
        ],
        links: config.links.iter().map(link).collect(),
        gateway,
        gateway_phrase: links::gateway(config),
        call_to_action: config.call_to_action.as_ref().map(call),
        contact: config.contact.clone(),
        articles: articles.collect(),
        llms: site.href(&Route::Llms),
        assets: published.collect(),
    }
}
