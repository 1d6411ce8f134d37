//! Owns the one way from a route to its bytes, which every command goes through: what is checked
//! or previewed is what is published.

mod index;
mod keys;

use std::sync::{Mutex, OnceLock, PoisonError};

use crate::assets::{Asset, Assets, SheetLink};
use crate::catalogue::Tool;
use crate::config::Config;
use crate::content;
use crate::diag::{Diagnostic, Place, Report};
use crate::digest;
use crate::feeds;
use crate::overlay;
use crate::pages::{self, Documents, Open, Page, Readings, View, Wordings};
use crate::render::Templates;
use crate::rules::Finding;
use crate::search::{self, IndexFile};
use crate::site::{self, Ledger, Route, ServerId, Site, StaticFile};
use crate::text;

pub use index::Indexing;

/// A planned site with all that is needed to produce any of its files.
#[derive(Debug)]
pub struct Press {
    /// The plan.
    pub site: Site,
    templates: Templates,
    assets: Assets,
    wordings: Wordings,
    index: OnceLock<Vec<IndexFile>>,
    /// Held by who makes the index.
    is_indexing: Mutex<()>,
    /// The hash of everything but the catalogue that pages are made of.
    engine: digest::Hash,
}

/// A file that belongs to no single server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Common {
    /// What it was made of. Only pages have one: other files are made as fast as their key.
    pub key: Option<digest::Hash>,
    /// Its bytes, unless they are those of before.
    pub bytes: Option<Vec<u8>>,
}

/// Reads everything but the configuration, and plans the site; of the catalogue only what is not in
/// the ledger is read. `None`: nothing can be published; the report says why.
pub fn prepare(config: Config, ledger: &mut Ledger, report: &mut Report) -> Option<Press> {
    let mut of_catalogue = Report::new();
    // Neither needs the other.
    let ((prose, layer, templates, assets), inventory) = rayon::join(
        || {
            let root = &config.root;
            let prose = content::read(root, report);
            let layer = overlay::layer(root, "templates", report);
            let templates = Templates::load(&layer, config.minify, report);
            let assets = Assets::of(overlay::layer(root, "static", report), report);
            (prose, layer, templates, assets)
        },
        || ledger.inventory(&config.catalogue, &mut of_catalogue),
    );
    report.merge(of_catalogue);
    let static_files = static_files(&assets);
    // Without the built-in texts there is no site at all; the report says so.
    let prose = prose?;
    ledger.check_attacks(&prose.attack_slugs, report);
    let engine = keys::engine(&config, &prose, &layer, &static_files);
    let inputs = site::Inputs { config, prose, assets: static_files, inventory: inventory? };
    let site = site::plan(inputs, report);
    let (site, mut templates) = (site?, templates?);
    templates.set_frame(&pages::frame(&site));
    report.is_empty().then_some(Press {
        site,
        templates,
        assets,
        wordings: Wordings::default(),
        index: OnceLock::new(),
        is_indexing: Mutex::default(),
        engine,
    })
}

/// What the plan knows of the static files, in their order.
fn static_files(assets: &Assets) -> Vec<StaticFile> {
    let known = |file: &Asset| StaticFile {
        name: file.name.clone(),
        path: file.path.clone(),
        label: file.label.clone(),
    };
    assets.files().iter().map(known).collect()
}

impl Press {
    /// The bytes of a route. For a route of a server its record is read for this one call.
    ///
    /// # Errors
    /// The fault of the template or of the record.
    pub fn artifact(&self, route: &Route) -> Result<Vec<u8>, Box<Diagnostic>> {
        match route.server(&self.site) {
            None => Ok(self.common(route, None)?.bytes.unwrap_or_default()),
            Some(id) => self.with_record(id, |open| self.of_server(route, open)),
        }
    }

    /// Whether a path below the site's root can be that of a file of the search index.
    pub fn is_index_path(path: &str) -> bool {
        search::is_index_path(path)
    }

