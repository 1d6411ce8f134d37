//! Owns the thread that plans the site that is shown, and plans it again after each change.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::desk::State;
use super::watch::{Change, Watch};
use super::{Event, Listener};
use crate::compose;
use crate::config::{self, Overrides};
use crate::diag::Report;
use crate::site::Ledger;

/// The thread that plans.
pub(super) struct Planner {
    pub root: PathBuf,
    pub overrides: Overrides,
    pub poll: bool,
    pub ledger: Ledger,
    pub state: State,
    pub sender: watch::Sender<Option<State>>,
    pub listener: Arc<Listener>,
}

impl Planner {
    /// Plans, and plans again after each change, until nothing is watched any more.
    pub(super) fn run(mut self) {
        let (changes, received) = mpsc::channel();
        // Watching begins before reading, so that nothing falls between.
        let mut watch = Watch::new(&self.root, self.poll, changes);
        self.watch(&mut watch, false);
        self.plan();
        while let Some(change) = next_change(&received) {
            // A folder that came back must be watched before it is read.
            let is_new = self.watch(&mut watch, change.folders);
            if change.catalogue || is_new {
                self.ledger.look_again();
            }
            (self.listener)(Event::Changed);
            if change.others || self.catalogue_changed() {
                self.plan();
            }
        }
    }

    /// Watches what the site is made of now. Answers whether that is anything new: nobody saw what
    /// happened there before.
    fn watch(&self, watch: &mut Watch, anew: bool) -> bool {
        let problems = watch.follow(&self.catalogue(), anew);
        let is_new = problems.is_some();
        for problem in problems.into_iter().flatten() {
            (self.listener)(Event::Unwatched(problem));
        }
        is_new
    }

    /// Where the records are, by the newest settings that could be read.
    fn catalogue(&self) -> Vec<PathBuf> {
        let (config, _) = config::read(&self.root, self.overrides.clone());
        let shown = || Some(self.state.press.as_ref()?.site.config.catalogue.clone());
        config.map(|config| config.catalogue).or_else(shown).unwrap_or_default()
    }

    /// Whether the catalogue is another one than that of the state that is shown.
    fn catalogue_changed(&mut self) -> bool {
        let Some(press) = self.state.press.clone().filter(|_| self.state.faults.is_empty()) else {
            return true;
        };
        let catalogue = &press.site.config.catalogue;
        let now = self.ledger.inventory(catalogue, &mut Report::new());
        now.is_none_or(|now| !press.site.is_over(&now))
    }

    fn plan(&mut self) {
        let (config, mut report) = config::read(&self.root, self.overrides.clone());
        let press =
            config.and_then(|config| compose::prepare(config, &mut self.ledger, &mut report));
        self.state.version += 1;
        match press {
            Some(press) => {
                (self.listener)(Event::Planned(&press.site));
                self.state.press = Some(Arc::new(press));
            }
            None => (self.listener)(Event::Faults(&report)),
        }
        self.state.faults = Arc::new(report);
        // Without a receiver the preview is ending.
        let _ = self.sender.send(Some(self.state.clone()));
    }
}

/// Changes come in bursts: an editor writes a file in several steps, a checkout ten thousand.
const QUIET: Duration = Duration::from_millis(40);
const QUIET_AFTER_MANY: Duration = Duration::from_millis(400);
const MANY: usize = 100;
/// A file that never rests, such as a log, must not hide the other changes.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Waits for a change and for the quiet after it. `None`: nothing is watched any more.
fn next_change(received: &Receiver<Change>) -> Option<Change> {
    let mut all = received.recv().ok()?;
    #[expect(clippy::disallowed_methods, reason = "pages do not get to know it")]
    let first = Instant::now();
    for count in 1.. {
        if first.elapsed() > LONGEST_WAIT {
            break;
        }
        let quiet = if count < MANY { QUIET } else { QUIET_AFTER_MANY };
        match received.recv_timeout(quiet) {
            Ok(change) => all = all.and(change),
            Err(_) => break,
        }
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_that_come_one_upon_the_other_are_one() {
        let (sender, received) = mpsc::channel();
        for number in 0..10_000 {
            let others = number == 5_000;
            sender.send(Change { catalogue: true, others, folders: false }).unwrap();
        }
        let all = Change { catalogue: true, others: true, folders: false };
        assert_eq!(next_change(&received), Some(all));
        drop(sender);
        assert_eq!(next_change(&received), None, "something was left");
    }
}
