//! Owns the build: every route to a file, in parallel, server by server; or a share of them, which
//! is merged with the others later.

mod changes;
mod index;
mod mark;
mod merge;

use std::cmp::Reverse;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::compose::{self, Common, Indexing, Press};
use crate::config::Config;
use crate::diag::{Code, Diagnostic, Place, Report};
use crate::digest::Hash;
use crate::disk::{self, Kind};
use crate::output::{self, Batch, Keys, OutputError, Published, Staging, Written};
use crate::search::IndexFile;
use crate::site::{Ledger, Route, ServerId, Shard, Share};
use crate::text;

pub use self::changes::Changes;
use self::mark::Mark;
pub use self::merge::Merge;
pub use crate::output::UserFolders;

/// Why a build did not end well.
#[derive(Debug)]
pub enum BuildError {
    /// Pages have faults.
    Faults(Report),
    /// The output cannot or must not be written.
    Output(OutputError),
}

impl From<Box<Diagnostic>> for BuildError {
    fn from(fault: Box<Diagnostic>) -> BuildError {
        let mut report = Report::new();
        report.push(*fault);
        BuildError::Faults(report)
    }
}

impl From<OutputError> for BuildError {
    fn from(error: OutputError) -> BuildError {
        BuildError::Output(error)
    }
}

/// Where to write, and what must not be written to.
#[derive(Clone, Debug)]
pub struct Target {
    output: PathBuf,
    user: UserFolders,
    most_removed: Option<usize>,
}

impl Target {
    /// An output folder, and the folders of the user.
    ///
    /// # Errors
    /// The path of the output leads to no folder that has a name.
    pub fn new(output: &Path, user: UserFolders) -> Result<Target, OutputError> {
        Ok(Target { output: output::place(output)?, user, most_removed: None })
    }

    /// The same, where nothing is published if more files than this would be removed; `None`: all may.
    #[must_use]
    pub fn removing_at_most(self, most_removed: Option<usize>) -> Target {
        Target { most_removed, ..self }
    }
}

/// What a build did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// HTML pages.
    pub pages: usize,
    /// Files, bytes, and what changed.
    pub published: Published,
}

/// What a build tells while it works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// So many more routes or files are done.
    Done(usize),
    /// What it does from now on, which none of them counts.
    Now(&'static str),
}

/// Finishes or undoes what a killed build has left at a target. Answers whether something was
/// published that way.
///
/// # Errors
/// Another build is at work there, or what was left cannot be finished or undone now.
pub fn recover(target: &Target) -> Result<bool, OutputError> {
    Staging::recover(&target.output)
}

/// Checks that the place of the output may be written to, and is none that is read.
fn inspect(
    config: Option<&Config>,
    mut inputs: Vec<PathBuf>,
    target: &Target,
) -> Result<(), OutputError> {
    if let Some(config) = config {
        let own = ["content", "templates", "static"].map(|folder| config.root.join(folder));
        inputs.extend(own.into_iter().chain(config.catalogue.clone()));
    }
    let root = config.map(|config| config.root.as_path());
    output::inspect(&target.output, root, &inputs, &target.user)
}

/// Opens the staging folder of an output.
fn open(target: &Target) -> Result<Staging, OutputError> {
    let parent = target
        .output
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    disk::create_folder(parent)?;
    let mut staging = Staging::open(&target.output)?;
    staging.remove_at_most(target.most_removed);
    Ok(staging)
}

/// Publishes what was written. That a site has lost much is a fault of the input.
fn publish(
    staging: Staging,
    written: Vec<Written>,
    keys: &Keys,
    target: &Target,
) -> Result<Published, BuildError> {
    staging.publish(written, keys).map_err(|error| match error {
        OutputError::TooManyRemoved { .. } => {
            let place = Place::start(text::visible(&target.output.to_string_lossy()));
            let message = error.to_string();
            let hint = "see whether all records are there; if they are, allow more, or leave the option out";
            Box::new(Diagnostic::error(Code::TooManyRemoved, place, message, hint)).into()
        }
        error => error.into(),
    })
}

/// Where the site at the output, or the shard, is of the making that the keys tell of, only what is
/// different will be written.
fn keep_unchanged(staging: &mut Staging, keys: &Keys) {
    // What all pages are made of is the same: only some of them change.
    let shard = |keys: &Keys| Mark::of(keys).map(|mark| mark.shard);
    let is_alike =
        |before: &Keys| before.get(ENGINE) == keys.get(ENGINE) && shard(before) == shard(keys);
    if staging.before().is_some_and(|before| is_alike(&before.keys)) {
        staging.keep_unchanged();
    }
}

