//! Owns the wording of tool pages: our own sentences on a tool. What they say depends on its
//! category, on its level and on what its record leaves out. From tool to tool only the names in
//! them differ, and the sentence of the server's that they quote; so they are put into words once
//! for each kind of tool, with holes for these.

use std::array::from_fn;
use std::sync::OnceLock;

use super::faq::{self, Answered};
use super::json_ld;
use super::terms::TermLinker;
use super::tool_faq::{self, Subject};
use crate::catalogue::Tool;
use crate::markdown;
use crate::policy::{self, Document};
use crate::risk::{Category, Risk};
use crate::site::Site;
use crate::text::{self, Html, Phrase};

/// What our sentences on a tool depend on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    pub category: Category,
    pub risk: Risk,
    pub description: Description,
    /// Whether its record says itself why it needs a policy.
    pub has_rationale: bool,
    /// Whether its server has no other tool.
    pub is_only: bool,
}

/// What a record says of a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Description {
    Absent,
    /// There is one without words, such as a picture.
    WithoutWords,
    /// There is a sentence to quote, and more behind it.
    Quoted,
    /// There is a sentence to quote, and nothing else.
    Sentence,
}

impl Description {
    /// That of a tool, with the sentence to quote, which may be empty.
    pub(super) fn of(tool: &Tool<'_>, sentence: &str) -> Description {
        match &tool.description {
            None => Description::Absent,
            Some(_) if sentence.is_empty() => Description::WithoutWords,
            Some(whole) if markdown::is_sentence(whole, sentence) => Description::Sentence,
            Some(_) => Description::Quoted,
        }
    }
}

impl Kind {
    /// Each description, with a rationale and without, of an only tool and of one of several.
    /// `Sentence` stays the last.
    const FORMS: usize = (Description::Sentence as usize + 1) * 4;
    const COUNT: usize = Category::ALL.len() * Risk::ALL.len() * Kind::FORMS;

    fn index(self) -> usize {
        let class = self.category.index() * Risk::ALL.len() + self.risk.index();
        let traits = usize::from(self.has_rationale) * 2 + usize::from(self.is_only);
        class * Kind::FORMS + self.description as usize * 4 + traits
    }
}

/// What differs between tools of a kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names<'tool> {
    pub tool: &'tool str,
    /// How the server is called in a sentence.
    pub server: &'tool str,
    /// The exact identifier of the server.
    pub identifier: &'tool str,
    /// The first sentence of the description, in quotation marks.
    pub sentence: &'tool str,
}

impl Names<'_> {
    /// What stands for each of them while the sentences are put into words: letters that no text
    /// has, that nothing is linked in, and that need no escapes.
    const MARKS: Names<'static> = Names {
        tool: "policypresshole0",
        server: "policypresshole1",
        identifier: "policypresshole2",
        sentence: "policypresshole3",
    };

    /// The letters for a server at the beginning of a sentence.
    const CAPITAL_MARK: &'static str = "Policypresshole1";

    /// Whether they are written alike everywhere, and nothing is said in another way because of
    /// what they are made of.
    fn are_plain(&self) -> bool {
        let is_plain = |byte: u8| {
            (byte.is_ascii_graphic() || byte == b' ')
                && !matches!(byte, b'"' | b'&' | b'\'' | b'*' | b'<' | b'>' | b'\\')
        };
        [self.tool, self.identifier]
            .iter()
            .all(|name| name.len() <= 128 && name.bytes().all(is_plain))
    }

    /// Whether something in them looks like a mark.
    fn have_marks(&self) -> bool {
        let mark = Names::MARKS.tool.trim_end_matches('0');
        [self.tool, self.identifier].iter().any(|name| name.to_lowercase().contains(mark))
    }
}

/// Our sentences on each kind of tool, as far as there were tools of it.
#[derive(Debug)]
pub struct Wordings {
    /// On tools of servers whose phrase ends in [`SERVER`], then on the others.
    kinds: Box<[OnceLock<Wording>]>,
}

/// How the phrase for most servers ends: in words of ours, which lead to the glossary.
const SERVER: &str = " MCP server";

impl Default for Wordings {
    fn default() -> Wordings {
        Wordings { kinds: (0..Kind::COUNT * 2).map(|_| OnceLock::new()).collect() }
    }
}

