//! Records that are too large, too deep or too many: time grows with the size of the input and no
//! faster, memory is a small multiple of it, and no page has more than 512 KiB.
//!
//! `SIZES=long cargo test --test tests sizes -- --nocapture` for the sizes of a real attack, with
//! their figures.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use policypress::catalogue::parameters;
use policypress::compose::Press;
use policypress::markdown;
use policypress::site::{GroupId, Listing, Route};
use policypress::text::LinkSchemes;
use serde_json::{Value, json};

use crate::large::{planned, text};
use crate::support::{Run, TestSite, is_html, processor_seconds};

/// No page is longer.
const LONGEST_PAGE: usize = 512 * 1024;
/// Four times the input may take so many times the time.
const SLOWEST_GROWTH: f64 = 6.5;
/// What a run takes and needs in any case.
const BASE_SECONDS: f64 = 0.6;
const BASE_MEMORY: u64 = 96 * 1024 * 1024;
const MEBIBYTE: u64 = 1024 * 1024;

/// What a run cost.
#[derive(Clone, Copy, Debug)]
struct Cost {
    /// Of all processors together.
    seconds: f64,
    /// Resident, at its highest.
    memory: u64,
}

/// A record that can be made of any size, and what its build may cost.
struct Case {
    name: &'static str,
    record: fn(usize) -> Value,
    /// Sizes of the short form, and how many times larger those of the long form are.
    size: usize,
    long: usize,
    /// Bytes of memory for each byte of input.
    factor: u64,
    run: Form,
}

/// What is done with a record, and how it ends.
struct Form {
    command: &'static str,
    code: i32,
}

const BUILT: Form = Form { command: "build", code: 0 };
const CHECKED: Form = Form { command: "check", code: 0 };
const REFUSED: Form = Form { command: "build", code: 1 };

const CASES: &[Case] = &[
    Case {
        name: "a description",
        record: described,
        size: 1_250_000,
        long: 20,
        factor: 12,
        run: BUILT,
    },
    Case { name: "parameters", record: parametered, size: 50_000, long: 5, factor: 40, run: BUILT },
    Case { name: "a name", record: named, size: 250_000, long: 1, factor: 80, run: BUILT },
    Case {
        name: "allowed values",
        record: enumerated,
        size: 50_000,
        long: 5,
        factor: 40,
        run: BUILT,
    },
    Case { name: "types in a list", record: typed, size: 50_000, long: 5, factor: 60, run: BUILT },
    Case { name: "unknown fields", record: unknown, size: 50_000, long: 5, factor: 20, run: BUILT },
    Case { name: "packages", record: packaged, size: 10_000, long: 5, factor: 40, run: BUILT },
    Case {
        name: "a title in pieces",
        record: titled,
        size: 500_000,
        long: 5,
        factor: 30,
        run: BUILT,
    },
    Case {
        name: "letters with marks",
        record: marked,
        size: 5_000,
        long: 8,
        factor: 40,
        run: CHECKED,
    },
    Case {
        name: "fields with what nobody sees",
        record: concealing,
        size: 5_000,
        long: 8,
        factor: 60,
        run: BUILT,
    },
    Case {
        name: "parameters with what nobody sees",
        record: hiding,
        size: 2_000,
        long: 5,
        factor: 60,
        run: BUILT,
    },
    Case {
        name: "messages that nobody sees",
        record: whispering,
        size: 5_000,
        long: 8,
        factor: 60,
        run: Form { command: "check", code: 1 },
    },
    Case {
        name: "unexplained parameters",
        record: unexplained,
        size: 10_000,
        long: 5,
        factor: 60,
        run: CHECKED,
    },
    Case {
        name: "tools with findings",
        record: remarkable,
        size: 250,
        long: 8,
        factor: 12,
        run: CHECKED,
    },
    Case {
        name: "one description behind many parameters",
        record: shared,
        size: 500_000,
        long: 5,
        factor: 12,
        run: BUILT,
    },
    Case {
        name: "choices that all have the same values",
        record: chosen,
        size: 500,
        long: 2,
        factor: 60,
        run: BUILT,
    },
    Case {
        name: "a deep default",
        record: deep_default,
        size: 200_000,
        long: 5,
        factor: 60,
        run: BUILT,
    },
    Case {
        name: "tools of a server with a long name",
        record: of_long_name,
        size: 50,
        long: 4,
        factor: 40,
        run: CHECKED,
    },
    Case {
        name: "tools with unknown attacks",
        record: attacked,
        size: 5_000,
        long: 8,
        factor: 40,
        run: REFUSED,
    },
    Case {
        name: "tools with faults",
        record: faulty,
        size: 5_000,
        long: 8,
        factor: 40,
        run: REFUSED,
    },
];

