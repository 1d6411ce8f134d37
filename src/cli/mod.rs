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
use crate::disk::{self, Kind};
use crate::init::InitError;
use crate::serve::Ended;
use crate::site::Ledger;
use crate::text;

/// How a command ends that has not done what it was asked for, as an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
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

impl From<Ended> for Exit {
    fn from(ended: Ended) -> Exit {
        match ended {
            Ended::Interrupted => Exit::Interrupted,
            Ended::Terminated => Exit::Terminated,
        }
    }
}

impl Exit {
    /// What a report that is not empty means for the exit code.
    fn of(report: &Report) -> Exit {
        if report.has(Code::UnreadableFile) { Exit::Disk } else { Exit::Faults }
    }

    /// Says what is in the way, in one line.
    fn saying(self, terminal: Terminal, problem: &impl std::fmt::Display) -> Exit {
        terminal.fail(&problem.to_string());
        self
    }
}

/// Runs the command that was typed.
pub fn run() -> ExitCode {
    let ended = follow(Arguments::parse().command);
    let ended = if terminal::is_answer_lost() { Err(Exit::Disk) } else { ended };
    ended.map_or_else(|exit| ExitCode::from(exit as u8), |()| ExitCode::SUCCESS)
}

fn follow(command: Command) -> Result<(), Exit> {
    refuse_sarif(&command)?;
    match command {
        Command::Init(arguments) => init(&arguments),
        Command::Build(arguments) => with_threads(&arguments.common, || publish::build(&arguments)),
        Command::Merge(arguments) => with_threads(&arguments.common, || publish::merge(&arguments)),
        Command::Changes(arguments) => publish::changes(&arguments),
        Command::Serve(arguments) => preview::serve(arguments),
        Command::Check(arguments) => with_threads(&arguments.common, || check(&arguments)),
    }
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
            std::process::exit(Exit::from(ended) as i32);
        }
    });
}

/// Only one command has findings that SARIF can tell of.
fn refuse_sarif(command: &Command) -> Result<(), Exit> {
    let common = match command {
        Command::Init(arguments) => &arguments.common,
        Command::Build(arguments) => &arguments.common,
        Command::Merge(arguments) => &arguments.common,
        Command::Changes(arguments) => &arguments.common,
        Command::Serve(arguments) => &arguments.common,
        Command::Check(_) => return Ok(()),
    };
    if common.format != Format::Sarif {
        return Ok(());
    }
    let problem = "only `check` writes SARIF; use `--format json`";
    Err(Exit::Usage.saying(Terminal::of(common), &problem))
}

fn with_threads(
    common: &Common,
    work: impl FnOnce() -> Result<(), Exit> + Send,
) -> Result<(), Exit> {
    // While one thread of a processor waits for the disk the other has pages to make.
    let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = common.jobs.map_or(processors * 2, NonZeroUsize::get);
    end_as_first_process();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|error| {
        Exit::Disk.saying(Terminal::of(common), &format!("cannot start the threads: {error}"))
    })?;
    pool.install(work)
}

/// A path as a shell takes it for one argument, and that for no option.
fn as_argument(path: &str) -> String {
    if path.starts_with('-') {
        return as_argument(&format!("./{path}"));
    }
    let is_plain = |letter: char| letter.is_alphanumeric() || "-._/".contains(letter);
    if path.chars().all(is_plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

fn init(arguments: &InitArguments) -> Result<(), Exit> {
    let terminal = Terminal::of(&arguments.common);
    let path = arguments.dir.to_string_lossy();
    let dir = text::visible(&path);
    crate::init::init(&arguments.dir).map_err(|error| match error {
        InitError::Occupied(_) => Exit::Usage.saying(terminal, &error),
        InitError::Disk(_) => Exit::Disk.saying(terminal, &error),
    })?;
    terminal.report(&Report::new(), &json!({"site": path}));
    // A path that cannot be shown cannot be typed as it is shown.
    let typed = arguments.dir.to_str().filter(|path| dir == *path);
    let next = typed.map_or_else(|| "DIR".to_owned(), as_argument);
    terminal.close(&format!("made a new site in `{dir}`; next: `policypress build --root {next}`"));
    Ok(())
}

/// What faults mean where nothing would be published anyway.
const FAULTY: &str = "the site has faults";

fn check(arguments: &CheckArguments) -> Result<(), Exit> {
    let start = Instant::now();
    let terminal = Terminal::of(&arguments.common).for_findings();
    let root = root_of(&arguments.common, terminal)?;
    let press = prepared(&arguments.common, &root, terminal)?;
    let mut report = Report::new();
    let bar = terminal.progress(press.site.share(None).route_count(&press.site), "checking");
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
    if !report.is_empty() {
        terminal.close(&format!("{}: {FAULTY}", tally(&report)));
        return Err(Exit::of(&report));
    }
    let kinds = if is_failing { "findings that fail" } else { "no fault" };
    terminal.close(&format!(
        "checked {}, {} of other kinds, {}: {kinds}{}, in {}",
        text::count(checked.pages, "page"),
        text::count(checked.files, "file"),
        text::count(checked.links, "link"),
        terminal::tally_found(&found),
        seconds(start.elapsed()),
    ));
    if is_failing { Err(Exit::Faults) } else { Ok(()) }
}

fn faults(report: &Report, terminal: Terminal, consequence: &str) -> Exit {
    terminal.report(report, &json!(null));
    terminal.close(&format!("{}: {consequence}", tally(report)));
    Exit::of(report)
}

/// Reads everything and plans the site. An error has been reported.
fn prepared(common: &Common, root: &Path, terminal: Terminal) -> Result<Press, Exit> {
    let (config, mut report) = config::read(root, overrides_of(common));
    let press =
        config.and_then(|config| compose::prepare(config, &mut Ledger::default(), &mut report));
    match press {
        Some(press) => Ok(press),
        None => Err(faults(&report, terminal, FAULTY)),
    }
}

fn root_of(common: &Common, terminal: Terminal) -> Result<PathBuf, Exit> {
    let refused = |problem: String| Exit::Usage.saying(terminal, &problem);
    let root = common.root.clone().or_else(nearest_site);
    let root = root.ok_or_else(|| refused(format!("{NO_SITE}; {INIT}")))?;
    let shown = || text::visible(&root.to_string_lossy());
    if disk::end(&root).is_ok_and(|kind| kind == Kind::File) {
        return Err(refused(format!(
            "`{}` is a file; `--root` takes the folder of a site",
            shown()
        )));
    }
    // Settings that cannot be looked at are a matter of reading them.
    if is_there(&root.join("site.toml")) == Some(false) {
        return Err(refused(format!("there is no `site.toml` in `{}`; {INIT}", shown())));
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
    let levels = std::env::current_dir().map_or(1, |here| here.ancestors().count());
    let mut above = (0..levels).map(|levels| match levels {
        0 => PathBuf::from("."),
        _ => std::iter::repeat_n("..", levels).collect(),
    });
    // Settings that are there but cannot be read are told of, and not passed over.
    above.find(|folder| {
        is_there(&folder.join("site.toml")).unwrap_or(folder.as_path() == Path::new("."))
    })
}

/// Whether anything has this name. `None`: that cannot be told.
fn is_there(path: &Path) -> Option<bool> {
    disk::kind(path).ok().map(|kind| kind != Kind::Absent)
}
