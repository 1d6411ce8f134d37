//! Owns which requests are answered at all, and what each is answered with.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use hyper::body::{Body as _, Incoming};
use hyper::header::{self, HeaderMap};
use hyper::{Method, Request, StatusCode};

use super::address;
use super::answer::{Answer, Reply};
use super::desk::Desk;
use super::live;
use crate::config::split_port;

/// The one entrance.
#[derive(Debug)]
pub(super) struct Door {
    /// What knows the site.
    pub desk: Desk,
    /// Names under which the preview may be asked for, beside those of its address.
    pub names: Vec<String>,
    /// The port that is listened on.
    pub port: u16,
}

/// A request that passed the door.
#[derive(Debug)]
pub(super) struct Wish {
    /// The path, decoded.
    pub path: String,
    /// The query as it was sent, with its question mark.
    pub query: String,
    /// The tags of what the client has.
    pub known: Option<String>,
}

impl Door {
    /// Answers a request that came in on an address of this machine.
    pub(super) async fn answer(
        self: Arc<Door>,
        request: Request<Incoming>,
        local: SocketAddr,
    ) -> Result<Reply, Infallible> {
        let answer = match self.admit(&request, local) {
            Err(refusal) => refusal,
            Ok(wish) => match live::part(&wish.path) {
                Some(live::Part::Events) if is_foreign(request.headers()) => {
                    refusal(StatusCode::FORBIDDEN, "only pages of the preview itself may listen")
                }
                Some(live::Part::Events) => {
                    return Ok(live::events(self.desk.clone(), &wish.query));
                }
                Some(live::Part::File(answer)) => answer.unless_known(&wish),
                None => self.desk.answer(&wish).await.unless_known(&wish),
            },
        };
        let head_only = *request.method() == Method::HEAD;
        Ok(answer.into_reply(self.desk.press().as_deref(), head_only))
    }

    fn admit(&self, request: &Request<Incoming>, local: SocketAddr) -> Result<Wish, Answer> {
        let headers = request.headers();
        let mut hosts = headers.get_all(header::HOST).iter();
        let (Some(Ok(host)), None) = (hosts.next().map(header::HeaderValue::to_str), hosts.next())
        else {
            return Err(refusal(StatusCode::BAD_REQUEST, "a request names one host"));
        };
        let target = request.uri().authority().map_or(host, |authority| authority.as_str());
        if !self.is_ours(host, local) || !self.is_ours(target, local) {
            let message = "this preview does not answer under that host name; \
                           `--allow-host NAME` adds one";
            return Err(refusal(StatusCode::MISDIRECTED_REQUEST, message));
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let answer = refusal(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD are answered");
            return Err(answer.with(header::ALLOW, "GET, HEAD"));
        }
        if !request.body().is_end_stream() {
            let answer = refusal(StatusCode::PAYLOAD_TOO_LARGE, "no request needs a body");
            return Err(answer.with(header::CONNECTION, "close"));
        }
        let Some(path) = address::decoded(request.uri().path()) else {
            return Err(refusal(StatusCode::BAD_REQUEST, "that is no path"));
        };
        Ok(Wish {
            path,
            query: request.uri().query().map(|query| format!("?{query}")).unwrap_or_default(),
            known: known(headers),
        })
    }

    /// Whether the preview was started for a host. A page of another host that has its name lead
    /// to this machine must not read anything.
    fn is_ours(&self, host: &str, local: SocketAddr) -> bool {
        let (name, port) = split_port(host);
        if self.names.iter().any(|own| own.eq_ignore_ascii_case(name)) {
            return true;
        }
        if port.map_or(self.port != 80, |port| port != self.port.to_string()) {
            return false;
        }
        let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
        let local = local.ip().to_canonical();
        match bare.parse::<IpAddr>() {
            Ok(address) => address.to_canonical() == local || both_loopback(address, local),
            Err(_) => local.is_loopback() && name.eq_ignore_ascii_case("localhost"),
        }
    }
}

fn both_loopback(one: IpAddr, other: IpAddr) -> bool {
    one.is_loopback() && other.is_loopback()
}

/// The tags that a client has, of all its headers.
fn known(headers: &HeaderMap) -> Option<String> {
    let tags: Vec<&str> =
        headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|tag| tag.to_str().ok()).collect();
    (!tags.is_empty()).then(|| tags.join(","))
}

/// Whether a page of another site asks.
fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let host = text("host").unwrap_or_default();
    let other_origin = text("origin").is_some_and(|origin| {
        origin.strip_prefix("http://").is_none_or(|origin| !origin.eq_ignore_ascii_case(host))
    });
    other_origin || text("sec-fetch-site").is_some_and(|site| site != "same-origin")
}

fn refusal(status: StatusCode, message: &str) -> Answer {
    Answer::text(status, format!("{message}\n"))
}
