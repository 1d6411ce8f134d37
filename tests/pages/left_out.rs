//! What a page says of what did not fit on it, and that it leaves out no more than that.

use serde_json::{Value, json};

use super::{site_of, words};

/// A record with so many tools, each with these further fields of its classification.
fn record_of(server: &str, tools: usize, category: &str, more: &Value) -> Value {
    let tool = |at: usize| {
        let mut classification = json!({"category": category});
        let fields = more.as_object().unwrap().clone();
        classification.as_object_mut().unwrap().extend(fields);
        json!({"name": format!("tool_{at:02}"), "classification": classification})
    };
    json!({"server": {"name": server}, "tools": (0..tools).map(tool).collect::<Vec<_>>()})
}

#[test]
fn a_list_names_the_first_tools_of_a_server_and_counts_the_others() {
    let site = site_of(&[
        record_of("all", 24, "write", &json!({})),
        record_of("more", 30, "write", &json!({})),
    ]);
    let file = "categories/write/index.html";
    let named = words(&site, file, "a").into_iter().filter(|name| name.starts_with("tool_"));
    assert_eq!(named.count(), 2 * 24);
    assert_eq!(words(&site, file, "p.more a"), ["6 more"]);
}

#[test]
fn a_policy_page_names_twenty_tools_of_raised_risk_and_counts_the_others() {
    let raised = json!({"risk": "critical"});
    let site =
        site_of(&[record_of("all", 20, "write", &raised), record_of("more", 23, "write", &raised)]);
    let note =
        |server: &str| words(&site, &format!("policies/{server}/index.html"), "p.note").join("");
    assert!(note("all").ends_with("tool_18, tool_19."), "{}", note("all"));
    assert!(note("more").ends_with("tool_18, tool_19 and 3 more."), "{}", note("more"));
}

#[test]
fn a_document_that_is_too_long_for_its_page_only_by_escapes_is_left_out() {
    let of = |server: &str, letter: &str| {
        let name = |at: usize| format!("{}{at}", letter.repeat(150));
        let tools: Vec<Value> = (0..200)
            .map(|at| json!({"name": name(at), "classification": {"category": "read"}}))
            .collect();
        json!({"server": {"name": server}, "tools": tools})
    };
    let site = site_of(&[of("plain", "a"), of("escaped", "&")]);
    for (server, is_shown) in [("plain", true), ("escaped", false)] {
        let document = site.published(&format!("policies/{server}/policy.json"));
        assert!(document.len() < 96 * 1024, "{}", document.len());
        let file = format!("policies/{server}/index.html");
        assert_eq!(words(&site, &file, "#document-recommended").len(), usize::from(is_shown));
        let said = words(&site, &file, "main p").join(" ");
        assert_eq!(said.contains("The document is too long to show"), !is_shown, "{said}");
    }
}

#[test]
fn a_table_of_parameters_ends_where_its_texts_are_too_long() {
    let property = json!({"type": "string", "description": "&".repeat(600)});
    let tool = |name: &str, parameters: usize| {
        let properties: serde_json::Map<String, Value> =
            (0..parameters).map(|at| (format!("p{at:02}"), property.clone())).collect();
        json!({"name": name, "inputSchema": {"type": "object", "properties": properties}, "classification": {"category": "read"}})
    };
    // Each description has 3,000 bytes on the page, and a table 96 KiB.
    let site =
        site_of(&[json!({"server": {"name": "s"}, "tools": [tool("all", 30), tool("cut", 40)]})]);
    for (name, rows, is_cut) in [("all", 30, false), ("cut", 32, true)] {
        let file = format!("tools/s/{name}/index.html");
        assert_eq!(words(&site, &file, "table tbody tr").len(), rows, "{name}");
        let said = words(&site, &file, "main p").join(" ");
        assert_eq!(said.contains("The table does not show everything."), is_cut, "{name}");
    }
}

#[test]
fn a_title_that_is_the_name_again_is_not_shown_twice() {
    let tool = |name: &str, title: &str| json!({"name": name, "title": title, "classification": {"category": "read"}});
    let site = site_of(&[json!({"server": {"name": "s"}, "tools": [
        tool("look", "look"), tool("find", "Find it"),
    ]})]);
    let titles = |name: &str| words(&site, &format!("tools/s/{name}/index.html"), "p.eyebrow[dir]");
    assert_eq!(titles("look"), [""; 0]);
    assert_eq!(titles("find"), ["Find it"]);
}

#[test]
fn names_that_many_servers_share_make_none_similar() {
    let of = |servers: usize| {
        let records: Vec<Value> = (0..servers)
            .map(|at| {
                let names = [format!("own_{at}"), "search".to_owned()];
                let tools =
                    names.map(|name| json!({"name": name, "classification": {"category": "read"}}));
                json!({"server": {"name": format!("s{at:02}")}, "tools": tools})
            })
            .collect();
        let site = site_of(&records);
        words(&site, "tools/s03/index.html", "section[aria-labelledby=similar] li").len()
    };
    assert_eq!(of(24), 5, "23 others share the name");
    assert_eq!(of(25), 0, "24 others share the name");
}

#[test]
fn the_schema_of_results_is_shown_where_a_record_has_one_that_fits() {
    let tool = |name: &str, schema: Value| {
        let mut tool = json!({"name": name, "classification": {"category": "read"}});
        if !schema.is_null() {
            tool["outputSchema"] = schema;
        }
        tool
    };
    let short = json!({"type": "object", "properties": {"<b>": {"type": "string"}}});
    let long = json!({"type": "object", "description": "&".repeat(10_000)});
    let site = site_of(&[json!({"server": {"name": "s"}, "tools": [
        tool("none", Value::Null), tool("short", short.clone()), tool("long", long),
    ]})]);
    let in_section = |name: &str, what: &str| {
        let file = format!("tools/s/{name}/index.html");
        words(&site, &file, &format!("section[aria-labelledby=result] {what}"))
    };
    assert_eq!(in_section("none", "h2"), [""; 0]);
    assert_eq!(in_section("short", "h2"), ["Result"]);
    let shown: Value = serde_json::from_str(&in_section("short", "pre")[0]).unwrap();
    assert_eq!(shown, short);
    assert_eq!(in_section("long", "pre"), [""; 0]);
    assert_eq!(in_section("long", "p a"), ["machine-readable record"]);
}
