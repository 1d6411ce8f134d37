//! Where a build may write and where it must not, what it takes away, and what a killed build
//! leaves behind. Every refusal is tried with files that a careless build would destroy.

mod changes;
mod damaged;
mod killed;
mod links;
mod machine;
mod meanwhile;
mod removed;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use super::support::{Run, TestSite, record, run_in, tree};

/// A home folder with a site in it, and folders beside it that belong to somebody else.
struct World {
    site: TestSite,
}

/// Everything below a folder: what stands there, the content of files, and where links lead.
type Snapshot = BTreeMap<PathBuf, String>;

impl World {
    fn new() -> World {
        let site = TestSite::new();
        fs::remove_dir_all(site.path("content")).unwrap();
        fs::rename(site.path("site.toml"), site.path("settings")).unwrap();
        let settings = fs::read_to_string(site.path("settings")).unwrap();
        fs::remove_file(site.path("settings")).unwrap();
        site.write("home/site/site.toml", &settings);
        site.write(
            "home/site/templates/extra.html",
            "{% component extra() -%}mine{%- endcomponent extra %}",
        );
        site.write("home/site/content/catalogue/one.json", &record("one", &[("look", "read")]));
        site.write("home/letter.txt", "canary");
        site.write("records/two.json", &record("two", &[("look", "read"), ("drop", "write")]));
        site.write("neighbour.txt", "canary");
        World { site }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.site.path(name)
    }

    /// Builds from the folder of the site into `out`, with the home folder of this world.
    fn build(&self, out: &str, arguments: &[&str]) -> Run {
        let command = [&["build", "--out", out], arguments].concat();
        let home = self.path("home");
        run_in(&self.path("home/site"), &command, &[("HOME", home.to_str().unwrap())])
    }

    /// A finished site at a place of this world.
    fn built_at(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        let run = self.build(path.to_str().unwrap(), &[]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        path
    }

    fn snapshot(&self) -> Snapshot {
        snapshot(&self.path(""))
    }
}

fn snapshot(folder: &Path) -> Snapshot {
    let entries = walkdir::WalkDir::new(folder).min_depth(1).into_iter().map(Result::unwrap);
    let seen = entries.map(|entry| {
        let kind = entry.file_type();
        let shown = if kind.is_file() {
            format!("file {}", blake3::hash(&fs::read(entry.path()).unwrap()))
        } else if kind.is_symlink() {
            format!("link to {}", fs::read_link(entry.path()).unwrap().display())
        } else if kind.is_dir() {
            "folder".to_owned()
        } else {
            "other".to_owned()
        };
        (entry.into_path(), shown)
    });
    seen.collect()
}

/// A target that must be refused: what it is, how it is prepared, and what the message names.
struct Hostile {
    what: &'static str,
    arguments: &'static [&'static str],
    /// Answers the value of `--out`, and the path that the message has to name.
    prepare: fn(&World) -> (String, String),
}

