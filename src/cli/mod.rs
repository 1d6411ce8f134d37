//! Owns the command line: from what was typed to what is meant, one function a command, and the
//! exit code. The environment, the clock and the current folder are read here and nowhere else.

#![expect(
    clippy::disallowed_methods,
    reason = "this is the one door to the environment and the clock"
)]

mod args;
mod preview;
mod publish;
mod terminal;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser as _;
use serde_json::json;

use self::args::{Arguments, CheckArguments, Command, Common, Format, InitArguments};
use self::terminal::{Terminal, seconds, tally};
use crate::compose::{self, Press};
use crate::config::{self, Overrides};
use crate::diag::{Code, Report};
use crate::init::InitError;
use crate::serve::Ended;
use crate::site::Ledger;
use crate::text;

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Done.
    Done = 0,
    /// The input has faults, nothing was published.
    Faults = 1,
    /// The command was used wrongly.
    Usage = 2,
    /// Something could not be read or written.
    Disk = 3,
    /// Ctrl-C.
    Interrupted = 130,
    /// The system asked for the end.
    Terminated = 143,
}

impl From<Ended> for Outcome {
    fn from(ended: Ended) -> Outcome {
        match ended {
            Ended::Interrupted => Outcome::Interrupted,
            Ended::Terminated => Outcome::Terminated,
        }
    }
}

impl Outcome {
    /// What a report means for the exit code.
    fn of(report: &Report) -> Outcome {
        match (report.has(Code::UnreadableFile), !report.is_empty()) {
            (true, _) => Outcome::Disk,
            (false, true) => Outcome::Faults,
            (false, false) => Outcome::Done,
        }
    }
}

/// Runs the command that was typed.
pub fn run() -> ExitCode {
    let command = Arguments::parse().command;
    if let Some(common) = without_sarif(&command) {
        Terminal::of(common).fail("only `check` writes SARIF; use `--format json`");
        return ExitCode::from(Outcome::Usage as u8);
    }
    let outcome = match command {
        Command::Init(arguments) => init(&arguments),
        Command::Build(arguments) => with_threads(&arguments.common, || publish::build(&arguments)),
        Command::Merge(arguments) => with_threads(&arguments.common, || publish::merge(&arguments)),
        Command::Serve(arguments) => preview::serve(arguments),
        Command::Check(arguments) => with_threads(&arguments.common, || check(&arguments)),
    };
    let outcome = if terminal::is_answer_lost() { Outcome::Disk } else { outcome };
    ExitCode::from(outcome as u8)
}

/// The first process of a container gets no signal that it does not wait for. What a build leaves
/// then is what a kill leaves.
#[expect(clippy::exit, reason = "the work cannot be asked to stop, and need not be")]
fn end_as_first_process() {
    if std::process::id() != 1 {
        return;
    }
    std::thread::spawn(|| {
        if let Ok(ended) = crate::serve::signal() {
            std::process::exit(Outcome::from(ended) as i32);
        }
    });
}

/// The options of a command that was asked for SARIF and has none.
fn without_sarif(command: &Command) -> Option<&Common> {
    let common = match command {
        Command::Init(arguments) => &arguments.common,
        Command::Build(arguments) => &arguments.common,
        Command::Merge(arguments) => &arguments.common,
        Command::Serve(arguments) => &arguments.common,
        Command::Check(_) => return None,
    };
    (common.format == Format::Sarif).then_some(common)
}

fn with_threads(common: &Common, work: impl FnOnce() -> Outcome + Send) -> Outcome {
    // While one thread of a processor waits for the disk the other has pages to make.
    let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = common.jobs.map_or(processors * 2, NonZeroUsize::get);
    end_as_first_process();
    match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool.install(work),
        Err(error) => {
            Terminal::of(common).fail(&format!("cannot start the threads: {error}"));
            Outcome::Disk
        }
    }
}

