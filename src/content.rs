//! Owns the texts of a site: the categories, the risk levels and the attacks, each a Markdown file
//! with TOML front matter.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use crate::diag::{Code, Diagnostic, Place, Report};
use crate::overlay::{self, LayerFile};
use crate::policy;
use crate::risk::{Category, Risk};
use crate::text;

/// All texts of a site.
#[derive(Clone, Debug)]
pub struct Prose {
    /// One for each category, in the order of [`Category::ALL`].
    categories: Vec<CategoryText>,
    /// One for each level, in the order of [`Risk::ALL`].
    risks: Vec<RiskText>,
    /// The attacks in the order of their slugs.
    pub attacks: Vec<Attack>,
    /// The slugs of all attacks, those of attacks with faults included.
    pub attack_slugs: BTreeSet<String>,
}

impl Prose {
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
            Status::Demonstrated => {
                "Demonstrated: shown to work; no confirmed attack is known to us"
            }
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

/// What the front matter of a kind of text holds.
trait FrontMatter: for<'text> Deserialize<'text> {
    /// The fields, as a hint for whoever has written something else.
    const FIELDS: &'static str;
}

impl FrontMatter for CategoryText {
    const FIELDS: &'static str =
        "the front matter of a category has `title`, `summary`, `does` and `why`";
}

impl FrontMatter for RiskText {
    const FIELDS: &'static str = "the front matter of a risk level has `title` and `summary`";
}

impl FrontMatter for Attack {
    const FIELDS: &'static str = "the front matter of an attack has `title`, `summary`, `categories` \
        and `status`, and may have `updated` and `[[sources]]`";
}

/// Reads all texts of a site. In the place of a broken one that no page can do without stands the
/// built-in one, so that the faults of the catalogue can be found as well.
pub fn read(root: &Path, report: &mut Report) -> Option<Prose> {
    let categories = named_texts(
        root,
        "categories",
        &Category::ALL.map(Category::name),
        report,
        |text: &mut CategoryText, body| text.body = body,
    );
    let risks = named_texts(
        root,
        "risk",
        &Risk::ALL.map(Risk::name),
        report,
        |text: &mut RiskText, body| text.body = body,
    );
    let mut attack_slugs = BTreeSet::new();
    let attacks = attacks(root, &mut attack_slugs, report);
    Some(Prose { categories: categories?, risks: risks?, attacks, attack_slugs })
}

/// One text for each name, in that order.
fn named_texts<Text: FrontMatter>(
    root: &Path,
    folder: &str,
    names: &[&str],
    report: &mut Report,
    set_body: impl Fn(&mut Text, String),
) -> Option<Vec<Text>> {
    let layer = overlay::layer(root, &format!("content/{folder}"), report);
    let built_in = overlay::built_in(&format!("content/{folder}"));
    let texts = names.iter().filter_map(|name| {
        let name = format!("{name}.md");
        let file = layer.get(&name)?;
        check_placeholders(file, report);
        let (mut text, body) = front_matter::<Text>(file, report)
            .or_else(|| front_matter::<Text>(built_in.get(&name)?, report))?;
        set_body(&mut text, body);
        Some(text)
    });
    let texts: Vec<Text> = texts.collect();
    (texts.len() == names.len()).then_some(texts)
}

fn attacks(root: &Path, slugs: &mut BTreeSet<String>, report: &mut Report) -> Vec<Attack> {
    let mut attacks = Vec::new();
    for (name, file) in overlay::layer(root, "content/attacks", report) {
        // An empty file of the site takes a built-in attack away.
        let Some(slug) = name.strip_suffix(".md").filter(|_| !file.bytes.is_empty()) else {
            continue;
        };
        if !text::is_slug(slug) {
            let message = format!("`{}` cannot stand in an address", text::visible(slug));
            let hint = "name the file with small letters, digits and single hyphens";
            report.push(Diagnostic::error(
                Code::BadFrontMatter,
                Place::start(&file.label),
                message,
                hint,
            ));
            continue;
        }
        slugs.insert(slug.to_owned());
        if let Some((attack, body)) = front_matter::<Attack>(&file, report) {
            check_dates(&file, &attack, report);
            check_policies(&file, report);
            attacks.push(Attack { slug: slug.to_owned(), body, ..attack });
        }
    }
    attacks
}

/// The front matter between two lines of `+++`, and what follows.
fn front_matter<Text: FrontMatter>(
    file: &LayerFile,
    report: &mut Report,
) -> Option<(Text, String)> {
    let whole = match std::str::from_utf8(&file.bytes) {
        Ok(whole) => whole,
        Err(error) => {
            let place = Place::at(&file.label, &text_of(file), error.valid_up_to());
            let hint = "save the file as UTF-8";
            report.push(Diagnostic::error(Code::InvalidUtf8, place, "not UTF-8 text", hint));
            return None;
        }
    };
    let whole = whole.replace("\r\n", "\n");
    let parts = whole.strip_prefix("+++\n").and_then(|rest| rest.split_once("\n+++"));
    let Some((matter, body)) = parts else {
        let hint = "begin with a line `+++`, then TOML, then another line `+++`";
        report.push(Diagnostic::error(
            Code::BadFrontMatter,
            Place::start(&file.label),
            "there is no front matter",
            hint,
        ));
        return None;
    };
    match toml::from_str(matter) {
        Ok(text) => Some((text, body.trim_start_matches('+').trim().to_owned())),
        Err(error) => {
            let offset = error.span().map_or(0, |span| span.start) + "+++\n".len();
            let place = Place::at(&file.label, &whole, offset);
            let (code, hint) = if toml::from_str::<toml::Table>(matter).is_err() {
                let hint = "a field is written `name = value`, and a text stands in double quotes";
                (Code::InvalidToml, hint)
            } else {
                (Code::BadFrontMatter, Text::FIELDS)
            };
            report.push(Diagnostic::error(code, place, text::visible(error.message()), hint));
            None
        }
    }
}

fn text_of(file: &LayerFile) -> Cow<'_, str> {
    String::from_utf8_lossy(&file.bytes)
}