/// A planned site, and what stands at its output.
#[derive(Debug)]
pub struct Prepared {
    /// The site.
    pub press: Press,
    /// Nothing where nothing stands yet.
    opened: Result<Option<Staging>, OutputError>,
}

/// Reads and plans a site, and looks at the output meanwhile: a part of each keeps one processor
/// busy. `None`: nothing can be published; the report says why.
pub fn prepare(config: Config, target: &Target, report: &mut Report) -> Option<Prepared> {
    let settings = config.clone();
    let (press, opened) = rayon::join(
        || compose::prepare(config, &mut Ledger::default(), report),
        || open_standing(&settings, target),
    );
    let Some(press) = press else {
        if let Ok(Some(staging)) = opened {
            // The report tells most; the next build takes away what is left.
            let _ = staging.abandon();
        }
        return None;
    };
    Some(Prepared { press, opened })
}

/// Opens the staging folder of an output if something stands there: for a site that may have faults
/// no folder is made.
fn open_standing(config: &Config, target: &Target) -> Result<Option<Staging>, OutputError> {
    inspect(Some(config), Vec::new(), target)?;
    match disk::kind(&target.output)? {
        Kind::Absent => Ok(None),
        _ => open(target).map(Some),
    }
}

/// Builds and publishes a site, or the share of it that belongs to a shard. `progress` is told
/// what is done.
///
/// # Errors
/// What was there before is still there, unless the error says otherwise.
pub fn build(
    Prepared { press, opened }: Prepared,
    shard: Option<Shard>,
    target: &Target,
    progress: &(dyn Fn(Step) + Sync),
) -> Result<Summary, BuildError> {
    let press = &press;
    let mut staging = opened?.map_or_else(|| open(target), Ok)?;
    let routes = press.site.share(shard);
    let pages = routes.page_count(&press.site);
    let mut keys = keys(press, &routes);
    if let Some(shard) = shard {
        Mark { shard, pages, whole: press.whole_key() }.put(&mut keys);
    }
    keep_unchanged(&mut staging, &keys);
    match write_all(press, &routes, &staging, &mut keys, progress) {
        Ok(written) => {
            progress(Step::Now("publishing"));
            publish(staging, written, &keys, target).map(|published| Summary { pages, published })
        }
        Err(error) => {
            // The first error tells most; the next build takes away what is left.
            let _ = staging.abandon();
            Err(error)
        }
    }
}

/// What came of some routes: files, and the faults of the pages that have some. A fault of one page
/// does not hide that of another.
#[derive(Default)]
struct Made {
    written: Vec<Written>,
    keys: Vec<(Box<str>, Hash)>,
    faults: Report,
}

impl Made {
    /// A route that belongs to no server, as it stands there if it shows the same.
    fn add_common(
        &mut self,
        press: &Press,
        staging: &Staging,
        route: &Route,
    ) -> Result<(), BuildError> {
        let file = press.site.file(route);
        let name: Box<str> = format!("{PAGE}{file}").into();
        let standing = staging.keep(&file);
        let before = staging.before().and_then(|before| before.keys.get(&name));
        match press.common(route, before.filter(|_| standing.is_some())) {
            Ok(Common { key, bytes }) => {
                self.keys.extend(key.map(|key| (name, key)));
                self.written.extend(match bytes {
                    Some(bytes) => Some(staging.write(&file, &bytes)?),
                    None => standing,
                });
            }
            Err(fault) => self.faults.push(*fault),
        }
        Ok(())
    }

    /// All parts together, with room for so many files. Two by two they would be moved many times.
    fn gather(
        room: usize,
        parts: impl ParallelIterator<Item = Result<Made, BuildError>>,
    ) -> Result<Made, BuildError> {
        let whole = Mutex::new(Made { written: Vec::with_capacity(room), ..Made::default() });
        parts.try_for_each(|part| {
            let part = part?;
            let mut whole = whole.lock().unwrap_or_else(PoisonError::into_inner);
            whole.written.extend(part.written);
            whole.keys.extend(part.keys);
            whole.faults.merge(part.faults);
            Ok::<(), BuildError>(())
        })?;
        whole.into_inner().unwrap_or_else(PoisonError::into_inner).without_faults()
    }