/// A path as a shell takes it for one argument.
fn as_argument(path: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-._/~".contains(letter);
    if path.chars().all(is_plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

fn init(arguments: &InitArguments) -> Outcome {
    let terminal = Terminal::of(&arguments.common);
    let path = arguments.dir.to_string_lossy();
    let dir = text::visible(&path);
    match crate::init::init(&arguments.dir) {
        Ok(()) => {
            terminal.report(&Report::new(), &json!({"site": path}));
            // A path that cannot be shown cannot be typed as it is shown.
            let next = if dir == path { as_argument(&dir) } else { "DIR".to_owned() };
            terminal.close(&format!(
                "made a new site in `{dir}`; next: `policypress build --root {next}`"
            ));
            Outcome::Done
        }
        Err(InitError::Occupied(path)) => {
            let path = text::visible(&path.to_string_lossy());
            terminal.fail(&format!(
                "`{path}` is in the way: a new site needs a folder that is absent or empty"
            ));
            Outcome::Usage
        }
        Err(InitError::Disk(error)) => {
            terminal.fail(&error.to_string());
            Outcome::Disk
        }
    }
}

/// What faults mean where nothing would be published anyway.
const FAULTY: &str = "the site has faults";

fn check(arguments: &CheckArguments) -> Outcome {
    let start = Instant::now();
    let terminal = Terminal::of(&arguments.common).for_findings();
    let prepared = root_of(&arguments.common, terminal)
        .and_then(|root| prepared(&arguments.common, &root, terminal, FAULTY));
    let press = match prepared {
        Ok(press) => press,
        Err(outcome) => return outcome,
    };
    let mut report = Report::new();
    let bar = terminal.progress(press.site.route_count(), "checking");
    let (checked, found) = crate::check::check(&press, &mut report, &|done| bar.inc(done as u64));
    bar.finish_and_clear();
    let result = json!({
        "pages": checked.pages, "files": checked.files, "links": checked.links,
        "seconds": start.elapsed().as_secs_f64(),
    });
    let result = if report.is_empty() { result } else { json!(null) };
    let fails = |severity| press.site.config.checks.fails(severity);
    let is_failing = found.iter().any(|found| fails(found.severity));
    terminal.checked(&report, &found, &result, fails);
    let kinds = match (!report.is_empty(), is_failing) {
        (true, _) => {
            terminal.close(&format!("{}: {FAULTY}", tally(&report)));
            return Outcome::of(&report);
        }
        (false, true) => "findings that fail",
        (false, false) => "no fault",
    };
    terminal.close(&format!(
        "checked {}, {} of other kinds, {}: {kinds}{}, in {}",
        text::count(checked.pages, "page"),
        text::count(checked.files, "file"),
        text::count(checked.links, "link"),
        terminal::tally_found(&found),
        seconds(start.elapsed()),
    ));
    if is_failing { Outcome::Faults } else { Outcome::of(&report) }
}

fn faults(report: &Report, terminal: Terminal, consequence: &str) -> Outcome {
    terminal.report(report, &json!(null));
    terminal.close(&format!("{}: {consequence}", tally(report)));
    Outcome::of(report)
}

/// Reads everything and plans the site. An error has been reported.
fn prepared(
    common: &Common,
    root: &Path,
    terminal: Terminal,
    consequence: &str,
) -> Result<Press, Outcome> {
    let (config, mut report) = config::read(root, overrides_of(common));
    let press =
        config.and_then(|config| compose::prepare(config, &mut Ledger::default(), &mut report));
    match press {
        Some(press) if report.is_empty() => Ok(press),
        _ => Err(faults(&report, terminal, consequence)),
    }
}

fn root_of(common: &Common, terminal: Terminal) -> Result<PathBuf, Outcome> {
    let Some(root) = common.root.clone().or_else(nearest_site) else {
        terminal.fail(&format!("{NO_SITE}; {INIT}"));
        return Err(Outcome::Usage);
    };
    if root.is_file() {
        let root = text::visible(&root.to_string_lossy());
        terminal.fail(&format!("`{root}` is a file; `--root` takes the folder of a site"));
        return Err(Outcome::Usage);
    }
    // Settings that cannot be looked at are a matter of reading them.
    if root.join("site.toml").try_exists().is_ok_and(|is_there| !is_there) {
        let root = text::visible(&root.to_string_lossy());
        terminal.fail(&format!("there is no `site.toml` in `{root}`; {INIT}"));
        return Err(Outcome::Usage);
    }
    Ok(root)
}

const INIT: &str = "`policypress init DIR` makes a new site";
const NO_SITE: &str = "there is no `site.toml` in this folder or above it";

fn overrides_of(common: &Common) -> Overrides {
    Overrides { catalogue: common.catalogue.clone(), base_url: common.base_url.clone() }
}

/// The nearest folder upwards that has a `site.toml`, as a path from the current folder.
fn nearest_site() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let above = here.ancestors().position(|folder| folder.join("site.toml").is_file())?;
    let path: PathBuf = std::iter::repeat_n("..", above).collect();
    Some(if above == 0 { PathBuf::from(".") } else { path })
}