fn record_with(tool: Value, server: Value) -> Value {
    let mut record = json!({
        "server": {"name": "large"},
        "tools": [{"name": "look", "classification": {"category": "write"}}],
    });
    merge(&mut record["tools"][0], tool);
    merge(&mut record["server"], server);
    record
}

fn merge(into: &mut Value, from: Value) {
    let Value::Object(members) = from else { panic!("{from}") };
    for (name, value) in members {
        into[name] = value;
    }
}

fn described(size: usize) -> Value {
    let text = "A *word* of `many`, and <more>.\n".repeat(size / 32);
    record_with(json!({"description": text}), json!({"description": text}))
}

fn parametered(size: usize) -> Value {
    let names: Vec<String> = (0..size).map(|at| format!("parameter_{at}")).collect();
    let properties: serde_json::Map<String, Value> =
        names.iter().map(|name| (name.clone(), json!({"type": "string"}))).collect();
    record_with(json!({"inputSchema": {"properties": properties, "required": names}}), json!({}))
}

/// Parameters of which a long description has none.
fn unexplained(size: usize) -> Value {
    let mut record = parametered(size);
    record["tools"][0]["description"] = json!("What else parameters are. ".repeat(size));
    record
}

fn named(size: usize) -> Value {
    let name = "\"<n".repeat(size / 3);
    record_with(json!({"name": name}), json!({"name": name, "title": name}))
}

fn enumerated(size: usize) -> Value {
    let values: Vec<String> = (0..size).map(|at| format!("value {at}")).collect();
    let schema = json!({"type": "string", "enum": values});
    let choices = json!({"anyOf": vec![json!({"$ref": "#/$defs/all"}); 200]});
    let schema = json!({"properties": {"a": schema, "b": choices}, "$defs": {"all": schema}});
    record_with(json!({"inputSchema": schema}), json!({}))
}

/// Lists of lists, in which each type is named again and again.
fn typed(size: usize) -> Value {
    let mut schema = json!({"type": "string"});
    for _ in 0..6 {
        schema = json!({"type": vec!["array"; size / 6], "items": schema});
    }
    record_with(json!({"inputSchema": {"properties": {"a": schema}}}), json!({}))
}

fn unknown(size: usize) -> Value {
    let fields: serde_json::Map<String, Value> =
        (0..size).map(|at| (format!("unknown{at}"), json!(at))).collect();
    record_with(Value::Object(fields.clone()), Value::Object(fields))
}

/// Letters of which each has many marks, where a joiner would be ordinary.
fn marked(size: usize) -> Value {
    let text = format!("\u{1820}{}", "\u{18a9}\u{180b}".repeat(size));
    record_with(json!({"description": text}), json!({"description": text}))
}

/// Fields that all have a hidden character.
fn concealing(size: usize) -> Value {
    let fields: serde_json::Map<String, Value> =
        (0..size).map(|at| (format!("unknown{at}"), json!("a\u{200b}b"))).collect();
    record_with(Value::Object(fields.clone()), Value::Object(fields))
}

/// Parameters whose texts have a hidden character at every other place.
fn hiding(size: usize) -> Value {
    let text = "a\u{200b}".repeat(300);
    let properties: serde_json::Map<String, Value> = (0..size)
        .map(|at| (format!("{at}{}", "\u{202e}x".repeat(45)), json!({"description": text})))
        .collect();
    record_with(json!({"inputSchema": {"properties": properties}}), json!({}))
}

