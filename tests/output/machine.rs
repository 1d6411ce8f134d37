//! Builds on a machine that fails: strace makes the n-th system call of a kind fail, or kills the
//! build there, for one n after another. The site is the old one or the new one, one message tells
//! why, nothing is left in the way, and the next build succeeds.
//!
//! `FAILURES=3000 cargo test --test tests machine` for a long run.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::{Command, Stdio};

use crate::golden::reading::Files;
use crate::support::{Run, TestSite, record, repository, tree};

/// How many failures are tried in each test, unless `FAILURES` says otherwise.
const FAILURES: usize = 12;
/// Calls that look, read, make, write, move or remove, by all names that they have on different
/// processors.
const CALLS: &str = "/^(open|openat|statx|newfstatat|getdents64|read|write|ftruncate|mkdir|mkdirat|rename|renameat|renameat2|unlink|unlinkat|rmdir)$";
/// Errors, and the words that a message has for them.
const ERRORS: &[(&str, &str)] = &[
    ("ENOSPC", "no space left on the disk"),
    ("EIO", "the disk reports an error"),
    ("EMFILE", "too many open files"),
    ("EDQUOT", "your share of the disk is used up"),
    ("EROFS", "the file system is read-only"),
    ("EACCES", "permission denied"),
];
const STAGING: &str = ".public.policypress";

/// What a build is made from: a catalogue, and the address of the site.
type Version = (&'static str, &'static str);

/// Sites of which one follows the other.
struct World {
    site: TestSite,
    versions: [Version; 2],
    whole: [Files; 2],
}

/// What happens at a call.
#[derive(Clone, Copy, Debug)]
enum Failure {
    Error(&'static str, &'static str),
    Kill,
}

/// The n-th call of this name.
#[derive(Clone, Debug)]
struct Point {
    call: String,
    at: usize,
}

impl World {
    fn new(versions: [Version; 2]) -> World {
        let site = TestSite::new();
        let look = ("look", "read");
        site.write("old/one.json", &record("one", &[look, ("stop", "execute")]));
        site.write("old/two.json", &record("two", &[look, ("drop", "destructive")]));
        site.write("new/one.json", &record("one", &[look, ("pay", "financial")]));
        site.write("new/three.json", &record("three", &[("send", "write")]));
        // Own files, which a build must not miss because it could not look at their folder.
        site.write("static/extra.css", "/* own */");
        site.write(
            "content/pages/own.md",
            "+++\ntitle = \"Own\"\nsummary = \"A page.\"\n+++\n\nText.\n",
        );
        // With a fault in its records a build publishes nothing of its own.
        site.write("faulty/one.json", "{}");
        let whole = versions.map(|version| {
            let run = build(&site, version);
            assert_eq!(run.code, 0, "{}", run.stderr);
            site.public()
        });
        World { site, versions, whole }
    }

    /// Another address changes all pages, so that the site is swapped in whole.
    fn swapped_in_whole() -> World {
        World::new([("old", "https://old.example/"), ("new", "https://new.example/")])
    }

    fn amended() -> World {
        World::new([("old", "https://example.org/"), ("new", "https://example.org/")])
    }

    /// Builds a version under strace with these instructions; answers what was traced, too.
    fn traced(&self, version: Version, instructions: &[String]) -> (Run, String) {
        let log = self.site.path("trace");
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-o", log.to_str().unwrap(), "-e", &format!("trace={CALLS}")]);
        command.args(instructions.iter().flat_map(|instruction| ["-e", instruction]));
        command.arg(env!("CARGO_BIN_EXE_policypress")).args(arguments(version));
        let run = finish(command.current_dir(self.site.path("")));
        (run, fs::read_to_string(log).unwrap_or_default())
    }

    /// Every call of the thread that builds, from the one on that no other thread has as well:
    /// strace counts for each thread.
    fn points(&self, version: Version, instructions: &[String]) -> BTreeMap<String, Vec<Point>> {
        let (run, log) = self.traced(version, instructions);
        assert_eq!(run.code, 0, "strace must be allowed to trace: {}", run.stderr);
        let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
        for line in log.lines() {
            let Some((thread, rest)) = line.split_once(' ') else { continue };
            let Some((call, _)) = rest.trim_start().split_once('(') else { continue };
            if call.chars().all(|c| c.is_ascii_alphanumeric()) {
                *counts.entry((thread.to_owned(), call.to_owned())).or_default() += 1;
            }
        }
        let threads: BTreeSet<&String> = counts.keys().map(|(thread, _)| thread).collect();
        let all = |thread: &String| {
            let counts = counts.iter().filter(move |((of, _), _)| of == thread);
            counts.map(|(_, count)| count).sum::<usize>()
        };
        let builder = threads.into_iter().max_by_key(|thread| all(thread)).unwrap();
        let mut points: BTreeMap<String, Vec<Point>> = BTreeMap::new();
        for ((thread, call), count) in &counts {
            let others = counts.iter().filter(|((of, name), _)| of != builder && name == call);
            let first = others.map(|(_, count)| count + 1).max().unwrap_or(1);
            if thread == builder {
                let of_call = (first..=*count).map(|at| Point { call: call.clone(), at });
                points.insert(call.clone(), of_call.collect());
            }
        }
        points
    }

