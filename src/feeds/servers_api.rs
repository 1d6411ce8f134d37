//! Owns the machine list of servers: where the record of each is. It says nothing that a changed
//! tool would change, so that such a change stays small.

use serde::Serialize;

use crate::site::{Route, Site};

#[derive(Serialize)]
struct Servers<'site> {
    servers: Vec<ListedServer<'site>>,
}

#[derive(Serialize)]
struct ListedServer<'site> {
    name: &'site str,
    title: &'site str,
    /// The address of its machine twin.
    record: String,
}

/// All servers, in the order of their addresses.
pub fn servers_api(site: &Site) -> Vec<u8> {
    let listed = site.servers().map(|id| {
        let row = site.server(id);
        ListedServer { name: &row.name, title: &row.title, record: site.url(&Route::ServerApi(id)) }
    });
    // Texts and lists cannot fail to become JSON.
    let mut bytes = serde_json::to_vec(&Servers { servers: listed.collect() }).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}
