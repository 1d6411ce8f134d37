//! Drives the real program: sites in temporary folders, commands, and what they leave behind.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// A site in a temporary folder.
pub(crate) struct TestSite {
    folder: TempDir,
}

impl TestSite {
    /// A site with settings that name nothing but a title and an address, and no record yet.
    pub(crate) fn new() -> TestSite {
        let site = TestSite { folder: TempDir::new().unwrap() };
        site.write(
            "site.toml",
            "title = \"Test\"\nbase_url = \"https://example.org/\"\nminify = false\n",
        );
        fs::create_dir_all(site.path("content/catalogue")).unwrap();
        site
    }

    /// The same, with one record that has no fault.
    pub(crate) fn with_record() -> TestSite {
        let site = TestSite::new();
        site.write(
            "content/catalogue/one.json",
            &record("one", &[("look", "read"), ("drop", "destructive")]),
        );
        site
    }

    /// The same, with these records.
    pub(crate) fn of(records: &[Value]) -> TestSite {
        let site = TestSite::new();
        for (number, record) in records.iter().enumerate() {
            site.write(&format!("content/catalogue/{number}.json"), &record.to_string());
        }
        site
    }

    /// A copy of a folder of the repository.
    pub(crate) fn copy_of(case: &Path) -> TestSite {
        let site = TestSite::new();
        for (name, bytes) in tree(case) {
            site.write_bytes(&name, &bytes);
        }
        site
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        self.write_bytes(name, text.as_bytes());
    }

    pub(crate) fn write_bytes(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Runs a command in the folder of the site.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        run_in(self.folder.path(), arguments, &[])
    }

    /// Builds, and fails the test if that fails.
    pub(crate) fn build(&self) -> Run {
        let run = self.run(&["build"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        run
    }

    /// The text of a published file.
    pub(crate) fn published(&self, name: &str) -> String {
        let path = self.path("public").join(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// All published files.
    pub(crate) fn public(&self) -> BTreeMap<String, Vec<u8>> {
        tree(&self.path("public"))
    }
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the program in a folder, with extra environment variables.
pub(crate) fn run_in(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_policypress"));
    command.args(arguments).current_dir(folder).envs(variables.iter().copied());
    let Output { status, stdout, stderr } = command.output().unwrap();
    Run {
        code: status.code().unwrap_or(-1),
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}

/// A record with tools of these names and categories.
pub(crate) fn record(server: &str, tools: &[(&str, &str)]) -> String {
    let tools: Vec<Value> = tools
        .iter()
        .map(|(name, category)| {
            serde_json::json!({"name": name, "description": format!("Does {name}."), "classification": {"category": category}})
        })
        .collect();
    serde_json::json!({"server": {"name": server}, "tools": tools}).to_string()
}

/// A record with this many tools that only read, whose names are made from their numbers.
pub(crate) fn reading_record(server: &str, tools: usize, name: impl Fn(usize) -> String) -> String {
    let names: Vec<String> = (0..tools).map(name).collect();
    let tools: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "read")).collect();
    record(server, &tools)
}

/// All files below a folder, by their path in it.
pub(crate) fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).unwrap().to_string_lossy().into_owned();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// What tells whether a file was written anew, for all files below a folder.
pub(crate) fn stamps(folder: &Path) -> BTreeMap<String, (u64, i64, i64)> {
    let stamp = |path: String| {
        let data = fs::metadata(folder.join(&path)).unwrap();
        (path, (data.ino(), data.mtime(), data.mtime_nsec()))
    };
    tree(folder).into_keys().map(stamp).collect()
}

/// Whether a published file is a page.
pub(crate) fn is_html(path: &str) -> bool {
    path.rsplit('.').next() == Some("html")
}

/// The folders of a collection of cases, such as `tests/cases/faults`.
pub(crate) fn cases(collection: &str) -> Vec<PathBuf> {
    let folder = repository().join("tests/cases").join(collection);
    let mut cases: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(!cases.is_empty(), "no case of {collection}");
    cases
}

/// The repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The seconds of a processor that this thread has had: what else the machine does costs a test
/// nothing.
pub(crate) fn processor_seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap().as_secs_f64()
}
