//! Owns the build: every route to a file, in parallel, server by server.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::compose::Press;
use crate::diag::{Diagnostic, Report};
use crate::output::{self, OutputError, Published, Staging, Written};
use crate::site::Route;

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
    let staging = Staging::open(&target.output)?;
    match write_all(press, &staging, progress) {
        Ok(written) => {
            let pages = press.site.page_count();
            let published = staging.publish(written)?;
            Ok(Summary { pages, published })
        }
        Err(error) => {
            staging.abandon()?;
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

fn write_all(
    press: &Press,
    staging: &Staging,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Vec<Written>, BuildError> {
    let index = press.index()?.par_iter().map(|file| {
        let written = vec![staging.write(&file.path, &file.bytes)?];
        Ok(Made { written, faults: Report::new() })
    });
    let common = press.site.common_routes().into_par_iter().map(|route| {
        let mut made = Made::default();
        made.add(press, staging, &route, press.artifact(&route))?;
        progress(1);
        Ok(made)
    });
    let servers: Vec<_> = press.site.servers().collect();
    let of_servers = servers.into_par_iter().map(|id| {
        let mut made = Made::default();
        press.server_artifacts(id, |route, bytes| made.add(press, staging, route, bytes))?;
        progress(made.written.len());
        Ok(made)
    });
    let made = index
        .chain(common)
        .chain(of_servers)
        .try_reduce(Made::default, |one, other| Ok::<Made, BuildError>(one.merge(other)))?;
    if made.faults.has_errors() {
        return Err(BuildError::Faults(made.faults));
    }
    Ok(made.written)
}