    /// Builds with every n-th failure, to and fro between the two sites. Answers how many builds
    /// came to their end with an error or a kill.
    fn fail(&self, failures: &[Failure]) -> usize {
        let points = self.points(self.versions[0], &[]);
        let mut ended = 0;
        let mut from = 0;
        for (number, (point, failure)) in chosen(&points, failures).into_iter().enumerate() {
            ended += usize::from(self.fail_at(&point, failure, from, &[]));
            // The next plain build succeeds and is the same as ever.
            let to = 1 - from;
            let run = build(&self.site, self.versions[to]);
            assert_eq!(run.code, 0, "{number}, {point:?}, {failure:?}: {}", run.stderr);
            assert!(self.site.public() == self.whole[to], "{number}, {point:?}: the next build");
            self.assert_nothing_left(&point);
            from = to;
        }
        ended
    }

    /// One build that fails. Answers whether it did.
    fn fail_at(
        &self,
        point: &Point,
        failure: Failure,
        from: usize,
        instructions: &[String],
    ) -> bool {
        let Point { call, at } = point;
        let what = match failure {
            Failure::Error(error, _) => format!("error={error}"),
            Failure::Kill => "signal=KILL".to_owned(),
        };
        let injected = format!("inject={call}:{what}:when={at}");
        let instructions = [instructions, std::slice::from_ref(&injected)].concat();
        let (run, _) = self.traced(self.versions[1 - from], &instructions);
        let place = format!("{injected}, exit {}: {}", run.code, run.stderr);
        let (old, new) = (&self.whole[from], &self.whole[1 - from]);
        let found = tree_or_none(&self.site);
        match failure {
            _ if run.code == 0 => assert!(found == *new, "{place}: done, but not new"),
            Failure::Error(_, words) => {
                assert_told(&run, words, &place);
                self.assert_state(&run.stderr, from, &place);
            }
            Failure::Kill => assert_eq!(run.code, -1, "{place}"),
        }
        if run.code == 0 {
            return false;
        }
        for (path, bytes) in found.iter().filter(|(path, _)| *path != ".policypress-manifest") {
            let is_whole = old.get(path) == Some(bytes) || new.get(path) == Some(bytes);
            assert!(is_whole, "{place}: {path} is torn");
        }
        if found == *old && !self.site.path(STAGING).exists() {
            return true;
        }
        // The next start, with faults in its input: it finishes or undoes.
        let run = build(&self.site, ("faulty", self.versions[0].1));
        assert_eq!(run.code, 1, "{place}, then: {}", run.stderr);
        let found = tree_or_none(&self.site);
        assert!(
            found == *old || found == *new,
            "{place}: neither old nor new after the next start"
        );
        self.assert_nothing_left(point);
        true
    }

    /// The site stands as the message of a failed build says.
    fn assert_state(&self, message: &str, from: usize, place: &str) {
        let found = tree_or_none(&self.site);
        let is_left = self.site.path(STAGING).exists();
        if message.contains("the new site is published") {
            assert!(found == self.whole[1 - from], "{place}: it is not the new site");
        } else if message.contains("between old and new") {
            assert!(is_left, "{place}: nothing is left to finish it with");
        } else {
            assert!(found == self.whole[from], "{place}: it is not the old site");
            // If the lock cannot be looked at in the end, the folder may be another build's by then.
            let is_unsure = message.contains("cannot look at `./.public.policypress/lock`")
                && self.site.path(STAGING).join("new").exists();
            assert!(!is_left || is_unsure, "{place}: the staging folder is still there");
        }
    }

    fn assert_nothing_left(&self, after: &Point) {
        let names: BTreeSet<String> = fs::read_dir(self.site.path(""))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with('.'))
            .collect();
        assert!(names.is_empty(), "after {after:?} there is {names:?}");
    }
}

