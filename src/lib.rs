//! policypress turns a classified catalogue of MCP tools into a static site of policy pages.
//!
//! Data flows one way: catalogue → plan → page views → rendered bytes → files. The rooms below
//! stand in that order, ground floor first, and a room imports only from those before it.
//! docs/architecture.md says why, and `tests/tidy.rs` holds it.

pub mod digest;
pub mod risk;
pub mod text;

pub mod diag;
pub mod disk;

pub mod catalogue;
pub mod rules;

pub mod config;
pub mod overlay;
pub mod policy;

pub mod assets;
pub mod markdown;

pub mod content;
pub mod search;

pub mod site;

pub mod pages;

pub mod feeds;
pub mod render;

pub mod compose;

pub mod init;
pub mod output;

pub mod build;
pub mod check;
pub mod serve;

pub mod cli;
