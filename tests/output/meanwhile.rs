//! What somebody else does to a site while it is built, or before a killed build is finished: it is
//! not lost.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::super::support::{Run, TestSite, record, tree};
use super::damaged::Halfway;
use crate::golden::reading::Files;

/// Builds a site, and does something when the build has made a file and is about to make a call for
/// the n-th time.
pub(super) fn build_meanwhile(
    site: &TestSite,
    (call, nth): (&str, usize),
    made: &str,
    meanwhile: impl FnOnce(),
) -> Run {
    build_paused(site, (call, &format!("delay_enter=3000000:when={nth}")), made, meanwhile)
}

/// The same for any pause that strace can make.
fn build_paused(
    site: &TestSite,
    (call, pause): (&str, &str),
    made: &str,
    meanwhile: impl FnOnce(),
) -> Run {
    let delay = format!("inject={call}:{pause}");
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}"), "-e", &delay]);
    command.args([env!("CARGO_BIN_EXE_policypress"), "build"]).current_dir(site.path(""));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("`tests/run` installs what the tests need");
    let start = Instant::now();
    while !site.path(made).exists() {
        assert!(start.elapsed() < Duration::from_mins(1), "no {made}");
        std::thread::sleep(Duration::from_millis(2));
    }
    meanwhile();
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn append(site: &TestSite, path: &str) {
    site.write(path, &(fs::read_to_string(site.path(path)).unwrap() + "by hand"));
}

#[test]
fn what_is_written_into_a_site_while_it_is_replaced_is_kept_and_told() {
    let site = TestSite::with_record();
    site.build();
    let settings = fs::read_to_string(site.path("site.toml")).unwrap();
    site.write("site.toml", &settings.replacen("title = \"", "title = \"New ", 1));
    let ready = ".public.policypress/new/.policypress-manifest";
    let run = build_meanwhile(&site, ("renameat2", 1), ready, || {
        append(&site, "public/index.html");
        site.write("public/more/theirs.txt", "canary");
    });
    let kept = ".public.policypress/kept/1";
    for run in [run, site.run(&["build"])] {
        assert_eq!(run.code, 3, "{}", run.stderr);
        assert!(run.stderr.contains("the new site is published"), "{}", run.stderr);
        assert!(run.stderr.contains(".public.policypress/kept`"), "{}", run.stderr);
    }
    assert_eq!(tree(&site.path(kept)).len(), 2);
    assert!(fs::read_to_string(site.path(kept).join("index.html")).unwrap().ends_with("by hand"));
    assert_eq!(fs::read_to_string(site.path(kept).join("more/theirs.txt")).unwrap(), "canary");
    let published = site.public();
    fs::remove_dir_all(site.path(kept)).unwrap();
    site.build();
    assert!(site.public() == published);
    assert!(!site.path(".public.policypress").exists());
}

#[test]
fn what_is_put_into_an_empty_output_while_a_site_is_made_stays_there() {
    let site = TestSite::with_record();
    fs::create_dir(site.path("public")).unwrap();
    let ready = ".public.policypress/new/.policypress-manifest.draft";
    let run = build_meanwhile(&site, ("rename", 1), ready, || {
        site.write("public/theirs.txt", "canary");
    });
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("something else was put there"), "{}", run.stderr);
    assert_eq!(tree(&site.path("public")).len(), 1);
    assert_eq!(fs::read_to_string(site.path("public/theirs.txt")).unwrap(), "canary");
    assert!(!site.path(".public.policypress").exists());
    // An empty one is taken.
    fs::remove_file(site.path("public/theirs.txt")).unwrap();
    site.build();
    assert!(site.path("public/index.html").exists());
}

#[test]
fn what_is_changed_in_a_site_while_a_few_files_are_made_is_not_replaced() {
    let site = TestSite::with_record();
    site.write("content/catalogue/two.json", &record("two", &[("look", "read")]));
    site.build();
    let before = site.public();
    site.write("content/catalogue/one.json", &record("one", &[("look", "write")]));
    fs::remove_file(site.path("content/catalogue/two.json")).unwrap();
    let edits = ["tools/one/index.html", "tools/two/index.html"];
    for path in edits {
        let draft = ".public.policypress/new/.policypress-manifest.draft";
        let edited = format!("public/{path}");
        let run = build_meanwhile(&site, ("rename", 1), draft, || append(&site, &edited));
        assert_eq!(run.code, 3, "{}", run.stderr);
        assert!(run.stderr.contains(&edited), "{}", run.stderr);
        assert!(fs::read_to_string(site.path(&edited)).unwrap().ends_with("by hand"));
        site.write_bytes(&edited, &before[path]);
        assert!(site.public() == before, "{path}");
    }
    site.build();
    assert!(!site.path("public/tools/two").exists());
}