fn arguments((catalogue, address): Version) -> Vec<&'static str> {
    let from = ["--catalogue", catalogue, "--base-url", address];
    [&["build", "-q", "--root", ".", "--jobs", "1"], from.as_slice()].concat()
}

fn build(site: &TestSite, version: Version) -> Run {
    site.run(&arguments(version))
}

/// The published files; none if there is no site.
fn tree_or_none(site: &TestSite) -> Files {
    if site.path("public").exists() { site.public() } else { Files::new() }
}

fn finish(command: &mut Command) -> Run {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| {
        panic!("{program}: {error}; `tests/run` installs what the tests need")
    });
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// One message tells the path and the cause in words, without a trace of the program.
fn assert_told(run: &Run, words: &str, place: &str) {
    assert_eq!(run.code, 3, "{place}");
    let told: Vec<&str> = run.stderr.lines().filter(|line| line.contains("error")).collect();
    assert_eq!(told.len(), 1, "{place}");
    assert!(told[0].contains(words), "{place}: the cause is not `{words}`");
    assert!(told[0].contains('`'), "{place}: no path is named");
    let is_advised = run.stderr.contains("try again") || run.stderr.contains("hint: ");
    assert!(is_advised, "{place}: no hint");
    assert!(!run.stderr.contains("panicked") && !run.stderr.contains("os error"), "{place}");
}

fn failures() -> usize {
    std::env::var("FAILURES").map_or(FAILURES, |failures| failures.parse().unwrap())
}

/// Points with failures, as many as are to be tried, spread over all calls: rare ones are as
/// interesting as frequent ones.
fn chosen(points: &BTreeMap<String, Vec<Point>>, failures: &[Failure]) -> Vec<(Point, Failure)> {
    let each = self::failures().div_ceil(points.len());
    let of_call = |points: &Vec<Point>| -> Vec<(Point, Failure)> {
        let all = points.len() * failures.len();
        let take = each.min(all);
        let numbers = (0..take).map(|number| (number * all + all / 2) / take);
        let pair = |number: usize| {
            let (round, at) = (number / points.len(), number % points.len());
            (points[at].clone(), failures[(round + at) % failures.len()])
        };
        numbers.map(pair).collect()
    };
    points.values().flat_map(of_call).collect()
}

fn errors() -> Vec<Failure> {
    ERRORS.iter().map(|(error, words)| Failure::Error(error, words)).collect()
}

/// The file systems that cannot exchange two folders answer so.
fn without_exchange() -> Vec<String> {
    vec!["inject=renameat2:error=EINVAL".to_owned()]
}

#[test]
fn a_machine_that_fails_in_a_build_of_all_pages_keeps_the_old_site() {
    let world = World::swapped_in_whole();
    assert!(world.fail(&errors()) * 2 > failures().min(20), "too few builds failed");
}

#[test]
fn a_machine_that_fails_in_an_incremental_build_keeps_a_whole_site() {
    let world = World::amended();
    assert!(world.fail(&errors()) * 2 > failures().min(20), "too few builds failed");
}

#[test]
fn a_machine_that_cannot_exchange_folders_keeps_the_old_site() {
    let world = World::swapped_in_whole();
    for failures in [errors(), vec![Failure::Kill]] {
        let points = world.points(world.versions[0], &without_exchange());
        let renames = &points["rename"];
        assert!(renames.len() >= 4, "{renames:?}");
        let mut from = 0;
        for (point, failure) in renames.iter().zip(failures.iter().cycle()) {
            world.fail_at(point, *failure, from, &without_exchange());
            from = 1 - from;
            assert_eq!(build(&world.site, world.versions[from]).code, 0);
            assert!(world.site.public() == world.whole[from], "{point:?}");
        }
        assert_eq!(build(&world.site, world.versions[1]).code, 0);
    }
}

#[test]
fn a_machine_that_stops_at_any_call_leaves_a_whole_site() {
    for world in [World::swapped_in_whole(), World::amended()] {
        let killed = world.fail(&[Failure::Kill]);
        assert!(killed * 2 > failures().min(20), "only {killed} builds were killed");
    }
}

#[test]
fn a_first_build_on_a_machine_that_fails_leaves_nothing() {
    let mut world = World::swapped_in_whole();
    world.whole[0] = Files::new();
    let start_anew = || fs::remove_dir_all(world.site.path("public")).unwrap();
    start_anew();
    let points = world.points(world.versions[1], &[]);
    for (point, failure) in chosen(&points, &errors()) {
        start_anew();
        if world.fail_at(&point, failure, 0, &[]) && !world.site.path("public").exists() {
            assert_eq!(build(&world.site, world.versions[1]).code, 0);
        }
        assert!(world.site.public() == world.whole[1], "{point:?}");
    }
}

