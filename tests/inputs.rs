//! What counts as input: names of files that nothing can publish, files that are reached by several
//! names or by none, options with values that mean nothing, and the settings of a new site.

use std::fs;

use crate::support::{TestSite, record, run_in};

const PAGE: &str = "+++\ntitle = \"Page\"\nsummary = \"A page.\"\n+++\n\nText.\n";

#[cfg(unix)]
#[test]
fn files_whose_names_cannot_be_published_are_faults_of_the_input() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    for (folder, ending) in [("static", "txt"), ("templates", "html"), ("content/pages", "md")] {
        for (start, why) in [
            (b"a\nb".as_slice(), "control character"),
            (b"a\x85b", "is not UTF-8"),
            (b"a\\b", "backslash"),
        ] {
            let site = TestSite::with_record();
            let name = [start, b".", ending.as_bytes()].concat();
            let path = site.path(folder).join(OsStr::from_bytes(&name));
            fs::create_dir_all(site.path(folder)).unwrap();
            match fs::write(path, PAGE) {
                // Other systems take no such name.
                Err(_) if cfg!(not(target_os = "linux")) => return,
                written => written.unwrap(),
            }
            for command in ["build", "check"] {
                let run = site.run(&[command]);
                assert_eq!(run.code, 1, "{folder}: {}", run.stderr);
                assert!(run.stderr.contains(":1:1: error[bad-file-name]: "), "{}", run.stderr);
                assert!(run.stderr.contains(why), "{}", run.stderr);
                assert!(run.stderr.contains(&format!("{folder}/a")), "{}", run.stderr);
            }
            assert!(!site.path("public").exists());
        }
    }
}

#[test]
fn a_static_file_is_published_if_its_name_leaves_room_for_the_hash() {
    let site = TestSite::with_record();
    let name = |length: usize| format!("static/{}.txt", "a".repeat(length - ".txt".len()));
    site.write(&name(242), "x");
    site.build();
    assert!(site.public().keys().any(|path| path.starts_with("assets/aaa")));
    site.write(&name(243), "x");
    for command in ["build", "check"] {
        let run = site.run(&[command]);
        let expected = format!("{}:1:1: error[bad-file-name]: with its hash", name(243));
        assert_eq!((run.code, run.stderr.contains(&expected)), (1, true), "{}", run.stderr);
    }
}