    /// The files of the search index. They are made on the first call, which reads every record; after
    /// a fault, which may pass, the next call tries again.
    ///
    /// # Errors
    /// The fault of a record that changed since the site was planned.
    pub fn index(&self) -> Result<&[IndexFile], Box<Diagnostic>> {
        let _held = self.is_indexing.lock().unwrap_or_else(PoisonError::into_inner);
        if self.index.get().is_none() {
            let files = index::index(self)?;
            return Ok(self.index.get_or_init(|| files));
        }
        Ok(self.index.get().map_or(&[], Vec::as_slice))
    }

    /// A search index without texts.
    pub fn indexing(&self) -> Indexing<'_> {
        Indexing::of(&self.site)
    }

    /// Adds the texts of a server to an index if they are needed. Answers the files that they
    /// complete.
    ///
    /// # Errors
    /// The fault of the record.
    pub fn add_to_index(
        &self,
        id: ServerId,
        indexing: &Indexing<'_>,
    ) -> Result<Vec<IndexFile>, Box<Diagnostic>> {
        if !indexing.needs(id) {
            return Ok(Vec::new());
        }
        self.with_record(id, |open| Ok(indexing.add(open)))
    }

    /// Hands out the bytes of every route of a server, or the fault of its template, reading the
    /// record once. Adds its texts to an index as well, and answers the files that they complete.
    ///
    /// # Errors
    /// The fault of the record, or the first of the receiver.
    pub fn server_artifacts<Fault: From<Box<Diagnostic>>>(
        &self,
        id: ServerId,
        indexing: Option<&Indexing<'_>>,
        mut receive: impl FnMut(&Route, Result<Vec<u8>, Box<Diagnostic>>) -> Result<(), Fault>,
    ) -> Result<Vec<IndexFile>, Fault> {
        self.with_record(id, |open| {
            let files = indexing.map_or_else(Vec::new, |indexing| indexing.add(open));
            let routes = self.site.server_routes(id);
            let mut handed_out =
                routes.iter().map(|route| receive(route, self.of_server(route, open)));
            // A fault of the receiver is none of the record.
            Ok(handed_out.try_for_each(|received| received).map(|()| files))
        })?
    }

    /// What style sheets name on this host besides static files.
    pub fn sheet_links(&self) -> &[SheetLink] {
        self.assets.other_links()
    }

    /// Hands out what the rules found in a server and its tools, with the place and the field in the
    /// record, and the name of the tool.
    ///
    /// # Errors
    /// The fault of the record.
    pub fn findings(
        &self,
        id: ServerId,
        mut receive: impl FnMut((Place, String), Option<&str>, Finding),
    ) -> Result<(), Box<Diagnostic>> {
        self.with_record(id, |open| {
            let mut found: Vec<(Option<&Tool<'_>>, Finding)> =
                pages::server_findings(open).into_iter().map(|finding| (None, finding)).collect();
            for (tool_id, tool) in open.tools() {
                let of_tool = pages::tool_findings(open, tool_id, tool);
                found.extend(of_tool.into_iter().map(|finding| (Some(tool), finding)));
            }
            let members: Vec<(Option<&Tool<'_>>, &str)> =
                found.iter().map(|(tool, finding)| (*tool, &*finding.member)).collect();
            let spots = open.record.spots_of(&members);
            for ((tool, finding), spot) in found.into_iter().zip(spots) {
                receive(spot, tool.map(|tool| &*tool.name), finding);
            }
            Ok(())
        })
    }

    fn with_record<Value>(
        &self,
        id: ServerId,
        use_it: impl FnOnce(Open<'_>) -> Result<Value, Box<Diagnostic>>,
    ) -> Result<Value, Box<Diagnostic>> {
        let row = self.site.server(id);
        let text = row.location.read()?;
        let mut record = text.record()?;
        record.sort_tools();
        let Press { site, wordings, .. } = self;
        use_it(Open {
            site,
            id,
            phrase: &text::server_phrase(&row.title),
            readings: &Readings::of(&record),
            wordings,
            documents: &Documents::default(),
            record: &record,
        })
    }

    /// What belongs to no single server. Without bytes it shows what a page with the key `before`
    /// showed.
    ///
    /// # Errors
    /// The fault of the template.
    pub fn common(
        &self,
        route: &Route,
        before: Option<&digest::Hash>,
    ) -> Result<Common, Box<Diagnostic>> {
        let site = &self.site;
        let file = |bytes| Ok(Common { key: None, bytes: Some(bytes) });
        match route {
            Route::Home => self.page_unless(before, route, &pages::home(site)),
            Route::Group(listing, group) => {
                let key = keys::listing(&self.engine, site, *listing, *group);
                let page = || self.page(route, &pages::listing(site, *listing, *group));
                let bytes = (before != Some(&key)).then(page).transpose()?;
                Ok(Common { key: Some(key), bytes })
            }
            Route::Policies => self.page_unless(before, route, &pages::policies(site)),
            Route::Categories => self.page_unless(before, route, &pages::categories(site)),
            Route::Risks => self.page_unless(before, route, &pages::risks(site)),
            Route::Attacks => self.page_unless(before, route, &pages::attacks(site)),
            Route::Attack(index) => self.page_unless(before, route, &pages::attack(site, *index)),
            Route::Glossary => self.page_unless(before, route, &pages::glossary(site)),
            Route::Term(index) => self.page_unless(before, route, &pages::term(site, *index)),
            Route::Article(index) => self.page_unless(before, route, &pages::article(site, *index)),
            Route::Search => self.page_unless(before, route, &pages::search(site)),
            Route::Stack => self.page_unless(before, route, &pages::stack(site)),
            Route::NotFound => self.page_unless(before, route, &pages::not_found(site)),
            Route::Robots => file(feeds::robots(site)),
            Route::Llms => file(feeds::llms(site)),
            Route::ServersApi => file(feeds::servers_api(site)),
            Route::SitemapIndex => file(feeds::sitemap_index(site)),
            Route::Sitemap(number) => file(feeds::sitemap(site, *number)),
            Route::Asset(index) => file(self.asset(*index).bytes.to_vec()),
            Route::Server(_)
            | Route::ServerPolicy(_)
            | Route::PolicyDocument(..)
            | Route::ServerApi(_)
            | Route::Tool(_) => file(self.artifact(route)?),
        }
    }

    fn of_server(&self, route: &Route, open: Open<'_>) -> Result<Vec<u8>, Box<Diagnostic>> {
        match route {
            Route::Server(_) => self.page(route, &pages::server(open)),
            Route::ServerPolicy(_) => self.page(route, &pages::server_policy(open)),
            Route::PolicyDocument(_, preset) => {
                Ok([open.document(*preset), "\n"].concat().into_bytes())
            }
            Route::ServerApi(_) => Ok(feeds::server_api(open)),
            Route::Tool(id) => match open.tool(*id) {
                Some(tool) => self.page(route, &pages::tool(open, *id, tool)),
                None => Err(self.site.server(open.id).location.changed()),
            },
            _ => self.artifact(route),
        }
    }

    fn asset(&self, index: usize) -> &Asset {
        &self.assets.files()[index]
    }

    /// A page, unless it shows the same as before.
    fn page_unless<Body: View>(
        &self,
        before: Option<&digest::Hash>,
        route: &Route,
        page: &Page<Body>,
    ) -> Result<Common, Box<Diagnostic>> {
        let key = keys::page(&self.engine, page);
        let is_same = key.is_some() && key.as_ref() == before;
        let bytes = if is_same { None } else { Some(self.page(route, page)?) };
        Ok(Common { key, bytes })
    }

    fn page<Body: View>(
        &self,
        route: &Route,
        page: &Page<Body>,
    ) -> Result<Vec<u8>, Box<Diagnostic>> {
        let mut bytes = Vec::with_capacity(24 * 1024);
        self.templates.render(page, &self.site.href(route), &mut bytes)?;
        Ok(bytes)
    }
}
