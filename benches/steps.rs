//! The steps of a build, each by itself, over a catalogue of benches/generate.py; needs Python 3.
//! `cargo bench --bench steps [-- NAME]`; docs/building.md says how to compare two versions.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measuring program, not the product"
)]

use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use policypress::compose::{self, Press};
use policypress::config::{self, Config, Overrides};
use policypress::content::{self, Prose};
use policypress::diag::Report;
use policypress::output::Staging;
use policypress::overlay;
use policypress::pages::{self, Documents, Open, Page, Readings, View, Wordings};
use policypress::render::Templates;
use policypress::site::{self, Ledger, Route, ServerId, Site, ToolId};
use policypress::text;
use tempfile::TempDir;

/// Tools of the catalogue: enough for listings that are split, few enough to plan in a moment.
const TOOLS: usize = 2_000;
/// Files that are staged in one measurement.
const STAGED: usize = 200;

/// A site in a temporary folder, and its plan.
struct Bench {
    folder: TempDir,
    config: Config,
    prose: Prose,
    ledger: Ledger,
    press: Press,
}

impl Bench {
    fn new() -> Bench {
        let folder = TempDir::new().unwrap();
        let generator = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/generate.py");
        let generated = Command::new("python3")
            .arg(generator)
            .arg(TOOLS.to_string())
            .stdout(File::create(folder.path().join("catalogue.jsonl")).unwrap())
            .status();
        assert!(generated.unwrap().success());
        let settings = "title = \"Bench\"\nbase_url = \"https://example.org/\"\n";
        std::fs::write(folder.path().join("site.toml"), settings).unwrap();
        let catalogue = vec![folder.path().join("catalogue.jsonl")];
        let overrides = Overrides { catalogue, ..Overrides::default() };
        let config = config::read(folder.path(), overrides).0.unwrap();
        let prose = content::read(folder.path(), &mut Report::new()).unwrap();
        let mut ledger = Ledger::default();
        let press = prepared(&config, &mut ledger);
        Bench { folder, config, prose, ledger, press }
    }

    fn site(&self) -> &Site {
        &self.press.site
    }

    fn size(&self, route: &Route) -> usize {
        self.press.artifact(route).unwrap().len()
    }

    /// The server whose page is of middling size.
    fn server(&self) -> ServerId {
        let mut servers: Vec<ServerId> = self.site().servers().collect();
        servers.sort_by_key(|id| self.size(&Route::Server(*id)));
        servers[servers.len() / 2]
    }

    /// The tool whose page is of middling size.
    fn tool(&self) -> ToolId {
        let site = self.site();
        let mut tools: Vec<ToolId> = site.servers().flat_map(|id| site.tools_of(id)).collect();
        tools.sort_by_cached_key(|id| self.size(&Route::Tool(*id)));
        tools[tools.len() / 2]
    }

    fn templates(&self, minify: bool) -> Templates {
        let layer = overlay::layer(self.folder.path(), "templates", &mut Report::new());
        Templates::load(&layer, minify, &mut Report::new()).unwrap()
    }

    /// Templates as a build has them.
    fn framed_templates(&self) -> Templates {
        let mut templates = self.templates(true);
        templates.set_frame(&pages::frame(self.site()));
        templates
    }
}

fn prepared(config: &Config, ledger: &mut Ledger) -> Press {
    compose::prepare(config.clone(), ledger, &mut Report::new()).unwrap()
}

/// From the catalogue's bytes to records, and to the inventory.
fn parse(criterion: &mut Criterion) {
    let bench = Bench::new();
    let location = &bench.site().server(bench.server()).location;
    let text = location.read().unwrap();
    criterion.bench_function("parse/record", |timer| {
        timer.iter(|| text.record().unwrap().tools.len());
    });
    let mut group = criterion.benchmark_group("parse");
    group.throughput(Throughput::Elements(TOOLS as u64));
    group.bench_function("catalogue", |timer| {
        timer.iter(|| {
            let mut ledger = Ledger::default();
            ledger.inventory(&bench.config.catalogue, &mut Report::new()).unwrap()
        });
    });
    group.finish();
}

/// From the inventory to the plan.
fn plan(criterion: &mut Criterion) {
    let mut bench = Bench::new();
    let inventory = bench.ledger.inventory(&bench.config.catalogue, &mut Report::new()).unwrap();
    let inputs = || site::Inputs {
        config: bench.config.clone(),
        prose: bench.prose.clone(),
        assets: Vec::new(),
        inventory: inventory.clone(),
    };
    criterion.bench_function("plan", |timer| {
        let run = |inputs| site::plan(inputs, &mut Report::new()).unwrap();
        timer.iter_batched(inputs, run, BatchSize::SmallInput);
    });
}