#[test]
fn what_is_changed_beside_a_few_files_that_are_made_is_seen_by_the_next_build() {
    let site = TestSite::with_record();
    site.write("content/catalogue/two.json", &record("two", &[("look", "read")]));
    site.build();
    let edited = "public/tools/two/index.html";
    let page = fs::read_to_string(site.path(edited)).unwrap();
    let edits =
        [(edited, page.replacen("<h1", "<H1", 1)), ("public/theirs.txt", "canary".to_owned())];
    for (version, (path, text)) in edits.iter().enumerate() {
        let category = ["write", "execute"][version];
        site.write("content/catalogue/one.json", &record("one", &[("look", category)]));
        // When the folder for new files is there, all was looked at.
        let run = build_meanwhile(&site, ("mkdir", 3), ".public.policypress/new", || {
            site.write(path, text);
        });
        assert_eq!(run.code, 0, "{}", run.stderr);
        let run = site.run(&["build"]);
        assert_eq!(run.code, 3, "{path}: {}", run.stderr);
        assert!(run.stderr.contains(path), "{}", run.stderr);
        assert_eq!(fs::read_to_string(site.path(path)).unwrap(), *text);
        site.write(edited, &page);
        let _ = fs::remove_file(site.path("public/theirs.txt"));
        site.build();
    }
}

/// A site of two servers, and a copy of it from before the second was judged otherwise: their files
/// have the same sizes.
fn site_with_a_former_one() -> TestSite {
    let site = TestSite::with_record();
    let judged = |word: &str| {
        let category = format!("\"execute\", \"rationale\": \"Because of {word}.\"");
        record("two", &[("seek", "execute")]).replacen("\"execute\"", &category, 1)
    };
    site.write("content/catalogue/two.json", &judged("aaaa"));
    site.build();
    copy(&site, "public", "former");
    site.write("content/catalogue/two.json", &judged("bbbb"));
    site.build();
    site
}

fn copy(site: &TestSite, from: &str, to: &str) {
    let paths = [site.path(from), site.path(to)];
    assert!(Command::new("cp").arg("-a").args(paths).status().unwrap().success());
    // Times of files are not finer than this.
    std::thread::sleep(Duration::from_millis(50));
}

#[test]
fn another_site_that_is_put_there_while_one_is_made_is_left_as_it_is() {
    let a_few_files = |site: &TestSite| {
        // Nothing of the second server is made.
        site.write("content/catalogue/one.json", &record("one", &[("look", "write")]));
    };
    let a_whole_site = |site: &TestSite| {
        let settings = fs::read_to_string(site.path("site.toml")).unwrap();
        site.write("site.toml", &settings.replacen("title = \"", "title = \"New ", 1));
    };
    let edits: [&dyn Fn(&TestSite); 2] = [&a_few_files, &a_whole_site];
    for edit in edits {
        let site = site_with_a_former_one();
        let former = tree(&site.path("former"));
        edit(&site);
        let draft = ".public.policypress/new/.policypress-manifest.draft";
        let run = build_meanwhile(&site, ("rename", 1), draft, || {
            fs::rename(site.path("public"), site.path("aside")).unwrap();
            fs::rename(site.path("former"), site.path("public")).unwrap();
        });
        assert_eq!(run.code, 3, "{}", run.stderr);
        assert!(run.stderr.contains("something else was put there"), "{}", run.stderr);
        assert!(tree(&site.path("public")) == former);
        assert!(!site.path(".public.policypress").exists());
    }
}

#[test]
fn a_site_that_is_moved_away_while_files_take_their_places_is_not_made_again_in_part() {
    let pause = ("rename", "delay_exit=1500000:when=3");
    let journal = ".public.policypress/journal";
    let site = TestSite::with_record();
    site.build();
    site.write("content/catalogue/one.json", &record("one", &[("look", "write")]));
    let run = build_paused(&site, pause, journal, || {
        fs::rename(site.path("public"), site.path("aside")).unwrap();
    });
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("moved away, removed or replaced"), "{}", run.stderr);
    assert!(!site.path("public").exists());
    // The journal waits for it to come back.
    fs::rename(site.path("aside"), site.path("public")).unwrap();
    let run = site.build();
    assert!(run.stderr.contains("finished what a killed build"), "{}", run.stderr);
    let finished = site.public();
    fs::remove_dir_all(site.path("public")).unwrap();
    site.build();
    assert!(site.public() == finished);
}

