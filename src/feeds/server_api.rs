//! Owns the machine twin of a server: its record as it was given, with the classification and the
//! policy of every tool.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::pages::{self, Open, ReaderFinding};
use crate::policy::{self, Document, Preset};
use crate::risk::{Category, Risk};
use crate::site::Route;

/// The shape of the document; it changes only together with the `v1` of its address.
#[derive(Serialize)]
struct Twin<'site> {
    name: &'site str,
    title: &'site str,
    url: String,
    #[serde(rename = "checkedAt", skip_serializing_if = "Option::is_none")]
    checked_at: Option<&'site str>,
    policies: Policies,
    /// What to know before trusting the server.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<ReaderFinding>,
    /// The server object of the record, unknown fields included.
    server: Option<&'site RawValue>,
    tools: Vec<ToolTwin<'site>>,
    /// The fields of the record beside its server and tools.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    unknown: BTreeMap<&'site str, Option<&'site RawValue>>,
}

#[derive(Serialize)]
struct Policies {
    url: String,
    recommended: String,
    strict: String,
    permissive: String,
}

#[derive(Serialize)]
struct ToolTwin<'site> {
    name: &'site str,
    url: String,
    category: Category,
    risk: Risk,
    verdict: String,
    /// What to know before trusting the verdict.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    findings: &'site [ReaderFinding],
    policy: Document,
    /// The tool object of the record, unknown fields included.
    definition: Option<&'site RawValue>,
}

/// The machine twin of a server.
pub fn server_api(open: Open<'_>) -> Vec<u8> {
    let Open { site, id, record, .. } = open;
    let row = site.server(id);
    let document = |preset| site.url(&Route::PolicyDocument(id, preset));
    let tools = open.tools().map(|(tool_id, tool)| {
        let policy = policy::tool_document(&tool.name, tool.category);
        ToolTwin {
            name: &tool.name,
            url: site.url(&Route::Tool(tool_id)),
            category: tool.category,
            risk: tool.risk,
            verdict: policy::verdict(&policy::effect(&policy, &tool.name)),
            notes: pages::notes(tool),
            findings: open.findings(tool_id),
            policy,
            definition: raw(tool.raw),
        }
    });
    let twin = Twin {
        name: &row.name,
        title: &row.title,
        url: site.url(&Route::Server(id)),
        checked_at: record.checked_at.as_deref(),
        policies: Policies {
            url: site.url(&Route::ServerPolicy(id)),
            recommended: document(Preset::Recommended),
            strict: document(Preset::Strict),
            permissive: document(Preset::Permissive),
        },
        findings: open.own_findings(),
        server: raw(record.raw_server),
        tools: tools.collect(),
        unknown: record.unknown.iter().map(|(name, text)| (name.as_str(), raw(text))).collect(),
    };
    let mut bytes = serde_json::to_vec(&twin).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// A part of a record as it is written. It was read as JSON before, so it is JSON.
fn raw(text: &str) -> Option<&RawValue> {
    serde_json::from_str(text).ok()
}
