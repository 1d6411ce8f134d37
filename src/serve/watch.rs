//! Owns watching the input: what the system says of changed files becomes one word, whether the
//! catalogue is among them. The output is never watched.

use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::time::Duration;

use notify::{EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};

use crate::disk::{self, Kind};
use crate::overlay;

/// How often files are looked at where the system does not tell.
const INTERVAL: Duration = Duration::from_millis(700);
/// What belongs to a site beside its catalogue.
const SETTINGS: &str = "site.toml";
const FOLDERS: &[&str] = &["content", "templates", "static"];

/// Something changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Change {
    /// Records may be among it.
    pub catalogue: bool,
    /// Settings, texts, templates or static files may be.
    pub others: bool,
    /// A folder that is watched may have come or gone, and its watch with it.
    pub folders: bool,
}

impl Change {
    /// Nobody knows what changed.
    const ANYTHING: Change = Change { catalogue: true, others: true, folders: true };

    /// Both changes as one.
    pub(super) fn and(self, other: Change) -> Change {
        Change {
            catalogue: self.catalogue || other.catalogue,
            others: self.others || other.others,
            folders: self.folders || other.folders,
        }
    }
}

/// Watches a site.
pub(super) struct Watch {
    root: PathBuf,
    poll: bool,
    sender: Sender<Change>,
    followed: Vec<(PathBuf, RecursiveMode)>,
    catalogue: Vec<PathBuf>,
    watcher: Option<Box<dyn Watcher + Send>>,
}

impl Watch {
    pub(super) fn new(root: &Path, poll: bool, sender: Sender<Change>) -> Watch {
        Watch {
            root: resolved(root),
            poll,
            sender,
            followed: Vec::new(),
            catalogue: Vec::new(),
            watcher: None,
        }
    }

    /// Watches a site whose records are at these paths, unless it does so already; after a change of
    /// the watched folders themselves it begins `anew`. Answers what cannot be watched, or nothing
    /// if it goes on as before.
    pub(super) fn follow(&mut self, catalogue: &[PathBuf], anew: bool) -> Option<Vec<String>> {
        let catalogue: Vec<PathBuf> = catalogue.iter().map(|path| resolved(path)).collect();
        let wanted = self.wanted(&catalogue);
        // Records in a folder of the site are watched before anybody knows them as such.
        let is_same = wanted == self.followed && catalogue == self.catalogue;
        if self.watcher.is_some() && !anew && is_same {
            return None;
        }
        self.catalogue = catalogue;
        self.followed = wanted;
        let mut problems = Vec::new();
        // The old one goes first: two would tell everything twice.
        self.watcher = None;
        match self.watcher() {
            Ok(mut watcher) => {
                for (path, mode) in &self.followed {
                    if let Err(error) = watcher.watch(path, *mode) {
                        problems.push(problem(path, &error));
                    }
                }
                self.watcher = Some(watcher);
            }
            Err(error) => problems.push(problem(&self.root, &error)),
        }
        Some(problems)
    }

    /// What to watch: folders, because a file that is replaced is another file afterwards.
    fn wanted(&self, catalogue: &[PathBuf]) -> Vec<(PathBuf, RecursiveMode)> {
        let mut wanted = vec![(self.root.clone(), RecursiveMode::NonRecursive)];
        let own = FOLDERS.iter().map(|name| self.root.join(name));
        for path in own.chain(catalogue.iter().cloned()) {
            let inside = |(other, mode): &(PathBuf, RecursiveMode)| {
                *mode == RecursiveMode::Recursive && path.starts_with(other)
            };
            if wanted.iter().any(inside) {
                continue;
            }
            if is_folder(&path) {
                wanted.push((path, RecursiveMode::Recursive));
            } else if let Some(above) = path.ancestors().skip(1).find(|above| is_folder(above)) {
                // There it will be seen when the way to it comes to be.
                let above = (above.to_owned(), RecursiveMode::NonRecursive);
                if !wanted.contains(&above) {
                    wanted.push(above);
                }
            }
        }
        wanted
    }

