//! What open pages are told when the site changes, and when it breaks.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;

use super::{Preview, as_published};
use crate::support::{TestSite, reading_record, record};

/// Longer than the preview waits for the end of a burst.
const QUIET: Duration = Duration::from_millis(900);

fn site_with_everything() -> TestSite {
    let site = TestSite::with_record();
    site.write(
        "templates/home.html",
        "{% extends \"base.html\" %}{% block content %}first home{% endblock %}",
    );
    site.write("static/extra.css", "/* first style */");
    site.write("content/attacks/own.md", &attack("first attack"));
    site
}

fn attack(title: &str) -> String {
    format!(
        "+++\ntitle = \"{title}\"\nsummary = \"Does harm.\"\ncategories = [\"read\"]\nstatus = \"plausible\"\n+++\n\nText.\n"
    )
}

/// How programs write a file.
fn save(path: &Path, text: &str, way: usize) {
    match way {
        0 => fs::write(path, text).unwrap(),
        // A new file takes the place of the old one.
        1 => {
            let new = path.with_extension("tmp");
            fs::write(&new, text).unwrap();
            fs::rename(&new, path).unwrap();
        }
        // Emptied first, then written in pieces.
        2 => {
            use std::io::Write as _;
            let mut file = fs::File::create(path).unwrap();
            for piece in text.as_bytes().chunks(7) {
                file.write_all(piece).unwrap();
                file.flush().unwrap();
            }
        }
        // The old file is kept beside it, and a probe comes and goes.
        _ => {
            let probe = path.with_file_name("4913");
            fs::write(&probe, "").unwrap();
            fs::remove_file(&probe).unwrap();
            let backup = path.with_extension("bak~");
            fs::rename(path, &backup).unwrap();
            fs::write(path, text).unwrap();
            fs::remove_file(&backup).unwrap();
        }
    }
}

/// A file, the page that shows it, and its text with a word.
type Case = (&'static str, &'static str, fn(&str) -> String);

#[test]
fn a_change_of_each_kind_of_file_is_shown_with_one_reload_or_two() {
    let cases: &[Case] = &[
        ("templates/home.html", "/", |word| {
            format!("{{% extends \"base.html\" %}}{{% block content %}}{word} home{{% endblock %}}")
        }),
        ("content/attacks/own.md", "/attacks/own/", |word| attack(&format!("{word} attack"))),
        ("site.toml", "/", |word| {
            format!("title = \"{word} title\"\nbase_url = \"https://example.org/\"\n")
        }),
        ("content/catalogue/one.json", "/tools/one/", |word| {
            record("one", &[("look", "read"), (&format!("{word}-tool"), "write")])
        }),
    ];
    let site = site_with_everything();
    let preview = Preview::of(&site.path(""), &[]);
    for (file, page, content) in cases {
        for way in 0..4 {
            let word = format!("word{way}");
            preview.page(page);
            let mut listener = preview.listen(page);
            save(&site.path(file), &content(&word), way);
            let states = listener.until_quiet(QUIET);
            let last = states.last().unwrap_or_else(|| panic!("{file}, way {way}: nothing came"));
            assert!((1..=2).contains(&states.len()), "{file}, way {way}: {} reloads", states.len());
            assert_eq!(last["faults"].as_array().unwrap().len(), 0, "{file}, way {way}: {last}");
            assert!(preview.page(page).contains(&word), "{file}, way {way}: not on {page}");
        }
    }
}

#[test]
fn a_new_style_has_a_new_address_and_is_there() {
    let site = site_with_everything();
    let preview = Preview::of(&site.path(""), &[]);
    site.write("templates/home.html", "{% extends \"base.html\" %}{% block content %}<p>{{ site.assets[\"extra.css\"] }}</p>{% endblock %}");
    let mut listener = preview.listen("/");
    let before = style_of(&preview);
    site.write("static/extra.css", "/* second style */");
    listener.next().unwrap();
    let after = style_of(&preview);
    assert_ne!(before, after);
    assert_eq!(preview.get(&after).text(), "/* second style */");
    assert_eq!(preview.get(&before).status, 404, "the old style is gone, as on the published site");
}

fn style_of(preview: &Preview) -> String {
    for _ in 0..50 {
        let page = preview.page("/");
        let found = page.split("<p>").nth(1).and_then(|rest| rest.split("</p>").next());
        if let Some(style) = found.filter(|style| style.contains("extra-")) {
            return style.to_owned();
        }
        std::thread::sleep(Duration::from_millis(40));
    }
    panic!("no style on the page")
}