    fn without_faults(self) -> Result<Made, BuildError> {
        if self.faults.is_empty() { Ok(self) } else { Err(BuildError::Faults(self.faults)) }
    }
}

/// A server with more tools is begun before those with fewer.
const MANY_TOOLS: usize = 100;

/// The names of the keys of what is no server. No slug has a space.
const ENGINE: &str = "all pages";
const INDEX: &str = "search index";
/// How the names of the keys of pages begin.
const PAGE: &str = "page ";

/// What the parts of the site that are in a share are made of.
fn keys(press: &Press, share: &Share) -> Keys {
    let servers: Vec<ServerId> = share.servers().collect();
    let slugs = servers.iter().map(|id| press.site.server(*id).slug.clone());
    let of_servers = slugs.zip(press.server_keys(&servers));
    let index = share.has_common().then(|| (INDEX.into(), press.index_key()));
    let others = [(ENGINE.into(), *press.engine_key())].into_iter().chain(index);
    of_servers.chain(others).collect()
}

fn write_all(
    press: &Press,
    share: &Share,
    staging: &Staging,
    keys: &mut Keys,
    progress: &(dyn Fn(Step) + Sync),
) -> Result<Vec<Written>, BuildError> {
    let index = share.has_common().then(|| index::Work::begin(press, staging, keys));
    let indexing = index.as_ref().and_then(index::Work::indexing);
    let is_same =
        |part: &str| staging.before().is_some_and(|before| before.keys.get(part) == keys.get(part));
    let common = share.common_routes(&press.site).into_par_iter().with_max_len(1).map(|route| {
        let mut made = Made::default();
        made.add_common(press, staging, &route)?;
        progress(Step::Done(1));
        Ok(made)
    });
    let of_servers = in_working_order(press, share).into_par_iter().with_max_len(1).map(|id| {
        if is_same(&press.site.server(id).slug)
            && let Some(mut written) = kept(press, staging, id)
        {
            progress(Step::Done(written.len()));
            if let Some(indexing) = indexing {
                written.extend(index::write(&press.add_to_index(id, indexing)?, staging)?);
            }
            return Ok(Made { written, ..Made::default() });
        }
        let (mut made, files) = write_server(press, staging, id, indexing)?;
        progress(Step::Done(made.written.len()));
        made.written.extend(index::write(&files, staging)?);
        Ok(made)
    });
    let room = share.route_count(&press.site) + press.site.config.search_files;
    let mut made = Made::gather(room, common.chain(of_servers))?;
    keys.extend(made.keys);
    if let Some(index) = index {
        progress(Step::Now("making the search index"));
        made.written.extend(index.add_others(press, share, staging)?);
        made.written.extend(index.finish(staging)?);
    }
    Ok(made.written)
}

/// Writes the files of a server. Answers the files of the search index that it completes.
fn write_server(
    press: &Press,
    staging: &Staging,
    id: ServerId,
    indexing: Option<&Indexing<'_>>,
) -> Result<(Made, Vec<IndexFile>), BuildError> {
    let mut made = Made::default();
    let mut batch = Batch::default();
    let files = press.server_artifacts(id, indexing, |route, bytes| {
        match bytes {
            Ok(bytes) => batch.add(press.site.file(route), bytes),
            Err(fault) => made.faults.push(*fault),
        }
        if batch.is_full() {
            made.written.extend(staging.write_all(&mut batch)?);
        }
        Ok::<(), BuildError>(())
    })?;
    made.written.extend(staging.write_all(&mut batch)?);
    Ok((made, files))
}

/// The servers of a share, those with very many tools first: left for the end, one of them would
/// keep one processor at work while the others wait.
fn in_working_order(press: &Press, share: &Share) -> Vec<ServerId> {
    let mut servers: Vec<ServerId> = share.servers().collect();
    servers.sort_by_key(|id| Reverse(press.site.tools_of(*id).len().max(MANY_TOOLS)));
    servers
}

/// The files of a server as they stand there. `None`: one of them is missing.
fn kept(press: &Press, staging: &Staging, id: ServerId) -> Option<Vec<Written>> {
    let routes = press.site.server_routes(id);
    staging.keep_all(routes.iter().map(|route| press.site.file(route)).collect())
}
