//! Owns what the preview adds to a site: the script that reloads a page and shows faults over it,
//! the channel that it listens to, and the page that stands where no page could be made.

use std::time::Duration;

use http_body_util::BodyExt as _;
use http_body_util::channel::{Channel, Sender};
use hyper::body::Bytes;
use hyper::header::{self, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::json;

use super::answer::{Answer, Reply};
use super::desk::{Desk, State};
use super::headers;
use crate::diag::{Diagnostic, Report};
use crate::text;

/// The folder of the preview's own files. No page of a site can have this address: slugs have no
/// underscore.
const FOLDER: &str = "__policypress";
const SCRIPT: &str = include_str!("client/live.js");
const STYLE: &str = include_str!("client/live.css");
/// Faults that a page shows.
const MOST_FAULTS: usize = 20;
/// A silent channel would be closed on the way.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// A part of the preview itself.
#[derive(Debug)]
pub(super) enum Part {
    /// The channel.
    Events,
    /// A file.
    File(Answer),
}

/// The part at a path without percent signs, if it is one. The path of the site above it counts for
/// nothing: it may have changed since the page was made that asks.
pub(super) fn part(path: &str) -> Option<Part> {
    let (above, name) = path.rsplit_once('/')?;
    above.strip_suffix(FOLDER)?.strip_suffix('/')?;
    let file = |text: &str| Part::File(Answer::file(StatusCode::OK, name, text.into()));
    match name {
        "events" => Some(Part::Events),
        "live.js" => Some(file(SCRIPT)),
        "live.css" => Some(file(STYLE)),
        _ => None,
    }
}

/// A page with the script at its end, and nothing else changed.
pub(super) fn with_script(mut page: Vec<u8>, base: &str, version: &str) -> Vec<u8> {
    let tag = format!(
        "<script src=\"{base}/{FOLDER}/live.js\" data-base=\"{base}/{FOLDER}/\" \
         data-version=\"{version}\" defer></script>"
    );
    let end = b"</body>";
    let at = page.windows(end.len()).rposition(|part| part == end).unwrap_or(page.len());
    page.splice(at..at, tag.into_bytes());
    page
}

/// The page that stands where no page could be made. It shows the first faults without the script.
pub(super) fn fault_page(report: &Report, base: &str) -> String {
    let mut list = Vec::new();
    for told in report.iter().map(Diagnostic::told).take(MOST_FAULTS) {
        let line = format!("{}\nhint: {}\n\n", told.headline(), told.hint());
        // Writing to memory cannot fail.
        let _ = text::escape_html(&line, &mut list);
    }
    let list = String::from_utf8_lossy(&list);
    let rest = match report.iter().count().saturating_sub(MOST_FAULTS) {
        0 => String::new(),
        rest => format!("<p>{rest} more: <code>policypress check -v</code> prints them all.</p>"),
    };
    format!(
        "<!doctype html><html lang=\"en-GB\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <link rel=\"stylesheet\" href=\"{base}/{FOLDER}/live.css\">\
         <title>This page cannot be made</title></head><body data-faults>\
         <h1>This page cannot be made</h1><pre>{list}</pre>{rest}</body></html>"
    )
}

/// Opens the channel for a page, whose path is in the query.
pub(super) fn events(desk: Desk, query: &str) -> Reply {
    let page = query.strip_prefix("?page=").unwrap_or_default();
    let page = text::percent_decode(page).into_owned();
    let (sender, body) = Channel::new(1);
    let mut reply = Response::new(body.boxed_unsync());
    *reply.headers_mut() = headers::common(desk.press().as_deref());
    let kind = HeaderValue::from_static("text/event-stream");
    reply.headers_mut().insert(header::CONTENT_TYPE, kind);
    tokio::spawn(tell(desk, page, sender));
    reply
}

/// Tells a page of every state, until the page is closed.
async fn tell(desk: Desk, page: String, mut sender: Sender<Bytes>) {
    let mut state = desk.state().await;
    loop {
        let faults = match desk.faults_of(&state, &page).await {
            Ok(faults) => faults,
            Err(next) => {
                state = next;
                continue;
            }
        };
        if sender.send_data(message(&desk, &state, &faults)).await.is_err() {
            return;
        }
        let version = state.version;
        state = loop {
            match tokio::time::timeout(HEARTBEAT, desk.after(version)).await {
                Ok(state) => break state,
                Err(_) if sender.send_data(Bytes::from_static(b":\n\n")).await.is_err() => return,
                Err(_) => {}
            }
        };
    }
}

fn message(desk: &Desk, state: &State, faults: &Report) -> Bytes {
    let shown: Vec<_> = faults
        .iter()
        .take(MOST_FAULTS)
        .map(Diagnostic::told)
        .map(|told| json!({"headline": told.headline(), "hint": told.hint()}))
        .collect();
    let rest = faults.iter().count().saturating_sub(shown.len());
    let data = json!({"version": desk.version(state.version), "faults": shown, "rest": rest});
    format!("data: {data}\n\n").into()
}
