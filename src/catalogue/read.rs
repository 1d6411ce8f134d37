//! Owns how one record is read: from the text of a JSON object to a [`ServerRecord`], with every
//! fault of the record reported.

use std::collections::HashMap;

use super::node::{Checked, Node, Object, Reader, Source};
use super::record::{Annotation, AttackMention, Package, Remote, Server, ServerRecord, Tool};
use crate::diag::{Code, Report};
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

fn whole<'text>(reader: &mut Reader<'text>) -> Option<ServerRecord<'text>> {
    let source = reader.source;
    let root = reader.object(&source.root())?;
    let server = required(reader, &root, &source.root(), "server").and_then(|node| {
        let object = reader.object(&node)?;
        Some((server(reader, &node, &object)?, node.raw))
    });
    let tools =
        required(reader, &root, &source.root(), "tools").and_then(|node| tools(reader, &node));
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
        let _: Option<Checked> = reader.json(&node);
        unknown.push((name.to_owned(), node.raw));
    }
    let (server, raw_server) = server?;
    Some(ServerRecord { server, raw_server, tools: tools?, checked_at, unknown, source })
}

fn required<'text>(
    reader: &mut Reader<'text>,
    object: &Object<'text>,
    node: &Node<'text>,
    name: &str,
) -> Option<Node<'text>> {
    let found = object.get(name);
    if found.is_none() {
        let hint =
            "a record needs `server.name` and `tools`, a tool `name` and `classification.category`";
        reader.fault(node, Code::MissingField, format!("`{name}` is missing"), hint);
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
            Some(Package {
                registry: optional_text(reader, package, "registryType")?,
                identifier: optional_text(reader, package, "identifier")?,
                version: optional_text(reader, package, "version"),
            })
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
    let mut first_places = HashMap::with_capacity(nodes.len());
    for (index, node) in nodes.iter().enumerate() {
        let Some(tool) = reader.object(node).and_then(|object| tool(reader, node, &object)) else {
            continue;
        };
        if let Some(first) = first_places.insert(tool.name.clone(), index) {
            let message = format!(
                "the tool `{}` is listed twice, first as `tools[{first}]`",
                text::visible(&tool.name)
            );
            reader.fault(
                node,
                Code::DuplicateTool,
                message,
                "remove one of the two; names are case-sensitive",
            );
        }
        tools.push(tool);
    }
    Some(tools)
}

fn tool<'text>(
    reader: &mut Reader<'text>,
    node: &Node<'text>,
    object: &Object<'text>,
) -> Option<Tool<'text>> {
    let faults_before = reader.fault_count();
    let name = name(reader, object, node);
    let classification = required(reader, object, node, "classification")
        .and_then(|node| Some((reader.object(&node)?, node)))
        .map(|(object, node)| classification(reader, &node, &object));
    let tool = Tool {
        name: String::new(),
        title: optional_text(reader, object, "title"),
        description: optional_text(reader, object, "description"),
        input_schema: schema(reader, object, "inputSchema"),
        annotations: annotations(reader, object),
        raw: node.raw,
        ..classification.flatten()?
    };
    // The output schema is only passed on to machines, yet it must be JSON that they can read.
    schema(reader, object, "outputSchema");
    passed_on(reader, object, &["inputSchema", "outputSchema"], faults_before);
    name.map(|name| Tool { name, ..tool })
}

/// A schema, as it is written.
fn schema<'text>(
    reader: &mut Reader<'text>,
    object: &Object<'text>,
    name: &str,
) -> Option<&'text str> {
    let node = object.get(name)?;
    let _: Checked = reader.json(&node)?;
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
    // A fault of a known field must not be reported again as one of the object around it.
    if reader.fault_count() > faults_before {
        return;
    }
    for (_, node) in object.others(looked_into) {
        let _: Option<Checked> = reader.json(&node);
    }
}

fn annotations<'text>(reader: &mut Reader<'text>, object: &Object<'text>) -> Vec<Annotation> {
    let Some(object) = object.get("annotations").and_then(|node| reader.object(&node)) else {
        return Vec::new();
    };
    let claim = |name: &&str| match object.get(name)?.raw {
        "true" => Some(Annotation { name: (*name).to_owned(), claim: true }),
        "false" => Some(Annotation { name: (*name).to_owned(), claim: false }),
        _ => None,
    };
    HINTS.iter().filter_map(claim).collect()
}

/// A tool of which only the classification is known yet.
fn classification<'text>(
    reader: &mut Reader<'text>,
    node: &Node<'text>,
    object: &Object<'text>,
) -> Option<Tool<'text>> {
    let category = category(reader, node, object);
    let risk = risk(reader, object);
    let confidence = confidence(reader, object);
    let rationale = optional_text(reader, object, "rationale");
    let evidence = optional_text(reader, object, "evidence");
    let attack_nodes =
        object.get("attacks").and_then(|node| reader.list(&node)).unwrap_or_default();
    let mention =
        |node: Node<'text>| Some(AttackMention { slug: reader.string(&node)?, raw: node.raw });
    let attacks = attack_nodes.into_iter().filter_map(mention).collect();
    let category = category?;
    Some(Tool {
        name: String::new(),
        title: None,
        description: None,
        input_schema: None,
        annotations: Vec::new(),
        category,
        risk: risk.unwrap_or(category.default_risk()),
        rationale,
        evidence,
        confidence,
        attacks,
        raw: "",
    })
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
