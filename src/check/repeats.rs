//! Owns the faults that stand on many pages: what is wrong in a template or in the settings is told
//! once, and not half a million times.

use std::collections::BTreeMap;

use crate::diag::{Code, Diagnostic, Place, Report};
use crate::text;

/// Faults of pages by what is said of them, with the pages that have them.
#[derive(Debug, Default)]
pub(super) struct Repeats(BTreeMap<(Code, String), Pages>);

#[derive(Debug)]
struct Pages {
    first: String,
    /// What helps, as it was said of the first.
    hint: String,
    /// The one that was added last, because a page can have the same fault twice.
    last: String,
    count: usize,
}

impl Repeats {
    /// Adds a fault of a page, which is named by its published file. Those of one page come one
    /// after the other.
    pub(crate) fn add(&mut self, code: Code, file: &str, message: String, hint: &str) {
        let fault = (code, message);
        if self.0.get(&fault).is_none_or(|pages| pages.last != file) {
            let (file, hint) = (file.to_owned(), hint.to_owned());
            self.join(fault, Pages { first: file.clone(), hint, last: file, count: 1 });
        }
    }

    /// Takes over those of other pages.
    pub(crate) fn merge(&mut self, other: Repeats) {
        for (fault, pages) in other.0 {
            self.join(fault, pages);
        }
    }

    fn join(&mut self, fault: (Code, String), more: Pages) {
        let Some(pages) = self.0.get_mut(&fault) else {
            self.0.insert(fault, more);
            return;
        };
        pages.count += more.count;
        pages.last = more.last;
        // The same page whatever the order in which they come.
        if more.first < pages.first {
            (pages.first, pages.hint) = (more.first, more.hint);
        }
    }

    /// Reports each fault at the first page that has it.
    pub(crate) fn tell(self, report: &mut Report) {
        for ((code, message), Pages { first, hint, count, .. }) in self.0 {
            let (message, hint) = match count - 1 {
                0 => (message, hint),
                others => (
                    format!("{message} (also on {})", text::count(others, "other page")),
                    format!(
                        "{hint}; what several pages have comes from a template, a text or `site.toml`"
                    ),
                ),
            };
            report.push(Diagnostic::error(code, Place::start(first), message, hint));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(repeats: Repeats) -> Vec<String> {
        let mut report = Report::new();
        repeats.tell(&mut report);
        let in_words = |fault: &Diagnostic| {
            format!("{}: {} / {}", fault.place.file, fault.message, fault.hint)
        };
        report.iter().map(in_words).collect()
    }

    #[test]
    fn a_fault_of_many_pages_is_told_once_at_the_first_of_them() {
        let of = |files: &[&str]| {
            let mut repeats = Repeats::default();
            for file in files {
                let hint = format!("mend {file}");
                repeats.add(Code::BrokenLink, file, "it is broken".to_owned(), &hint);
            }
            repeats
        };
        let expected = ["a: it is broken (also on 2 other pages) / mend a; \
             what several pages have comes from a template, a text or `site.toml`"];
        for [one, other] in [[&["b", "b", "a"][..], &["c"]], [&["c"], &["a", "a", "b"]]] {
            let mut repeats = of(one);
            repeats.merge(of(other));
            assert_eq!(told(repeats), expected);
        }
        assert_eq!(told(of(&["a", "a"])), ["a: it is broken / mend a"]);
    }

    #[test]
    fn other_faults_of_the_same_page_are_told_too() {
        let mut repeats = Repeats::default();
        repeats.add(Code::BrokenLink, "a", "one".to_owned(), "mend it");
        repeats.add(Code::BrokenLink, "a", "other".to_owned(), "mend it");
        repeats.add(Code::HtmlError, "a", "one".to_owned(), "mend it");
        assert_eq!(told(repeats).len(), 3);
    }
}
