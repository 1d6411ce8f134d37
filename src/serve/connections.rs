//! Owns the connections: how many there are, how long one may take to say what it wants, and which
//! has to go when there are too many.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
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
    state: Arc<AtomicU8>,
}

/// Nothing was asked yet, perhaps because nobody has come to read it.
const NEW: u8 = 0;
/// A reply is being made.
const BUSY: u8 = 1;
/// There was a reply.
const RESTS: u8 = 2;

/// Accepts connections for ever.
pub(super) async fn accept(socket: TcpListener, door: Arc<Door>) {
    let mut open: VecDeque<Connection> = VecDeque::new();
    loop {
        let accepted = socket.accept().await;
        open.retain(|connection| !connection.task.is_finished());
        let Ok((stream, local)) =
            accepted.and_then(|(s, _)| s.local_addr().map(|local| (s, local)))
        else {
            // Too many open files, or a client that is gone already.
            drop_one(&mut open);
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        if open.len() >= MOST_CONNECTIONS {
            drop_one(&mut open);
        }
        let state = Arc::new(AtomicU8::new(NEW));
        let task = tokio::spawn(serve_one(stream, local, door.clone(), state.clone()));
        open.push_back(Connection { task: task.abort_handle(), state });
    }
}

/// Ends the oldest connection that had a reply and rests, or else the oldest for which none is being
/// made, or the oldest. The body of a reply may still be on its way; a browser asks again, and opens
/// a channel that ended anew.
fn drop_one(open: &mut VecDeque<Connection>) {
    let oldest = |state| open.iter().position(|one| one.state.load(Ordering::Relaxed) == state);
    let first = oldest(RESTS).or_else(|| oldest(NEW)).unwrap_or(0);
    if let Some(connection) = open.remove(first) {
        connection.task.abort();
    }
}

async fn serve_one(stream: TcpStream, local: SocketAddr, door: Arc<Door>, state: Arc<AtomicU8>) {
    // A small answer must not wait for the next; where the system refuses, it does.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let (door, state) = (door.clone(), state.clone());
        async move {
            state.store(BUSY, Ordering::Relaxed);
            let reply = door.answer(request, local).await;
            state.store(RESTS, Ordering::Relaxed);
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
    async fn the_oldest_connection_that_had_its_reply_goes_first() {
        let connection = |state: u8| {
            let task = tokio::spawn(std::future::pending::<()>()).abort_handle();
            Connection { task, state: Arc::new(AtomicU8::new(state)) }
        };
        let states = [BUSY, NEW, RESTS, BUSY, RESTS];
        let mut open: VecDeque<Connection> = states.map(connection).into_iter().collect();
        let mut left_after_one_more_goes = || -> Vec<u8> {
            drop_one(&mut open);
            open.iter().map(|connection| connection.state.load(Ordering::Relaxed)).collect()
        };
        assert_eq!(left_after_one_more_goes(), [BUSY, NEW, BUSY, RESTS]);
        assert_eq!(left_after_one_more_goes(), [BUSY, NEW, BUSY]);
        assert_eq!(left_after_one_more_goes(), [BUSY, BUSY]);
        assert_eq!(left_after_one_more_goes(), [BUSY]);
        assert_eq!(left_after_one_more_goes(), [0; 0]);
        drop_one(&mut open);
    }
}