#[test]
fn another_site_that_is_put_there_while_files_take_their_places_gets_none_of_them() {
    let site = site_with_a_former_one();
    let former = tree(&site.path("former"));
    site.write("content/catalogue/one.json", &record("one", &[("look", "write")]));
    let pause = ("rename", "delay_exit=1500000:when=3");
    let run = build_paused(&site, pause, ".public.policypress/journal", || {
        fs::rename(site.path("public"), site.path("aside")).unwrap();
        fs::rename(site.path("former"), site.path("public")).unwrap();
    });
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("moved away, removed or replaced"), "{}", run.stderr);
    assert!(tree(&site.path("public")) == former);
    site.build();
    assert!(!site.path(".public.policypress").exists());
}

#[test]
fn a_site_that_is_removed_while_one_is_made_is_not_called_another() {
    let site = TestSite::with_record();
    site.build();
    site.write("content/catalogue/one.json", &record("one", &[("look", "write")]));
    let draft = ".public.policypress/new/.policypress-manifest.draft";
    let run = build_meanwhile(&site, ("rename", 1), draft, || {
        fs::remove_dir_all(site.path("public")).unwrap();
    });
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("it was moved away or removed while"), "{}", run.stderr);
    assert!(!site.path("public").exists() && !site.path(".public.policypress").exists());
}

#[test]
fn a_publication_that_was_told_of_is_not_told_of_again() {
    let site = TestSite::with_record();
    site.build();
    let settings = fs::read_to_string(site.path("site.toml")).unwrap();
    site.write("site.toml", &settings.replacen("title = \"", "title = \"New ", 1));
    let run = build_paused(&site, ("unlink", "error=EIO:when=2+"), "public", || {});
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("the new site is published"), "{}", run.stderr);
    let run = site.build();
    assert!(!run.stderr.contains("finished"), "{}", run.stderr);
    assert!(!site.path(".public.policypress").exists());
}

