//! Owns questions and answers: the same words for the reader of the page and for machines.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::json_ld::{Answer, Entity};
use crate::text::Phrase;

/// A question with its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    question: Phrase,
    answer: Phrase,
}

impl Question {
    /// A question with its answer.
    pub(crate) fn new(question: Phrase, answer: Phrase) -> Question {
        Question { question, answer }
    }

    /// The question as an entry of a `FAQPage`.
    pub(crate) fn entity(&self) -> Entity<'_> {
        Entity {
            name: self.question.plain(),
            accepted_answer: Answer { text: self.answer.plain() },
        }
    }
}

impl Serialize for Question {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Question", 2)?;
        fields.serialize_field("question_html", &self.question.html())?;
        fields.serialize_field("answer_html", &self.answer.html())?;
        fields.end()
    }
}
