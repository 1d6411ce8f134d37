//! Owns an answer on its way to the client: status, headers, tag and bytes.

use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use std::convert::Infallible;

use super::headers;
use super::request::Wish;
use crate::compose::Press;
use crate::digest;

/// The response as the HTTP library takes it.
pub(super) type Reply = Response<UnsyncBoxBody<Bytes, Infallible>>;

/// What is answered.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    status: StatusCode,
    content_type: HeaderValue,
    bytes: Bytes,
    extra: Vec<(HeaderName, HeaderValue)>,
}

impl Answer {
    /// A file of the site, by its name, or a page that is not there.
    pub(super) fn file(status: StatusCode, name: &str, bytes: Vec<u8>) -> Answer {
        let content_type = headers::content_type(name);
        Answer { status, content_type, bytes: bytes.into(), extra: Vec::new() }
    }

    /// A line for people who look at the answer by hand.
    pub(super) fn text(status: StatusCode, text: String) -> Answer {
        Answer::file(status, "text.txt", text.into_bytes())
    }

    /// Where else the page is. Not for ever: tomorrow another site is served on this port.
    pub(super) fn elsewhere(href: &str, query: &str) -> Answer {
        let place = format!("{href}{query}");
        let answer = Answer::text(StatusCode::TEMPORARY_REDIRECT, format!("{place}\n"));
        match HeaderValue::from_str(&place) {
            Ok(place) => Answer { extra: vec![(header::LOCATION, place)], ..answer },
            Err(_) => Answer::text(StatusCode::BAD_REQUEST, "that is no address\n".to_owned()),
        }
    }

    /// The same answer under another status, unless it is a fault.
    pub(super) fn with_status(mut self, status: StatusCode) -> Answer {
        if self.status == StatusCode::OK {
            self.status = status;
        }
        self
    }

    /// The same answer with one more header.
    pub(super) fn with(mut self, name: HeaderName, value: &'static str) -> Answer {
        self.extra.push((name, HeaderValue::from_static(value)));
        self
    }

    /// The same answer, or the word that the client has it.
    pub(super) fn unless_known(mut self, wish: &Wish) -> Answer {
        if self.status != StatusCode::OK {
            return self;
        }
        let tag = format!("\"{}\"", digest::hex(&self.bytes));
        let is_known = wish.known.as_ref().is_some_and(|known| {
            let tags = known.split(',').map(str::trim);
            tags.map(|known| known.strip_prefix("W/").unwrap_or(known))
                .any(|known| known == "*" || known == tag)
        });
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            self.extra.push((header::ETAG, tag));
        }
        if is_known {
            self.status = StatusCode::NOT_MODIFIED;
            self.bytes = Bytes::new();
        }
        self
    }

    /// The response, with the headers that all have.
    pub(super) fn into_reply(self, press: Option<&Press>, head_only: bool) -> Reply {
        let length = self.bytes.len();
        let body = if head_only { Bytes::new() } else { self.bytes };
        let mut reply = Response::new(Full::new(body).boxed_unsync());
        *reply.status_mut() = self.status;
        let all = reply.headers_mut();
        *all = headers::common(press);
        if self.status != StatusCode::NOT_MODIFIED {
            all.insert(header::CONTENT_TYPE, self.content_type);
            all.insert(header::CONTENT_LENGTH, length.into());
        }
        all.extend(self.extra);
        reply
    }
}
