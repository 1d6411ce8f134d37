//! How much a build may take away: as much as it must, unless it is told how much.

use serde_json::{Value, json};

use crate::support::{Run, TestSite, record, tree};

const ONE: &str = "content/catalogue/one.json";

/// A built site of two servers, of which one has been taken out of the catalogue: its page and those of
/// two tools, its policy page with three documents, its machine-readable record and a file of the
/// search index will be gone, nine files.
fn shrunken() -> TestSite {
    let site = TestSite::new();
    site.write("content/catalogue/two.json", &record("two", &[("look", "read")]));
    site.write(ONE, &record("one", &[("find", "read"), ("drop", "write")]));
    assert_eq!(site.build().code, 0);
    std::fs::remove_file(site.path(ONE)).unwrap();
    site
}

fn removed(run: &Run) -> usize {
    assert_eq!(run.code, 0, "{}", run.stderr);
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    usize::try_from(answer["result"]["removed"].as_u64().unwrap()).unwrap()
}

fn build(site: &TestSite, most: usize) -> Run {
    site.run(&["build", "--max-removed", &most.to_string(), "--format", "json"])
}

#[test]
fn a_catalogue_cut_short_publishes_nothing_where_the_command_says_how_much_may_go() {
    let site = shrunken();
    let before = tree(&site.path(""));
    let run = build(&site, 8);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    let fault = &answer["diagnostics"][0];
    assert_eq!(fault["code"], "too-many-removed");
    let told = fault["message"].as_str().unwrap();
    assert_eq!(
        told,
        "9 files of the site would be removed, `api/v1/servers/one.json` first; `--max-removed` allows 8"
    );
    assert_eq!(answer["result"], Value::Null);
    assert!(tree(&site.path("")) == before, "something was changed or left behind");
    assert_eq!(removed(&build(&site, 9)), 9);
    assert_eq!(removed(&build(&site, 0)), 0);
}

/// Other settings make all files anew: what is gone counts then as well.
#[test]
fn what_a_whole_new_site_takes_away_counts_too() {
    let site = shrunken();
    let settings = std::fs::read_to_string(site.path("site.toml")).unwrap();
    site.write("site.toml", &format!("{settings}url_style = \"file\"\n"));
    let before = site.public();
    let run = build(&site, 8);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(site.public() == before);
    assert!(8 < removed(&build(&site, 10_000)));
}

#[test]
fn a_merge_counts_what_it_takes_away() {
    let site = shrunken();
    let whole = site.public();
    for shard in ["1/2", "2/2"] {
        let out = &format!("shards/{}", &shard[..1]);
        assert_eq!(site.run(&["build", "--shard", shard, "--out", out]).code, 0);
    }
    let merge = |most: &str| {
        let shards = ["shards/1", "shards/2"].map(|shard| site.path(shard).display().to_string());
        let options = ["--max-removed", most, "--format", "json"];
        site.run(&[&["merge", &shards[0], &shards[1]], &options[..]].concat())
    };
    let run = merge("8");
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((run.code, &answer["diagnostics"][0]["code"]), (1, &json!("too-many-removed")));
    assert!(site.public() == whole);
    assert_eq!(removed(&merge("9")), 9);
}