/// Our sentences on one tool, and the document that they speak of.
pub(super) struct Worded {
    pub verdict: String,
    pub verdict_sentence: String,
    pub does: Html,
    /// Why it needs a policy, unless its record says so.
    pub why: Option<Html>,
    pub effect: Html,
    pub questions: Vec<Answered>,
    /// The questions for machines.
    pub entities: String,
    /// Nothing, if the document is too long for a page.
    pub policy: Option<DocumentText>,
}

/// A policy document.
pub(super) struct DocumentText {
    pub html: Html,
    /// The document as a part of an address.
    pub data: String,
}

/// A longer document, with its copy in the address that downloads it, is for machines only.
const LONGEST_DOCUMENT: usize = 120 * 1024;

impl Wordings {
    /// Our sentences on a tool.
    pub(super) fn on(&self, site: &Site, kind: Kind, names: Names<'_>) -> Worded {
        let (first, marked, server) = match names.server.strip_suffix(SERVER) {
            Some(server) => (0, [Names::MARKS.server, SERVER].concat(), server),
            None => (Kind::COUNT, Names::MARKS.server.to_owned(), names.server),
        };
        let marks = Names { server: &marked, ..Names::MARKS };
        let words = |names| Wording::of(site, kind, names, Text::with_holes);
        let filling = Names { server, ..names };
        if names.are_plain() {
            self.kinds[first + kind.index()].get_or_init(|| words(marks)).with(&filling)
        } else if names.have_marks() {
            Wording::of(site, kind, names, Text::whole).with(&filling)
        } else {
            let Names { tool, identifier, .. } = names;
            words(Names { tool, identifier, ..marks }).with(&filling)
        }
    }
}

/// Our sentences on a kind of tool.
#[derive(Debug)]
struct Wording {
    verdict: String,
    verdict_sentence: String,
    does: Text,
    why: Option<Text>,
    effect: Text,
    questions: Vec<QuestionText>,
    /// The document as HTML, and as a part of an address.
    policy: Option<[Text; 2]>,
}

/// A question and its answer.
#[derive(Debug)]
struct QuestionText {
    html: [Text; 2],
    json: [Text; 2],
}

impl Wording {
    fn of(site: &Site, kind: Kind, names: Names<'_>, text: fn(&str) -> Text) -> Wording {
        let own = site.prose.category(kind.category);
        let document = policy::tool_document(names.tool, kind.category);
        let effect = policy::effect(&document, names.tool);
        let verdict = policy::verdict(&effect);
        let what = text::capitalised(&tool_faq::tool_of(kind.category));
        let subject = Subject::of(site, kind, names, effect);
        // Each term is linked where a reader meets it first.
        let mut linker = TermLinker::new(site, None);
        let mut with_terms = |phrase: &Phrase| linker.link(&phrase.html());
        let pattern = |pattern: &str| Phrase::from_pattern(pattern, names.tool, names.server);
        let why = (!kind.has_rationale).then(|| with_terms(&pattern(&own.why)));
        let questions = tool_faq::questions(&subject);
        let in_html = |phrase: &Phrase| text(phrase.html().as_str());
        Wording {
            verdict,
            verdict_sentence: format!("{what}: it {}", text::uncapitalised(&own.summary)),
            policy: document_texts(&document).map(|texts| texts.map(|each| text(&each))),
            why: why.map(|why| text(&format!("<p>{}</p>", why.as_str()))),
            does: text(with_terms(&pattern(&own.does)).as_str()),
            effect: text(with_terms(&policy::sentence(&document, names.tool)).as_str()),
            questions: questions
                .iter()
                .map(|each| QuestionText {
                    html: [&each.question, &each.answer].map(in_html),
                    json: each.in_json().map(|each| text(&each)),
                })
                .collect(),
        }
    }

