//! Owns sitemaps and robots.txt.

use std::fmt::Write as _;

use crate::site::{Route, Site};

/// The index of all sitemaps.
pub fn sitemap_index(site: &Site) -> Vec<u8> {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for number in 0..site.sitemap_count() {
        let url = site.url(&Route::Sitemap(number));
        // Writing to a string cannot fail. Addresses are made of slugs and need no escape.
        let _ = writeln!(xml, "<sitemap><loc>{url}</loc></sitemap>");
    }
    xml.push_str("</sitemapindex>\n");
    xml.into_bytes()
}

/// Bytes of most entries of a sitemap.
const ENTRY: usize = 160;

/// One sitemap: the pages of its servers, and its part of those of no server.
pub fn sitemap(site: &Site, number: usize) -> Vec<u8> {
    let entries: usize = site.sitemap_runs(number).map(|(.., tools)| 2 + tools.count()).sum();
    let mut xml = String::with_capacity(entries * ENTRY);
    xml.push_str(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for route in site.common_in_sitemap(number) {
        let day = match route {
            Route::Attack(index) => site.prose.attacks[index].updated.as_deref(),
            _ => None,
        };
        add(&mut xml, site, &route, day);
    }
    for (id, has_own_pages, tools) in site.sitemap_runs(number) {
        let day = site.server(id).checked_at.as_deref();
        if has_own_pages {
            add(&mut xml, site, &Route::Server(id), day);
            add(&mut xml, site, &Route::ServerPolicy(id), day);
        }
        for tool in tools {
            add(&mut xml, site, &Route::Tool(tool), day);
        }
    }
    xml.push_str("</urlset>\n");
    xml.into_bytes()
}

/// Addresses are made of slugs, and days of digits: neither needs an escape.
fn add(xml: &mut String, site: &Site, route: &Route, day: Option<&str>) {
    xml.push_str("<url><loc>");
    site.push_url(route, xml);
    xml.push_str("</loc>");
    if let Some(day) = day {
        xml.push_str("<lastmod>");
        xml.push_str(day);
        xml.push_str("</lastmod>");
    }
    xml.push_str("</url>\n");
}

/// robots.txt: everything may be read, and there is the sitemap.
pub fn robots(site: &Site) -> Vec<u8> {
    format!("User-agent: *\nAllow: /\n\nSitemap: {}\n", site.url(&Route::SitemapIndex)).into_bytes()
}
