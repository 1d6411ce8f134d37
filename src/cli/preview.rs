//! Owns the command `serve`: what the preview says on the terminal while it runs.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use serde_json::json;

use super::args::ServeArguments;
use super::terminal::{Terminal, seconds, tally};
use super::{Exit, overrides_of, root_of};
use crate::diag::Report;
use crate::serve::{self, Event, Options, ServeError};
use crate::text;

pub(super) fn serve(arguments: ServeArguments) -> Result<(), Exit> {
    let terminal = Terminal::of(&arguments.common);
    let root = root_of(&arguments.common, terminal)?;
    let reporter = Reporter {
        terminal,
        open: arguments.open,
        begun: Mutex::new(Instant::now()),
        address: Mutex::new(None),
    };
    let options = Options {
        root,
        overrides: overrides_of(&arguments.common),
        host: arguments.host,
        port: arguments.port,
        names: arguments.allow_host,
        poll: arguments.poll,
        threads: arguments.common.jobs.map_or(0, std::num::NonZeroUsize::get),
    };
    let listener: Arc<serve::Listener> = Arc::new(move |event: Event<'_>| reporter.hear(event));
    let ended = serve::serve(options, &listener).map_err(|error| match error {
        ServeError::Taken(_) => Exit::Usage.saying(terminal, &error),
        ServeError::System { .. } => Exit::Disk.saying(terminal, &error),
    })?;
    Err(ended.into())
}

/// Tells what happens to the preview.
struct Reporter {
    terminal: Terminal,
    open: bool,
    /// When the newest work began.
    begun: Mutex<Instant>,
    /// The address, until the site is planned and the address can be shown with its path.
    address: Mutex<Option<SocketAddr>>,
}

impl Reporter {
    fn hear(&self, event: Event<'_>) {
        let terminal = self.terminal;
        match event {
            Event::Listening(address) => {
                *self.address.lock().unwrap_or_else(PoisonError::into_inner) = Some(address);
                self.say_address(address);
            }
            Event::Changed => {
                *self.begun.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
            }
            Event::Planned(site) => {
                let servers = text::count(site.servers().count(), "server");
                let tools = text::count(site.tool_count(), "tool");
                terminal.close(&format!("planned {servers}, {tools}, in {}", self.elapsed()));
                self.begin(&site.config.base_path);
            }
            Event::Faults(report) => {
                terminal.print_faults(report);
                let address = self.address.lock().unwrap_or_else(PoisonError::into_inner);
                let shown = match *address {
                    Some(_) => "there is no site to show yet",
                    None => "the last good state is shown",
                };
                terminal.close(&format!("{}: {shown}", tally(report)));
            }
            Event::PageFault(report) => {
                terminal.print_faults(report);
                terminal.close(&format!("{}: the page shows it", tally(report)));
            }
            Event::Unwatched(problem) => Terminal::warn(&problem),
        }
    }

    fn elapsed(&self) -> String {
        seconds(self.begun.lock().unwrap_or_else(PoisonError::into_inner).elapsed())
    }

    fn say_address(&self, address: SocketAddr) {
        let url = url(address);
        let result = json!({"url": url, "host": address.ip(), "port": address.port()});
        self.terminal.report(&Report::new(), &result);
        self.terminal.close(&format!("listening on {url}"));
        if !address.ip().to_canonical().is_loopback() {
            Terminal::warn(
                "everybody who can reach this machine over the network can read the site; \
                 without `--host` only this machine can",
            );
        }
    }

    /// Says once where the site is, and opens the browser.
    fn begin(&self, base_path: &str) {
        let address = self.address.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(address) = address else { return };
        let url = format!("{}{base_path}/", url(address));
        self.terminal.close(&format!("the site is at {url} (Ctrl-C ends)"));
        if self.open
            && let Err(error) = open::that_detached(&url)
        {
            Terminal::warn(&format!("the browser cannot be opened: {error}"));
        }
    }
}

/// An address as a browser takes it, without a slash at the end. Of a machine with many addresses
/// the nearest is named.
fn url(address: SocketAddr) -> String {
    let host = match address.ip() {
        ip if ip.is_unspecified() => "localhost".to_owned(),
        std::net::IpAddr::V6(ip) => format!("[{ip}]"),
        std::net::IpAddr::V4(ip) => ip.to_string(),
    };
    format!("http://{host}:{}", address.port())
}
