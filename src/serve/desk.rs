//! Owns the site that is shown now: the thread that plans it again after each change, the faults
//! that keep the newest state from being shown, and the last good bytes of the pages that were.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hyper::StatusCode;
use tokio::sync::watch;

use super::address::{self, Found};
use super::answer::Answer;
use super::live;
use super::request::Wish;
use super::watch::{Change, Watch};
use super::{Event, Listener, Options};
use crate::compose::{self, Press};
use crate::config::{self, Overrides};
use crate::diag::{Code, Diagnostic, Place, Report};
use crate::site::{Ledger, Route};

/// Pages whose last good bytes are kept.
const MOST_KEPT: usize = 128;
/// How long a request waits for a site that is being planned again.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often it is tried to answer a request, while records are saved one upon the other.
const MOST_TRIES: usize = 4;

/// The site at one moment.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// Grows with each change.
    pub version: u64,
    /// The newest site that could be planned.
    pub press: Option<Arc<Press>>,
    /// Why what is there now cannot be planned; empty if it could.
    pub faults: Arc<Report>,
}

/// What knows the site.
#[derive(Clone)]
pub(super) struct Desk {
    states: watch::Receiver<Option<State>>,
    kept: Arc<Mutex<Kept>>,
    told: Arc<Mutex<Told>>,
    listener: Arc<Listener>,
    /// Tells this run from others, whose versions mean nothing here.
    run: u32,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Desk").field("run", &self.run).finish_non_exhaustive()
    }
}

/// The faults of pages in a state that somebody was told of. A page that stays open asks often.
#[derive(Debug, Default)]
struct Told {
    version: u64,
    faults: Report,
}

/// The last good bytes of pages, the latest last.
#[derive(Debug, Default)]
struct Kept {
    pages: HashMap<String, Vec<u8>>,
    order: VecDeque<String>,
}

impl Kept {
    fn keep(&mut self, path: &str, bytes: &[u8]) {
        if self.pages.insert(path.to_owned(), bytes.to_vec()).is_some() {
            self.order.retain(|kept| kept != path);
        }
        self.order.push_back(path.to_owned());
        if self.order.len() > MOST_KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.pages.remove(&oldest);
        }
    }
}

impl Desk {
    /// Starts planning, and watching.
    pub(super) fn open(options: Options, listener: Arc<Listener>) -> std::io::Result<Desk> {
        let (sender, states) = watch::channel(None);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(options.threads)
            .build()
            .map_err(std::io::Error::other)?;
        let planner = Planner {
            root: options.root,
            overrides: options.overrides,
            poll: options.poll,
            ledger: Ledger::default(),
            state: State { version: 0, press: None, faults: Arc::new(Report::new()) },
            sender,
            listener: Arc::clone(&listener),
        };
        std::thread::Builder::new()
            .name("planner".to_owned())
            .spawn(move || pool.install(|| planner.run()))?;
        let (kept, told) = (Arc::default(), Arc::default());
        Ok(Desk { states, kept, told, listener, run: std::process::id() })
    }

    /// The site that is shown, if there is one yet.
    pub(super) fn press(&self) -> Option<Arc<Press>> {
        self.states.borrow().as_ref()?.press.clone()
    }

    /// The state as soon as there is one.
    pub(super) async fn state(&self) -> State {
        let mut states = self.states.clone();
        let found = states.wait_for(Option::is_some).await.ok().and_then(|state| state.clone());
        found.unwrap_or_else(|| State { version: 0, press: None, faults: Arc::new(Report::new()) })
    }

    /// The state after the one of a version. It does not come back when there will be none.
    pub(super) async fn after(&self, version: u64) -> State {
        let mut states = self.states.clone();
        let is_later = |state: &Option<State>| state.as_ref().is_some_and(|s| s.version > version);
        match states.wait_for(is_later).await.ok().and_then(|state| state.clone()) {
            Some(state) => state,
            None => std::future::pending().await,
        }
    }

    /// Answers a request for something of the site.
    pub(super) async fn answer(&self, wish: &Wish) -> Answer {
        let mut state = self.state().await;
        for _ in 1..MOST_TRIES {
            match self.answer_in(&state, wish).await {
                Ok(answer) => return answer,
                // The record may have changed a moment ago, and its news be on the way.
                Err(fault) if fault.code == Code::UnreadableFile && state.faults.is_empty() => {
                    let next = tokio::time::timeout(PATIENCE, self.after(state.version)).await;
                    let Ok(next) = next else { break };
                    state = next;
                }
                Err(fault) => return self.bad(&state, *fault, wish),
            }
        }
        let last = self.answer_in(&state, wish).await;
        last.unwrap_or_else(|fault| self.bad(&state, *fault, wish))
    }

    async fn answer_in(&self, state: &State, wish: &Wish) -> Result<Answer, Box<Diagnostic>> {
        let Some(press) = state.press.clone() else {
            return Ok(self.fault_page(state, &state.faults));
        };
        match address::find(&press, &wish.path) {
            Found::Elsewhere(href) => Ok(Answer::elsewhere(&href, &wish.query)),
            Found::Index(path) => index_file(press, path).await,
            Found::Route(route) => self.route(state, press, route, wish).await,
            Found::Nothing => {
                let page = self.route(state, press, Route::NotFound, wish).await?;
                Ok(page.with_status(StatusCode::NOT_FOUND))
            }
        }
    }