    fn with(&self, names: &Names<'_>) -> Worded {
        let first = text::capitalised(names.server);
        let words = [names.tool, names.server, &first, names.identifier, names.sentence];
        let in_html = words.map(|words| Phrase::new().words(words).html());
        let in_questions = words.map(json_ld::escaped);
        // Most need no escapes, and are the same in answers.
        let in_answers: [Option<String>; 5] = from_fn(|at| {
            (in_html[at].as_str() != words[at]).then(|| faq::answer_in_json(words[at]))
        });
        let in_questions = in_questions.each_ref().map(String::as_str);
        let in_answers = from_fn(|at| in_answers[at].as_deref().unwrap_or(in_questions[at]));
        let html =
            |text: &Text| Html::from_escaped(text.filled(&in_html.each_ref().map(Html::as_str)));
        let in_address = text::percent_encode(names.tool);
        Worded {
            verdict: self.verdict.clone(),
            verdict_sentence: self.verdict_sentence.clone(),
            policy: self.policy.as_ref().map(|[document, data]| DocumentText {
                html: html(document),
                data: data.filled(&[&in_address, "", "", "", ""]),
            }),
            does: html(&self.does),
            why: self.why.as_ref().map(html),
            effect: html(&self.effect),
            questions: self
                .questions
                .iter()
                .map(|QuestionText { html: [question, answer], .. }| Answered {
                    question_html: html(question),
                    answer_html: html(answer),
                })
                .collect(),
            entities: json_ld::questions(self.questions.iter().map(|each| {
                let [question, answer] = &each.json;
                [question.filled(&in_questions), answer.filled(&in_answers)]
            })),
        }
    }
}

/// A document as HTML, and as a part of an address. `None`: it is too long for a page.
fn document_texts(document: &Document) -> Option<[String; 2]> {
    let json = document.to_json();
    if json.len() > LONGEST_DOCUMENT {
        return None;
    }
    let html = text::element_text(&json).as_str().to_owned();
    let data = text::percent_encode(&format!("{json}\n"));
    (html.len() + data.len() <= LONGEST_DOCUMENT).then_some([html, data])
}

/// HTML, JSON or a part of an address, with holes.
#[derive(Debug, PartialEq, Eq)]
struct Text {
    letters: String,
    /// How much of the text stands before each hole, and the position of what belongs in it.
    holes: Vec<(usize, usize)>,
}

impl Text {
    /// A text without holes.
    fn whole(text: &str) -> Text {
        Text { letters: text.to_owned(), holes: Vec::new() }
    }

    /// A text with holes where the marks are.
    fn with_holes(marked: &str) -> Text {
        let Names { tool, server, identifier, sentence } = Names::MARKS;
        let marks = [tool, server, Names::CAPITAL_MARK, identifier, sentence];
        let mut text = Text { letters: String::with_capacity(marked.len()), holes: Vec::new() };
        let mut rest = marked;
        let next = |rest: &str| {
            let found =
                marks.iter().enumerate().filter_map(|(hole, mark)| Some((rest.find(mark)?, hole)));
            found.min()
        };
        while let Some((at, hole)) = next(rest) {
            let (before, after) = rest.split_at(at);
            text.letters.push_str(before);
            text.holes.push((text.letters.len(), hole));
            rest = after.strip_prefix(marks[hole]).unwrap_or_default();
        }
        text.letters.push_str(rest);
        text
    }

    fn filled(&self, words: &[&str; 5]) -> String {
        let length: usize = self.holes.iter().map(|(_, hole)| words[*hole].len()).sum();
        let mut filled = String::with_capacity(self.letters.len() + length);
        let mut done = 0;
        for (at, hole) in &self.holes {
            filled.push_str(self.letters.get(done..*at).unwrap_or_default());
            filled.push_str(words[*hole]);
            done = *at;
        }
        filled.push_str(self.letters.get(done..).unwrap_or_default());
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::{Names, Text};

    #[test]
    fn marks_become_holes_and_what_fills_them_is_not_looked_into() {
        let Names { tool, server, sentence, .. } = Names::MARKS;
        let text =
            Text::with_holes(&format!("a{tool}{sentence}b {} of {server}.", Names::CAPITAL_MARK));
        assert_eq!(
            text,
            Text { letters: "ab  of .".to_owned(), holes: vec![(1, 0), (1, 4), (3, 2), (7, 1)] }
        );
        assert_eq!(
            text.filled(&["x", "the S", "The S", "-", server]),
            "axpolicypresshole1b The S of the S."
        );
        assert_eq!(Text::with_holes("").filled(&[""; 5]), "");
    }
}
