//! Owns the site that is shown now: the faults that keep the newest state from being shown, and the
//! last good bytes of the pages that were.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hyper::StatusCode;
use tokio::sync::watch;

use super::address::{self, Found};
use super::answer::Answer;
use super::live;
use super::planner::{LONGEST_WAIT, Planner};
use super::request::Wish;
use super::{Event, Listener, Options};
use crate::compose::Press;
use crate::diag::{Code, Diagnostic, Place, Report};
use crate::site::{Ledger, Route};

/// Pages whose last good bytes are kept, and files that they ask for.
const MOST_KEPT: usize = 128;
/// How long a request waits for a site that is being planned again.
const PATIENCE: Duration = Duration::from_secs(LONGEST_WAIT.as_secs() + 2);
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
    pages: Arc<Mutex<Kept>>,
    assets: Arc<Mutex<Kept>>,
    told: Arc<Mutex<Told>>,
    listener: Arc<Listener>,
    /// Tells this run from others, whose versions mean nothing here.
    run: u64,
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

/// The last good bytes of pages, or of files that they ask for, the latest last.
#[derive(Debug, Default)]
struct Kept {
    files: HashMap<String, Vec<u8>>,
    order: VecDeque<String>,
}

impl Kept {
    fn keep(&mut self, path: &str, bytes: &[u8]) {
        if self.files.insert(path.to_owned(), bytes.to_vec()).is_some() {
            self.order.retain(|kept| kept != path);
        }
        self.order.push_back(path.to_owned());
        if self.order.len() > MOST_KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.files.remove(&oldest);
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
        let (pages, assets, told) = (Arc::default(), Arc::default(), Arc::default());
        // The first process of a container has the same number each time.
        let run = RandomState::new().build_hasher().finish();
        Ok(Desk { states, pages, assets, told, listener, run })
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
            let fault = match self.answer_in(&state, wish).await {
                Ok(answer) => return answer,
                Err(fault) => fault,
            };
            match self.news_of(&state, &fault).await {
                Some(next) => state = next,
                None => return self.bad(&state, *fault, wish),
            }
        }
        let last = self.answer_in(&state, wish).await;
        last.unwrap_or_else(|fault| self.bad(&state, *fault, wish))
    }

    /// The state after the one in which a page could not be made: its record may have changed a
    /// moment ago, and its news be on the way.
    async fn news_of(&self, state: &State, fault: &Diagnostic) -> Option<State> {
        if fault.code != Code::UnreadableFile || !state.faults.is_empty() {
            return None;
        }
        tokio::time::timeout(PATIENCE, self.after(state.version)).await.ok()
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
                // The last good page of a site is shown with the style sheet that it had.
                if !state.faults.is_empty()
                    && let Some(asset) = kept(&self.assets, &wish.path)
                {
                    return Ok(Answer::file(StatusCode::OK, &wish.path, asset));
                }
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
            if name.starts_with("assets/") {
                keep(&self.assets, &wish.path, &bytes);
            }
            return Ok(Answer::file(StatusCode::OK, &name, bytes));
        }
        let page = self.with_script(bytes, state.version);
        if is_kept {
            keep(&self.pages, &wish.path, &page);
        }
        Ok(Answer::file(StatusCode::OK, &name, page))
    }

    /// The last good bytes of the page, or else a page with the faults alone. In both the script
    /// shows the faults.
    fn bad(&self, state: &State, fault: Diagnostic, wish: &Wish) -> Answer {
        // A record that is newer than the last good state is shown once the faults are mended.
        let is_told = fault.code == Code::UnreadableFile && !state.faults.is_empty();
        if !is_told {
            self.tell(state, &fault);
        }
        if let Some(page) = kept(&self.pages, &wish.path) {
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

    /// The faults that a reader of a page should see in a state, or the state after it.
    pub(super) async fn faults_of(&self, state: &State, path: &str) -> Result<Arc<Report>, State> {
        let (true, Some(press)) = (state.faults.is_empty(), state.press.clone()) else {
            return Ok(state.faults.clone());
        };
        let route = match address::find(&press, path) {
            Found::Route(route) => route,
            _ => Route::NotFound,
        };
        let mut report = Report::new();
        if let Err(fault) = render(press, route).await {
            if let Some(next) = self.news_of(state, &fault).await {
                return Err(next);
            }
            self.tell(state, &fault);
            report.push(*fault);
        }
        Ok(Arc::new(report))
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

fn keep(last: &Mutex<Kept>, path: &str, bytes: &[u8]) {
    if let Ok(mut last) = last.lock() {
        last.keep(path, bytes);
    }
}

fn kept(last: &Mutex<Kept>, path: &str) -> Option<Vec<u8>> {
    last.lock().ok()?.files.get(path).cloned()
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
        assert_eq!((kept.files.len(), kept.order.len()), (MOST_KEPT, MOST_KEPT));
        assert_eq!(kept.files.get("/0/").map(Vec::as_slice), Some(&b"newer page"[..]));
        assert!(!kept.files.contains_key("/1/"));
    }
}