    fn watcher(&self) -> notify::Result<Box<dyn Watcher + Send>> {
        let (root, catalogue) = (self.root.clone(), self.catalogue.clone());
        let sender = self.sender.clone();
        let handler = move |event: notify::Result<notify::Event>| {
            let change = match event {
                Ok(event) => change(&event, &root, &catalogue),
                // What was missed can have been anything.
                Err(_) => Change::ANYTHING,
            };
            if change != Change::default() {
                // Without a receiver the preview is ending.
                let _ = sender.send(change);
            }
        };
        if self.poll {
            // Times of files are compared by seconds, in which a file can be saved twice.
            let config =
                notify::Config::default().with_poll_interval(INTERVAL).with_compare_contents(true);
            return Ok(Box::new(PollWatcher::new(handler, config)?));
        }
        Ok(Box::new(RecommendedWatcher::new(handler, notify::Config::default())?))
    }
}

/// What an event means for the site.
fn change(event: &notify::Event, root: &Path, catalogue: &[PathBuf]) -> Change {
    if event.need_rescan() {
        return Change::ANYTHING;
    }
    if matches!(event.kind, EventKind::Access(_)) {
        return Change::default();
    }
    let changes = event.paths.iter().map(|path| change_of(path, root, catalogue));
    changes.fold(Change::default(), Change::and)
}

fn change_of(path: &Path, root: &Path, catalogue: &[PathBuf]) -> Change {
    let is_folder = FOLDERS.iter().any(|own| path == root.join(own))
        || catalogue.iter().any(|place| {
            place.starts_with(path)
                // A file of records that is written is no folder that comes or goes.
                && (place != path || !matches!(disk::kind(path), Ok(Kind::File)))
        });
    if is_folder {
        return Change::ANYTHING;
    }
    let is_read = |inside: &Path| !disk::is_hidden(inside);
    let is_record = catalogue.iter().any(|place| path.strip_prefix(place).is_ok_and(is_read));
    let is_in_layer = |own: &&str| path.strip_prefix(root.join(own)).is_ok_and(overlay::is_part);
    let is_own = path == root.join(SETTINGS) || FOLDERS.iter().any(is_in_layer);
    Change { catalogue: is_record, others: is_own && !is_record, folders: false }
}

/// Whether a folder is there to watch. One that cannot be looked at cannot be watched.
fn is_folder(path: &Path) -> bool {
    disk::is_folder(path).unwrap_or(false)
}

/// The path as the system names it in its events.
fn resolved(path: &Path) -> PathBuf {
    match disk::resolve(path) {
        Ok(path) => path,
        Err(_) => match (path.parent(), path.file_name()) {
            (Some(parent), Some(name)) if !parent.as_os_str().is_empty() => {
                resolved(parent).join(name)
            }
            (_, Some(name)) => disk::resolve(Path::new(".")).unwrap_or_default().join(name),
            _ => path.to_owned(),
        },
    }
}

fn problem(path: &Path, error: &notify::Error) -> String {
    let path = crate::text::visible(&path.to_string_lossy());
    let what = match error.kind {
        notify::ErrorKind::MaxFilesWatch => "the system allows no more watches".to_owned(),
        notify::ErrorKind::PathNotFound => "it does not exist".to_owned(),
        _ => error.to_string(),
    };
    format!("changes of `{path}` are not seen: {what}; `--poll` looks at the files instead")
}

#[cfg(test)]
mod tests {
    use notify::event::{AccessKind, Flag};

    use super::*;

    #[test]
    fn what_the_system_has_not_told_can_have_been_anything() {
        let of = |event: notify::Event| change(&event, Path::new("/site"), &[]);
        assert_eq!(of(notify::Event::new(EventKind::Other)), Change::default());
        let missed = notify::Event::new(EventKind::Other).set_flag(Flag::Rescan);
        assert_eq!(of(missed), Change::ANYTHING);
        let settings = notify::Event::new(EventKind::Any).add_path("/site/site.toml".into());
        assert_eq!(of(settings), Change { others: true, ..Change::default() });
        let read = EventKind::Access(AccessKind::Read);
        let read = notify::Event::new(read).add_path("/site/site.toml".into());
        assert_eq!(of(read), Change::default());
    }
}