/// A number in tag characters.
fn tagged(number: usize) -> String {
    let digit = |digit: char| char::from_u32(u32::from(digit) + 0xe0000).unwrap();
    number.to_string().chars().map(digit).collect()
}

/// A description with hidden messages of which no two are alike.
fn whispering(size: usize) -> Value {
    let messages = (0..size).map(|at| format!("\u{e0041}{}x", tagged(at)));
    let text: String = messages.collect();
    record_with(json!({"description": text}), json!({"description": text}))
}

fn packaged(size: usize) -> Value {
    let package =
        |at| json!({"registryType": "npm", "identifier": format!("package-{at}"), "version": "1"});
    let remote = |at| json!({"type": "http", "url": format!("https://example.org/{at}")});
    let packages: Vec<Value> = (0..size).map(package).collect();
    let remotes: Vec<Value> = (0..size).map(remote).collect();
    record_with(
        json!({}),
        json!({"packages": packages, "remotes": remotes, "version": "1".repeat(size)}),
    )
}

fn titled(size: usize) -> Value {
    let title = "a ".repeat(size / 2);
    record_with(json!({"title": title}), json!({"title": title, "version": title}))
}

fn record_of(size: usize, tool: impl Fn(usize) -> Value) -> Value {
    json!({"server": {"name": "large"}, "tools": (0..size).map(tool).collect::<Vec<_>>()})
}

/// Tools of which each has a finding, and much that a search for its place must not read again.
fn remarkable(size: usize) -> Value {
    record_of(size, |at| {
        json!({
            "name": format!("delete_{at}"),
            "classification": {"category": "read"},
            "_meta": {"passed on": "x".repeat(8_000)},
        })
    })
}

/// Tools that all have the same name, half of them with another fault.
fn faulty(size: usize) -> Value {
    record_of(size, |at| {
        let category = if at % 2 == 0 { "red" } else { "read" };
        json!({"name": "twice", "classification": {"category": category}})
    })
}

/// Many parameters that refer to one schema with a long description.
fn shared(size: usize) -> Value {
    let properties: serde_json::Map<String, Value> =
        (0..150).map(|at| (format!("p{at}"), json!({"$ref": "#/d"}))).collect();
    let long = json!({"type": "string", "description": "aa ".repeat(size / 3)});
    record_with(json!({"inputSchema": {"properties": properties, "d": long}}), json!({}))
}

/// Parameters with choices that all refer to the same allowed values.
fn chosen(size: usize) -> Value {
    let choices = vec![json!({"$ref": "#/v"}); size];
    let choice = json!({"properties": {"p": {"anyOf": choices}}});
    let properties: serde_json::Map<String, Value> =
        (0..75).map(|at| (format!("p{at}"), json!({"$ref": "#/c"}))).collect();
    let schema = json!({"properties": properties, "c": choice, "v": {"enum": vec![0; size]}});
    record_of(8, |at| {
        json!({
            "name": format!("tool_{at}"),
            "classification": {"category": "read"},
            "inputSchema": schema,
        })
    })
}

/// A default whose every line would be far to the right.
fn deep_default(size: usize) -> Value {
    let mut default = json!(vec![0; size]);
    for _ in 0..90 {
        default = json!([default]);
    }
    record_with(json!({"inputSchema": {"properties": {"a": {"default": default}}}}), json!({}))
}

/// Tools with findings, and a name that each of them has to do with.
fn of_long_name(size: usize) -> Value {
    let mut record = remarkable(size);
    record["server"]["name"] = json!("n".repeat(size * 4_000));
    record
}

/// Tools that name an attack that is not described.
fn attacked(size: usize) -> Value {
    record_of(size, |at| {
        let classification = json!({"category": "read", "attacks": ["none"]});
        json!({"name": format!("tool_{at}"), "classification": classification})
    })
}

