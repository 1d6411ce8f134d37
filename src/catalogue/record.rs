//! Owns the types of a server record: what a catalogue may say of a server and its tools.

use foldhash::HashMap;
use serde::Serialize;
use serde_json::Value;

use super::node::{self, Source};
use crate::diag::Place;
use crate::risk::{Category, Risk};

/// One server with all its tools, borrowed from the text that it was read from.
#[derive(Clone, Debug)]
pub struct ServerRecord<'text> {
    /// The server.
    pub server: Server,
    /// The server object as it is written, with the fields that only machines use.
    pub raw_server: &'text str,
    /// The tools in the order of the record.
    pub tools: Vec<Tool<'text>>,
    /// The day on which the record was checked, as YYYY-MM-DD.
    pub checked_at: Option<String>,
    /// Fields beside these that only machines use, each as it is written.
    pub unknown: Vec<(String, &'text str)>,
    pub(super) source: Source<'text>,
}

impl ServerRecord<'_> {
    /// Puts the tools in the order of the plan, by which their pages find them.
    pub fn sort_tools(&mut self) {
        self.tools.sort_by(|one, other| one.name.cmp(&other.name));
    }
}

impl ServerRecord<'_> {
    /// Where members of its tools stand, or of the server itself and beside it: the place, and the
    /// path of the field. A member that is not there is the tool or server.
    pub fn spots_of(&self, members: &[(Option<&Tool<'_>>, &str)]) -> Vec<(Place, String)> {
        let mut parts = Vec::with_capacity(members.len());
        let mut last = ("", HashMap::default());
        for (tool, name) in members {
            let whole = tool.map_or(self.raw_server, |tool| tool.raw);
            if !std::ptr::eq(last.0, whole) {
                last = (whole, node::members_by_name(whole));
            }
            let beside = || self.unknown.iter().find(|(key, _)| tool.is_none() && key == name);
            let member = last.1.get(*name).copied().or_else(|| beside().map(|(_, raw)| *raw));
            parts.push(self.source.part(member.unwrap_or(whole)));
        }
        self.source.spots(&parts)
    }
}

/// A server, in the words of its record.
#[derive(Clone, Debug, Default)]
pub struct Server {
    /// The identifier, unique in the catalogue.
    pub name: String,
    /// The name for people.
    pub title: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Its home page.
    pub website_url: Option<String>,
    /// The address of its source code.
    pub repository_url: Option<String>,
    /// Where it can be installed from.
    pub packages: Vec<Package>,
    /// Where it runs.
    pub remotes: Vec<Remote>,
}

impl Server {
    /// The title, or the identifier of a server that has none.
    pub fn display_title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }
}

/// A package that holds a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Package {
    /// The registry: npm, pypi, oci, …
    pub registry: String,
    /// The address of that registry, if the record names one.
    pub registry_url: Option<String>,
    /// The name of the package there.
    pub identifier: String,
    /// Its version.
    pub version: Option<String>,
}

/// An address at which a server runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remote {
    /// The transport, such as `streamable-http`.
    pub transport: String,
    /// The address.
    pub url: String,
}

/// One tool.
#[derive(Clone, Debug)]
pub struct Tool<'text> {
    /// The exact name, unique in its server, case-sensitive.
    pub name: String,
    /// The name for people.
    pub title: Option<String>,
    /// What it does, in the server's words. Never empty.
    pub description: Option<String>,
    /// The JSON Schema of its arguments as it is written, an object. `None`: unknown.
    pub input_schema: Option<&'text str>,
    /// The JSON Schema of its structured results as it is written, an object. `None`: unknown.
    pub output_schema: Option<&'text str>,
    /// What the server says of the tool's behaviour; nobody has checked it.
    pub annotations: Vec<Annotation>,
    /// What a call does to the world.
    pub category: Category,
    /// How much harm it can do.
    pub risk: Risk,
    /// Why it needs a policy.
    pub rationale: Option<String>,
    /// What in its definition says so.
    pub evidence: Option<String>,
    /// How sure the classification is, from 0 to 1.
    pub confidence: Option<f64>,
    /// The slugs of the attacks that this tool is an example of.
    pub attacks: Vec<String>,
    /// The definition as it is written.
    pub raw: &'text str,
}

impl Tool<'_> {
    /// Whether its risk was set higher than that of its category, which policies go by.
    pub fn is_raised(&self) -> bool {
        self.risk > self.category.default_risk()
    }

    /// Whether the server declares that it changes nothing. `None`: it does not say.
    pub fn is_declared_read_only(&self) -> Option<bool> {
        self.hint("readOnlyHint")
    }

    /// Whether the server declares that it destroys something. `None`: it does not say, or says that
    /// nothing is changed, beside which the hint means nothing.
    pub fn is_declared_destructive(&self) -> Option<bool> {
        self.hint("destructiveHint").filter(|_| self.is_declared_read_only() != Some(true))
    }

    fn hint(&self, name: &str) -> Option<bool> {
        self.annotations.iter().find(|hint| hint.name == name).map(|hint| hint.claim)
    }

    /// The JSON Schema of its arguments, read. `None`: unknown.
    pub fn schema(&self) -> Option<Value> {
        // It was looked through when the record was read.
        serde_json::from_str(self.input_schema?).ok()
    }
}

/// A hint that the server declares about a tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Annotation {
    /// The name in the definition, such as `readOnlyHint`.
    pub name: String,
    /// What the server claims.
    pub claim: bool,
}