/// Loading the templates, with and without minifying them.
fn minify(criterion: &mut Criterion) {
    let bench = Bench::new();
    for (name, minify) in [("templates/plain", false), ("templates/minified", true)] {
        criterion.bench_function(name, |timer| timer.iter(|| bench.templates(minify)));
    }
}

/// From a record to the view of a page, from the view to bytes, and both with the record's reading.
fn page(criterion: &mut Criterion) {
    let bench = Bench::new();
    let site = bench.site();
    let templates = bench.framed_templates();
    let tool = bench.tool();
    let of_tool = |open: Open<'_>, timer: &mut Timers<'_>| {
        let record = open.tool(tool).unwrap();
        timer.view(|| pages::tool(open, tool, record));
        timer.render(&templates, &pages::tool(open, tool, record));
    };
    let server = bench.server();
    let mut timers = Timers { criterion, name: "tool" };
    with_record(site, site.tool(tool).server, |open| of_tool(open, &mut timers));
    timers.artifact(&bench.press, &Route::Tool(tool));
    timers.name = "server";
    with_record(site, server, |open| {
        timers.view(|| pages::server(open));
        timers.render(&templates, &pages::server(open));
    });
    timers.artifact(&bench.press, &Route::Server(server));
}

fn with_record(site: &Site, id: ServerId, use_it: impl FnOnce(Open<'_>)) {
    let location = &site.server(id).location;
    let text = location.read().unwrap();
    let mut record = text.record().unwrap();
    record.tools.sort_by(|one, other| one.name.cmp(&other.name));
    use_it(Open {
        site,
        id,
        record: &record,
        phrase: &text::server_phrase(&site.server(id).title),
        readings: &Readings::of(&record),
        wordings: &Wordings::default(),
        documents: &Documents::default(),
    });
}

/// The three measurements of a page family.
struct Timers<'criterion> {
    criterion: &'criterion mut Criterion,
    name: &'static str,
}

impl Timers<'_> {
    fn view<Made>(&mut self, view: impl Fn() -> Made) {
        self.criterion.bench_function(&format!("{}/view", self.name), |timer| timer.iter(&view));
    }

    fn render<Body: View>(&mut self, templates: &Templates, page: &Page<Body>) {
        let mut bytes = Vec::new();
        self.criterion.bench_function(&format!("{}/render", self.name), |timer| {
            timer.iter(|| {
                bytes.clear();
                templates.render(page, "/", &mut bytes).unwrap();
                bytes.len()
            });
        });
    }

    fn artifact(&mut self, press: &Press, route: &Route) {
        self.criterion.bench_function(&format!("{}/record to bytes", self.name), |timer| {
            timer.iter(|| press.artifact(route).unwrap());
        });
    }
}

/// Staging pages, each in a folder of its own. Each round has a fresh output, and nothing is
/// removed before the end: on ext4 a removal slows what follows.
fn write(criterion: &mut Criterion) {
    let bench = Bench::new();
    let bytes = bench.press.artifact(&Route::Tool(bench.tool())).unwrap();
    let paths: Vec<String> =
        (0..STAGED).map(|number| format!("tools/server/{number}/index.html")).collect();
    let mut rounds = 0..;
    let mut fresh = || {
        let name = format!("built-{}", rounds.next().unwrap_or(0));
        Staging::open(&bench.folder.path().join(name)).unwrap()
    };
    let mut group = criterion.benchmark_group("write");
    // Few rounds, because all of their files stay: some hundred megabytes.
    group.sample_size(10).throughput(Throughput::Elements(STAGED as u64));
    group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(2));
    group.bench_function("staged files", |timer| {
        let run = |staging: Staging| {
            for path in &paths {
                staging.write(path, &bytes).unwrap();
            }
            staging
        };
        timer.iter_batched(&mut fresh, run, BatchSize::PerIteration);
    });
    group.finish();
}

/// The search index of the catalogue, its second reading included.
fn search_index(criterion: &mut Criterion) {
    let Bench { config, mut ledger, folder, .. } = Bench::new();
    let mut group = criterion.benchmark_group("search");
    group.sample_size(20).throughput(Throughput::Elements(TOOLS as u64));
    group.bench_function("index", |timer| {
        let run = |press: Press| press.index().unwrap().len();
        timer.iter_batched(|| prepared(&config, &mut ledger), run, BatchSize::PerIteration);
    });
    group.finish();
    drop(folder);
}

criterion_group!(steps, parse, plan, minify, page, write, search_index);
criterion_main!(steps);