#[test]
fn a_file_of_records_that_is_touched_is_no_reload() {
    let site = TestSite::new();
    site.write("all.jsonl", &record("one", &[("look", "read")]).replace('\n', ""));
    site.write(
        "site.toml",
        "title = \"Test\"\nbase_url = \"https://example.org/\"\ncatalogue = [\"all.jsonl\"]\n",
    );
    let preview = Preview::of(&site.path(""), &[]);
    preview.page("/tools/one/look/");
    let mut listener = preview.listen("/");
    let file = fs::OpenOptions::new().append(true).open(site.path("all.jsonl")).unwrap();
    file.set_modified(SystemTime::now()).unwrap();
    assert!(listener.is_quiet(QUIET));
    site.write("all.jsonl", &record("one", &[("seek", "read")]).replace('\n', ""));
    listener.next().unwrap();
    preview.page("/tools/one/seek/");
}

#[test]
fn ten_thousand_files_at_once_are_a_few_reloads() {
    let site = TestSite::with_record();
    let preview = Preview::of(&site.path(""), &[]);
    preview.page("/");
    let mut listener = preview.listen("/");
    let begin = Instant::now();
    for number in 0..10_000 {
        let name = format!("server-{number}");
        let folder = number / 500;
        site.write(
            &format!("content/catalogue/{folder}/{name}.json"),
            &record(&name, &[("look", "read")]),
        );
    }
    // A machine that stops for a moment parts the burst, and one that is slow makes it long.
    let most = 2 + 2 * usize::try_from(begin.elapsed().as_secs()).unwrap();
    let states = listener.until_quiet(Duration::from_secs(3));
    assert!((1..=most).contains(&states.len()), "{} reloads, {most} allowed", states.len());
    preview.page("/tools/server-9999/look/");
    // New folders are watched as well.
    site.write(
        "content/catalogue/7/server-3500.json",
        &record("server-3500", &[("changed", "read")]),
    );
    listener.next().unwrap();
    preview.page("/tools/server-3500/changed/");
}

/// A page without what says which state it shows.
fn published(page: &str) -> String {
    String::from_utf8(as_published(page.as_bytes())).unwrap()
}