#[test]
fn hidden_files_and_those_of_editors_are_no_records() {
    let site = TestSite::with_record();
    for name in [".hidden.json", "one.json~", ".git/a.json", ".many.jsonl", "kept~/b.json"] {
        site.write(&format!("content/catalogue/{name}"), "no record");
    }
    site.build();
    // What is named is meant.
    site.write("content/.more/.two.json", &record("two", &[]));
    let paths = ["--catalogue", "content/catalogue", "--catalogue", "content/.more/.two.json"];
    let run = site.run(&[&["build"], paths.as_slice()].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(site.public().contains_key("tools/two/index.html"));
}

#[test]
fn a_catalogue_that_is_named_in_several_ways_is_read_once() {
    let site = TestSite::with_record();
    site.write("content/catalogue/more.jsonl", &record("more", &[]));
    let settings = fs::read_to_string(site.path("site.toml")).unwrap();
    let ways = [
        "content/catalogue",
        "./content/catalogue",
        "static/../content",
        "content/catalogue/more.jsonl",
    ];
    fs::create_dir_all(site.path("static")).unwrap();
    site.write("site.toml", &format!("{settings}catalogue = {ways:?}\n"));
    site.build();
    let public = site.public();
    assert!(public.contains_key("tools/one/index.html"));
    assert!(public.contains_key("tools/more/index.html"));
}

#[test]
fn options_say_which_values_they_take() {
    let site = TestSite::with_record();
    let jobs = "write a number from 1 to 1024";
    let host = "write the name alone";
    for (arguments, expected) in [
        (["build", "--jobs", "0"], jobs),
        (["build", "--jobs", "1025"], jobs),
        (["build", "--jobs", "-1"], jobs),
        (["build", "--jobs", "many"], jobs),
        (["build", "--shard", "-1/3"], "such as 3/8"),
        (["build", "--base-url", "https://x.org:abc/"], "write a whole address"),
        (["serve", "--allow-host", "http://foo"], host),
        (["serve", "--allow-host", "foo:1"], host),
        (["serve", "--allow-host", ""], host),
    ] {
        let run = site.run(&arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{arguments:?}: {}", run.stderr);
    }
    assert_eq!(site.run(&["build", "--jobs", "1024"]).code, 0);
}

#[test]
fn what_to_do_with_a_new_site_can_be_pasted_into_a_shell() {
    let folder = tempfile::tempdir().unwrap();
    let names = [
        ("tools", "tools"),
        ("it's ours", r"'it'\''s ours'"),
        ("-x", "./-x"),
        ("~", "'~'"),
        ("~root", "'~root'"),
    ];
    for (name, shown) in names {
        let run = run_in(folder.path(), &["init", "--", name], &[]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let next = format!("next: `policypress build --root {shown}`");
        assert!(run.stderr.contains(&next), "{}", run.stderr);
    }
}

/// A site further up would be built and published in the place of the one that is meant.
#[cfg(unix)]
#[test]
fn settings_that_cannot_be_read_are_told_of_and_not_passed_over() {
    let outer = TestSite::with_record();
    let inner = outer.path("inner/site");
    fs::create_dir_all(&inner).unwrap();
    let place = inner.join("site.toml");
    let check = |code: i32, expected: &str| {
        let run = run_in(&inner, &["build"], &[]);
        assert_eq!((run.code, run.stdout.as_str()), (code, ""), "{}", run.stderr);
        assert!(run.stderr.contains(expected), "{}", run.stderr);
        assert!(!outer.path("public").exists(), "{}", run.stderr);
    };
    fs::create_dir(&place).unwrap();
    check(3, "./site.toml:1:1: error[unreadable-file]: ");
    fs::remove_dir(&place).unwrap();
    std::os::unix::fs::symlink("nowhere", &place).unwrap();
    check(3, "./site.toml:1:1: error[unreadable-file]: there is no such file");
    fs::remove_file(&place).unwrap();
    assert_eq!(run_in(&inner, &["build"], &[]).code, 0);
    assert!(outer.path("public/index.html").exists());
}

#[test]
fn all_settings_of_a_new_site_can_be_uncommented_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let run = run_in(folder.path(), &["init", "site"], &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let path = folder.path().join("site/site.toml");
    let settings = fs::read_to_string(&path).unwrap();
    let is_setting = |line: &str| {
        let name = line.split(" = ").next().unwrap_or_default();
        line.starts_with('[')
            || line.contains(" = ")
                && name.chars().all(|c| c.is_ascii_lowercase() || "_-".contains(c))
    };
    let uncommented = |line: &str| match line.strip_prefix("# ").filter(|rest| is_setting(rest)) {
        Some(setting) => format!("{setting}\n"),
        None => format!("{line}\n"),
    };
    let all: String = settings.lines().map(uncommented).collect();
    let all = all.replace("name = \"\"\nurl", "name = \"Gate\"\nurl");
    assert!(all.contains("\nreport_url = ") && all.contains("\n[contact]\n"), "{all}");
    fs::write(&path, &all).unwrap();
    let run = run_in(&folder.path().join("site"), &["build"], &[]);
    assert_eq!(run.code, 0, "{}\n{all}", run.stderr);
}

#[test]
fn a_text_with_a_byte_order_mark_is_named_as_such() {
    let site = TestSite::with_record();
    site.write("content/pages/ours.md", &format!("\u{feff}{PAGE}"));
    let run = site.run(&["check"]);
    let expected = "content/pages/ours.md:1:1: error[byte-order-mark]: ";
    assert!(run.stderr.contains(expected), "{}", run.stderr);
    assert_eq!(run.stderr.matches(": error[").count(), 1, "{}", run.stderr);
}
