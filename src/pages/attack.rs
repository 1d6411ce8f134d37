//! Owns the attack pages: one article for each pattern, and the page that lists them.

use serde::Serialize;

use super::head::HeadBuilder;
use super::links::{self, AttackLink, ClassLink, ToolLink};
use super::terms::TermLinker;
use super::{Page, Parts, View};
use crate::content::SourceNote;
use crate::markdown;
use crate::site::{Examples, Route, Site};
use crate::text::{self, Html};

/// What the page of an attack shows.
#[derive(Clone, Debug, Serialize)]
pub struct AttackView<'site> {
    title: &'site str,
    summary: &'site str,
    status: &'static str,
    updated: Option<&'site str>,
    categories: Vec<ClassLink>,
    body_html: Html,
    sources: &'site [SourceNote],
    /// The first tools whose records name the attack.
    tools: Parts<ToolLink<'site>>,
    /// About how many others there are, if there are any.
    more: Option<String>,
    others: Vec<AttackLink<'site>>,
}

impl View for AttackView<'_> {
    const TEMPLATE: &'static str = "attack.html";
}

/// The page of an attack, by its position in the texts.
pub fn attack(site: &Site, index: usize) -> Page<AttackView<'_>> {
    let attack = &site.prose.attacks[index];
    let Examples { first, more } = site.examples(index);
    let view = AttackView {
        title: &attack.title,
        summary: &attack.summary,
        status: attack.status.meaning(),
        updated: attack.updated.as_deref(),
        categories: attack
            .categories
            .iter()
            .map(|category| links::category(site, *category))
            .collect(),
        body_html: TermLinker::new(site, None)
            .link(&markdown::own(&attack.body, |address| site.addresses.resolve(address))),
        sources: &attack.sources,
        tools: first.iter().map(|tool| links::tool(site, *tool, true)).collect(),
        more: at_least(*more).map(|least| text::count(least, "more tool")),
        others: (0..site.prose.attacks.len())
            .filter(|other| *other != index)
            .map(|other| links::attack(site, other))
            .collect(),
    };
    let head = HeadBuilder::new(site, Route::Attack(index), &attack.title, &attack.title)
        .description(&attack.summary)
        .below("Attacks", &Route::Attacks)
        .article(attack.updated.as_deref())
        .build();
    Page { head, view }
}

/// A number with all but its first digit rounded off, so that not every new tool changes the page.
fn at_least(amount: usize) -> Option<usize> {
    let unit = 10_usize.pow(amount.checked_ilog10()?);
    Some(amount / unit * unit)
}

/// What the page of all attacks shows.
#[derive(Clone, Debug, Serialize)]
pub struct AttacksView<'site> {
    attacks: Vec<AttackEntry<'site>>,
}

impl View for AttacksView<'_> {
    const TEMPLATE: &'static str = "attacks.html";
}

#[derive(Clone, Debug, Serialize)]
struct AttackEntry<'site> {
    link: AttackLink<'site>,
    status: &'static str,
    categories: Vec<ClassLink>,
}

/// The page of all attacks.
pub fn attacks(site: &Site) -> Page<AttacksView<'_>> {
    let entry = |(index, attack): (usize, &'_ crate::content::Attack)| AttackEntry {
        link: links::attack(site, index),
        status: attack.status.meaning(),
        categories: attack
            .categories
            .iter()
            .map(|category| links::category(site, *category))
            .collect(),
    };
    let view = AttacksView { attacks: site.prose.attacks.iter().enumerate().map(entry).collect() };
    let head = HeadBuilder::new(site, Route::Attacks, "Attacks on agents and their tools", "Attacks")
        .description(if site.prose.attacks.is_empty() {
            "This site describes no attacks."
        } else {
            "Known ways in which the tools of an agent are abused: how each works, a case, and a policy that limits it."
        })
        .build();
    Page { head, view }
}