fn headline(state: &Value) -> String {
    state["faults"][0]["headline"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_fault_is_told_as_on_the_terminal_and_the_last_good_page_stays() {
    let cases = [
        (
            "templates/home.html",
            "{% extends \"base.html\" %}\n{% block content %}{{ nothing.here }}{% endblock %}",
            "template-rendering",
        ),
        ("templates/home.html", "{% extends \"base.html\" %}\n{% if %}", "template-syntax"),
        (
            "content/catalogue/one.json",
            "{\"server\": {\"name\": \"one\"},\n \"tools\": [",
            "invalid-json",
        ),
        ("content/attacks/own.md", "no front matter", "bad-front-matter"),
        ("site.toml", "title = \"Test\"\nbase_url = \"nowhere\"\n", "bad-setting"),
        ("site.toml", "title = ", "invalid-toml"),
    ];
    for (file, broken, code) in cases {
        let site = site_with_everything();
        let good = fs::read_to_string(site.path(file)).unwrap();
        let preview = Preview::of(&site.path(""), &[]);
        let shown = preview.page("/");
        let mut listener = preview.listen("/");
        site.write(file, broken);
        let state = listener.next().unwrap();
        let check = site.run(&["check"]);
        let line = check
            .stderr
            .lines()
            .find(|line| line.contains(code))
            .unwrap_or_else(|| panic!("{}", check.stderr));
        assert_eq!(
            line.trim_start_matches("./"),
            headline(&state).trim_start_matches("./"),
            "{file}"
        );
        let hint = format!("hint: {}", state["faults"][0]["hint"].as_str().unwrap());
        assert!(check.stderr.contains(&hint), "{hint}\n{}", check.stderr);
        assert_eq!(
            published(&preview.get("/").text()),
            published(&shown),
            "{file}: the last good page is not shown"
        );
        site.write(file, &good);
        let state = listener.next().unwrap();
        assert_eq!(state["faults"].as_array().unwrap().len(), 0, "{file}: {state}");
        preview.page("/");
    }
}

#[test]
fn a_pipe_in_the_place_of_a_record_keeps_nobody_waiting() {
    let site = TestSite::with_record();
    let preview = Preview::of(&site.path(""), &[]);
    let good = preview.page("/tools/one/look/");
    let mut listener = preview.listen("/");
    let record = site.path("content/catalogue/one.json");
    let text = fs::read_to_string(&record).unwrap();
    fs::remove_file(&record).unwrap();
    assert!(Command::new("mkfifo").arg(&record).status().unwrap().success());
    let state = listener.until_quiet(QUIET).pop().unwrap();
    assert!(state.to_string().contains("only regular files are read"), "{state}");
    let answer = preview.get("/tools/one/look/");
    assert_eq!((answer.status, published(&answer.text())), (500, published(&good)));
    fs::remove_file(&record).unwrap();
    site.write("content/catalogue/one.json", &text);
    listener.until_quiet(QUIET);
    preview.page("/tools/one/look/");
}

#[test]
fn a_page_of_a_record_with_a_fault_that_nobody_has_opened_shows_that_fault_alone() {
    let site = site_with_everything();
    let preview = Preview::of(&site.path(""), &[]);
    preview.page("/");
    let mut listener = preview.listen("/");
    site.write("content/catalogue/one.json", "{\"server\": {\"name\": \"one\"},\n \"tools\": [");
    listener.next().unwrap();
    let answer = preview.get("/tools/one/");
    assert_eq!(answer.status, 500);
    let shown = answer.text();
    assert!(shown.contains("error[invalid-json]"), "{shown}");
    assert_eq!(shown.matches("error[").count(), 1, "{shown}");
}

#[test]
fn it_recovers_as_often_as_it_is_broken() {
    let site = site_with_everything();
    let preview = Preview::of(&site.path(""), &[]);
    let mut listener = preview.listen("/");
    let good = record("one", &[("look", "read")]);
    for round in 0..30 {
        site.write("content/catalogue/one.json", &good[..good.len() / 2]);
        assert!(headline(&listener.next().unwrap()).contains("invalid-json"), "round {round}");
        site.write("content/catalogue/one.json", &good);
        assert_eq!(headline(&listener.next().unwrap()), "", "round {round}");
    }
    preview.page("/tools/one/look/");
}

#[test]
fn a_catalogue_that_goes_away_and_comes_back_is_followed() {
    let site = site_with_everything();
    let preview = Preview::of(&site.path(""), &[]);
    let shown = preview.page("/");
    let mut listener = preview.listen("/");
    let place = site.path("content/catalogue");
    let aside = site.path("aside");
    fs::rename(&place, &aside).unwrap();
    assert!(headline(listener.until_quiet(QUIET).last().unwrap()).contains("not-found"));
    assert_eq!(published(&preview.page("/")), published(&shown));
    fs::rename(&aside, &place).unwrap();
    assert_eq!(headline(listener.until_quiet(QUIET).last().unwrap()), "");
    site.write("content/catalogue/one.json", &record("one", &[("seen", "read")]));
    listener.next().unwrap();
    preview.page("/tools/one/seen/");
}

#[test]
fn records_are_followed_wherever_the_catalogue_comes_to_be() {
    let site = TestSite::new();
    fs::remove_dir(site.path("content/catalogue")).unwrap();
    let lives =
        |preview: &Preview, listener: &mut crate::serve::Listener, folder: &str, word: &str| {
            site.write(&format!("{folder}/one.json"), &record("one", &[(word, "read")]));
            listener.until_quiet(QUIET);
            preview.page(&format!("/tools/one/{word}/"));
        };
    let preview = Preview::of(&site.path(""), &[]);
    let mut listener = preview.listen("/");
    // It is not there at the start.
    lives(&preview, &mut listener, "content/catalogue", "first");
    lives(&preview, &mut listener, "content/catalogue", "second");
    // It is taken away and made anew.
    fs::remove_dir_all(site.path("content/catalogue")).unwrap();
    listener.until_quiet(QUIET);
    lives(&preview, &mut listener, "content/catalogue", "third");
    lives(&preview, &mut listener, "content/catalogue", "fourth");
    // It is somewhere else.
    let settings = fs::read_to_string(site.path("site.toml")).unwrap();
    site.write("elsewhere/one.json", &record("one", &[("fifth", "read")]));
    for folder in ["content/more", "elsewhere"] {
        site.write(&format!("{folder}/one.json"), &record("one", &[("fifth", "read")]));
        site.write("site.toml", &format!("catalogue = [\"{folder}\"]\n{settings}"));
        listener.until_quiet(QUIET);
        preview.page("/tools/one/fifth/");
        lives(&preview, &mut listener, folder, "sixth");
        lives(&preview, &mut listener, folder, "seventh");
    }
}

#[test]
fn the_folder_of_a_file_of_records_may_go_away_and_come_back() {
    let site = TestSite::new();
    let place = tempfile::tempdir().unwrap();
    let (folder, file) = (place.path().join("records"), place.path().join("records/all.jsonl"));
    fs::create_dir(&folder).unwrap();
    fs::write(&file, record("one", &[("first", "read")])).unwrap();
    let preview = Preview::of(&site.path(""), &["--catalogue", file.to_str().unwrap()]);
    preview.page("/tools/one/first/");
    let mut listener = preview.listen("/");
    fs::rename(&folder, place.path().join("aside")).unwrap();
    assert!(headline(listener.until_quiet(QUIET).last().unwrap()).contains("not-found"));
    fs::rename(place.path().join("aside"), &folder).unwrap();
    assert_eq!(headline(listener.until_quiet(QUIET).last().unwrap()), "");
    fs::write(&file, record("one", &[("second", "read")])).unwrap();
    listener.until_quiet(QUIET);
    preview.page("/tools/one/second/");
}

#[test]
fn a_folder_that_did_not_exist_at_the_start_is_followed() {
    let site = TestSite::with_record();
    let preview = Preview::of(&site.path(""), &[]);
    preview.page("/");
    let mut listener = preview.listen("/");
    fs::create_dir(site.path("templates")).unwrap();
    listener.until_quiet(QUIET);
    site.write(
        "templates/home.html",
        "{% extends \"base.html\" %}{% block content %}own home{% endblock %}",
    );
    listener.next().unwrap();
    assert!(preview.page("/").contains("own home"));
}

#[test]
fn what_belongs_to_no_site_is_not_told() {
    let site = TestSite::with_record();
    fs::create_dir(site.path("templates")).unwrap();
    fs::create_dir(site.path("static")).unwrap();
    let preview = Preview::of(&site.path(""), &[]);
    preview.page("/");
    let mut listener = preview.listen("/");
    site.write("public/index.html", "a build writes here");
    site.write("notes.txt", "not of the site");
    site.write("content/.draft.md.swp", "an editor's own");
    site.write("templates/home.html~", "a backup");
    site.write("content/catalogue/one.json.orig", "no record");
    site.write("content/catalogue/.one.json", "no record");
    site.write("static/.style.css.swp", "an editor's own");
    fs::read(site.path("site.toml")).unwrap();
    listener.lines.get_ref().set_read_timeout(Some(QUIET)).unwrap();
    let state = listener.next();
    assert!(state.is_none(), "{state:?}");
}

#[test]
fn a_file_that_never_rests_does_not_hide_other_changes() {
    let site = TestSite::with_record();
    site.write("static/log.txt", "");
    let preview = Preview::of(&site.path(""), &[]);
    preview.page("/");
    let log = site.path("static/log.txt");
    let is_over = Arc::new(AtomicBool::new(false));
    let writer = std::thread::spawn({
        let is_over = Arc::clone(&is_over);
        move || {
            while !is_over.load(Ordering::Relaxed) {
                fs::write(&log, "more").unwrap();
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    });
    site.write("content/catalogue/two.json", &record("two", &[("look", "read")]));
    let is_shown = (0..300).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        preview.get("/tools/two/").status == 200
    });
    is_over.store(true, Ordering::Relaxed);
    writer.join().unwrap();
    assert!(is_shown);
}

#[test]
fn the_last_good_page_stays_though_many_others_were_asked_for() {
    let site = TestSite::with_record();
    let preview = Preview::of(&site.path(""), &[]);
    let mut listener = preview.listen("/");
    let good = preview.page("/");
    for number in 0..200 {
        assert_eq!(preview.get(&format!("/missing-{number}/")).status, 404);
    }
    site.write("templates/home.html", "{{ nothing }}");
    listener.next().unwrap();
    let answer = preview.get("/");
    assert_eq!((answer.status, published(&answer.text())), (500, published(&good)));
}

#[test]
fn a_fault_that_passes_leaves_no_mark_on_the_search_index() {
    let site = TestSite::with_record();
    let record = fs::read_dir(site.path("content/catalogue")).unwrap().next().unwrap().unwrap();
    // A change behind a link is not told, and so nothing is planned anew.
    let outside = TestSite::new();
    let elsewhere = outside.path("elsewhere.json");
    fs::rename(record.path(), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, record.path()).unwrap();
    let preview = Preview::of(&site.path(""), &[]);
    assert_eq!(preview.get("/").status, 200);
    let text = fs::read_to_string(&elsewhere).unwrap();
    fs::write(&elsewhere, format!("{text} ")).unwrap();
    assert_eq!(preview.get("/search/words.bin").status, 500);
    fs::write(&elsewhere, text).unwrap();
    assert_eq!(preview.get("/search/words.bin").status, 200);
}

#[test]
fn what_is_asked_for_while_records_are_saved_again_and_again_is_answered() {
    let site = TestSite::new();
    for server in 0..400 {
        let text = reading_record(&format!("s{server}"), 25, |at| format!("t{at}"));
        site.write(&format!("content/catalogue/{server}.json"), &text);
    }
    let preview = Preview::of(&site.path(""), &[]);
    preview.page("/");
    let outside = TestSite::new();
    for round in 0..6 {
        std::thread::scope(|scope| {
            let mut asked = None;
            for save in 1..=3 {
                // The plan is made for as long as the next save takes to come.
                let text = reading_record("s0", 25, |at| format!("t{at}_{round}_{save}"));
                // At once: of half a record the preview would tell as of a fault.
                outside.write("0.json", &text);
                fs::rename(outside.path("0.json"), site.path("content/catalogue/0.json")).unwrap();
                asked.get_or_insert_with(|| scope.spawn(|| preview.get("/search/words.bin")));
                std::thread::sleep(Duration::from_millis(50));
            }
            let answer = asked.unwrap().join().unwrap();
            assert_eq!(answer.status, 200, "round {round}: {}", answer.text());
        });
        std::thread::sleep(Duration::from_millis(500));
    }
}

#[test]
fn hidden_files_that_are_published_are_followed() {
    let site = TestSite::with_record();
    site.write("static/.htaccess", "first");
    site.write("static/.well-known/security.txt", "first");
    let preview = Preview::of(&site.path(""), &[]);
    preview.page("/");
    for name in [".htaccess", ".well-known/security.txt"] {
        let mut listener = preview.listen("/");
        site.write(&format!("static/{name}"), "second");
        listener.next().unwrap();
        assert_eq!(preview.get(&format!("/{name}")).text(), "second");
    }
}

#[test]
fn hostile_text_in_a_fault_stays_text() {
    let site = TestSite::with_record();
    let hostile = "</pre><script>alert(1)</script>\u{202e}";
    let text = record("one", &[("look", "read")])
        .replace("\"read\"", &serde_json::to_string(hostile).unwrap());
    site.write("content/catalogue/one.json", &text);
    let preview = Preview::of(&site.path(""), &[]);
    let answer = preview.get("/");
    assert_eq!(answer.status, 500);
    assert!(!answer.text().contains("<script>alert"), "{}", answer.text());
    assert!(answer.text().contains("&lt;script&gt;"), "{}", answer.text());
    assert!(!answer.text().contains('\u{202e}'), "an override turns the line around");
}

#[test]
fn with_poll_changes_are_seen_without_the_word_of_the_system() {
    let site = TestSite::with_record();
    let preview = Preview::of(&site.path(""), &["--poll"]);
    preview.page("/");
    let mut listener = preview.listen("/");
    // A file that changes before the first look at all files is over has not changed for who looks.
    let is_seen = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_seen.load(Ordering::Relaxed) {
                site.write("content/catalogue/one.json", &record("one", &[("polled", "read")]));
                std::thread::sleep(QUIET);
            }
        });
        listener.next().expect("a change");
        is_seen.store(true, Ordering::Relaxed);
    });
    preview.page("/tools/one/polled/");
    // Files have times of seconds for who looks, and this one is saved twice in one.
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    std::thread::sleep(Duration::from_millis(1_000 - u64::from(now.subsec_millis())));
    for name in ["red", "green"] {
        site.write("content/catalogue/one.json", &record("one", &[(name, "read")]));
        listener.next().expect("a change");
        preview.page(&format!("/tools/one/{name}/"));
    }
}

