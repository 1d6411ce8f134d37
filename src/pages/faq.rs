//! Owns questions and answers: the same words for the reader of the page and for machines.

use serde::Serialize;

use super::json_ld::{self, Answer, Entity};
use crate::text::{Html, Phrase};

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

    fn entity(&self) -> Entity<'_> {
        Entity {
            name: self.question.plain(),
            accepted_answer: Answer { text: self.answer.plain() },
        }
    }
}

/// The same for machines: the entries of a `FAQPage`, as JSON.
pub(super) fn entities(questions: &[Question]) -> String {
    let entities: Vec<Entity<'_>> = questions.iter().map(Question::entity).collect();
    json_ld::json(&entities)
}
