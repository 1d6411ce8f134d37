//! All integration tests, in one program. Each module says what it shows; `support` drives the
//! real binary on sites in temporary folders.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::string_slice,
    reason = "a test reads files and may panic"
)]

mod determinism;
mod documents;
mod faults;
mod fuzz;
mod gateway;
mod golden;
mod hostile;
mod incremental;
mod inputs;
mod large;
mod markup;
mod minify;
mod moulds;
mod output;
mod pages;
mod policies;
mod properties;
mod rules;
mod search;
mod serve;
mod shards;
mod sizes;
mod support;
mod tidy;
mod untrusted;
