//! Owns how a build makes the search index: of what stands there it takes over all of which nothing
//! changed, and of the rest it needs the texts of the servers.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::{BuildError, INDEX};
use crate::compose::{Indexing, Press};
use crate::digest::Hash;
use crate::output::{Keys, OutputError, Staging, Written};
use crate::search::{self, Former, IndexFile};
use crate::site::{ServerId, Share};

/// A search index in the making.
pub(super) enum Work<'press> {
    /// That which stands there is the same.
    Same(Vec<Written>),
    /// It takes up the texts of servers.
    Made(Box<Indexing<'press>>),
}

impl<'press> Work<'press> {
    /// Looks at what stands there, and adds the keys of the tool files to those of the site.
    pub(super) fn begin(press: &'press Press, staging: &Staging, keys: &mut Keys) -> Work<'press> {
        if let Some(same) = same(staging, keys) {
            return Work::Same(same);
        }
        let mut indexing = press.indexing();
        let files = indexing.keys();
        let is_kept = |number: u16, key: &Hash| {
            let before = staging.before().and_then(|before| before.keys.get(&*name(number)));
            before == Some(key) && staging.keep(&search::tool_file_path(number)).is_some()
        };
        let kept: BTreeSet<u16> = files
            .iter()
            .filter(|(number, key)| is_kept(**number, key))
            .map(|(number, _)| *number)
            .collect();
        let paths = staging.before().into_iter().flat_map(|before| before.files.paths());
        let read = |path: &str| staging.read(path);
        if !kept.is_empty()
            && let Some(former) = Former::read(paths, kept, read)
        {
            indexing.keep(former);
        }
        keys.extend(files.into_iter().map(|(number, key)| (name(number), key)));
        Work::Made(Box::new(indexing))
    }

    /// What takes up the texts of servers, if they are needed.
    pub(super) fn indexing(&self) -> Option<&Indexing<'press>> {
        match self {
            Work::Same(_) => None,
            Work::Made(indexing) => Some(indexing),
        }
    }

    /// Adds the servers whose pages are in the shares of others, and writes the files that they
    /// complete.
    pub(super) fn add_others(
        &self,
        press: &Press,
        share: &Share,
        staging: &Staging,
    ) -> Result<Vec<Written>, BuildError> {
        let Some(indexing) = self.indexing() else { return Ok(Vec::new()) };
        let others: Vec<ServerId> = press.site.servers().filter(|id| !share.has(*id)).collect();
        let add = |id: ServerId| write(&press.add_to_index(id, indexing)?, staging);
        let written: Vec<Vec<Written>> =
            others.into_par_iter().map(add).collect::<Result<_, BuildError>>()?;
        Ok(written.into_iter().flatten().collect())
    }

    /// Writes the files that are left, after all servers were added.
    pub(super) fn finish(self, staging: &Staging) -> Result<Vec<Written>, OutputError> {
        let files = match self {
            Work::Same(written) => return Ok(written),
            Work::Made(indexing) => {
                indexing.finish(|file| staging.write(&file.path, &file.bytes))?
            }
        };
        let mut written = files.made;
        // All of them were there when the index was begun.
        written.extend(files.kept.iter().filter_map(|path| staging.keep(path)));
        Ok(written)
    }
}

/// Writes files of the index.
pub(super) fn write(files: &[IndexFile], staging: &Staging) -> Result<Vec<Written>, BuildError> {
    files.iter().map(|file| Ok(staging.write(&file.path, &file.bytes)?)).collect()
}

/// The files of the index that stands there, if it is the same, and their keys.
fn same(staging: &Staging, keys: &mut Keys) -> Option<Vec<Written>> {
    let before = staging.before().filter(|before| before.keys.get(INDEX) == keys.get(INDEX))?;
    let paths = before.files.paths().filter(|path| Press::is_index_path(path));
    let written: Vec<Written> = paths.filter_map(|path| staging.keep(path)).collect();
    if written.is_empty() {
        return None;
    }
    let files = before.keys.iter().filter(|(key, _)| key.starts_with(FILE));
    keys.extend(files.map(|(key, hash)| (key.clone(), *hash)));
    Some(written)
}

/// How the names of the keys of tool files begin. No slug has a space.
const FILE: &str = "search file ";

fn name(number: u16) -> Box<str> {
    format!("{FILE}{number:04x}").into()
}