#[test]
fn one_record_of_a_large_file_that_grows_is_found_where_it_stands_now() {
    let site = TestSite::new();
    let line =
        |number: usize, tool: &str| record(&format!("server-{number}"), &[(tool, "read")]) + "\n";
    let all = |changed: &str| -> String {
        (0..30_000)
            .map(|number| line(number, if number == 9_000 { changed } else { "look" }))
            .collect()
    };
    site.write("catalogue.jsonl", &all("short"));
    let preview = Preview::of(&site.path(""), &["--catalogue", "catalogue.jsonl"]);
    preview.page("/tools/server-9000/short/");
    let mut listener = preview.listen("/");
    site.write("catalogue.jsonl", &all("a-name-that-is-much-longer"));
    listener.until_quiet(QUIET);
    preview.page("/tools/server-9000/a-name-that-is-much-longer/");
    for server in [0, 8_999, 9_001, 29_999] {
        preview.page(&format!("/tools/server-{server}/look/"));
    }
}

/// An editor saves, and a formatter a moment later.
#[test]
fn a_record_that_is_saved_twice_in_a_moment_is_no_fault() {
    let site = TestSite::with_record();
    let preview = Preview::of(&site.path(""), &[]);
    let page = "/tools/one/look/";
    preview.page(page);
    let mut listener = preview.listen(page);
    for round in 0..20 {
        for save in 0..2 {
            let text = record("one", &[("look", "read")]) + &" ".repeat(round * 2 + save);
            site.write("content/catalogue/draft", &text);
            let place = site.path("content/catalogue/one.json");
            fs::rename(site.path("content/catalogue/draft"), place).unwrap();
            std::thread::sleep(Duration::from_millis(60));
        }
        let told = listener.until_quiet(Duration::from_millis(300));
        assert!(!told.is_empty(), "round {round}");
        for state in told {
            assert_eq!(state["faults"].as_array().unwrap().len(), 0, "round {round}: {state}");
        }
    }
}