    async fn route(
        &self,
        state: &State,
        press: Arc<Press>,
        route: Route,
        wish: &Wish,
    ) -> Result<Answer, Box<Diagnostic>> {
        let name = press.site.file(&route);
        let is_html = route.is_html();
        // Of addresses that are missing there is no end.
        let is_kept = route.is_page();
        let bytes = render(press, route).await?;
        if !is_html {
            return Ok(Answer::file(StatusCode::OK, &name, bytes));
        }
        let page = self.with_script(bytes, state.version);
        if is_kept && let Ok(mut kept) = self.kept.lock() {
            kept.keep(&wish.path, &page);
        }
        Ok(Answer::file(StatusCode::OK, &name, page))
    }

    /// The last good bytes of the page, or else a page with the faults alone. In both the script
    /// shows the faults.
    fn bad(&self, state: &State, fault: Diagnostic, wish: &Wish) -> Answer {
        // Of a record with a fault the page cannot be made, which the fault says already.
        let is_of_it = |known: &Diagnostic| known.place.file == fault.place.file;
        let is_told = fault.code == Code::UnreadableFile && state.faults.iter().any(is_of_it);
        if !is_told {
            self.tell(state, &fault);
        }
        let kept = self.kept.lock().ok().and_then(|kept| kept.pages.get(&wish.path).cloned());
        if let Some(page) = kept {
            return Answer::file(StatusCode::INTERNAL_SERVER_ERROR, "page.html", page);
        }
        let mut report = (*state.faults).clone();
        if !is_told {
            report.push(fault);
        }
        self.fault_page(state, &report)
    }

    fn fault_page(&self, state: &State, report: &Report) -> Answer {
        let page =
            self.with_script(live::fault_page(report, &self.base()).into_bytes(), state.version);
        Answer::file(StatusCode::INTERNAL_SERVER_ERROR, "page.html", page)
    }

    fn with_script(&self, page: Vec<u8>, version: u64) -> Vec<u8> {
        live::with_script(page, &self.base(), &self.version(version))
    }

    /// How a page knows which state it shows.
    pub(super) fn version(&self, version: u64) -> String {
        format!("{}-{version}", self.run)
    }

    /// The path of the site below the host, without a slash at the end.
    pub(super) fn base(&self) -> String {
        self.press().map(|press| press.site.config.base_path.clone()).unwrap_or_default()
    }

    /// The faults that a reader of a page should see in a state.
    pub(super) async fn faults_of(&self, state: &State, path: &str) -> Arc<Report> {
        let (true, Some(press)) = (state.faults.is_empty(), state.press.clone()) else {
            return state.faults.clone();
        };
        let route = match address::find(&press, path) {
            Found::Route(route) => route,
            _ => Route::NotFound,
        };
        let mut report = Report::new();
        if let Err(fault) = render(press, route).await {
            self.tell(state, &fault);
            report.push(*fault);
        }
        Arc::new(report)
    }

    /// Tells the fault of a page once in each state.
    fn tell(&self, state: &State, fault: &Diagnostic) {
        let Ok(mut told) = self.told.lock() else { return };
        if told.version != state.version {
            *told = Told { version: state.version, faults: Report::new() };
        }
        let count = told.faults.count();
        told.faults.push(fault.clone());
        if told.faults.count() > count {
            let mut report = Report::new();
            report.push(fault.clone());
            (self.listener)(Event::PageFault(&report));
        }
    }
}

/// Makes a page where waiting for a disk holds nobody up.
async fn render(press: Arc<Press>, route: Route) -> Result<Vec<u8>, Box<Diagnostic>> {
    let made = tokio::task::spawn_blocking(move || press.artifact(&route)).await;
    made.unwrap_or_else(|_| Err(Box::new(stopped())))
}

async fn index_file(press: Arc<Press>, path: String) -> Result<Answer, Box<Diagnostic>> {
    let found = tokio::task::spawn_blocking(move || {
        let file = press.index()?.iter().find(|file| file.path == path);
        Ok(match file {
            Some(file) => Answer::file(StatusCode::OK, &file.path, file.bytes.clone()),
            None => Answer::text(StatusCode::NOT_FOUND, "there is no such file\n".to_owned()),
        })
    });
    found.await.unwrap_or_else(|_| Err(Box::new(stopped())))
}

fn stopped() -> Diagnostic {
    let place = Place::start("policypress");
    let hint = "report it to the authors of policypress with the record and the templates";
    let message = "making the page ended with a fault of the program itself";
    Diagnostic::error(Code::TemplateRendering, place, message, hint)
}

/// The thread that plans.
struct Planner {
    root: PathBuf,
    overrides: Overrides,
    poll: bool,
    ledger: Ledger,
    state: State,
    sender: watch::Sender<Option<State>>,
    listener: Arc<Listener>,
}

impl Planner {
    fn run(mut self) {
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
        let press = press.filter(|_| report.is_empty());
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
const LONGEST_WAIT: Duration = Duration::from_secs(5);

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
    fn the_pages_that_were_asked_for_last_are_kept() {
        let mut kept = Kept::default();
        for number in 0..MOST_KEPT {
            kept.keep(&format!("/{number}/"), b"page");
        }
        kept.keep("/0/", b"newer page");
        kept.keep("/more/", b"page");
        assert_eq!((kept.pages.len(), kept.order.len()), (MOST_KEPT, MOST_KEPT));
        assert_eq!(kept.pages.get("/0/").map(Vec::as_slice), Some(&b"newer page"[..]));
        assert!(!kept.pages.contains_key("/1/"));
    }

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
