//! Owns what programs read: the machine twin of a server, sitemaps, robots.txt and llms.txt. Like
//! the pages they are pure functions of the plan and a record.

mod llms;
mod server_api;
mod sitemap;

pub use llms::llms;
pub use server_api::server_api;
pub use sitemap::{robots, sitemap, sitemap_index};