/// What a host with compression sends.
const LARGEST_SCRIPTS: usize = 15_000;
/// The script that is waited for before anything is shown, as it is.
const LARGEST_THEME: usize = 300;

#[test]
fn sizes_of_scripts_are_small() {
    let scripts: Vec<_> = policypress::overlay::built_in("static")
        .into_iter()
        .filter(|(name, _)| Path::new(name).extension().is_some_and(|ending| ending == "js"))
        .map(|(name, file)| (name, file.bytes))
        .collect();
    let sent = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap().len()
    };
    let all: Vec<(&str, usize)> =
        scripts.iter().map(|(name, bytes)| (name.as_str(), sent(bytes))).collect();
    assert!(all.iter().map(|(_, size)| size).sum::<usize>() <= LARGEST_SCRIPTS, "{all:?}");
    let theme = scripts.iter().find(|(name, _)| name == "theme.js").unwrap();
    assert!(theme.1.len() <= LARGEST_THEME, "{}", theme.1.len());
}

#[test]
#[allow(clippy::print_stdout, reason = "the figures are what the long form is run for")]
fn sizes_cost_time_and_memory_in_proportion() {
    let is_long = std::env::var("SIZES").is_ok_and(|form| form == "long");
    for case in CASES {
        let size = case.size * if is_long { case.long } else { 1 };
        let (small, _) = cost_of(case, size);
        let (large, input) = cost_of(case, size * 4);
        println!(
            "{}: {} MiB of input in {:.1} s with {} MiB; a quarter of it in {:.1} s",
            case.name,
            input / MEBIBYTE,
            large.seconds,
            large.memory / MEBIBYTE,
            small.seconds
        );
        let slowest = BASE_SECONDS + small.seconds * SLOWEST_GROWTH;
        assert!(
            large.seconds <= slowest,
            "{}: {small:?}, four times the size: {large:?}",
            case.name
        );
        let most = BASE_MEMORY + input * case.factor;
        assert!(large.memory <= most, "{}: {large:?} for {input} bytes", case.name);
    }
}

/// Builds a record of a size; answers what that cost, and the size of the input.
fn cost_of(case: &Case, length: usize) -> (Cost, u64) {
    let site = TestSite::new();
    let text = (case.record)(length).to_string();
    site.write("content/catalogue/large.json", &text);
    let (run, cost) = measured(&site, &[case.run.command, "--jobs", "1"]);
    assert_eq!(run.code, case.run.code, "{}: {}", case.name, run.stderr);
    if site.path("public").exists() {
        assert_pages(case.name, &site);
    }
    (cost, text.len() as u64)
}

fn assert_pages(case: &str, site: &TestSite) {
    for (path, bytes) in site.public() {
        assert!(
            !is_html(&path) || bytes.len() <= LONGEST_PAGE,
            "{case}: {path} has {} bytes",
            bytes.len()
        );
    }
}