const fn hostile(what: &'static str, prepare: fn(&World) -> (String, String)) -> Hostile {
    Hostile { what, arguments: &[], prepare }
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

fn both(path: impl AsRef<Path>) -> (String, String) {
    (text(path.as_ref()), text(path.as_ref()))
}

/// The folder itself is refused for what is in it, and the message names that.
fn because_of(folder: &Path, name: &str) -> (String, String) {
    (text(folder), text(&folder.join(name)))
}

/// Changes a published file so that neither its size nor its time gives it away.
fn change_in_secret(file: &Path) {
    let before = fs::metadata(file).unwrap();
    let mut bytes = fs::read(file).unwrap();
    bytes[0] ^= 1;
    fs::write(file, bytes).unwrap();
    File::options()
        .write(true)
        .open(file)
        .unwrap()
        .set_modified(before.modified().unwrap())
        .unwrap();
}

const HOSTILE: &[Hostile] = &[
    hostile("the root of the file system", |_| both("/")),
    hostile("the home folder", |world| both(world.path("home"))),
    hostile("the parent of the home folder", |world| both(world.path("home").parent().unwrap())),
    hostile("the home folder through a link", |world| {
        symlink(world.path(""), world.path("home/up")).unwrap();
        both(world.path("home/up/home"))
    }),
    hostile("the folder of the site", |world| both(world.path("home/site"))),
    hostile("the staging folder of another output", |world| {
        both(world.path("home/.public.policypress"))
    }),
    hostile("the folder of the site, as a dot", |world| {
        (".".to_owned(), text(&world.path("home/site")))
    }),
    hostile("the folder above the site, as dots", |world| {
        ("..".to_owned(), text(&world.path("home")))
    }),
    hostile("the folder of the site by a detour", |world| {
        ("templates/..".to_owned(), text(&world.path("home/site")))
    }),
    hostile("the texts", |_| both("content")),
    hostile("inside the catalogue", |_| both("content/catalogue/x")),
    hostile("inside the texts, by a detour", |_| both("public/../content/x")),
    hostile("the templates", |_| both("templates")),
    hostile("the static files, absent", |_| both("static")),
    hostile("inside the catalogue through a link", |world| {
        symlink(world.path("home/site/content"), world.path("texts")).unwrap();
        both(world.path("texts/new"))
    }),
    Hostile {
        what: "a catalogue from elsewhere",
        arguments: &["--catalogue", "../../records"],
        prepare: |world| both(world.path("records")),
    },
    Hostile {
        what: "the folder of a catalogue from elsewhere, absent",
        arguments: &["--catalogue", "../../records"],
        prepare: |world| both(world.path("records/public")),
    },
    hostile("a folder with a file of somebody else", |world| {
        world.site.write("full/theirs.txt", "canary");
        (text(&world.path("full")), "theirs.txt".to_owned())
    }),
    hostile("a folder with a file of somebody else deep in it", |world| {
        world.site.write("full/a/b/theirs.txt", "canary");
        (text(&world.path("full")), "a/b/theirs.txt".to_owned())
    }),
    hostile("our site with one more file", |world| {
        let site = world.built_at("out");
        fs::write(site.join("theirs.html"), "canary").unwrap();
        because_of(&site, "theirs.html")
    }),
    hostile("our site with one more hidden file deep in it", |world| {
        let site = world.built_at("out");
        fs::write(site.join("tools/one/look/.theirs"), "canary").unwrap();
        because_of(&site, "tools/one/look/.theirs")
    }),
    hostile("our site with one more folder deep in it, and a file in that", |world| {
        let site = world.built_at("out");
        fs::create_dir(site.join("tools/one/look/theirs")).unwrap();
        fs::write(site.join("tools/one/look/theirs/theirs.txt"), "canary").unwrap();
        because_of(&site, "tools/one/look/theirs/theirs.txt")
    }),
    hostile("our site with a link in it", |world| {
        let site = world.built_at("out");
        symlink(world.path("neighbour.txt"), site.join("risk/link")).unwrap();
        because_of(&site, "risk/link")
    }),
    hostile("our site with a link in the place of a page", |world| {
        let site = world.built_at("out");
        fs::remove_file(site.join("404.html")).unwrap();
        symlink(world.path("neighbour.txt"), site.join("404.html")).unwrap();
        because_of(&site, "404.html")
    }),
    hostile("our site with a changed file", |world| {
        let site = world.built_at("out");
        fs::write(site.join("robots.txt"), "User-agent: *\nDisallow: /\n").unwrap();
        because_of(&site, "robots.txt")
    }),
    hostile("our site with a changed file of the same size", |world| {
        let site = world.built_at("out");
        let changed =
            fs::read_to_string(site.join("robots.txt")).unwrap().replace("Allow", "aLLOW");
        fs::write(site.join("robots.txt"), changed).unwrap();
        because_of(&site, "robots.txt")
    }),
    hostile("our site with a changed file of the same size and time", |world| {
        let site = world.built_at("out");
        change_in_secret(&site.join("tools/one/index.html"));
        because_of(&site, "tools/one/index.html")
    }),
    hostile("our site with a damaged manifest", |world| {
        let site = world.built_at("out");
        let manifest = site.join(".policypress-manifest");
        let damaged =
            fs::read_to_string(&manifest).unwrap().replacen("robots.txt", "robots.txx", 1);
        fs::write(manifest, damaged).unwrap();
        because_of(&site, ".policypress-manifest")
    }),
    hostile("our site without its manifest", |world| {
        let site = world.built_at("out");
        fs::remove_file(site.join(".policypress-manifest")).unwrap();
        (text(&site), ".policypress-manifest".to_owned())
    }),
    hostile("our site with a changed file, and a manifest with a later time", |world| {
        let site = world.built_at("out");
        let manifest = File::options().write(true).open(site.join(".policypress-manifest"));
        change_in_secret(&site.join("tools/one/index.html"));
        let later = SystemTime::now() + Duration::from_hours(1);
        manifest.unwrap().set_modified(later).unwrap();
        because_of(&site, "tools/one/index.html")
    }),
    hostile("our site with one more file, and a manifest with a later time", |world| {
        let site = world.built_at("out");
        fs::write(site.join("tools/theirs.html"), "canary").unwrap();
        let manifest = File::options().write(true).open(site.join(".policypress-manifest"));
        let later = SystemTime::now() + Duration::from_hours(1);
        manifest.unwrap().set_modified(later).unwrap();
        because_of(&site, "tools/theirs.html")
    }),
    hostile("a copy of our site with a changed file, and a manifest touched since", |world| {
        let (site, copy) = (world.built_at("out"), world.path("copy"));
        let copied = Command::new("cp").arg("-r").arg(&site).arg(&copy).status().unwrap();
        assert!(copied.success());
        change_in_secret(&copy.join("tools/one/index.html"));
        let manifest = copy.join(".policypress-manifest");
        let moment = Duration::from_millis(20);
        std::thread::sleep(moment);
        fs::copy(site.join(".policypress-manifest"), &manifest).unwrap();
        std::thread::sleep(moment);
        fs::set_permissions(&manifest, fs::Permissions::from_mode(0o600)).unwrap();
        because_of(&copy, "tools/one/index.html")
    }),
    hostile("a folder inside our site", |world| both(world.built_at("out").join("deep/inside"))),
    hostile("a folder inside our site, through a link", |world| {
        symlink(world.built_at("out"), world.path("link")).unwrap();
        both(world.path("link/inside"))
    }),
    hostile("a git work tree", |world| {
        world.site.write("work/.git/HEAD", "ref: refs/heads/main");
        both(world.path("work"))
    }),
    hostile("our site in a git work tree of its own", |world| {
        let site = world.built_at("out");
        fs::write(site.join(".git"), "gitdir: ../elsewhere").unwrap();
        both(site)
    }),
    hostile("a link to an empty folder", |world| {
        fs::create_dir(world.path("empty")).unwrap();
        symlink(world.path("empty"), world.path("link")).unwrap();
        both(world.path("link"))
    }),
    hostile("a link to our site, with a slash at its end", |world| {
        let site = world.built_at("out");
        symlink(&site, world.path("link")).unwrap();
        (text(&world.path("link/")), text(&world.path("link")))
    }),
    hostile("a link to a full folder", |world| {
        world.site.write("full/theirs.txt", "canary");
        symlink(world.path("full"), world.path("link")).unwrap();
        both(world.path("link"))
    }),
    hostile("a link to nowhere", |world| {
        symlink(world.path("nowhere"), world.path("link")).unwrap();
        both(world.path("link"))
    }),
    hostile("a file", |world| both(world.path("neighbour.txt"))),
    hostile("a place below a file", |world| both(world.path("neighbour.txt/out"))),
    hostile("a pipe", |world| {
        let status = Command::new("mkfifo").arg(world.path("pipe")).status().unwrap();
        assert!(status.success());
        both(world.path("pipe"))
    }),
    hostile("a place where the staging folder cannot be", |world| {
        world.site.write(".out.policypress", "canary");
        (text(&world.path("out")), text(&world.path(".out.policypress")))
    }),
];

#[test]
fn a_hostile_target_is_refused_and_not_one_byte_changes() {
    let mut faults = Vec::new();
    let root_before = names_in(Path::new("/"));
    for Hostile { what, arguments, prepare } in HOSTILE {
        let world = World::new();
        let (out, named) = prepare(&world);
        let before = world.snapshot();
        let run = world.build(&out, arguments);
        if run.code != 3 {
            faults.push(format!("{what}: exit {}: {}", run.code, run.stderr));
        }
        if !run.stderr.contains(&format!("`{named}`")) {
            faults.push(format!("{what}: the message does not name `{named}`: {}", run.stderr));
        }
        let after = world.snapshot();
        if before != after {
            let differ = after.iter().filter(|(path, seen)| before.get(*path) != Some(*seen));
            let new: Vec<_> = differ.map(|(path, _)| path).collect();
            let gone: Vec<_> = before.keys().filter(|path| !after.contains_key(*path)).collect();
            faults.push(format!("{what}: new or changed {new:?}, gone {gone:?}"));
        }
    }
    assert_eq!(names_in(Path::new("/")), root_before);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_path_that_leads_out_of_an_absent_folder_is_refused_with_what_to_do() {
    let world = World::new();
    let run = world.build("public/../out2", &[]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("write the path without it"), "{}", run.stderr);
    assert!(!world.path("home/site/out2").exists());
    fs::create_dir(world.path("home/site/public")).unwrap();
    assert_eq!(world.build("public/../out2", &[]).code, 0);
    assert!(world.path("home/site/out2/index.html").exists());
}

#[test]
fn files_that_were_missing_count_as_changed() {
    let site = TestSite::with_record();
    site.build();
    let expected = site.public();
    let about = tree(&site.path("public/about")).len();
    fs::remove_dir_all(site.path("public/about")).unwrap();
    fs::remove_file(site.path("public/robots.txt")).unwrap();
    let run = site.run(&["build", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let counted =
        ["changed", "unchanged", "removed"].map(|name| document["result"][name].as_u64().unwrap());
    let (missing, all) = (about as u64 + 1, expected.len() as u64 - 1);
    assert_eq!(counted, [missing, all - missing, 0]);
    assert!(site.public() == expected);
}

fn names_in(folder: &Path) -> Vec<PathBuf> {
    let mut names: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    names
}

/// Nothing but the site and what was there before stands beside an output.
fn assert_no_staging(beside: &Path) {
    let names = names_in(beside.parent().unwrap());
    let staging = names.iter().find(|name| name.to_string_lossy().ends_with(".policypress"));
    assert_eq!(staging, None);
}

#[test]
fn absent_and_empty_folders_and_our_own_site_are_taken() {
    let world = World::new();
    let deep = world.built_at("a/b/c/out");
    let expected = tree(&deep);
    assert!(expected.contains_key("tools/one/look/index.html"));
    assert_no_staging(&deep);
    fs::create_dir(world.path("empty")).unwrap();
    assert_eq!(tree(&world.built_at("empty")), expected);
    fs::create_dir_all(world.path("hollow/with/folders")).unwrap();
    assert_eq!(tree(&world.built_at("hollow")), expected);
    assert_eq!(tree(&world.built_at("empty")), expected);
    let run = world.build("public", &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(tree(&world.path("home/site/public")), expected);
    let run = world.build("./other/../public", &[]);
    assert!(run.code == 0 || run.code == 3, "{}", run.stderr);
    assert_eq!(tree(&world.path("home/site/public")), expected);
}

#[cfg(target_os = "linux")]
#[test]
fn whoever_is_on_the_access_list_of_a_site_is_on_that_of_the_next_one() {
    use rustix::fs::{XattrFlags, getxattr, setxattr};
    const NAME: &str = "system.posix_acl_access";
    let world = World::new();
    let folder = world.built_at("out");
    // The owner may do all, the user 33 may read, the group nothing, and others nothing.
    let entries =
        [(1, 7, u32::MAX), (2, 5, 33), (4, 0, u32::MAX), (16, 5, u32::MAX), (32, 0, u32::MAX)];
    let entry = |(tag, may, whom): (u16, u16, u32)| {
        [&tag.to_le_bytes()[..], &may.to_le_bytes(), &whom.to_le_bytes()].concat()
    };
    let list = [2_u32.to_le_bytes().to_vec(), entries.map(entry).concat()].concat();
    setxattr(&folder, NAME, &list, XattrFlags::empty()).unwrap();
    let settings = world.path("home/site/site.toml");
    let other = fs::read_to_string(&settings).unwrap().replace("\"Test\"", "\"Other\"");
    fs::write(&settings, other).unwrap();
    world.built_at("out");
    let mut found = vec![0; 1024];
    let length = getxattr(&folder, NAME, &mut found[..]).unwrap();
    assert_eq!(found[..length], list);
}

#[test]
fn the_folder_keeps_its_permissions_when_a_whole_site_takes_its_place() {
    let world = World::new();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    let folder = world.built_at("out");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o2750)).unwrap();
    let before = tree(&folder);
    let settings = world.path("home/site/site.toml");
    let other = fs::read_to_string(&settings).unwrap().replace("\"Test\"", "\"Other\"");
    fs::write(&settings, other).unwrap();
    world.built_at("out");
    assert_ne!(tree(&folder), before, "the whole site is another");
    assert_eq!(mode(&folder), 0o2750);
    let empty = world.path("empty");
    fs::create_dir(&empty).unwrap();
    fs::set_permissions(&empty, fs::Permissions::from_mode(0o700)).unwrap();
    world.built_at("empty");
    assert_eq!(mode(&empty), 0o700);
}

#[test]
fn pages_of_tools_that_are_gone_go_with_their_folders() {
    let site = TestSite::new();
    site.write(
        "content/catalogue/one.json",
        &record("one", &[("look", "read"), ("drop", "write")]),
    );
    site.write("content/catalogue/two.json", &record("two", &[("look", "read")]));
    site.build();
    assert!(site.path("public/tools/one/drop").is_dir() && site.path("public/tools/two").is_dir());
    site.write("content/catalogue/one.json", &record("one", &[("look", "read")]));
    fs::remove_file(site.path("content/catalogue/two.json")).unwrap();
    let before = site.public();
    let run = site.build();
    for gone in ["tools/one/drop", "tools/two", "policies/two", "api/v1/servers/two.json"] {
        assert!(!site.path("public").join(gone).exists(), "{gone} is still there");
    }
    let after = site.public();
    let removed: Vec<&String> = before.keys().filter(|file| !after.contains_key(*file)).collect();
    // Of the search it depends on hashes which files go.
    let (search, pages): (Vec<&String>, Vec<&String>) =
        removed.iter().partition(|file| file.starts_with("search/"));
    // One page of the first server; of the second two, its tool, three documents, one record.
    assert_eq!(pages.len(), 8, "{pages:?}");
    assert!(run.stderr.contains(&format!("{} removed", 8 + search.len())), "{}", run.stderr);
    assert_eq!(folders_without_files(&site.path("public")), Vec::<PathBuf>::new());
    assert_no_staging(&site.path("public"));
}

fn folders_without_files(folder: &Path) -> Vec<PathBuf> {
    let folders = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    let folders =
        folders.filter(|entry| entry.file_type().is_dir()).map(walkdir::DirEntry::into_path);
    folders.filter(|folder| names_in(folder).is_empty()).collect()
}

#[test]
fn a_copy_of_our_site_is_ours_and_so_is_one_with_files_gone() {
    let world = World::new();
    let site = world.built_at("out");
    let expected = tree(&site);
    let copied = Command::new("cp").arg("-r").arg(&site).arg(world.path("copy")).status().unwrap();
    assert!(copied.success());
    for (number, name) in expected.keys().enumerate() {
        let time = SystemTime::now() + Duration::from_secs(number as u64);
        let file = File::options().write(true).open(world.path("copy").join(name)).unwrap();
        file.set_modified(time).unwrap();
    }
    fs::remove_file(world.path("copy/404.html")).unwrap();
    fs::remove_dir_all(world.path("copy/attacks")).unwrap();
    assert_eq!(tree(&world.built_at("copy")), expected);
}

#[test]
fn what_a_killed_build_has_left_is_cleared_away() {
    let world = World::new();
    let site = world.built_at("out");
    let expected = tree(&site);
    let staging = world.path(".out.policypress");
    let copy = |name: &str| {
        fs::create_dir_all(&staging).unwrap();
        let status = Command::new("cp").arg("-r").arg(&site).arg(staging.join(name)).status();
        assert!(status.unwrap().success());
    };
    let part = |name: &str| {
        fs::create_dir_all(staging.join(name).join("tools/one")).unwrap();
        fs::write(staging.join(name).join("tools/one/index.html"), "<p>half a pa").unwrap();
    };
    let leftovers: [(&str, &dyn Fn()); 5] = [
        ("a part of a new site", &|| part("new")),
        ("a new site and the whole old one", &|| {
            part("new");
            copy("old");
        }),
        ("a whole new site", &|| copy("new")),
        ("the old site, half removed", &|| {
            copy("old");
            fs::remove_dir_all(staging.join("old/tools")).unwrap();
        }),
        ("folders and a lock", &|| {
            fs::create_dir_all(staging.join("old/tools")).unwrap();
            fs::create_dir_all(staging.join("new")).unwrap();
            fs::write(staging.join("lock"), "").unwrap();
        }),
    ];
    for (what, leave) in leftovers {
        leave();
        assert_eq!(tree(&world.built_at("out")), expected, "{what}");
        assert!(!staging.exists(), "{what}: the staging folder is still there");
    }
}

#[test]
fn a_folder_is_taken_however_its_path_is_written() {
    let world = World::new();
    let expected = tree(&world.built_at("out"));
    for out in ["public", "./public", "public/", "public/.", "./public//", "public/tools/.."] {
        let run = world.build(out, &["--base-url", &format!("https://example.org/{}/", out.len())]);
        assert_eq!(run.code, 0, "{out}: {}", run.stderr);
        let run = world.build(out, &[]);
        assert_eq!(run.code, 0, "{out}: {}", run.stderr);
        assert_eq!(tree(&world.path("home/site/public")), expected, "{out}");
    }
}

#[test]
fn nobody_is_left_in_a_folder_that_a_site_took_the_place_of() {
    let world = World::new();
    let site = world.path("home/site");
    let expected = tree(&world.built_at("out"));
    fs::create_dir_all(world.path("empty/inside")).unwrap();
    symlink(world.path("empty"), world.path("link")).unwrap();
    for (here, out) in [
        ("empty", "."),
        ("empty/inside", ".."),
        ("link", "."),
        ("out", "."),
        ("out/tools", "../../out"),
        ("out/tools/one", "../../../out/../out"),
    ] {
        let arguments = ["build", "--root", site.to_str().unwrap(), "--out", out];
        let run = run_in(&world.path(here), &arguments, &[]);
        assert_eq!(run.code, 3, "{here}: {}", run.stderr);
        assert!(run.stderr.contains("you are in it"), "{here}: {}", run.stderr);
        assert_eq!(tree(&world.path("out")), expected, "{here}");
        assert!(world.path("empty/inside").is_dir(), "{here}");
        assert_no_staging(&world.path(here));
    }
}
