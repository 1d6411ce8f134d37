//! Owns how one record is read: from the text of a JSON object to a [`ServerRecord`], with every
//! fault of the record reported.

use foldhash::{HashMap, HashMapExt as _};

use super::node::{Node, Object, Reader, Source};
use super::record::{Annotation, Package, Remote, Server, ServerRecord, Tool};
use super::spots::Part;
use crate::diag::{Code, Place, Report};
use crate::risk::{Category, Risk};
use crate::text;

/// The annotations that MCP defines.
const HINTS: &[&str] = &["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"];

/// Reads a record. `None`: the report says what is missing or wrong at its core.
pub(super) fn record<'text>(
    source: Source<'text>,
    report: &mut Report,
) -> Option<ServerRecord<'text>> {
    let mut reader = Reader::of(source);
    let record = whole(&mut reader);
    reader.tell(report);
    record
}

/// The attacks that a record names which are not known: slug, place and field, also of a record
/// that has faults.
pub(super) fn unknown_attacks(
    source: Source<'_>,
    is_known: impl Fn(&str) -> bool,
) -> Vec<(String, Place, String)> {
    let mut reader = Reader::of(source);
    whole(&mut reader);
    reader.attacks.retain(|(slug, _)| !is_known(slug));
    let parts: Vec<Part<'_>> = reader.attacks.iter().map(|(_, raw)| source.part(raw)).collect();
    let slugs = reader.attacks.into_iter().map(|(slug, _)| slug);
    slugs.zip(source.spots(&parts)).map(|(slug, (place, field))| (slug, place, field)).collect()
}

fn whole<'text>(reader: &mut Reader<'text>) -> Option<ServerRecord<'text>> {
    let source = reader.source;
    let whole = reader.root();
    let root = reader.object(&whole)?;
    let server = required(reader, &root, &whole, "server").and_then(|node| {
        let object = reader.object(&node)?;
        Some((server(reader, &node, &object)?, node.raw))
    });
    let tools = required(reader, &root, &whole, "tools").and_then(|node| tools(reader, &node));
    let checked_at = optional_text(reader, &root, "checkedAt");
    if let (Some(date), Some(node)) = (&checked_at, root.get("checkedAt"))
        && !text::is_date(date)
    {
        let message = format!("`{}` is not a day of the calendar", text::visible(date));
        reader.fault(
            &node,
            Code::BadDate,
            message,
            "write the day as YYYY-MM-DD, such as 2026-06-10",
        );
    }
    let mut unknown = Vec::new();
    for (name, node) in root.others(&["server", "tools", "checkedAt"]) {
        reader.is_sound(&node);
        unknown.push((name.to_owned(), node.raw));
    }
    let (server, raw_server) = server?;
    Some(ServerRecord { server, raw_server, tools: tools?, checked_at, unknown, source })
}

fn required<'text>(
    reader: &mut Reader<'text>,
    object: &Object<'text>,
    node: &Node<'text>,
    name: &'static str,
) -> Option<Node<'text>> {
    let found = object.get(name);
    if found.is_none() {
        let hint =
            "a record needs `server.name` and `tools`, a tool `name` and `classification.category`";
        reader.missing(node, name, hint);
    }
    found
}

fn optional_text<'text>(
    reader: &mut Reader<'text>,
    object: &Object<'text>,
    name: &str,
) -> Option<String> {
    let node = object.get(name)?;
    reader.string(&node).filter(|text| !text.trim().is_empty())
}

/// A name: required, any text but the empty one.
fn name<'text>(
    reader: &mut Reader<'text>,
    object: &Object<'text>,
    node: &Node<'text>,
) -> Option<String> {
    let name_node = required(reader, object, node, "name")?;
    let name = reader.string(&name_node)?;
    if name.is_empty() {
        reader.fault(
            &name_node,
            Code::EmptyName,
            "the name is empty",
            "write the exact name that the server declares",
        );
        return None;
    }
    Some(name)
}

fn server<'text>(
    reader: &mut Reader<'text>,
    node: &Node<'text>,
    object: &Object<'text>,
) -> Option<Server> {
    let faults_before = reader.fault_count();
    let name = name(reader, object, node);
    let repository_url = object.get("repository").and_then(|node| {
        let repository = reader.object(&node)?;
        optional_text(reader, &repository, "url")
    });
    let server = Server {
        name: String::new(),
        title: optional_text(reader, object, "title"),
        description: optional_text(reader, object, "description"),
        version: optional_text(reader, object, "version"),
        website_url: optional_text(reader, object, "websiteUrl"),
        repository_url,
        packages: each_object(reader, object, "packages", |reader, package| {
            // All are read before one is missed, so that each fault is found.
            let registry = optional_text(reader, package, "registryType");
            let registry_url = optional_text(reader, package, "registryBaseUrl");
            let identifier = optional_text(reader, package, "identifier");
            let version = optional_text(reader, package, "version");
            Some(Package { registry: registry?, registry_url, identifier: identifier?, version })
        }),
        remotes: each_object(reader, object, "remotes", |reader, remote| {
            Some(Remote {
                transport: optional_text(reader, remote, "type").unwrap_or_default(),
                url: optional_text(reader, remote, "url")?,
            })
        }),
    };
    passed_on(reader, object, &[], faults_before);
    name.map(|name| Server { name, ..server })
}

