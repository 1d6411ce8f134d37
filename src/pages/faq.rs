//! Owns questions and answers: the same words for the reader of the page and for machines.

use serde::Serialize;

use super::json_ld;
use crate::text::{self, Html, Phrase};

/// A question with its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question {
    pub question: Phrase,
    pub answer: Phrase,
}

/// A question with its answer, as a template shows them.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Answered {
    pub question_html: Html,
    pub answer_html: Html,
}

impl Question {
    /// A question with its answer.
    pub(super) fn new(question: Phrase, answer: Phrase) -> Question {
        Question { question, answer }
    }

    /// What a template shows.
    pub(super) fn answered(&self) -> Answered {
        Answered { question_html: self.question.html(), answer_html: self.answer.html() }
    }

    /// The question and the answer as they stand in JSON-LD.
    pub(super) fn in_json(&self) -> [String; 2] {
        [json_ld::escaped(self.question.plain()), answer_in_json(self.answer.plain())]
    }
}

/// A text as it stands in an answer in JSON-LD. Search engines take answers for HTML.
pub(super) fn answer_in_json(text: &str) -> String {
    json_ld::escaped(text::element_text(text).as_str())
}

/// The same for machines: the entries of a `FAQPage`, as JSON.
pub(super) fn entities(questions: &[Question]) -> String {
    json_ld::questions(questions.iter().map(Question::in_json))
}