#[test]
fn a_folder_of_a_former_site_that_is_moved_into_a_newer_one_is_seen() {
    let site = site_with_a_former_one();
    fs::remove_dir_all(site.path("public/tools/two")).unwrap();
    fs::rename(site.path("former/tools/two"), site.path("public/tools/two")).unwrap();
    for _ in 0..2 {
        let run = site.run(&["build"]);
        assert_eq!(run.code, 3, "{}", run.stderr);
        assert!(run.stderr.contains("public/tools/two/seek/index.html"), "{}", run.stderr);
        assert!(
            run.stderr.contains("it is not what the last finished build wrote"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn what_comes_into_an_empty_folder_of_somebody_else_is_seen_at_any_time() {
    let site = TestSite::with_record();
    site.build();
    // A later one in another folder does not take the eye off it.
    for folder in ["glossary", "attacks"] {
        fs::create_dir(site.path("public").join(folder).join("theirs")).unwrap();
        std::thread::sleep(Duration::from_millis(50));
    }
    for category in ["write", "execute"] {
        std::thread::sleep(Duration::from_millis(50));
        site.write("content/catalogue/one.json", &record("one", &[("look", category)]));
        site.build();
    }
    std::thread::sleep(Duration::from_millis(50));
    site.write("public/glossary/theirs/file", "canary");
    let run = site.run(&["build"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("public/glossary/theirs/file"), "{}", run.stderr);
}

#[test]
fn a_manifest_that_was_touched_does_not_say_what_is_older() {
    let site = TestSite::with_record();
    for round in ["first", "incremental"] {
        site.build();
        let page = site.path("public/tools/one/index.html");
        let text = fs::read_to_string(&page).unwrap();
        std::thread::sleep(Duration::from_millis(50));
        fs::write(&page, text.replacen("<h1", "<H1", 1)).unwrap();
        std::thread::sleep(Duration::from_millis(50));
        let manifest = site.path("public/.policypress-manifest");
        assert!(Command::new("touch").arg(manifest).status().unwrap().success());
        let run = site.run(&["build"]);
        assert_eq!(run.code, 3, "{round}: {}", run.stderr);
        assert!(run.stderr.contains("public/tools/one/index.html"), "{round}: {}", run.stderr);
        fs::write(&page, text).unwrap();
        site.write("content/catalogue/one.json", &record("one", &[("look", "write")]));
    }
}

#[test]
fn whoever_is_kept_out_of_a_site_is_kept_out_of_it_while_it_is_made() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
    let site = TestSite::with_record();
    site.build();
    let (public, work) = (site.path("public"), site.path(".public.policypress"));
    // Of another group, unless there is none to choose: then there is none to lose either.
    let groups = Command::new("id").arg("-G").output().unwrap().stdout;
    let groups = String::from_utf8(groups).unwrap();
    let data = fs::metadata(&public).unwrap();
    let (own, is_root) = (data.gid(), data.uid() == 0);
    let others = groups.split_whitespace().map(|group| group.parse().unwrap());
    let all: Vec<u32> = if is_root { vec![own + 1] } else { others.collect() };
    let group = all.into_iter().find(|group| *group != own).unwrap_or(own);
    chown(&public, None, Some(group)).unwrap();
    fs::set_permissions(&public, fs::Permissions::from_mode(0o750)).unwrap();
    let settings = fs::read_to_string(site.path("site.toml")).unwrap();
    site.write("site.toml", &settings.replacen("title = \"", "title = \"New ", 1));
    let assert_same = |folder: &Path| {
        let data = fs::metadata(folder).unwrap();
        assert_eq!((data.permissions().mode() & 0o777, data.gid()), (0o750, group));
    };
    let made = ".public.policypress/new";
    let run = build_meanwhile(&site, ("mkdir", 4), made, || assert_same(&work));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_same(&public);
}

#[test]
fn no_output_lies_where_another_one_is_made() {
    let site = TestSite::with_record();
    for place in [".public.policypress/new/x", ".public.policypress/kept/1"] {
        let run = site.run(&["build", "--out", place]);
        assert_eq!(run.code, 3, "{}", run.stderr);
        assert!(run.stderr.contains("the build of another folder works"), "{}", run.stderr);
    }
}

#[test]
fn a_link_in_the_place_of_a_manifest_is_called_so() {
    let site = TestSite::with_record();
    site.build();
    let manifest = site.path("public/.policypress-manifest");
    fs::rename(&manifest, site.path("manifest")).unwrap();
    symlink("../manifest", &manifest).unwrap();
    let run = site.run(&["build"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("and is a link or something else"), "{}", run.stderr);
}

#[test]
fn a_journal_is_not_followed_into_what_is_another_site_now() {
    let halfway = Halfway::new();
    let site = &halfway.site;
    let own = |folder: &str| {
        site.write(&format!("{folder}/index.html"), "mine");
        site.write(&format!("{folder}/tools/one/index.html"), "mine");
    };
    let put_back = |files: &Files| {
        for (path, bytes) in files {
            site.write_bytes(&format!("public/{path}"), bytes);
        }
    };
    let put_there: [(&str, &dyn Fn()); 5] = [
        ("a link to a folder", &|| symlink("mine", site.path("public")).unwrap()),
        ("a folder", &|| own("public")),
        ("nothing", &|| {}),
        ("the former site", &|| put_back(&halfway.old)),
        ("another site", &|| put_back(&halfway.new)),
    ];
    for (what, put) in put_there {
        for journal in [&*halfway.journal, b"damaged"] {
            // Of a damaged journal nobody knows which site it is about.
            if what == "another site" && journal == b"damaged" {
                continue;
            }
            halfway.leave(2, journal);
            fs::remove_dir_all(site.path("public")).unwrap();
            own("mine");
            put();
            let before = tree(&site.path("mine"));
            let there = site.path("public").exists().then(|| site.public());
            let run = site.run(&["build", "--catalogue", "faulty"]);
            assert_ne!(run.code, 0, "{what}");
            let after = site.path("public").exists().then(|| site.public());
            assert!(there == after, "{what}: {}", run.stderr);
            assert!(before == tree(&site.path("mine")), "{what}: {}", run.stderr);
            assert!(!site.path(".public.policypress/journal").exists(), "{what}");
            let _ = fs::remove_file(site.path("public"));
            let _ = fs::remove_dir_all(site.path("public"));
        }
    }
    site.build();
    assert!(site.public() == halfway.new);
}

#[test]
fn what_is_changed_in_a_half_changed_site_is_not_replaced() {
    let halfway = Halfway::new();
    for path in ["tools/one/index.html", "tools/one/new/index.html"] {
        halfway.leave(0, &halfway.journal);
        let edited = format!("public/{path}");
        halfway.site.write(&edited, "by hand");
        let run = halfway.site.run(&["build"]);
        assert_eq!(run.code, 3, "{}", run.stderr);
        assert!(run.stderr.contains(&edited), "{}", run.stderr);
        assert_eq!(fs::read_to_string(halfway.site.path(&edited)).unwrap(), "by hand");
        fs::remove_file(halfway.site.path(&edited)).unwrap();
        halfway.site.build();
        assert!(halfway.site.public() == halfway.new);
    }
}