fn each_object<'text, Item>(
    reader: &mut Reader<'text>,
    object: &Object<'text>,
    name: &str,
    mut read: impl FnMut(&mut Reader<'text>, &Object<'text>) -> Option<Item>,
) -> Vec<Item> {
    let nodes = object.get(name).and_then(|node| reader.list(&node)).unwrap_or_default();
    let mut items = Vec::with_capacity(nodes.len());
    for node in nodes {
        if let Some(object) = reader.object(&node) {
            items.extend(read(reader, &object));
        }
    }
    items
}

fn tools<'text>(reader: &mut Reader<'text>, node: &Node<'text>) -> Option<Vec<Tool<'text>>> {
    let nodes = reader.list(node)?;
    let mut tools = Vec::with_capacity(nodes.len());
    let mut places = Vec::with_capacity(nodes.len());
    let mut of_faulty = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        match reader.object(node).map(|object| tool(reader, node, &object)) {
            Some(Ok(tool)) => {
                tools.push(tool);
                places.push(index);
            }
            Some(Err(name)) => of_faulty.extend(name.map(|name| (name, index))),
            None => {}
        }
    }
    let mut names: Vec<(&str, usize)> =
        tools.iter().map(|tool: &Tool<'_>| tool.name.as_str()).zip(places).collect();
    names.extend(of_faulty.iter().map(|(name, index)| (name.as_str(), *index)));
    names.sort_by_key(|(_, index)| *index);
    let mut first_places = HashMap::with_capacity(names.len());
    for (name, index) in names {
        let first = *first_places.entry(name).or_insert(index);
        if first != index {
            let message = format!(
                "the tool `{}` is listed twice, first as `tools[{first}]`",
                text::visible(name)
            );
            let hint = "remove one of the two; names are case-sensitive";
            reader.fault(&nodes[index], Code::DuplicateTool, message, hint);
        }
    }
    Some(tools)
}

/// A tool, or of one with faults the name if that can be read: it is taken all the same.
fn tool<'text>(
    reader: &mut Reader<'text>,
    node: &Node<'text>,
    object: &Object<'text>,
) -> Result<Tool<'text>, Option<String>> {
    let faults_before = reader.fault_count();
    let name = name(reader, object, node);
    let classification = required(reader, object, node, "classification")
        .and_then(|node| Some((reader.object(&node)?, node)))
        .and_then(|(object, node)| classification(reader, &node, &object));
    let title = optional_text(reader, object, "title");
    let description = optional_text(reader, object, "description");
    let input_schema = schema(reader, object, "inputSchema");
    let (annotations, annotated_title) = annotations(reader, object);
    // The order of MCP.
    let title = title.or(annotated_title);
    let output_schema = schema(reader, object, "outputSchema");
    passed_on(reader, object, &["inputSchema", "outputSchema"], faults_before);
    match (name, classification) {
        (Some(name), Some(classified)) => {
            let Classified { category, risk, rationale, evidence, confidence, attacks } =
                classified;
            Ok(Tool {
                name,
                title,
                description,
                input_schema,
                output_schema,
                annotations,
                category,
                risk,
                rationale,
                evidence,
                confidence,
                attacks,
                raw: node.raw,
            })
        }
        (name, _) => Err(name),
    }
}

/// A schema, as it is written.
fn schema<'text>(
    reader: &mut Reader<'text>,
    object: &Object<'text>,
    name: &str,
) -> Option<&'text str> {
    let node = object.get(name)?;
    if !reader.is_sound(&node) {
        return None;
    }
    if node.raw.starts_with('{') {
        return Some(node.raw);
    }
    reader.object(&node);
    None
}

/// Looks through the fields that are passed on to machines as they are written: the parser skips
/// what it is not asked for, and would let values through that no other program can read.
fn passed_on<'text>(
    reader: &mut Reader<'text>,
    object: &Object<'text>,
    looked_into: &[&str],
    faults_before: usize,
) {
    // What was found in a known field must not be reported again.
    let faults = reader.offsets_of_faults(faults_before);
    for (_, node) in object.others(looked_into) {
        reader.look_through(&node, &faults);
    }
}

/// What the annotations claim, and the title that they have.
fn annotations<'text>(
    reader: &mut Reader<'text>,
    object: &Object<'text>,
) -> (Vec<Annotation>, Option<String>) {
    let Some(object) = object.get("annotations").and_then(|node| reader.object(&node)) else {
        return (Vec::new(), None);
    };
    let mut claims = Vec::new();
    for name in HINTS {
        let Some(node) = object.get(name) else { continue };
        match node.raw {
            "true" | "false" => {
                claims.push(Annotation { name: (*name).to_owned(), claim: node.raw == "true" });
            }
            _ => reader.wrong_type(&node, "`true` or `false`"),
        }
    }
    (claims, optional_text(reader, &object, "title"))
}

