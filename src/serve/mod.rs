//! Owns the preview: a web server on this machine that answers with the bytes that a build would
//! write, made when they are asked for, and that tells open pages when the site has changed.
//! Addresses are looked up in the plan and never become paths.

mod address;
mod answer;
mod connections;
mod desk;
mod headers;
mod live;
mod planner;
mod request;
mod watch;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;

use crate::config::Overrides;
use crate::diag::Report;
use crate::site::Site;
use desk::Desk;

pub use address::{Found, decoded, find};

/// What to serve, and to whom.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder of the site.
    pub root: PathBuf,
    /// What the command line says instead of site.toml.
    pub overrides: Overrides,
    /// The address that is listened on.
    pub host: IpAddr,
    /// The port; 0 takes a free one.
    pub port: u16,
    /// Further names under which the preview is asked for, without a port.
    pub names: Vec<String>,
    /// Whether files are looked at in intervals instead of waiting for the system's word.
    pub poll: bool,
    /// How many threads plan the site; 0: one for each processor.
    pub threads: usize,
}

/// What happens while the preview runs.
#[derive(Debug)]
pub enum Event<'event> {
    /// It listens.
    Listening(SocketAddr),
    /// The site is planned, for the first time or again.
    Planned(&'event Site),
    /// Something changed and is read now.
    Changed,
    /// The site cannot be planned.
    Faults(&'event Report),
    /// A page that was asked for cannot be made.
    PageFault(&'event Report),
    /// Changes of some files go unseen.
    Unwatched(String),
}

/// Why there is no preview.
#[derive(Debug)]
pub enum ServeError {
    /// The port is in use.
    Taken(SocketAddr),
    /// The system said no to something else.
    System {
        /// What was tried.
        action: String,
        /// Why not.
        cause: std::io::Error,
    },
}

impl std::fmt::Display for ServeError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ServeError::Taken(address) => write!(
                formatter,
                "port {} of {} is in use; choose another with `--port`, or `--port 0` for a free one",
                address.port(),
                address.ip()
            ),
            ServeError::System { action, cause } => write!(formatter, "cannot {action}: {cause}"),
        }
    }
}

impl std::error::Error for ServeError {}

/// The signal that ended the preview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Ctrl-C.
    Interrupted,
    /// The system asked for the end.
    Terminated,
}

/// What is told of each event. It is called from several threads.
pub type Listener = dyn Fn(Event<'_>) + Send + Sync;

/// Serves until a signal ends it.
///
/// # Errors
/// The address cannot be listened on, or the system has no threads.
pub fn serve(options: Options, listener: &Arc<Listener>) -> Result<Ended, ServeError> {
    let system = |action: &str| {
        let action = action.to_owned();
        move |cause| ServeError::System { action, cause }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(system("start the threads"))?;
    let ended = runtime.block_on(async {
        let address = SocketAddr::new(options.host, options.port);
        let socket = TcpListener::bind(address).await.map_err(|cause| match cause.kind() {
            std::io::ErrorKind::AddrInUse => ServeError::Taken(address),
            _ => ServeError::System { action: format!("listen on {address}"), cause },
        })?;
        let address = socket.local_addr().map_err(system("ask for the port"))?;
        let names = options.names.clone();
        listener(Event::Listening(address));
        let desk = Desk::open(options, listener.clone()).map_err(system("start the threads"))?;
        let door = Arc::new(request::Door { desk, names, port: address.port() });
        tokio::select! {
            () = connections::accept(socket, door) => Ok(Ended::Terminated),
            ended = signalled() => ended.map_err(system("listen for signals")),
        }
    });
    // A page that is being made, or an index, must not hold the end up.
    runtime.shutdown_timeout(Duration::from_millis(100));
    ended
}

/// Waits for a signal that asks for the end.
///
/// # Errors
/// The system does not tell of signals.
pub fn signal() -> std::io::Result<Ended> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(signalled())
}

#[cfg(unix)]
async fn signalled() -> std::io::Result<Ended> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    // The loss of its terminal ends a process by itself, unless it was started to outlive that
    // (`nohup`). The first one of a container has to listen.
    let is_first = std::process::id() == 1;
    let mut hang_up = is_first.then(|| signal(SignalKind::hangup())).transpose()?;
    let lost = async {
        match &mut hang_up {
            Some(hang_up) => drop(hang_up.recv().await),
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = interrupt.recv() => Ok(Ended::Interrupted),
        _ = terminate.recv() => Ok(Ended::Terminated),
        () = lost => Ok(Ended::Terminated),
    }
}

#[cfg(not(unix))]
async fn signalled() -> std::io::Result<Ended> {
    tokio::signal::ctrl_c().await.map(|()| Ended::Interrupted)
}
