//! Owns the forms of the glossary's terms: what in a text is a mention of which term.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::Term;
use crate::text;

/// Everyday words. A reader needs no page to understand them, and a page full of links is no help.
const EVERYDAY: &[&str] = &[
    "agent",
    "agents",
    "argument",
    "arguments",
    "catalogue",
    "catalogues",
    "condition",
    "conditions",
    "confidence",
    "context",
    "evidence",
    "limit",
    "limits",
    "package",
    "packages",
    "parameter",
    "parameters",
    "require",
    "rule",
    "rules",
    "tool",
    "tools",
    "window",
    "windows",
    "mcp",
    "registry",
    "registries",
    "transport",
    "transports",
    "policy",
    "reversible",
    "irreversible",
];

/// All forms of all terms, ready to be looked for.
#[derive(Clone, Debug)]
pub struct TermForms {
    finder: Option<AhoCorasick>,
    /// The position of the term behind each form.
    terms: Vec<usize>,
}

/// Of a longer glossary the terms are found by what takes less memory.
const MOST_LETTERS: usize = 32 * 1024;

impl TermForms {
    /// The forms of the terms, without everyday words.
    pub(super) fn of(glossary: &[Term]) -> TermForms {
        let mut forms: Vec<String> = Vec::new();
        let mut terms = Vec::new();
        for (index, term) in glossary.iter().enumerate() {
            for form in std::iter::once(&term.title).chain(&term.also) {
                let small = form.to_lowercase();
                if EVERYDAY.contains(&small.as_str()) {
                    continue;
                }
                // The finder takes ASCII letters alone for the same in either case.
                let others = [form.to_uppercase(), text::capitalised(&small), small];
                let others = others.into_iter().filter(|_| !form.is_ascii());
                for form in others.chain([form.clone()]) {
                    forms.push(text::element_text(&form).as_str().to_owned());
                    terms.push(index);
                }
            }
        }
        // The fastest kind has some hundred bytes for each letter: every page is looked through.
        let letters: usize = forms.iter().map(String::len).sum();
        let kind = match letters {
            ..=MOST_LETTERS => AhoCorasickKind::DFA,
            _ => AhoCorasickKind::ContiguousNFA,
        };
        let finder = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(kind))
            .build(&forms)
            .ok();
        TermForms { finder, terms }
    }

    /// The mentions in a text in HTML, each with the position of its term. Whole words only.
    pub fn mentions<'text>(
        &'text self,
        text: &'text str,
    ) -> impl Iterator<Item = (Range<usize>, usize)> {
        let found = self.finder.iter().flat_map(move |finder| finder.find_iter(text));
        found
            .filter(move |found| !is_inside_word(text, found.start(), found.end()))
            .map(|found| (found.range(), self.terms[found.pattern().as_usize()]))
    }
}

fn is_inside_word(text: &str, start: usize, end: usize) -> bool {
    let joins = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
    let before = text.get(..start).and_then(|text| text.chars().next_back());
    let after = text.get(end..).and_then(|text| text.chars().next());
    before.is_some_and(joins) || after.is_some_and(joins)
}

#[cfg(test)]
mod tests {
    use super::{Term, TermForms};

    #[test]
    fn whole_words_are_mentions_and_everyday_words_are_not() {
        let term = |title: &str, also: &[&str]| Term {
            slug: title.to_owned(),
            title: title.to_owned(),
            summary: String::new(),
            also: also.iter().map(|form| (*form).to_owned()).collect(),
            related: Vec::new(),
            body: String::new(),
        };
        let forms = TermForms::of(&[
            term("Tool", &[]),
            term("Grant", &["grants"]),
            term("Rate limit", &[]),
            term("Änderbar", &[]),
            term("Rate & Limit", &[]),
        ]);
        let text = "A tool, grants, granted, a Rate limit, änderbar, rate &amp; limit";
        let found: Vec<_> =
            forms.mentions(text).map(|(range, term)| (text.get(range).unwrap(), term)).collect();
        assert_eq!(
            found,
            [("grants", 1), ("Rate limit", 2), ("änderbar", 3), ("rate &amp; limit", 4)]
        );
    }
}
