//! policypress turns a classified catalogue of MCP tools into a static site of policy pages.
//!
//! Data flows one way: catalogue → plan → page views → rendered bytes → files. The rooms below
//! stand in that order, and a room imports only from those before it; docs/architecture.md tells
//! why, and `tests/tidy.rs` holds it.

pub mod diag;
pub mod digest;
pub mod text;
pub mod disk;
pub mod risk;
pub mod config;
pub mod overlay;
pub mod catalogue;
pub mod policy;
pub mod content;
pub mod assets;
pub mod markdown;
pub mod site;
pub mod pages;
pub mod feeds;
pub mod render;
pub mod compose;
pub mod output;
pub mod build;
