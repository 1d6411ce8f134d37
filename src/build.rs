//! Owns the build: every route to a file, in parallel, server by server.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::compose::Press;
use crate::diag::{Diagnostic, Report};
use crate::digest::Hash;
use crate::output::{self, OutputError, Published, Staging, Written};
use crate::site::{Route, ServerId};

/// Why nothing was published.
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
    /// The output folder.
    pub output: PathBuf,
    /// The home folder of the user.
    pub home: Option<PathBuf>,
}

/// What a build did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// HTML pages.
    pub pages: usize,
    /// Files, bytes, and what changed.
    pub published: Published,
}

/// Finishes or undoes what a killed build has left at an output.
pub fn recover(output: &Path) {
    Staging::recover(output);
}

/// Checks that the place of the output may be written to.
fn inspect(press: &Press, target: &Target) -> Result<(), OutputError> {
    let config = &press.site.config;
    let own = ["content", "templates", "static", "src"].map(|folder| config.root.join(folder));
    let inputs: Vec<PathBuf> = own.into_iter().chain(config.catalogue.clone()).collect();
    output::inspect(&target.output, &config.root, &inputs, target.home.as_deref())
}

/// Builds and publishes a site. `progress` is told how many routes are done.
///
/// # Errors
/// The site that was there before is then still there.
pub fn build(
    press: &Press,
    target: &Target,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Summary, BuildError> {
    inspect(press, target)?;
    let parent = target
        .output
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    crate::disk::create_folder(parent).map_err(OutputError::from)?;
    let mut staging = Staging::open(&target.output)?;
    let keys = keys(press);
    // What all pages are made of is the same: only some of them change.
    if staging.before().is_some_and(|before| before.keys.get(ENGINE) == keys.get(ENGINE)) {
        staging.keep_unchanged();
    }
    match write_all(press, &staging, &keys, progress) {
        Ok(written) => {
            let pages = press.site.page_count();
            let published = staging.publish(written, keys)?;
            Ok(Summary { pages, published })
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
    faults: Report,
}

impl Made {
    fn add(
        &mut self,
        press: &Press,
        staging: &Staging,
        route: &Route,
        bytes: Result<Vec<u8>, Box<Diagnostic>>,
    ) -> Result<(), BuildError> {
        match bytes {
            Ok(bytes) => self.written.push(staging.write(&press.site.file(route), &bytes)?),
            Err(fault) => self.faults.push(*fault),
        }
        Ok(())
    }

    fn merge(mut self, other: Made) -> Made {
        self.written.extend(other.written);
        self.faults.merge(other.faults);
        self
    }
}

/// The names of the keys of what is no server. No slug has a space.
const ENGINE: &str = "all pages";
const INDEX: &str = "search index";

/// What the parts of the site are made of.
fn keys(press: &Press) -> BTreeMap<Box<str>, Hash> {
    let servers: Vec<ServerId> = press.site.servers().collect();
    let of_servers: Vec<(Box<str>, Hash)> = servers
        .into_par_iter()
        .map(|id| (press.site.server(id).slug.clone(), press.server_key(id)))
        .collect();
    let others = [(ENGINE.into(), *press.engine_key()), (INDEX.into(), press.index_key())];
    of_servers.into_iter().chain(others).collect()
}

fn write_all(
    press: &Press,
    staging: &Staging,
    keys: &BTreeMap<Box<str>, Hash>,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Vec<Written>, BuildError> {
    let is_same =
        |part: &str| staging.before().is_some_and(|before| before.keys.get(part) == keys.get(part));
    let index = write_index(press, staging, is_same(INDEX))?;
    let common = press.site.common_routes().into_par_iter().map(|route| {
        let mut made = Made::default();
        made.add(press, staging, &route, press.artifact(&route))?;
        progress(1);
        Ok(made)
    });
    let servers: Vec<_> = press.site.servers().collect();
    let of_servers = servers.into_par_iter().map(|id| {
        if is_same(&press.site.server(id).slug)
            && let Some(written) = kept(press, staging, id)
        {
            progress(written.len());
            return Ok(Made { written, faults: Report::new() });
        }
        let mut made = Made::default();
        press.server_artifacts(id, |route, bytes| made.add(press, staging, route, bytes))?;
        progress(made.written.len());
        Ok(made)
    });
    let mut made = common
        .chain(of_servers)
        .try_reduce(Made::default, |one, other| Ok::<Made, BuildError>(one.merge(other)))?;
    if made.faults.has_errors() {
        return Err(BuildError::Faults(made.faults));
    }
    made.written.extend(index);
    Ok(made.written)
}

/// The files of a server as they stand there. `None`: one of them is missing.
fn kept(press: &Press, staging: &Staging, id: ServerId) -> Option<Vec<Written>> {
    let routes = press.site.server_routes(id);
    routes.iter().map(|route| staging.keep(&press.site.file(route))).collect()
}

/// The files of the search index: those that stand there if it is the same.
fn write_index(
    press: &Press,
    staging: &Staging,
    is_same: bool,
) -> Result<Vec<Written>, BuildError> {
    let before = staging.before().filter(|_| is_same);
    let paths = before.into_iter().flat_map(|before| before.files.keys());
    let standing: Vec<Written> = paths
        .filter(|path| Press::is_index_path(path))
        .filter_map(|path| staging.keep(path))
        .collect();
    if !standing.is_empty() {
        return Ok(standing);
    }
    let files = press.index()?.par_iter();
    Ok(files.map(|file| staging.write(&file.path, &file.bytes)).collect::<Result<_, _>>()?)
}
