//! Owns policies: the document and its format, the recommended rules, what a document does with a
//! call, and the sentences that may be said about it. It knows no client's syntax and no page.

mod document;
mod effect;
mod evaluate;
mod recommend;
mod validate;

pub use document::{
    AllTools, Check, Condition, Default, Document, Limit, Operator, Rule, Rules, Scope, Version,
    Window,
};
pub use effect::{Effect, effect, effects, sentence, verdict};
pub use evaluate::{Decision, Enforcement};
pub use recommend::{
    Placement, Preset, calls_per_minute, can_be_hidden, limit, placement, server_document,
    tool_document,
};
pub use validate::parse;
