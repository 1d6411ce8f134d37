//! Owns what programs read: the list of servers, the machine twin of each, sitemaps, robots.txt and
//! llms.txt. Like the pages they are pure functions of the plan and a record.

mod llms;
mod server_api;
mod servers_api;
mod sitemap;

pub use llms::llms;
pub use server_api::server_api;
pub use servers_api::servers_api;
pub use sitemap::{robots, sitemap, sitemap_index};
