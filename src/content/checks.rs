//! Owns what the types of texts cannot forbid: empty words, placeholders, dates, references to other
//! texts, and policy documents.

use std::collections::BTreeSet;

use toml::de::DeTable;

use super::Attack;
use super::front_matter::{START, matter_of, text_of};
use crate::diag::{self, Code, Diagnostic, Place, Report};
use crate::overlay::LayerFile;
use crate::policy;
use crate::text;

/// Checks that there are words in some fields of a text of the site.
pub(super) fn check_texts(
    file: &LayerFile,
    fields: &[&str],
    hint: &'static str,
    report: &mut Report,
) {
    if file.is_built_in {
        return;
    }
    let whole = text_of(file);
    let (table, _) = DeTable::parse_recoverable(matter_of(&whole).unwrap_or_default());
    for field in fields {
        let Some(value) = table.get_ref().get(*field) else { continue };
        if value.get_ref().as_str().is_some_and(|words| words.trim().is_empty()) {
            let place = Place::at(&file.label, &whole, value.span().start + START.len());
            let message = format!("`{field}` is empty");
            report.push(Diagnostic::error(Code::BadFrontMatter, place, message, hint));
        }
    }
}

pub(super) fn check_placeholders(file: &LayerFile, report: &mut Report) {
    let whole = text_of(file);
    let matter = matter_of(&whole).unwrap_or_default();
    for name in text::placeholders(matter).filter(|name| !matches!(*name, "tool" | "server" | "")) {
        let offset = START.len() + matter.find(&format!("{{{name}}}")).unwrap_or(0);
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

pub(super) fn check_dates(file: &LayerFile, attack: &Attack, report: &mut Report) {
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

/// A list of a text's front matter in which each item is the slug of another text.
pub(super) struct References {
    pub field: &'static str,
    /// What is said of an item that is none.
    pub unknown: Code,
    /// Where the others stand.
    pub folder: &'static str,
}

impl References {
    /// Checks the list in a text of the site. In a built-in one there can be the slug of a text that
    /// the site took away.
    pub(crate) fn check(&self, file: &LayerFile, slugs: &BTreeSet<String>, report: &mut Report) {
        if file.is_built_in {
            return;
        }
        let whole = text_of(file);
        let (table, _) = DeTable::parse_recoverable(matter_of(&whole).unwrap_or_default());
        let list = table.get_ref().get(self.field).and_then(|list| list.get_ref().as_array());
        for item in list.into_iter().flat_map(|list| list.iter()) {
            let slug = item.get_ref().as_str().unwrap_or_default();
            if slugs.contains(slug) {
                continue;
            }
            let place = Place::at(&file.label, &whole, item.span().start + START.len());
            let folder = self.folder;
            let message = format!("`{folder}` has no text `{}`", text::visible(slug));
            let hint = format!("write the name of a file of `{folder}` without its `.md`");
            let fault = Diagnostic::error(self.unknown, place, message, hint);
            report.push(fault.in_field(self.field));
        }
    }
}

/// Every JSON block of an article is shown as a policy, so it has to be one.
pub(super) fn check_policies(file: &LayerFile, report: &mut Report) {
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
            let message = text::visible(&diag::in_words(message, "an object"));
            report.push(Diagnostic::error(Code::BadPolicy, place, message, hint));
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
