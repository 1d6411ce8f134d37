//! Owns the texts of a site: the categories, the risk levels, the attacks, the glossary and the
//! articles, each a Markdown file with TOML front matter.

mod checks;
mod forms;
mod front_matter;
mod links;
mod read;
mod unread;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::diag::Place;
use crate::overlay::LayerFile;
use crate::risk::{Category, Risk};

pub use forms::TermForms;
pub use read::read;

/// All texts of a site.
#[derive(Clone, Debug)]
pub struct Prose {
    /// One for each category, in the order of [`Category::ALL`].
    categories: Vec<CategoryText>,
    /// One for each level, in the order of [`Risk::ALL`].
    risks: Vec<RiskText>,
    /// The attacks in the order of their slugs.
    pub attacks: Vec<Attack>,
    /// The terms of the glossary in the order of their titles.
    pub terms: Vec<Term>,
    /// How texts mention them.
    pub forms: TermForms,
    /// The articles in the order of their slugs.
    pub articles: Vec<Article>,
    /// The slugs of all attacks, those of attacks with faults included.
    pub attack_slugs: BTreeSet<String>,
    /// The files that are the site's own, by their paths in `content/`. Where they stand is nothing
    /// that the texts say.
    own: BTreeMap<String, LayerFile>,
}

impl Prose {
    /// Everything that the texts say, as one text: it is the same if they are.
    pub fn source(&self) -> String {
        // What is left out follows from the others, or says only where they stand.
        let Prose {
            categories,
            risks,
            attacks,
            terms,
            articles,
            forms: _,
            attack_slugs: _,
            own: _,
        } = self;
        format!("{categories:?}{risks:?}{attacks:?}{terms:?}{articles:?}")
    }

    /// The place of an offset in the body of a text, if the text is the site's own.
    pub fn place(&self, file: &str, body: &str, offset: usize) -> Option<Place> {
        let file = self.own.get(file)?;
        let whole = front_matter::text_of(file);
        let start = whole.trim_end().len().checked_sub(body.len())?;
        Some(Place::at(&file.label, &whole, start + offset))
    }

    /// The beginning of a file of `content/`, if it is the site's own.
    pub fn start(&self, file: &str) -> Option<Place> {
        Some(Place::start(&*self.own.get(file)?.label))
    }

    /// The text of a category.
    pub fn category(&self, category: Category) -> &CategoryText {
        &self.categories[category.index()]
    }

    /// The text of a risk level.
    pub fn risk(&self, risk: Risk) -> &RiskText {
        &self.risks[risk.index()]
    }
}

/// What is said of a category.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryText {
    /// The name with a capital.
    pub title: String,
    /// One sentence that begins with a verb: "Retrieves …".
    pub summary: String,
    /// What a tool of the category does; `{tool}` and `{server}` stand for their names.
    pub does: String,
    /// Why it needs a policy, for tools whose record does not say; with the same placeholders.
    pub why: String,
    /// The slugs of the attacks that its tools are shown with first.
    #[serde(default)]
    pub attacks: Vec<String>,
    /// The page of the category, in Markdown.
    #[serde(skip)]
    pub body: String,
}

/// What is said of a risk level.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RiskText {
    /// The name with a capital.
    pub title: String,
    /// One sentence on what a call can do.
    pub summary: String,
    /// The page of the level, in Markdown.
    #[serde(skip)]
    pub body: String,
}

/// How far an attack has been seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It has been used against real systems, or has done harm.
    Observed,
    /// Researchers have shown it; no victim is known.
    Demonstrated,
    /// It follows from how things work.
    Plausible,
}

impl Status {
    /// What a reader should know.
    pub fn meaning(self) -> &'static str {
        match self {
            Status::Observed => "Observed: used against real systems, or seen to do harm",
            Status::Demonstrated => "Demonstrated: shown to work; no victim is known to us",
            Status::Plausible => "Plausible: it follows from how the parts work",
        }
    }
}

/// Where a fact comes from.
#[derive(Clone, Debug, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct SourceNote {
    /// The title of the page.
    pub title: String,
    /// Its address.
    pub url: String,
    /// Its date, as YYYY-MM-DD.
    pub date: Option<String>,
}

/// An attack pattern.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attack {
    /// The segment of its address: the name of its file.
    #[serde(skip)]
    pub slug: String,
    /// Its name.
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// The kinds of access that it abuses.
    pub categories: Vec<Category>,
    /// How far it has been seen.
    pub status: Status,
    /// The day of the last change, as YYYY-MM-DD.
    pub updated: Option<String>,
    /// Where the facts come from.
    #[serde(default)]
    pub sources: Vec<SourceNote>,
    /// The article, in Markdown.
    #[serde(skip)]
    pub body: String,
}

/// A term of the glossary.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The segment of its address: the name of its file.
    #[serde(skip)]
    pub slug: String,
    /// The term.
    pub title: String,
    /// One sentence that defines it.
    pub summary: String,
    /// Other forms of it.
    #[serde(default)]
    pub also: Vec<String>,
    /// The slugs of related terms.
    #[serde(default)]
    pub related: Vec<String>,
    /// The explanation, in Markdown.
    #[serde(skip)]
    pub body: String,
}

/// A page of the site that is about no tool, such as the one about the site itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// The segment of its address: the name of its file.
    #[serde(skip)]
    pub slug: String,
    /// Its title.
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// Whether the foot of every page links to it.
    #[serde(default = "linked_from_the_foot")]
    pub foot: bool,
    /// The page, in Markdown.
    #[serde(skip)]
    pub body: String,
}

fn linked_from_the_foot() -> bool {
    true
}
