//! What pages say of records that are out of the ordinary: nothing that is false of them.

mod left_out;

use std::collections::BTreeSet;
use std::fs;

use scraper::Html;
use serde_json::{Value, json};

use super::golden::reading::{all, page, words_of};
use super::support::{TestSite, is_html, repository, tree};

/// A site with one record for each of these.
fn site_of(records: &[Value]) -> TestSite {
    let site = TestSite::of(records);
    site.build();
    site
}

/// The words of every element of a published page that a selector finds.
fn words(site: &TestSite, file: &str, selector: &str) -> Vec<String> {
    let page = page(&site.public(), file);
    all(&page, selector).into_iter().map(words_of).collect()
}

#[test]
fn a_classification_is_called_uncertain_by_the_percentage_that_is_shown() {
    let confidences = [("a", 0.594), ("b", 0.596), ("c", 0.604)];
    let tools = confidences.map(|(name, confidence)| {
        json!({"name": name, "classification": {"category": "read", "confidence": confidence}})
    });
    let site = site_of(&[json!({"server": {"name": "s"}, "tools": tools})]);
    let mut shown = Vec::new();
    for (name, _) in confidences {
        let file = format!("tools/s/{name}/index.html");
        let facts = words(&site, &file, ".facts dd");
        let percentage = facts.into_iter().find(|fact| fact.ends_with('%')).unwrap();
        let notes = words(&site, &file, ".note").join(" ");
        assert!(!notes.contains('%') || notes.contains(&format!("({percentage} confidence)")));
        shown.push((percentage, notes.contains("uncertain")));
    }
    let expected = [("59%", true), ("60%", false), ("60%", false)];
    assert_eq!(shown, expected.map(|(percentage, noted)| (percentage.to_owned(), noted)));
}

#[test]
fn a_server_that_declares_read_tools_otherwise_is_called_read_only_with_a_doubt() {
    let none = json!({});
    let (denied, kept) = (json!({"readOnlyHint": false}), json!({"readOnlyHint": true}));
    let wipes = json!({"destructiveHint": true});
    let cases = [
        (vec![&none], "As far as its record says, yes: its one tool", ""),
        (vec![&none, &kept], "As far as its record says, yes: both of its tools", ""),
        (vec![&denied], "", "But the server declares it not read-only."),
        (vec![&wipes], "", "But the server declares it destructive."),
        (vec![&none, &denied], "", "But the server declares 1 of them not read-only."),
        (vec![&denied, &denied], "", "But the server declares both of them not read-only."),
        (
            vec![&denied, &none, &wipes],
            "As far as its record says, yes: all of its tools",
            "But the server declares 1 of them not read-only and 1 of them destructive.",
        ),
        (vec![&wipes; 3], "", "But the server declares all of them destructive."),
    ];
    let tool = |(at, hints): (usize, &&Value)| json!({"name": format!("t{at}"), "annotations": hints, "classification": {"category": "read"}});
    let record = |(at, (tools, ..)): (usize, &(Vec<&Value>, &str, &str))| {
        let tools: Vec<Value> = tools.iter().enumerate().map(tool).collect();
        json!({"server": {"name": format!("s{at}")}, "tools": tools})
    };
    let site = site_of(&cases.iter().enumerate().map(record).collect::<Vec<_>>());
    for (at, (_, answer, doubt)) in cases.iter().enumerate() {
        let answers = words(&site, &format!("tools/s{at}/index.html"), ".questions p").join(" ");
        assert!(answers.contains("As far as its record says, yes"), "{at}: {answers}");
        assert!(answers.contains(answer), "{at}: {answers}");
        let is_doubted = answers.contains("But the server declares");
        assert_eq!(is_doubted, !doubt.is_empty(), "{at}: {answers}");
        assert!(answers.contains(doubt), "{at}: {answers}");
    }
}

#[test]
fn two_tools_are_both_and_neither() {
    let server = |name: &str, categories: &[&str]| {
        let tool = |(at, category): (usize, &&str)| json!({"name": format!("t{at}"), "classification": {"category": category}});
        let tools: Vec<Value> = categories.iter().enumerate().map(tool).collect();
        json!({"server": {"name": name}, "tools": tools})
    };
    let site = site_of(&[
        server("reads", &["read", "read"]),
        server("writes", &["write", "execute"]),
        server("three", &["read", "read", "read"]),
    ]);
    for (name, about, answer) in [
        ("reads", "neither of which is expected to change anything", "2, both of them read tools."),
        ("writes", "both of which can change", "2: 1 write tool and 1 execute tool."),
        ("three", "none of which is expected to change", "3, all of them read tools."),
    ] {
        let answers = words(&site, &format!("tools/{name}/index.html"), ".questions p").join(" ");
        assert!(answers.contains(&format!("Its record lists {answer}")), "{name}: {answers}");
        let page = words(&site, &format!("policies/{name}/index.html"), "main p").join(" ");
        assert!(page.contains(about), "{name}: {page}");
    }
    let files = site.public();
    let has = |name: &str, sentence: &str| {
        let page = &files[&format!("policies/{name}/index.html")];
        assert!(std::str::from_utf8(page).unwrap().contains(sentence), "{name}: {sentence}");
    };
    has("reads", "Both its tools are read tools.");
    has("writes", "Neither of its 2 tools is a read tool.");
    has("three", "All its 3 tools are read tools.");
}

