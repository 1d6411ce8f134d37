//! Owns policies: the document and its format, the recommended rules, and the sentences that
//! may be said about a document. It knows no client's syntax and no page.

mod document;
mod effect;
mod recommend;
mod validate;

pub use document::{
    ALL_TOOLS, AllTools, Check, Condition, Default, Document, Limit, Operator, Rule, Rules, Scope,
    Version, Window,
};
pub use effect::{Effect, effect, effects, sentence, verdict};
pub use recommend::{Preset, can_be_hidden, limit, server_document, tool_document};
pub use validate::parse;