#[test]
fn what_cannot_be_looked_at_is_not_taken_for_absent_or_for_another_kind() {
    let world = World::swapped_in_whole();
    // The first look at the catalogue asks whether it is there, the next whether it is a folder.
    for (place, calls) in [
        ("./static", "1+"),
        ("./content/pages", "1+"),
        ("old", "2+"),
        ("./.public.policypress/lock", "1+"),
        // Looks behind the lock, and at the new folder when it has just been made.
        ("./.public.policypress/lock", "3+"),
        ("./.public.policypress/lock", "4+"),
        ("./.public.policypress/new", "2+"),
        ("./.public.policypress/new", "4+"),
    ] {
        let log = world.site.path("trace");
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-o", log.to_str().unwrap(), "-P", place]);
        let fault = format!("inject=/^(statx|newfstatat|lstat)$:error=EIO:when={calls}");
        command.args(["-e", &fault]);
        command.arg(env!("CARGO_BIN_EXE_policypress")).args(arguments(world.versions[0]));
        let run = finish(command.current_dir(world.site.path("")));
        assert_told(&run, "the disk reports an error", &run.stderr);
        let named = format!("cannot look at `{place}`");
        assert!(run.stderr.contains(&named), "{}", run.stderr);
        assert!(world.site.public() == world.whole[1]);
        assert!(!world.site.path(STAGING).exists(), "{place}, looks {calls}");
    }
}

/// Runs the program from a shell that has been told its limits first.
fn limited(folder: &std::path::Path, limits: &str, arguments: &str) -> Run {
    let program = env!("CARGO_BIN_EXE_policypress");
    let line = format!("{limits}; exec '{program}' {arguments}");
    finish(Command::new("bash").args(["-c", &line]).current_dir(folder))
}

#[test]
fn a_machine_with_few_open_files_builds_and_checks_the_shipped_site() {
    let folder = tempfile::TempDir::new().unwrap();
    let out = folder.path().join("public");
    for jobs in [1, 32] {
        for command in [format!("build --out '{}'", out.display()), "check".to_owned()] {
            let arguments = format!("{command} -q --jobs {jobs}");
            let run = limited(repository(), "ulimit -n 40", &arguments);
            assert_eq!(run.code, 0, "{arguments}: {}", run.stderr);
        }
    }
}

#[test]
fn a_machine_with_a_limit_on_the_size_of_files_keeps_the_old_site() {
    let site = TestSite::with_record();
    site.build();
    let before = tree(&site.path(""));
    let limits = "trap '' XFSZ; ulimit -f 1";
    let run = limited(&site.path(""), limits, "build -q --base-url https://other.example/");
    assert_told(&run, "the file is larger than allowed", &run.stderr);
    assert!(tree(&site.path("")) == before);
    assert!(!site.path(STAGING).exists());
}

#[test]
fn a_new_site_that_cannot_be_written_leaves_nothing_in_the_way_of_the_next_try() {
    let folder = tempfile::TempDir::new().unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    for name in ["new", "empty"] {
        let run = limited(folder.path(), "trap '' XFSZ; ulimit -f 1", &format!("init {name}"));
        assert_told(&run, "the file is larger than allowed", &run.stderr);
        assert!(tree(folder.path()).is_empty(), "{:?}", tree(folder.path()).keys());
        assert_eq!(folder.path().join(name).exists(), name == "empty");
        assert_eq!(limited(folder.path(), "true", &format!("init {name} -q")).code, 0);
        fs::remove_dir_all(folder.path().join(name)).unwrap();
    }
}

#[test]
fn a_machine_with_no_room_for_the_answer_says_so_and_still_builds() {
    let site = TestSite::with_record();
    let run = limited(&site.path(""), "true", "build --format json >/dev/full");
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("cannot write the result"), "{}", run.stderr);
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    let expected = site.public();
    fs::remove_dir_all(site.path("public")).unwrap();
    let run = limited(&site.path(""), "true", "build --format json 2>/dev/full | head -c 0");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(site.public() == expected);
    fs::remove_dir_all(site.path("public")).unwrap();
    let run = limited(&site.path(""), "true", "build 2>/dev/full");
    assert_eq!(run.code, 0);
    assert!(site.public() == expected);
}