fn check_placeholders(file: &LayerFile, report: &mut Report) {
    let whole = text_of(file);
    let matter = whole.split("\n+++").next().unwrap_or_default();
    for name in text::placeholders(matter).filter(|name| !matches!(*name, "tool" | "server" | "")) {
        let offset = matter.find(&format!("{{{name}}}")).unwrap_or(0);
        let message = format!("there is no placeholder `{{{}}}`", text::visible(name));
        let place = Place::at(&file.label, &whole, offset);
        report.push(Diagnostic::error(
            Code::UnknownPlaceholder,
            place,
            message,
            "use `{tool}` or `{server}`",
        ));
    }
}

fn check_dates(file: &LayerFile, attack: &Attack, report: &mut Report) {
    let whole = text_of(file);
    let dates = attack
        .updated
        .iter()
        .chain(attack.sources.iter().filter_map(|source| source.date.as_ref()));
    for date in dates.filter(|date| !text::is_date(date)) {
        let place = Place::at(&file.label, &whole, whole.find(date.as_str()).unwrap_or(0));
        let message = format!("`{}` is not a day of the calendar", text::visible(date));
        let hint = "write the day as YYYY-MM-DD, such as 2026-06-10";
        report.push(Diagnostic::error(Code::BadDate, place, message, hint));
    }
}

/// Every JSON block of an article is shown as a policy, so it has to be one.
fn check_policies(file: &LayerFile, report: &mut Report) {
    let whole = text_of(file);
    for (begin, document) in json_blocks(&whole) {
        for fault in policy::parse(document).err().unwrap_or_default() {
            let hint = "a JSON block of an article is shown as a policy; docs/policy.md describes the format";
            let mut place = Place::at(&file.label, &whole, begin);
            let message = match place_in(&fault) {
                Some((message, line, column)) => {
                    place.line += line - 1;
                    place.column = column;
                    message
                }
                None => &fault,
            };
            report.push(Diagnostic::error(Code::BadPolicy, place, text::visible(message), hint));
        }
    }
}

/// The message of a JSON parser without its end, and the line and column that the end names.
fn place_in(message: &str) -> Option<(&str, usize, usize)> {
    let (message, place) = message.rsplit_once(" at line ")?;
    let (line, column) = place.split_once(" column ")?;
    Some((message, line.parse().ok()?, column.parse::<usize>().ok()?.max(1)))
}

/// The fenced JSON blocks of an article, each with the offset at which it begins.
fn json_blocks(article: &str) -> impl Iterator<Item = (usize, &str)> {
    const FENCE: &str = "\n```json\n";
    article.match_indices(FENCE).filter_map(|(at, _)| {
        let begin = at + FENCE.len();
        Some((begin, article.get(begin..)?.split("\n```").next()?))
    })
}