/// Runs the program and looks at it until it ends: its memory at its highest, and its time.
fn measured(site: &TestSite, arguments: &[&str]) -> (Run, Cost) {
    let (out, errors) = (site.path("out.txt"), site.path("errors.txt"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_policypress"))
        .args(arguments)
        .current_dir(site.path(""))
        .stdout(Stdio::from(fs::File::create(&out).unwrap()))
        .stderr(Stdio::from(fs::File::create(&errors).unwrap()))
        .spawn()
        .unwrap();
    let of_process =
        |file: &str| fs::read_to_string(format!("/proc/{}/{file}", child.id())).unwrap();
    let mut memory = 0;
    loop {
        // A process that has ended, and that nobody has waited for yet, still knows its times.
        let status = of_process("status");
        let line = |name: &str| status.lines().find_map(|line| line.strip_prefix(name));
        if line("State:").unwrap().trim().starts_with('Z') {
            break;
        }
        if let Some(highest) = line("VmHWM:") {
            memory = highest.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let times = of_process("stat");
    let fields: Vec<&str> = times.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: f64 = fields[11..13].iter().map(|field| field.parse::<f64>().unwrap()).sum();
    let code = child.wait().unwrap().code().unwrap_or(-1);
    let read = |path| fs::read_to_string(path).unwrap();
    // Linux tells programs these times in hundredths of a second.
    let cost = Cost { seconds: ticks / 100.0, memory };
    (Run { code, stdout: read(&out), stderr: read(&errors) }, cost)
}

/// Every field as long and as costly as a page takes it, all at once.
#[test]
fn sizes_of_pages_are_bounded_whatever_a_record_holds() {
    for sign in ["\"", "&", "日", "\u{1}", "a\u{200b}", "\u{202e}\u{e0041}b"] {
        let long = sign.repeat(40_000);
        let some = sign.repeat(1_000);
        let name = sign.repeat(3_000);
        let url = format!("https://example.org/?{}", "&".repeat(1_900));
        let property = |at: usize| {
            let schema = json!({"type": "string", "description": some, "default": some, "enum": [some, some]});
            (
                format!("{at}{}", sign.repeat(150)),
                json!({"type": "object", "description": some, "properties": {some.as_str(): schema}}),
            )
        };
        let properties: serde_json::Map<String, Value> = (0..200).map(property).collect();
        let tool = |at: usize, category: &str| {
            let mut tool = json!({
                "name": format!("{name}{at}"), "title": long, "description": long,
                "inputSchema": {"properties": properties, "required": [long]},
                "classification": {"category": category, "rationale": long, "evidence": long},
            });
            for number in 0..30 {
                tool[format!("{number}{long}")] = json!("a\u{200b}b");
            }
            tool
        };
        let mut tools: Vec<Value> = ["read", "write", "execute", "destructive", "financial"]
            .iter()
            .enumerate()
            .map(|(at, category)| tool(at, category))
            .collect();
        tools.extend((5..400).map(|at| json!({
            "name": format!("{}{at}", sign.repeat(180)), "description": long.get(..sign.len() * 400).unwrap(),
            "classification": {"category": "write"},
        })));
        let package = json!({"registryType": long, "identifier": long, "version": long});
        let remote = json!({"type": long, "url": url});
        let record = json!({
            "server": {
                "name": name, "title": long, "description": long, "version": long, "websiteUrl": url,
                "repository": {"url": url}, "packages": vec![package; 50], "remotes": vec![remote; 50],
            },
            "tools": tools,
        });
        let site = TestSite::new();
        site.write("content/catalogue/large.json", &record.to_string());
        site.build();
        assert_pages(sign, &site);
        let server = site
            .public()
            .into_iter()
            .find(|(path, _)| path.starts_with("tools/") && path.matches('/').count() == 2);
        let page = String::from_utf8(server.unwrap().1).unwrap();
        assert!(
            page.contains("did not fit on this page"),
            "{sign:?}: tools are left out in silence"
        );
    }
}

#[test]
fn sizes_of_markdown_are_bounded_and_it_takes_no_time() {
    let cells = format!("{}\n{}\n{}", "|a".repeat(1_500), "|-".repeat(1_500), "|\n".repeat(4_000));
    let mut texts: Vec<String> = [
        "a",
        "[",
        "]",
        "![",
        "*",
        "_",
        "*_",
        "`",
        "``` ",
        ">",
        "> ",
        "- ",
        "1. ",
        "#",
        "|",
        "|-\n",
        "\\",
        "<",
        "<a ",
        "<!--",
        "&",
        "&#",
        "~",
        "\t",
        " ",
        "\n",
        "[a](",
        "[a]: b\n",
        "[^1]",
        "<https://",
        "**a",
        "a**b",
        "\u{300}",
        "\u{202e}",
        "日",
    ]
    .iter()
    .map(|piece| piece.repeat(1_000_000 / piece.len()))
    .collect();
    texts.push(cells);
    texts.push(format!("{}{}", "[".repeat(8_000), "](x)".repeat(2_000)));
    texts.push(format!("It does so {}x\n{}", "(".repeat(300), "Ab.\n".repeat(300)));
    let indented: Vec<String> =
        (0..3_000).map(|at| format!("{}- a\n", " ".repeat(at % 200))).collect();
    texts.push(indented.concat());
    for text in texts {
        let start = processor_seconds();
        let html = markdown::foreign(&text, LinkSchemes::default()).html;
        let sentence = markdown::first_sentence(&text, 300);
        let beginning: String = text.chars().take(12).collect();
        let cost = processor_seconds() - start;
        assert!(cost < 1.0, "{beginning:?}: {cost} s");
        assert!(html.as_str().len() <= 48 * 1024, "{beginning:?}: {} bytes", html.as_str().len());
        assert!(sentence.chars().count() <= 300, "{beginning:?}: {sentence}");
    }
}

/// Schemas that would go on for ever if each reference was followed.
#[test]
fn sizes_of_schemas_are_bounded_and_nothing_is_fetched() {
    for (name, schema) in endless_schemas() {
        let start = processor_seconds();
        let found = parameters(&schema);
        let cost = processor_seconds() - start;
        assert!(cost < 0.5, "{name}: {cost} s");
        assert!(found.rows.len() <= 150, "{name}: {} rows", found.rows.len());
    }
    let site = TestSite::new();
    for (number, (name, schema)) in endless_schemas().into_iter().enumerate() {
        let mut record = record_with(json!({"inputSchema": schema}), json!({}));
        record["server"]["name"] = json!(name);
        site.write(&format!("content/catalogue/{number}.json"), &record.to_string());
    }
    // Not even an attempt: strace shows every call that makes a connection.
    let log = site.path("trace");
    let output = Command::new("strace")
        .args(["-f", "-qq", "-o", log.to_str().unwrap(), "-e", "trace=socket,connect,execve"])
        .args([env!("CARGO_BIN_EXE_policypress"), "build"])
        .current_dir(site.path(""))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let trace = fs::read_to_string(log).unwrap();
    assert!(trace.contains("execve("), "strace has seen nothing: {trace}");
    assert!(!trace.contains("socket(") && !trace.contains("connect("), "{trace}");
    assert_pages("schemas", &site);
}

fn endless_schemas() -> Vec<(&'static str, Value)> {
    let doubling = |key: &str, levels: usize| {
        let definitions: serde_json::Map<String, Value> = (0..levels)
            .map(|level| {
                let next = json!({"$ref": format!("#/$defs/{}", level + 1)});
                let definition = match key {
                    "properties" => json!({"type": "object", "properties": {"x": next, "y": next}}),
                    _ => json!({key: vec![next; 8]}),
                };
                (level.to_string(), definition)
            })
            .collect();
        json!({"properties": {"a": {"$ref": "#/$defs/0"}, "b": {"$ref": "#/$defs/0"}}, "$defs": definitions})
    };
    let wide = json!({"anyOf": vec![json!({"$ref": "#/$defs/wide"}); 8]});
    let many: serde_json::Map<String, Value> =
        (0..150).map(|at| (format!("p{at}"), json!({"$ref": "#/$defs/wide"}))).collect();
    let mut lists = json!({"type": "string"});
    let mut deep = json!({"type": "string"});
    for _ in 0..7 {
        lists = json!({"type": vec!["array"; 100], "items": lists});
    }
    for _ in 0..55 {
        deep = json!({"type": "object", "properties": {"deeper": deep}});
    }
    let url = "https://example.org/schema.json";
    vec![
        (
            "a reference to itself",
            json!({"properties": {"a": {"$ref": "#"}, "b": {"$ref": "#/properties/b"}}}),
        ),
        (
            "a circle",
            json!({"properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"$ref": "#/$defs/y"}, "y": {"$ref": "#/$defs/x"}}}),
        ),
        (
            "a circle of lists",
            json!({"properties": {"a": {"type": "array", "items": {"$ref": "#/properties/a"}}}}),
        ),
        (
            "another host",
            json!({"$schema": url, "$id": url, "$ref": url, "properties": {"a": {"$ref": url}, "b": {"$dynamicRef": url}, "c": {"$ref": "file:///etc/passwd"}}}),
        ),
        ("objects that double", doubling("properties", 30)),
        ("choices that double", doubling("anyOf", 30)),
        ("parts that double", doubling("allOf", 30)),
        ("a choice of itself", json!({"properties": many, "$defs": {"wide": wide}})),
        (
            "choices of nothing",
            json!({
                "properties": {"a": {"anyOf": vec![json!({"$ref": "#/$defs/x"}); 10_000]}},
                "$defs": {"x": {"anyOf": vec![json!({"type": "null"}); 10_000]}},
            }),
        ),
        ("lists of lists", json!({"properties": {"a": lists}})),
        ("objects in objects", deep),
    ]
}

/// So many tools of one server, and so many servers, that all share a slug.
#[test]
fn sizes_of_a_hundred_thousand_colliding_names_are_planned_and_listed() {
    let name = |at: usize| {
        format!("a{}", char::from_u32(0x4e00 + u32::try_from(at).unwrap() % 20_000).unwrap())
            .repeat(1 + at / 20_000)
    };
    let tools: Vec<Value> = (0..100_000)
        .map(|at| json!({"name": name(at), "classification": {"category": "read"}}))
        .collect();
    let start = Instant::now();
    let one = TestSite::new();
    one.write(
        "content/catalogue/one.json",
        &json!({"server": {"name": "one"}, "tools": tools}).to_string(),
    );
    let press = planned(&one);
    let server = press.site.servers().next().unwrap();
    for route in [
        Route::Server(server),
        Route::ServerPolicy(server),
        Route::Group(Listing::Servers, GroupId::ROOT),
    ] {
        assert_short(&press, &route);
    }
    for at in [0, 1, 50_000, 99_999] {
        assert_short(&press, &Route::Tool(press.site.tool_at(server, at)));
    }
    assert!(start.elapsed() < Duration::from_mins(1), "{:?}", start.elapsed());

    let start = Instant::now();
    let many = TestSite::new();
    let records: Vec<String> = (0..100_000)
        .map(|at| json!({"server": {"name": name(at)}, "tools": []}).to_string())
        .collect();
    many.write("all.jsonl", &records.join("\n"));
    many.write(
        "site.toml",
        "title = \"Test\"\nbase_url = \"https://example.org/\"\ncatalogue = [\"all.jsonl\"]\n",
    );
    let press = planned(&many);
    let slugs: std::collections::BTreeSet<&str> =
        press.site.servers().map(|id| &*press.site.server(id).slug).collect();
    assert_eq!(slugs.len(), 100_000);
    for listing in Listing::all() {
        for id in press.site.grouping(listing).ids() {
            assert_short(&press, &Route::Group(listing, id));
        }
    }
    assert!(start.elapsed() < Duration::from_mins(1), "{:?}", start.elapsed());
}

#[test]
fn the_page_of_all_policies_leaves_out_servers_that_do_not_fit() {
    let site = TestSite::new();
    let record = |at: usize| {
        let (name, title) = (format!("{at:03}-{}", "x".repeat(85)), "&".repeat(300));
        json!({"server": {"name": name, "title": format!("{at:03} {title}")}, "tools": []})
    };
    let records: Vec<String> = (0..600).map(|at| record(at).to_string()).collect();
    site.write("all.jsonl", &records.join("\n"));
    site.write(
        "site.toml",
        "title = \"Test\"\nbase_url = \"https://example.org/\"\ncatalogue = [\"all.jsonl\"]\n",
    );
    let press = planned(&site);
    assert_short(&press, &Route::Policies);
    let page = text(&press, &Route::Policies);
    let shown = page.matches("policy.strict.json</a>").count();
    assert!(page.contains(&format!("<p>{} servers did not fit", 600 - shown)), "{shown} are shown");
}

fn assert_short(press: &Press, route: &Route) {
    let length = text(press, route).len();
    assert!(length <= LONGEST_PAGE, "{route:?} has {length} bytes");
}