/// The classification of a tool.
struct Classified {
    category: Category,
    risk: Risk,
    rationale: Option<String>,
    evidence: Option<String>,
    confidence: Option<f64>,
    attacks: Vec<String>,
}

fn classification<'text>(
    reader: &mut Reader<'text>,
    node: &Node<'text>,
    object: &Object<'text>,
) -> Option<Classified> {
    let category = category(reader, node, object);
    let risk = risk(reader, object);
    let confidence = confidence(reader, object);
    let rationale = optional_text(reader, object, "rationale");
    let evidence = optional_text(reader, object, "evidence");
    let attack_nodes =
        object.get("attacks").and_then(|node| reader.list(&node)).unwrap_or_default();
    let mut attacks = Vec::new();
    for node in attack_nodes {
        let Some(slug) = reader.string(&node) else { continue };
        reader.attacks.push((slug.clone(), node.raw));
        attacks.push(slug);
    }
    let category = category?;
    let risk = risk.unwrap_or(category.default_risk());
    Some(Classified { category, risk, rationale, evidence, confidence, attacks })
}

fn category<'text>(
    reader: &mut Reader<'text>,
    node: &Node<'text>,
    object: &Object<'text>,
) -> Option<Category> {
    let node = required(reader, object, node, "category")?;
    let name = reader.string(&node)?;
    let category = Category::parse(&name);
    if category.is_none() {
        let message = format!("`{}` is not a category", text::visible(&text::cut(&name, 40)));
        reader.fault(
            &node,
            Code::UnknownCategory,
            message,
            "use read, write, execute, destructive or financial",
        );
    }
    category
}

fn risk<'text>(reader: &mut Reader<'text>, object: &Object<'text>) -> Option<Risk> {
    let node = object.get("risk")?;
    let name = reader.string(&node)?;
    let risk = Risk::parse(&name);
    if risk.is_none() {
        let message = format!("`{}` is not a risk level", text::visible(&text::cut(&name, 40)));
        let hint =
            "use low, medium, high or critical, or leave it out: it follows from the category";
        reader.fault(&node, Code::UnknownRisk, message, hint);
    }
    risk
}

fn confidence<'text>(reader: &mut Reader<'text>, object: &Object<'text>) -> Option<f64> {
    let node = object.get("confidence")?;
    let number =
        serde_json::from_str::<f64>(node.raw).ok().filter(|number| (0.0..=1.0).contains(number));
    if number.is_none() {
        reader.fault(
            &node,
            Code::BadConfidence,
            "the confidence is not a number from 0 to 1",
            "write 0.9 for 90 %",
        );
    }
    number
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::super::layout::Layout;
    use super::{Reader, Report, Source, whole};

    const RECORD: &str = r#"{"server": {"name": "io.example/se\u0072ver", "title": null, "packages":
        [{"registryType": "npm", "identifier": "x", "runtimeArguments": [{"value": 1e3}]}], "_meta": {"a": [true]}},
        "tools": [{"name": "stop", "description": "Stops\nit: ä \ud83d\ude00.", "inputSchema": {"type": "object",
        "properties": {"id": {"type": "string", "default": -1.5}}}, "annotations": {"readOnlyHint": false},
        "classification": {"category": "execute", "risk": "high", "confidence": 0.9, "attacks": ["a", "b"]}},
        {"name": "read", "classification": {"category": "read"}}], "checkedAt": "2026-06-10", "more": {"deep": [[[[[[{}]]]]]]}}"#;

    /// What a reader makes of a text, and what it has to say about it.
    fn read(mut reader: Reader<'_>) -> String {
        let record = whole(&mut reader);
        let mut report = Report::new();
        reader.tell(&mut report);
        format!("{record:#?} {report:#?}")
    }

    fn source(text: &str) -> Source<'_> {
        Source { file: "x.json", text, first_line: 1, is_line: false }
    }

    #[test]
    fn a_sound_record_has_a_layout_and_is_read_from_it() {
        assert!(Layout::of(RECORD).is_some());
        assert!(read(Reader::of(source(RECORD))).contains("Stops\\nit: ä 😀."));
    }

    proptest! {
        #[test]
        fn a_layout_changes_nothing_of_what_is_read(
            edits in prop::collection::vec((any::<Index>(), 0..3_usize, any::<Index>()), 0..3),
        ) {
            const PIECES: &[&str] = &["\"", "\\", "{", "}", "[", "]", ",", ":", "0", "null", "\n", "ä", "\"name\": 1,", "e9"];
            let mut letters: Vec<String> = RECORD.chars().map(String::from).collect();
            for (at, removed, piece) in edits {
                let at = at.index(letters.len() - 2);
                letters.splice(at..at + removed, [piece.get(PIECES).to_string()]);
            }
            let text = letters.concat();
            prop_assert_eq!(read(Reader::of(source(&text))), read(Reader::careful(source(&text))));
        }
    }
}
