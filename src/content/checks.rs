//! Owns what the types of texts cannot forbid: empty words, placeholders, dates, references to other
//! texts, and policy documents.

use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::front_matter::{START, body_of, matter_of, text_of};
use crate::diag::{self, Code, Diagnostic, Places, Report};
use crate::markdown;
use crate::overlay::LayerFile;
use crate::policy;
use crate::text;

/// The front matter of a whole text, and how faults of it are said.
fn matter<'whole>(
    file: &'whole LayerFile,
    whole: &'whole str,
) -> (DeTable<'whole>, Faults<'whole>) {
    let (table, _) = DeTable::parse_recoverable(matter_of(whole).unwrap_or_default());
    (table.into_inner(), Faults { places: Places::of(&file.label, whole) })
}

/// Faults of a front matter, by the byte in it at which they stand.
struct Faults<'whole> {
    places: Places<'whole>,
}

impl Faults<'_> {
    fn at(
        &mut self,
        offset: usize,
        code: Code,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::error(code, self.places.at(START.len() + offset), message, hint)
    }
}

/// Checks that there are words in some fields of a text of the site, and in each item of those that
/// are lists.
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
    let (table, mut faults) = matter(file, &whole);
    for field in fields {
        let Some(value) = table.get(*field) else { continue };
        let items = value.get_ref().as_array().into_iter().flat_map(|items| items.iter());
        let is_empty = |text: &&Spanned<DeValue<'_>>| {
            text.get_ref().as_str().is_some_and(|words| words.trim().is_empty())
        };
        for text in std::iter::once(value).chain(items).filter(is_empty) {
            let what = if std::ptr::eq(text, value) { "" } else { "a text in " };
            let message = format!("{what}`{field}` is empty");
            report.push(faults.at(text.span().start, Code::BadFrontMatter, message, hint));
        }
    }
}

/// Placeholders count where a sentence is about one tool.
pub(super) fn check_placeholders(file: &LayerFile, report: &mut Report) {
    let whole = text_of(file);
    let (table, mut faults) = matter(file, &whole);
    for (field, value) in &table {
        let counts = matches!(field.get_ref().as_ref(), "does" | "why");
        let words = value.get_ref().as_str().unwrap_or_default();
        for name in text::placeholders(words).filter(|name| !name.is_empty()) {
            let is_known = matches!(name, "tool" | "server");
            let (message, hint) = match (is_known, counts) {
                (true, true) => continue,
                (true, false) => ("means nothing here", "it counts in `does` and `why` alone"),
                (false, true) => ("is unknown", "use `{tool}` or `{server}`"),
                (false, false) => ("is unknown", "write the words themselves"),
            };
            let start = value.span().start;
            let written = format!("{{{name}}}");
            let rest = whole.get(START.len() + start..).unwrap_or_default();
            let offset = start + rest.find(&written).unwrap_or(0);
            let message = format!("the placeholder `{}` {message}", text::visible(&written));
            report.push(faults.at(offset, Code::UnknownPlaceholder, message, hint));
        }
    }
}

/// A source that leads nowhere, a day that is none, or a mere typing mistake should not reach a page;
/// nor should an attack that concerns nothing.
pub(super) fn check_attack(file: &LayerFile, report: &mut Report) {
    let whole = text_of(file);
    let (table, mut faults) = matter(file, &whole);
    let list_of = |field: &str| {
        let value = table.get(field)?;
        Some((value.span().start, value.get_ref().as_array()?))
    };
    if let Some((offset, categories)) = list_of("categories")
        && categories.is_empty()
    {
        let hint = "name the categories of tools that it abuses, such as `[\"read\", \"write\"]`";
        report.push(faults.at(offset, Code::BadFrontMatter, "the list names no category", hint));
    }
    let sources = list_of("sources").into_iter().flat_map(|(_, sources)| sources.iter());
    let sources: Vec<&DeTable<'_>> =
        sources.filter_map(|source| source.get_ref().as_table()).collect();
    let dates = sources.iter().map(|source| text_in(source, "date"));
    for (offset, date) in dates.chain([text_in(&table, "updated")]).flatten() {
        if !text::is_date(date) {
            let message = format!("`{}` is not a day of the calendar", text::visible(date));
            let hint = "write the day as YYYY-MM-DD, such as 2026-06-10";
            report.push(faults.at(offset, Code::BadDate, message, hint));
        }
    }
    for source in sources {
        if let Some((offset, title)) = text_in(source, "title")
            && title.trim().is_empty()
        {
            let hint = "write what readers see of the link";
            report.push(faults.at(offset, Code::BadFrontMatter, "the source has no title", hint));
        }
        if let Some((offset, url)) = text_in(source, "url")
            && (!["https://", "http://"].iter().any(|start| url.starts_with(start))
                || url.contains(char::is_whitespace))
        {
            let message = format!("`{}` is not an address of a source", text::visible(url));
            let hint = "begin it with `https://` or `http://`, and write blanks as `%20`";
            report.push(faults.at(offset, Code::BadFrontMatter, message, hint));
        }
    }
}

/// A text of a table, and where it stands.
fn text_in<'table>(table: &'table DeTable<'_>, field: &str) -> Option<(usize, &'table str)> {
    let value = table.get(field)?;
    Some((value.span().start, value.get_ref().as_str()?))
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
        let (table, mut faults) = matter(file, &whole);
        let list = table.get(self.field).and_then(|list| list.get_ref().as_array());
        for item in list.into_iter().flat_map(|list| list.iter()) {
            let slug = item.get_ref().as_str().unwrap_or_default();
            if slugs.contains(slug) {
                continue;
            }
            let folder = self.folder;
            let message = format!("`{folder}` has no text `{}`", text::visible(slug));
            let hint = format!("write the name of a file of `{folder}` without its `.md`");
            let fault = faults.at(item.span().start, self.unknown, message, hint);
            report.push(fault.in_field(self.field));
        }
    }
}

/// Every JSON block of an article is shown as a policy, so it has to be one.
pub(super) fn check_policies(file: &LayerFile, report: &mut Report) {
    let whole = text_of(file);
    let mut places = Places::of(&file.label, &whole);
    let begin = whole.len() - body_of(&whole).len();
    for block in markdown::fenced(body_of(&whole), "json") {
        for fault in policy::parse(&block.text).err().unwrap_or_default() {
            let hint = "a JSON block of an article is shown as a policy; docs/policy.md describes the format";
            let (message, offset) = with_offset(&fault, &block.text);
            let place = places.at(begin + block.offset(offset));
            let message = text::visible(&diag::in_words(message, "an object"));
            report.push(Diagnostic::error(Code::BadPolicy, place, message, hint));
        }
    }
}

/// The message of a JSON parser without its end, and the byte that the end names; of another one the
/// first byte.
fn with_offset<'fault>(fault: &'fault str, json: &str) -> (&'fault str, usize) {
    let parts = || {
        let (message, place) = fault.rsplit_once(" at line ")?;
        let (line, column) = place.split_once(" column ")?;
        let before = json.split_inclusive('\n').take(line.parse::<usize>().ok()?.checked_sub(1)?);
        let column: usize = column.parse().ok()?;
        Some((message, before.map(str::len).sum::<usize>() + column.saturating_sub(1)))
    };
    parts().unwrap_or((fault, 0))
}