#[test]
fn a_good_record_that_waits_for_a_bad_one_to_be_mended_has_no_fault() {
    let site = TestSite::new();
    for name in ["good", "bad"] {
        site.write(&format!("content/catalogue/{name}.json"), &record(name, &[("look", "read")]));
    }
    let preview = Preview::of(&site.path(""), &[]);
    let mut listener = preview.listen("/");
    site.write("content/catalogue/bad.json", "{");
    site.write("content/catalogue/good.json", &record("good", &[("look", "write")]));
    listener.until_quiet(Duration::from_secs(1));
    let answer = preview.get("/tools/good/look/");
    assert_eq!(answer.status, 500);
    assert!(answer.text().contains("content/catalogue/bad.json:1:"), "{}", answer.text());
    assert!(!answer.text().contains("good.json"), "{}", answer.text());
    site.write("content/catalogue/bad.json", &record("bad", &[("look", "read")]));
    listener.until_quiet(Duration::from_secs(1));
    assert!(preview.page("/tools/good/look/").contains("write"));
}

#[test]
fn the_last_good_page_has_the_style_sheet_that_it_had() {
    let site = TestSite::with_record();
    let preview = Preview::of(&site.path(""), &[]);
    let page = "/tools/one/look/";
    let shown = preview.page(page);
    let style = shown.split("href=\"").find(|part| part.starts_with("/assets/site-")).unwrap();
    let style = style.split('"').next().unwrap();
    let before = preview.page(style);
    let mut listener = preview.listen("/");
    site.write("static/site.css", "main { color: red }");
    listener.until_quiet(Duration::from_secs(1));
    site.write("content/catalogue/one.json", "{");
    listener.until_quiet(Duration::from_secs(1));
    let kept = preview.get(page);
    assert!(kept.status == 500 && kept.text().contains(style), "{}", kept.text());
    assert_eq!(preview.page(style), before);
}

#[test]
fn a_page_hears_of_changes_though_the_path_of_the_site_is_another_one_now() {
    let site = TestSite::with_record();
    let preview = Preview::of(&site.path(""), &[]);
    let mut listener = preview.listen("/");
    site.write("site.toml", "title = \"Moved\"\nbase_url = \"https://example.org/mcp/\"\n");
    listener.until_quiet(Duration::from_secs(1));
    preview.page("/mcp/");
    for path in ["/__policypress", "/mcp/__policypress", "/former/__policypress"] {
        preview.page(&format!("{path}/live.js"));
    }
    preview.listen("/");
    assert_eq!(preview.get("/x__policypress/live.js").status, 404);
}
