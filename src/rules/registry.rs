//! Owns what the official registry says of a server in its own answer, which a record may be taken
//! from as it is.

use serde_json::Value;

use super::{Finding, Rule, told};
use crate::catalogue::ServerRecord;
use crate::text;

/// The member of `_meta` in which the registry says it.
const OFFICIAL: &str = "io.modelcontextprotocol.registry/official";
/// How much of its reason a finding quotes.
const LONGEST_REASON: usize = 200;

/// That the registry does not stand for the server any more.
pub(super) fn withdrawn(record: &ServerRecord<'_>) -> Option<Finding> {
    let beside = record.unknown.iter().filter(|(name, _)| name == "_meta").map(|(_, raw)| *raw);
    let mut notes = beside.chain([record.raw_server]).filter_map(note);
    let (note, status) = notes.find_map(withdrawing)?;
    let reason = note.get("statusMessage").and_then(Value::as_str);
    let reason = reason
        .map(|reason| text::short_line(reason, LONGEST_REASON))
        .filter(|reason| !reason.is_empty())
        .map(|reason| format!(", and says why: {}", told(&text::quoted(&reason))));
    let message =
        format!("the official registry calls the server {status}{}", reason.unwrap_or_default());
    Some(Finding::new(Rule::WithdrawnServer, "_meta", message))
}

/// A note with its status, if that is one of those that withdraw a server.
fn withdrawing(note: Value) -> Option<(Value, &'static str)> {
    let status = note.get("status")?.as_str()?;
    let status = ["deleted", "deprecated"].into_iter().find(|known| *known == status)?;
    Some((note, status))
}

/// The registry's note in `_meta`, or in an object that has `_meta`. Most records have none, and are
/// not read for it.
fn note(raw: &str) -> Option<Value> {
    // Behind that, JSON can have an escape.
    if !raw.contains("io.modelcontextprotocol.registry") {
        return None;
    }
    let mut whole: Value = serde_json::from_str(raw).ok()?;
    if let Some(meta) = whole.get_mut("_meta") {
        whole = meta.take();
    }
    whole.get_mut(OFFICIAL).map(Value::take)
}