#[test]
fn headings_of_texts_have_no_id_of_the_page_around_them() {
    let ids = regex::Regex::new("id=\"([a-z-]+)\"").unwrap();
    let mut headings = "## Keys\n\n## Keys title\n".to_owned();
    for file in walkdir::WalkDir::new(repository().join("templates")) {
        let file = file.unwrap();
        if file.file_type().is_file() {
            let template = fs::read_to_string(file.path()).unwrap();
            for found in ids.captures_iter(&template) {
                headings += &["\n## ", &found[1].replace('-', " "), "\n\nText.\n"].concat();
            }
        }
    }
    let tools = json!([{"name": "t", "classification": {"category": "read", "attacks": ["own"]}}]);
    let site = TestSite::new();
    let record = json!({"server": {"name": "s"}, "tools": tools});
    site.write("content/catalogue/s.json", &record.to_string());
    let front = "title = \"Own\"\nsummary = \"Is ours.\"\n";
    let attack = "categories = [\"read\"]\nstatus = \"plausible\"\n\
        [[sources]]\ntitle = \"A report\"\nurl = \"https://example.org/\"\n";
    for (file, more) in [
        ("attacks/own.md", attack),
        ("pages/own.md", ""),
        ("glossary/own.md", "related = [\"grant\"]\n"),
        ("categories/read.md", "does = \"Reads.\"\nwhy = \"It reads.\"\n"),
        ("risk/low.md", ""),
    ] {
        site.write(&format!("content/{file}"), &format!("+++\n{front}{more}+++\n\n{headings}"));
    }
    let run = site.run(&["check"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn texts_and_style_sheets_name_static_files_as_they_stand_in_the_site() {
    let site = TestSite::new();
    site.write("site.toml", "title = \"T\"\nbase_url = \"https://example.org/mcp/\"\n");
    site.write("content/catalogue/a.json", "{\"server\": {\"name\": \"s\"}, \"tools\": []}");
    site.write("static/logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    site.write("static/ü.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"u\"/>");
    site.write("static/umlaut.css", ".x { background: url(%C3%BC.svg) }");
    site.write(
        "content/pages/umlaut.md",
        "+++\ntitle = \"Ü\"\nsummary = \"Is ü.\"\n+++\n\n![one](/assets/ü.svg) ![other](/assets/%C3%BC.svg) [search](/search/?q=mail#results) [host](//example.org/a)\n",
    );
    site.write("static/fonts/own.woff2", "font");
    site.write("static/css/own.css", "@font-face { src: url(../fonts/own.woff2) }");
    site.write(
        "content/pages/ours.md",
        "+++\ntitle = \"Ours\"\nsummary = \"Is ours.\"\n+++\n\n![Logo](/assets/logo.svg) [sheet](/assets/css/own.css)\n",
    );
    assert_eq!(site.run(&["check"]).code, 0);
    site.build();
    let files = site.public();
    let text = |path: &str| std::str::from_utf8(&files[path]).unwrap();
    let published = files.keys().find(|path| path.starts_with("assets/ü-")).unwrap();
    let encoded = format!("/mcp/{}", published.replace('ü', "%C3%BC"));
    assert_eq!(text("umlaut/index.html").matches(&encoded).count(), 2);
    let sheet = files.keys().find(|path| path.starts_with("assets/umlaut-")).unwrap();
    assert!(text(sheet).contains(&format!("../{published}")), "{}", text(sheet));
    let page = text("ours/index.html");
    let address = |before: &str, after: &str| {
        let start = page.find(before).unwrap_or_else(|| panic!("{before}"));
        let found = &page[start..];
        found[..found.find(after).unwrap() + after.len()].strip_prefix("/mcp/").unwrap()
    };
    let logo = address("/mcp/assets/logo-", ".svg");
    assert!(files.contains_key(logo), "{logo}");
    let sheet = text(address("/mcp/assets/css/own-", ".css"));
    let font = sheet.split(['(', ')']).nth(1).and_then(|font| font.strip_prefix("../../"));
    assert!(files.contains_key(font.unwrap()), "{sheet}");
}

#[test]
fn a_tool_that_is_not_what_its_server_declares_has_a_note() {
    let cases = [
        ("a", "destructive", json!({"destructiveHint": false}), "not destructive"),
        ("b", "destructive", json!({"destructiveHint": false, "readOnlyHint": true}), "read-only"),
        ("c", "read", json!({"destructiveHint": true}), "destructive"),
        ("d", "write", json!({"destructiveHint": true, "readOnlyHint": false}), ""),
        ("e", "execute", json!({"readOnlyHint": true}), "read-only"),
        ("f", "read", json!({"readOnlyHint": true, "destructiveHint": true}), ""),
        ("g", "destructive", json!({"destructiveHint": true, "readOnlyHint": false}), ""),
        ("h", "execute", json!({"destructiveHint": false}), ""),
        ("i", "read", json!({"readOnlyHint": false}), "not read-only"),
    ];
    let tools = cases.each_ref().map(|(name, category, annotations, _)| {
        json!({"name": name, "annotations": annotations, "classification": {"category": category}})
    });
    let site = site_of(&[json!({"server": {"name": "s"}, "tools": tools})]);
    for (name, category, _, claim) in &cases {
        let notes = words(&site, &format!("tools/s/{name}/index.html"), ".note");
        let note =
            format!("The server declares it {claim}; this catalogue classifies it as {category}.");
        let expected = if claim.is_empty() { vec![] } else { vec![note] };
        assert_eq!(notes, expected, "{name}");
    }
}

#[test]
fn the_policies_of_a_server_count_its_tools_as_the_legend_does() {
    let tools: Vec<Value> = (0..1_355)
        .map(|number| json!({"name": format!("t{number}"), "classification": {"category": "execute"}}))
        .collect();
    let site = site_of(&[json!({"server": {"name": "s"}, "tools": tools})]);
    let file = "policies/s/index.html";
    assert_eq!(words(&site, file, ".legend li"), ["High 1,355"]);
    let text = site.published(file);
    assert!(text.contains("It has 1,355 tools, all of which can change"));
    assert!(!text.contains("1355 tools"));
}

#[test]
fn the_stack_does_not_call_every_policy_the_recommended_one() {
    let site = TestSite::with_record();
    site.build();
    let promised = words(&site, "stack/index.html", "#taking > p");
    assert!(promised[0].contains("a file policy.json, which holds the policy of the chosen kind"));
}

#[test]
fn a_tool_that_its_server_declares_destructive_is_not_flatly_said_to_change_nothing() {
    let tool = json!({"name": "t", "annotations": {"destructiveHint": true}, "classification": {"category": "read"}});
    let site = site_of(&[json!({"server": {"name": "s"}, "tools": [tool]})]);
    let why = words(&site, "tools/s/t/index.html", "section[aria-labelledby=why] p").join(" ");
    assert!(why.starts_with("Reading is not meant to change anything, yet"), "{why}");
    for file in ["tools/s/t/index.html", "categories/read/index.html"] {
        let all = words(&site, file, "main").join(" ");
        assert!(!all.contains("changes nothing") && !all.contains("is different after"), "{file}");
    }
}

/// What the page of a server with such tools answers to a question, and what machines are told.
fn answer(site: &TestSite, server: &str, question: &str) -> String {
    let file = format!("tools/{server}/index.html");
    let questions = words(site, &file, ".questions h3");
    let at = questions.iter().position(|asked| asked.starts_with(question)).unwrap();
    let answer = words(site, &file, ".questions > p").swap_remove(at);
    let for_machines = words(site, &file, "script").join(" ");
    assert!(for_machines.contains(answer.split(". ").next().unwrap()), "{answer}");
    answer
}

#[test]
fn what_hidden_and_refused_tools_cannot_do_others_may() {
    let server = |name: &str, categories: &[&str]| {
        let tool =
            |category: &&str| json!({"name": category, "classification": {"category": category}});
        let tools: Vec<Value> = categories.iter().map(tool).collect();
        json!({"server": {"name": name}, "tools": tools})
    };
    let site = site_of(&[
        server("alone", &["read", "destructive", "financial"]),
        server("beside", &["write", "execute", "destructive", "financial"]),
    ]);
    for (question, category, harm) in [
        ("Can an agent delete data", "destructive", "delete data"),
        ("Can an agent spend money", "financial", "spend money"),
    ] {
        let start = format!("Not with its {category} tool under the recommended policy. ");
        let end = format!(" It allows 1 write tool and 1 execute tool, which may {harm} too.");
        let alone = answer(&site, "alone", question);
        assert!(alone.starts_with(&start) && !alone.contains(" too."), "{alone}");
        let beside = answer(&site, "beside", question);
        assert!(beside.starts_with(&start) && beside.ends_with(&end), "{beside}");
    }
}

#[test]
fn an_attack_says_about_how_many_more_tools_it_concerns() {
    for (amount, said) in [
        (12, vec![]),
        (13, vec!["And at least 1 more tool."]),
        (1_400, vec!["And at least 1,000 more tools."]),
    ] {
        let tool = |number| {
            let classification =
                json!({"category": "read", "attacks": ["tool-poisoning", "tool-poisoning"]});
            json!({"name": format!("t{number}"), "classification": classification})
        };
        let tools: Vec<Value> = (0..amount).map(tool).collect();
        let site = site_of(&[json!({"server": {"name": "s"}, "tools": tools})]);
        let file = "attacks/tool-poisoning/index.html";
        assert_eq!(words(&site, file, "section[aria-labelledby=tools] .tools > li").len(), 12);
        assert_eq!(words(&site, file, "section[aria-labelledby=tools] > p"), said);
    }
}

#[test]
fn a_tool_without_a_title_has_that_of_its_annotations() {
    let tool = |name: &str, title: Option<&str>| json!({"name": name, "title": title, "annotations": {"title": "Of annotations"}, "classification": {"category": "read"}});
    let tools = [tool("one", None), tool("two", Some("Of the tool"))];
    let site = TestSite::new();
    let record = json!({"server": {"name": "s"}, "tools": tools});
    site.write("content/catalogue/s.json", &record.to_string());
    site.build();
    let page = |tool: &str| {
        fs::read_to_string(site.path(&format!("public/tools/s/{tool}/index.html"))).unwrap()
    };
    assert!(page("one").contains("Of annotations"));
    assert!(page("two").contains("Of the tool") && !page("two").contains(">Of annotations<"));
    // Tools that say nothing of themselves are told apart by search engines, too.
    for name in ["one", "two"] {
        assert!(page(name).contains(&format!("content=\"{name}: low-risk read tool of")), "{name}");
    }
}

#[test]
fn pages_of_a_server_are_told_apart_by_their_titles() {
    let server = |name: &str, title: &str| {
        let tool = json!({"name": "t", "classification": {"category": "read"}});
        json!({"server": {"name": name, "title": title}, "tools": [tool]})
    };
    let long = "A server with a title that says in many words what other servers say in a few";
    let site = site_of(&[server("long", long), server("one", "Same"), server("two", "Same")]);
    let title = |file: &str| words(&site, file, "title").remove(0);
    assert_eq!(
        title("tools/long/index.html"),
        "A server with a title that says in many words what…: 1 tool"
    );
    assert_eq!(
        title("policies/long/index.html"),
        "A server with a title that says in many words what…: policy"
    );
    assert_eq!(title("tools/one/index.html"), "one: 1 tool, risk and policies · Test");
    assert_eq!(title("policies/two/index.html"), "two: complete policy · Test");
    assert_eq!(title("tools/two/t/index.html"), "t on two · Test");
}

#[test]
fn the_summary_of_a_tool_has_its_rule_as_a_whole_or_not_at_all() {
    let names = ["t".to_owned(), "name_of_a_tool_".repeat(3), "日".repeat(128)];
    let titles = ["S".to_owned(), "Documents and Archives ".repeat(4), "W".repeat(300)];
    for (name, title) in names.iter().flat_map(|name| titles.iter().map(move |title| (name, title)))
    {
        let categories = ["read", "write", "execute", "destructive", "financial"];
        let tool = |category: &&str| json!({"name": format!("{name}{category}"), "classification": {"category": category}});
        let tools: Vec<Value> = categories.iter().map(tool).collect();
        let site = site_of(&[json!({"server": {"name": "s", "title": title}, "tools": tools})]);
        let pages = site.public().into_iter().filter(|(file, _)| file.matches('/').count() == 3);
        let mut count = 0;
        for (file, bytes) in pages.filter(|(file, _)| file.starts_with("tools/s/")) {
            let page = Html::parse_document(std::str::from_utf8(&bytes).unwrap());
            let verdict = words_of(all(&page, ".rule strong")[0]).to_lowercase();
            let summary = all(&page, "meta[name=description]")[0].attr("content").unwrap();
            let rule = format!(" Recommended rule: {verdict}");
            assert!(summary.contains(&rule), "{file}: {summary} does not say {rule}");
            assert!(summary.chars().count() <= 158, "{file}: {summary}");
            count += 1;
        }
        assert_eq!(count, categories.len(), "{name} {title}");
    }
}

#[test]
fn names_that_differ_at_their_ends_have_different_titles_and_summaries() {
    let start = "interface_of_the_manager_of_gateways_between_networks_and_of_their_keys_";
    let tool = |end: &str| json!({"name": format!("{start}{end}"), "classification": {"category": "read"}});
    let tools = [tool("get"), tool("get_all")];
    let site = site_of(&[json!({"server": {"name": "s"}, "tools": tools})]);
    let pages: Vec<String> = site
        .public()
        .into_iter()
        .filter(|(file, _)| file.starts_with("tools/s/interface"))
        .map(|(_, bytes)| String::from_utf8(bytes).unwrap())
        .collect();
    let [one, other] = &*pages else { panic!("{} pages", pages.len()) };
    for selector in ["title", "meta[name=description]"] {
        let of = |page: &str| {
            let page = Html::parse_document(page);
            all(&page, selector)[0].html()
        };
        assert_ne!(of(one), of(other), "{selector}");
    }
}

#[test]
fn the_title_of_a_tool_with_a_long_name_has_all_of_it() {
    let name = "a_name_that_is_as_long_as_those_of_some_interfaces_are";
    let tool = json!({"name": name, "classification": {"category": "read"}});
    let server = json!({"name": "s", "title": "A server with a title in many words"});
    let site = site_of(&[json!({"server": server, "tools": [tool]})]);
    let file = "tools/s/a-name-that-is-as-long-as-those-of-some-interfaces-are/index.html";
    assert_eq!(words(&site, file, "title"), [format!("{name} · s · Test")]);
}

#[test]
fn parameters_that_are_required_under_conditions_are_not_said_to_be_optional() {
    let one_of = json!([{"required": ["a"]}, {"required": ["b"]}]);
    let properties = json!({"a": {}, "b": {}, "c": {}});
    let cases = [
        ("none", json!({"properties": properties, "anyOf": one_of}), "3, with conditions"),
        (
            "parts",
            json!({"properties": properties, "anyOf": [{"properties": {"d": {}}}]}),
            "at least 3, with conditions",
        ),
        (
            "one",
            json!({"properties": properties, "oneOf": one_of, "required": ["c"]}),
            "3, 1 required, with conditions",
        ),
        ("plain", json!({"properties": properties}), "3, none required"),
        (
            "listed",
            json!({"properties": properties, "allOf": [{"required": ["a"]}, {"required": ["b"]}]}),
            "3, 2 required",
        ),
        (
            "bounded",
            json!({
                "properties": properties,
                "allOf": [{"type": "object", "title": "both", "required": ["a", "b"]}],
                "minProperties": 2,
            }),
            "3, 2 required",
        ),
    ];
    let tools = cases.each_ref().map(|(name, schema, _)| {
        json!({"name": name, "inputSchema": schema, "classification": {"category": "read"}})
    });
    let site = site_of(&[json!({"server": {"name": "s"}, "tools": tools})]);
    for (name, _, summary) in &cases {
        let file = format!("tools/s/{name}/index.html");
        assert_eq!(words(&site, &file, ".facts a[href='#parameters']"), [*summary], "{name}");
        let is_cut = words(&site, &file, "section").join(" ").contains("does not show everything");
        assert_eq!(is_cut, !matches!(*name, "plain" | "listed" | "bounded"), "{name}");
    }
}

#[test]
fn a_schema_that_lists_its_parameters_in_parts_is_not_said_to_have_none() {
    let parts = json!([{"properties": {"a": {}}, "required": ["a"]}, {"properties": {"b": {}}}]);
    let nested = json!({"a": {"type": "object", "allOf": parts, "properties": {"c": {}}}});
    let cases = [
        ("all", json!({"type": "object", "allOf": parts}), "see the schema", "parts"),
        ("patterns", json!({"patternProperties": {"^x": {}}}), "see the schema", "patterns"),
        ("closed", json!({"additionalProperties": false}), "none", "lists no parameters"),
        ("one", json!({"oneOf": parts, "properties": {}}), "see the schema", "parts"),
        ("open", json!({"type": "object"}), "unknown", "does not say which"),
        ("none", json!({"properties": {}}), "none", "lists no parameters"),
        ("nested", json!({"properties": nested}), "1, not required", "does not show everything"),
    ];
    let tools = cases.each_ref().map(|(name, schema, ..)| {
        json!({"name": name, "inputSchema": schema, "classification": {"category": "read"}})
    });
    let site = site_of(&[json!({"server": {"name": "s"}, "tools": tools})]);
    for (name, _, summary, sentence) in &cases {
        let file = format!("tools/s/{name}/index.html");
        assert_eq!(words(&site, &file, ".facts a[href='#parameters']"), [*summary], "{name}");
        let section = words(&site, &file, "section[aria-labelledby=parameters]").concat();
        assert!(section.contains(sentence), "{name}: {section}");
    }
}

#[test]
fn a_parameter_that_must_be_given_is_one_though_nothing_else_is_said_of_it() {
    let cases = [
        (
            "beside",
            json!({"properties": {"a": {}, "b": false}, "required": ["c", "a"]}),
            "2, both required",
            "ac",
        ),
        ("hollow", json!({"properties": {}, "required": ["c", "c"]}), "1, required", "c"),
        ("bare", json!({"required": ["d", "c"]}), "2, both required", "dc"),
        (
            "never",
            json!({"properties": {"a": {}, "b": false}, "required": ["b"]}),
            "1, not required",
            "a",
        ),
    ];
    let tools = cases.each_ref().map(|(name, schema, ..)| {
        json!({"name": name, "inputSchema": schema, "classification": {"category": "read"}})
    });
    let site = site_of(&[json!({"server": {"name": "s"}, "tools": tools})]);
    for (name, _, summary, rows) in &cases {
        let file = format!("tools/s/{name}/index.html");
        assert_eq!(words(&site, &file, ".facts a[href='#parameters']"), [*summary], "{name}");
        let found = words(&site, &file, "section[aria-labelledby=parameters] tbody th").concat();
        assert_eq!(found, *rows, "{name}");
        let section = words(&site, &file, "section[aria-labelledby=parameters]").concat();
        assert_eq!(section.contains("does not show everything"), *name == "never", "{name}");
    }
}

#[test]
fn a_server_of_thousands_of_tools_says_of_which_levels_none_fits() {
    let tool = |at: usize| {
        let category = if at < 1_900 { "destructive" } else { "read" };
        json!({"name": format!("tool_{at}"), "description": "Does it. ".repeat(30), "classification": {"category": category}})
    };
    let tools: Vec<Value> = (0..2_000).map(tool).collect();
    let site = site_of(&[json!({"server": {"name": "s"}, "tools": tools})]);
    let low = words(&site, "tools/s/index.html", "section[aria-labelledby=risk-low]").concat();
    assert!(low.contains("100 tools") && low.contains("None of them fit on this page."), "{low}");
    assert!(words(&site, "tools/s/index.html", "section[aria-labelledby=risk-low] li").is_empty());
    // The legend leads to each level.
    let run = site.run(&["check"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn a_description_without_words_is_not_called_absent() {
    let tool = |name: &str, description: Value| json!({"name": name, "description": description, "classification": {"category": "read"}});
    let tools = [
        tool("line", json!("---")),
        tool("none", Value::Null),
        tool("some", json!("Gets it\n all.")),
        tool("more", json!("Gets it all. Then waits.")),
        tool("marked", json!("Gets `it` **all**.\n")),
        tool("under", json!("Gets `it` all.\n\n- then\n- waits")),
    ];
    let site = site_of(&[json!({"server": {"name": "s"}, "tools": tools})]);
    let lines = words(&site, "tools/s/index.html", "li[data-item] p").join(" ");
    assert_eq!(
        lines,
        "A description without words. Gets it all. Gets it all. No description. Gets it all. Gets it all."
    );
    for (name, sentence) in [
        ("line", "Its description has no words to quote."),
        ("none", "The record has no description of it."),
        ("some", "Its description in the record is: “Gets it all.”"),
        ("more", "Its description in the record begins: “Gets it all.”"),
        ("marked", "Its description in the record is: “Gets it all.”"),
        ("under", "Its description in the record begins: “Gets it all.”"),
    ] {
        let file = format!("tools/s/{name}/index.html");
        let answers = words(&site, &file, "section[aria-labelledby=questions]").concat();
        assert!(answers.contains(sentence), "{name}: {answers}");
        let is_absent = words(&site, &file, "main").concat().contains("has no description");
        assert_eq!(is_absent, name == "none");
    }
}

#[test]
fn a_text_of_which_nothing_is_read_counts_as_none() {
    let texts = ["---", "&nbsp;", "```\n```", "#", "> ", "- ", "[a]: https://x.org", "| |\n|-|"];
    let tools: Vec<Value> = texts
        .iter()
        .enumerate()
        .map(|(at, text)| {
            let classification = json!({"category": "read", "rationale": text, "evidence": text});
            json!({"name": format!("t{at}"), "description": text, "classification": classification})
        })
        .collect();
    let some = json!({"category": "read", "rationale": "- It reads.", "evidence": "`id`"});
    let some = json!({"name": "some", "description": "> x", "classification": some});
    let tools = [tools, vec![some]].concat();
    let site = TestSite::of(&[json!({"server": {"name": "s"}, "tools": tools})]);
    site.build();
    let part = |name: &str, part: &str| {
        let selector = format!("section[aria-labelledby={part}]");
        words(&site, &format!("tools/s/{name}/index.html"), &selector).concat()
    };
    for (at, text) in texts.iter().enumerate() {
        let name = format!("t{at}");
        assert!(part(&name, "description").contains("that shows no text"), "{text}");
        let why = part(&name, "why");
        assert!(why.contains(&format!("{name} ")) && !why.contains("definition"), "{text}: {why}");
        assert!(why.len() > 100, "{text}: the words of the category are missing: {why}");
    }
    assert!(!part("some", "description").contains("shows no text"));
    let why = part("some", "why");
    assert!(why.contains("It reads.") && why.contains("What its definition says"), "{why}");
}

#[test]
fn lists_tell_servers_of_the_same_title_apart() {
    let server = |name: &str, title: &str| {
        let tool = |name: &str| json!({"name": name, "classification": {"category": "read"}});
        json!({"server": {"name": name, "title": title}, "tools": [tool("find_it"), tool(name)]})
    };
    let site = site_of(&[server("one", "Same"), server("two", "Same"), server("other", "Other")]);
    let of = |file: &str, selector: &str| words(&site, file, selector);
    let policies = of("policies/index.html", ".servers .name a");
    assert_eq!(policies, ["Other", "Same (one)", "Same (two)"]);
    let similar = of("tools/one/index.html", "section[aria-labelledby=similar] a");
    assert_eq!(similar, ["Other", "Same (two)"]);
    let namesakes = of("tools/other/find-it/index.html", ".of");
    assert_eq!(namesakes, ["on Same (two)", "on Same (one)"]);
}

#[test]
fn a_term_is_not_linked_inside_of_a_character_reference() {
    let site = site_of(&[json!({"server": {"name": "s"}, "tools": []})]);
    let front = "title = \"AMP\"\nsummary = \"An amplifier.\"\nalso = [\"39\", \"quot\"]\n";
    site.write("content/glossary/amp.md", &format!("+++\n{front}+++\n\nText.\n"));
    let text = "Ann's \"R&D\" & 'more' &lt; 1.\n\nAn amp & another amp.\n";
    site.write(
        "content/pages/own.md",
        &format!("+++\ntitle = \"Own\"\nsummary = \"Ours.\"\n+++\n\n{text}"),
    );
    site.build();
    let paragraphs = words(&site, "own/index.html", ".prose p");
    assert_eq!(paragraphs, ["Ann's \"R&D\" & 'more' < 1.", "An amp & another amp."]);
    assert_eq!(words(&site, "own/index.html", ".prose .term-link"), ["amp"]);
}

#[test]
fn a_site_without_attacks_does_not_speak_of_them() {
    let site = site_of(&[json!({"server": {"name": "s"}, "tools": []})]);
    for file in fs::read_dir(repository().join("content/attacks")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        site.write(&format!("content/attacks/{name}"), "");
    }
    site.build();
    assert!(!words(&site, "index.html", "main").join(" ").contains("attacks page"));
    assert_eq!(words(&site, "attacks/index.html", "main p"), ["This site describes no attacks."]);
    assert!(!site.published("llms.txt").contains("/attacks/"));
}

#[test]
fn the_page_of_a_server_lists_all_of_its_tools_at_last_without_descriptions() {
    let of_so_many = |amount: usize| {
        let tool = |number: usize| json!({"name": format!("get_thing_number_{number}"), "description": "Gets a thing with ".repeat(9), "classification": {"category": "read"}});
        let tools: Vec<Value> = (0..amount).map(tool).collect();
        json!({"server": {"name": format!("of-{amount}")}, "tools": tools})
    };
    let site = site_of(&[of_so_many(300), of_so_many(1_300), of_so_many(3_000)]);
    site.build();
    let listed = |page: &str, what: &str| words(&site, page, &format!(".lines {what}")).len();
    let [some, many, most] = [300, 1_300, 3_000].map(|amount| {
        let page = format!("tools/of-{amount}/index.html");
        (listed(&page, "a"), listed(&page, "p"), words(&site, &page, "main").join(" "))
    });
    let (brief, cut) = (
        "For want of room the lists have neither rules nor descriptions",
        "did not fit on this page",
    );
    assert_eq!((some.0, some.1), (300, 300));
    assert!(!some.2.contains(brief) && !some.2.contains(cut), "{}", some.2);
    assert_eq!((many.0, many.1), (1_300, 0));
    assert!(many.2.contains(brief) && !many.2.contains(cut), "{}", many.2);
    assert!((1_300..3_000).contains(&most.0), "{}", most.0);
    assert!(most.2.contains(brief) && most.2.contains(cut), "{}", most.2);
}

#[test]
fn machines_find_the_record_of_every_server() {
    let record = |name: &str| json!({"server": {"name": name, "title": "A \"B\""}, "tools": []});
    let site = site_of(&[record("b/one"), record("a.two")]);
    site.build();
    let list: Value = serde_json::from_str(&site.published("api/v1/servers.json")).unwrap();
    let servers = list["servers"].as_array().unwrap();
    let names: Vec<&Value> = servers.iter().map(|server| &server["name"]).collect();
    assert_eq!(names, ["a.two", "b/one"]);
    for server in servers {
        let path = server["record"].as_str().unwrap().strip_prefix("https://example.org/").unwrap();
        let record: Value = serde_json::from_str(&site.published(path)).unwrap();
        assert_eq!((&record["name"], &record["title"]), (&server["name"], &server["title"]));
    }
    assert!(site.published("llms.txt").contains("(https://example.org/api/v1/servers.json)"));
}

#[test]
fn own_texts_stay_in_their_lines_of_llms_txt() {
    let site = site_of(&[json!({"server": {"name": "s"}, "tools": []})]);
    let description = "description = \"\"\"One.\n\n## Two\"\"\"";
    site.write(
        "site.toml",
        &format!("title = \"T\\nU\"\nbase_url = \"https://example.org/\"\n{description}\n"),
    );
    let read = fs::read_to_string(repository().join("content/categories/read.md")).unwrap();
    let read = read.replace("title = \"Read\"", "title = \"[Read](x)\"");
    site.write("content/categories/read.md", &read);
    site.build();
    let text = site.published("llms.txt");
    assert!(text.starts_with("# T U\n\n> One. ## Two\n\n"), "{text}");
    assert!(
        text.contains("- [\\[Read\\](x) tools](https://example.org/categories/read/): "),
        "{text}"
    );
}

#[test]
fn a_card_that_names_another_risk_is_not_that_of_a_tool() {
    let tool = |name: &str, risk: &str| json!({"name": name, "classification": {"category": "execute", "risk": risk}});
    let tools = [tool("usual", "high"), tool("raised", "critical"), tool("lowered", "low")];
    let site = site_of(&[json!({"server": {"name": "s"}, "tools": tools})]);
    site.build();
    let card = |tool: &str| {
        let page = site.published(&format!("tools/s/{tool}/index.html"));
        ["execute", "site"].map(|card| page.contains(&format!("/assets/cards/{card}-")))
    };
    assert_eq!(
        ["usual", "raised", "lowered"].map(card),
        [[true, false], [false, true], [false, true]]
    );
}

#[test]
fn titles_of_pages_tell_servers_and_tools_of_long_names_apart() {
    let long = "export_quarterly_report_of_the_accounting_department_quarter";
    let record = |name: &str, title: &str| {
        let tools = json!([{"name": long, "classification": {"category": "read"}}]);
        json!({"server": {"name": name, "title": title}, "tools": tools})
    };
    let title = "Enterprise Knowledge Management Platform Connector for";
    let site = site_of(&[
        record("one", &format!("{title} Europe")),
        record("two", &format!("{title} Asia and Australia")),
        record("of-which-the-identifier-is-not-short-at-all", "Three"),
    ]);
    site.build();
    let mut titles = Vec::new();
    for server in ["one", "two", "of-which-the-identifier-is-not-short-at-all"] {
        let tool = long.replace('_', "-");
        let pages = [
            format!("tools/{server}"),
            format!("policies/{server}"),
            format!("tools/{server}/{tool}"),
        ];
        titles.extend(
            pages.map(|page| words(&site, &format!("{page}/index.html"), "title").remove(0)),
        );
    }
    assert!(titles.iter().all(|title| title.chars().count() <= 65), "{titles:?}");
    let different: BTreeSet<&String> = titles.iter().collect();
    assert_eq!(different.len(), 9, "{titles:?}");
}

#[test]
fn the_description_of_a_site_is_whole_on_its_home_page() {
    let site = site_of(&[json!({"server": {"name": "s"}, "tools": []})]);
    let description = "All servers that we approve, ".repeat(9);
    let description = description.trim_end_matches(", ");
    let settings = format!(
        "title = \"T\"\nbase_url = \"https://example.org/\"\ndescription = \"{description}\"\n"
    );
    site.write("site.toml", &settings);
    site.build();
    assert_eq!(words(&site, "index.html", ".lead"), [description]);
    // One of blanks alone says no more than none.
    let [empty, blank] = ["", " \\n"].map(|text| {
        site.write("site.toml", &settings.replace(description, text));
        site.build();
        site.public()
    });
    assert!(empty == blank);
}

#[test]
fn an_own_robots_txt_takes_the_place_of_ours() {
    let site = site_of(&[json!({"server": {"name": "s"}, "tools": []})]);
    site.build();
    assert!(site.published("robots.txt").contains("Allow: /"));
    site.write("static/robots.txt", "User-agent: *\nDisallow: /\n");
    site.build();
    assert_eq!(site.published("robots.txt"), "User-agent: *\nDisallow: /\n");
    let run = site.run(&["check"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn no_answer_shows_a_part_of_a_rule_or_of_the_name_of_a_counter() {
    let tool = |category: &&str| json!({"name": category.repeat(420 / category.len()), "classification": {"category": category}});
    let tools: Vec<Value> =
        ["read", "write", "destructive", "financial"].iter().map(tool).collect();
    let site = site_of(&[json!({"server": {"name": "s"}, "tools": tools})]);
    for (file, page) in site.public() {
        if file.starts_with("tools/s/") && file != "tools/s/index.html" {
            let page = Html::parse_document(std::str::from_utf8(&page).unwrap());
            let answers: Vec<String> =
                all(&page, ".questions code").into_iter().map(words_of).collect();
            let cut: Vec<&String> = answers
                .iter()
                .filter(|code| code.contains('…') && (code.contains('{') || code.contains("_rate")))
                .collect();
            assert!(answers.len() > 5 && cut.is_empty(), "{file}: {cut:?}");
        }
    }
}

#[test]
fn a_catalogue_without_tools_has_no_bar_of_them() {
    let bars = |tools: Value| {
        let site = site_of(&[json!({"server": {"name": "s"}, "tools": tools})]);
        ["index.html", "tools/s/index.html", "policies/s/index.html"]
            .map(|file| words(&site, file, "figure.profile").len())
    };
    assert_eq!(bars(json!([])), [0, 0, 0]);
    let site = site_of(&[json!({"server": {"name": "s"}, "tools": []})]);
    let text = words(&site, "index.html", "section[aria-labelledby=catalogue] p").join(" ");
    assert!(text.starts_with("No tools of 1 server."), "{text}");
    assert_eq!(bars(json!([{"name": "t", "classification": {"category": "read"}}])), [1, 2, 1]);
}

#[test]
fn links_of_settings_are_addresses_of_the_site() {
    let tool = json!({"name": "t", "classification": {"category": "read"}});
    let site = site_of(&[json!({"server": {"name": "s"}, "tools": [tool]})]);
    let settings = "title = \"T\"\nbase_url = \"https://example.org/mcp/\"\nurl_style = \"file\"\n\
        report_url = \"/about/?page={url}\"\n[[links]]\nname = \"About us\"\nurl = \"/about/\"\n\
        [contact]\nendpoint = \"/form\"\n";
    site.write("site.toml", settings);
    site.build();
    let page = page(&site.public(), "policies.html");
    let href = |name: &str| {
        let link = all(&page, "footer a").into_iter().find(|link| words_of(*link) == name);
        link.and_then(|link| link.attr("href")).map(str::to_owned)
    };
    assert_eq!(href("About us").as_deref(), Some("/mcp/about"));
    let report = href("Report a correction").unwrap();
    assert!(report.starts_with("/mcp/about?page=https:"), "{report}");
    // Where a form is sent is no page of the site, and not missed.
    let run = site.run(&["check", "-q"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(words(&site, "tools/s/t.html", "form[action='/form']").len(), 1);
}

#[test]
fn headings_of_texts_leave_the_pages_their_own_ids() {
    let site = TestSite::with_record();
    // Those of the help with the keys are in the script.
    let mut ids = BTreeSet::from(["keys".to_owned(), "keys-title".to_owned()]);
    for (_, bytes) in tree(&repository().join("templates")) {
        let text = String::from_utf8(bytes).unwrap();
        let found = text.split("id=\"").skip(1).filter_map(|rest| rest.split('"').next());
        ids.extend(found.filter(|id| !id.contains('{')).map(str::to_owned));
    }
    assert!(ids.contains("attacks") && ids.contains("closing"), "{ids:?}");
    let headings = ids.iter().map(|id| format!("\n\n## {id}\n\nText.\n"));
    let headings = headings.collect::<Vec<_>>().concat();
    for folder in ["attacks", "categories", "glossary", "pages", "risk"] {
        for (path, bytes) in tree(&repository().join("content").join(folder)) {
            let text = String::from_utf8(bytes).unwrap();
            site.write(&format!("content/{folder}/{path}"), &(text + &headings));
        }
    }
    let run = site.run(&["check", "-q"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn what_a_docstring_says_of_a_parameter_stands_in_its_row() {
    let description = "Looks.\n\n    Args:\n        place: Where to look:\n            - here\n            - <b>there</b>\n        said: not this";
    let schema = json!({"properties": {
        "place": {"type": "string"}, "said": {"type": "string", "description": "By the schema"},
        "other": {"type": "object", "properties": {"place": {"type": "string"}}},
    }});
    let tool = json!({"name": "look", "description": description, "inputSchema": schema, "classification": {"category": "read"}});
    let site = site_of(&[json!({"server": {"name": "s"}, "tools": [tool]})]);
    let page = page(&site.public(), "tools/s/look/index.html");
    let rows: Vec<String> = all(&page, "#parameters ~ .scroll tbody tr")
        .into_iter()
        .map(|row| row.child_elements().last().unwrap().text().collect())
        .collect();
    assert_eq!(
        rows,
        ["Where to look:\n- here\n- <b>there</b>", "By the schema", "", ""],
        "a parameter inside of another is none of the arguments"
    );
}

/// Search engines take answers for HTML, and may show what is a link in them.
#[test]
fn markup_of_strangers_is_text_in_the_answers_for_machines() {
    let link = "<a href=\"https://evil.example/\">Win</a> & more";
    let tool = json!({"name": "<i>look</i>", "description": link, "classification": {"category": "write"}});
    let plain =
        json!({"name": "look", "description": link, "classification": {"category": "read"}});
    let title = format!("Click {link}");
    let site = site_of(&[json!({"server": {"name": "s", "title": title}, "tools": [tool, plain]})]);
    let mut with_link = 0;
    for (name, bytes) in site.public().into_iter().filter(|(name, _)| is_html(name)) {
        let page = Html::parse_document(&String::from_utf8(bytes).unwrap());
        let visible: Vec<String> = all(&page, ".questions > p").into_iter().map(words_of).collect();
        let script = all(&page, "script[type='application/ld+json']")[0].text().collect::<String>();
        let json: Value = serde_json::from_str(&script).unwrap();
        let questions = json["@graph"].as_array().unwrap().iter();
        let answers: Vec<String> = questions
            .filter_map(|thing| thing["mainEntity"].as_array())
            .flatten()
            .map(|question| question["acceptedAnswer"]["text"].as_str().unwrap().to_owned())
            .collect();
        with_link += answers.iter().filter(|answer| answer.contains("evil.example")).count();
        let read = |answer: &String| {
            let answer = Html::parse_fragment(answer);
            assert_eq!(all(&answer, "a, i"), [], "{name}");
            words_of(answer.root_element())
        };
        assert_eq!(answers.iter().map(read).collect::<Vec<_>>(), visible, "{name}");
    }
    assert!(6 <= with_link, "{with_link}");
}
