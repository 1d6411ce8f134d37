//! Owns the connections: how many there are, how long one may take to say what it wants, and which
//! has to go when there are too many.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

use super::request::Door;

/// Connections at the same time.
const MOST_CONNECTIONS: usize = 256;
/// Bytes of a request before its body.
const LONGEST_HEAD: usize = 16 * 1024;
/// Headers of a request.
const MOST_HEADERS: usize = 64;
/// How long a client may take for the head of a request, and rest between two.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long to wait after the system had no connection to give.
const PAUSE: Duration = Duration::from_millis(50);

struct Connection {
    task: AbortHandle,
    is_busy: Arc<AtomicBool>,
}

/// Accepts connections for ever.
pub(super) async fn accept(socket: TcpListener, door: Arc<Door>) {
    let mut open: VecDeque<Connection> = VecDeque::new();
    loop {
        let accepted = socket.accept().await;
        let Ok((stream, local)) =
            accepted.and_then(|(s, _)| s.local_addr().map(|local| (s, local)))
        else {
            // Too many open files, or a client that is gone already.
            drop_one(&mut open);
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        open.retain(|connection| !connection.task.is_finished());
        if open.len() >= MOST_CONNECTIONS {
            drop_one(&mut open);
        }
        let is_busy = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(serve_one(stream, local, door.clone(), is_busy.clone()));
        open.push_back(Connection { task: task.abort_handle(), is_busy });
    }
}

/// Ends the oldest connection for which no reply is being made, or else the oldest. The body of a
/// reply may still be on its way; a browser asks again, and opens a channel that ended anew.
fn drop_one(open: &mut VecDeque<Connection>) {
    let idle = open.iter().position(|connection| !connection.is_busy.load(Ordering::Relaxed));
    if let Some(connection) = open.remove(idle.unwrap_or(0)) {
        connection.task.abort();
    }
}

async fn serve_one(
    stream: TcpStream,
    local: SocketAddr,
    door: Arc<Door>,
    is_busy: Arc<AtomicBool>,
) {
    // A small answer must not wait for the next; where the system refuses, it does.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let (door, is_busy) = (door.clone(), is_busy.clone());
        async move {
            is_busy.store(true, Ordering::Relaxed);
            let reply = door.answer(request, local).await;
            is_busy.store(false, Ordering::Relaxed);
            reply
        }
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_headers(MOST_HEADERS)
        .max_buf_size(LONGEST_HEAD);
    // A client that breaks the protocol or goes away has been answered or is gone.
    let _ = builder.serve_connection(TokioIo::new(stream), service).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_oldest_connection_that_waits_for_no_reply_goes_first() {
        let connection = |is_busy: bool| {
            let task = tokio::spawn(std::future::pending::<()>()).abort_handle();
            Connection { task, is_busy: Arc::new(AtomicBool::new(is_busy)) }
        };
        let mut open: VecDeque<Connection> =
            [true, false, true, false].map(connection).into_iter().collect();
        let mut busy_after_one_more_goes = || -> Vec<bool> {
            drop_one(&mut open);
            open.iter().map(|connection| connection.is_busy.load(Ordering::Relaxed)).collect()
        };
        assert_eq!(busy_after_one_more_goes(), [true, true, false]);
        assert_eq!(busy_after_one_more_goes(), [true, true]);
        assert_eq!(busy_after_one_more_goes(), [true]);
        assert_eq!(busy_after_one_more_goes(), [false; 0]);
        drop_one(&mut open);
    }
}
