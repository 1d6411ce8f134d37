//! Owns the routes: everything that a site publishes, each with its one path.

use std::collections::HashMap;

use super::Site;
use super::address::Target;
use super::groups::{GroupId, Listing};
use super::rows::{ServerId, ToolId};
use crate::diag::Place;
use crate::markdown;
use crate::policy::Preset;
use crate::text;

/// One published file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Route {
    /// `/`
    Home,
    /// `/tools/`, `/categories/{category}/`, `/risk/{level}/` and the groups below them.
    Group(Listing, GroupId),
    /// `/policies/`
    Policies,
    /// `/categories/`
    Categories,
    /// `/risk/`
    Risks,
    /// `/attacks/`
    Attacks,
    /// `/attacks/{slug}/`, by position in the texts.
    Attack(usize),
    /// `/glossary/`
    Glossary,
    /// `/glossary/{term}/`, by position in the texts.
    Term(usize),
    /// `/{slug}/`: a page of the site that is about no tool, by position in the texts.
    Article(usize),
    /// `/search/`
    Search,
    /// `/stack/`
    Stack,
    /// `/404.html`
    NotFound,
    /// `/robots.txt`
    Robots,
    /// `/llms.txt`
    Llms,
    /// `/api/v1/servers.json`
    ServersApi,
    /// `/sitemap.xml`
    SitemapIndex,
    /// `/sitemaps/{number}.xml`
    Sitemap(usize),
    /// A static file, by position in the list.
    Asset(usize),
    /// `/tools/{server}/`
    Server(ServerId),
    /// `/policies/{server}/`
    ServerPolicy(ServerId),
    /// `/policies/{server}/policy.json` and the two others
    PolicyDocument(ServerId, Preset),
    /// `/api/v1/servers/{server}.json`
    ServerApi(ServerId),
    /// `/tools/{server}/{tool}/`
    Tool(ToolId),
}

/// Where robots.txt is published.
const ROBOTS: &str = "robots.txt";

impl Route {
    /// How many routes a server has beside those of its tools.
    pub(super) const OF_SERVER: usize = 3 + Preset::ALL.len();
    /// How many of them are HTML pages.
    pub(super) const PAGES_OF_SERVER: usize = 2;

    /// The first page of a listing, and mostly the only one.
    pub fn whole(listing: Listing) -> Route {
        Route::Group(listing, GroupId::ROOT)
    }

    /// The server whose record the route needs, if it needs one.
    pub fn server(&self, site: &Site) -> Option<ServerId> {
        match self {
            Route::Server(id)
            | Route::ServerPolicy(id)
            | Route::PolicyDocument(id, _)
            | Route::ServerApi(id) => Some(*id),
            Route::Tool(tool) => Some(site.tool(*tool).server),
            Route::Home
            | Route::Group(..)
            | Route::Policies
            | Route::Categories
            | Route::Risks
            | Route::Attacks
            | Route::Attack(_)
            | Route::Glossary
            | Route::Term(_)
            | Route::Article(_)
            | Route::Search
            | Route::Stack
            | Route::NotFound
            | Route::Robots
            | Route::Llms
            | Route::ServersApi
            | Route::SitemapIndex
            | Route::Sitemap(_)
            | Route::Asset(_) => None,
        }
    }

    /// Whether it is a page that people and search engines read.
    pub fn is_page(&self) -> bool {
        !matches!(
            self,
            Route::NotFound
                | Route::Robots
                | Route::Llms
                | Route::ServersApi
                | Route::SitemapIndex
                | Route::Sitemap(_)
                | Route::Asset(_)
                | Route::PolicyDocument(..)
                | Route::ServerApi(_)
        )
    }

    /// Whether its file is HTML.
    pub fn is_html(&self) -> bool {
        self.is_page() || *self == Route::NotFound
    }

    /// Writes its path on the site, and answers what it leads to.
    pub(super) fn write_path(&self, site: &Site, path: &mut String) -> Target {
        let slug = |id: ServerId| &*site.server(id).slug;
        let mut write = |target: Target, pieces: &[&str]| {
            for piece in pieces {
                path.push_str(piece);
            }
            target
        };
        let prose = &site.prose;
        match self {
            Route::Home => write(Target::Page, &[]),
            Route::Group(listing, group) => {
                site.grouping(*listing).write_path(*group, path);
                Target::Page
            }
            Route::Policies => write(Target::Page, &["policies"]),
            Route::Categories => write(Target::Page, &["categories"]),
            Route::Risks => write(Target::Page, &["risk"]),
            Route::Attacks => write(Target::Page, &["attacks"]),
            Route::Attack(index) => write(Target::Page, &["attacks/", &prose.attacks[*index].slug]),
            Route::Glossary => write(Target::Page, &["glossary"]),
            Route::Term(index) => write(Target::Page, &["glossary/", &prose.terms[*index].slug]),
            Route::Article(index) => write(Target::Page, &[&prose.articles[*index].slug]),
            Route::Search => write(Target::Page, &["search"]),
            Route::Stack => write(Target::Page, &["stack"]),
            Route::NotFound => write(Target::File, &["404.html"]),
            Route::Robots => write(Target::File, &[ROBOTS]),
            Route::Llms => write(Target::File, &["llms.txt"]),
            Route::ServersApi => write(Target::File, &["api/v1/servers.json"]),
            Route::SitemapIndex => write(Target::File, &["sitemap.xml"]),
            Route::Sitemap(number) => {
                write(Target::File, &["sitemaps/", &number.to_string(), ".xml"])
            }
            Route::Asset(index) => write(Target::File, &[&site.assets[*index].path]),
            Route::Server(id) => write(Target::Page, &["tools/", slug(*id)]),
            Route::ServerPolicy(id) => write(Target::Page, &["policies/", slug(*id)]),
            Route::PolicyDocument(id, preset) => {
                write(Target::File, &["policies/", slug(*id), "/", preset.file_name()])
            }
            Route::ServerApi(id) => write(Target::File, &["api/v1/servers/", slug(*id), ".json"]),
            Route::Tool(id) => {
                let tool = site.tool(*id);
                write(Target::Page, &["tools/", slug(tool.server), "/", tool.slug])
            }
        }
    }
}

impl Site {
    /// The common routes by their paths.
    pub(super) fn common_by_path(&self) -> HashMap<String, Route> {
        let path = |route: &Route| {
            let mut path = String::new();
            route.write_path(self, &mut path);
            path
        };
        self.common_routes().into_iter().map(|route| (path(&route), route)).collect()
    }

    /// All routes that belong to no single server.
    pub fn common_routes(&self) -> Vec<Route> {
        let mut routes =
            vec![Route::Home, Route::Policies, Route::Categories, Route::Risks, Route::Attacks];
        routes.extend((0..self.prose.attacks.len()).map(Route::Attack));
        routes.push(Route::Glossary);
        routes.extend((0..self.prose.terms.len()).map(Route::Term));
        routes.extend((0..self.prose.articles.len()).map(Route::Article));
        for listing in Listing::all() {
            routes.extend(self.grouping(listing).ids().map(|group| Route::Group(listing, group)));
        }
        routes.extend([Route::Search, Route::Stack]);
        routes.extend([Route::NotFound, Route::Llms, Route::ServersApi, Route::SitemapIndex]);
        // A site may have a robots.txt of its own.
        if !self.assets.iter().any(|file| file.path == ROBOTS) {
            routes.push(Route::Robots);
        }
        routes.extend((0..self.sitemap_count()).map(Route::Sitemap));
        routes.extend((0..self.assets.len()).map(Route::Asset));
        routes
    }

    /// All routes that need the record of a server.
    pub fn server_routes(&self, id: ServerId) -> Vec<Route> {
        let mut routes = vec![Route::Server(id), Route::ServerPolicy(id), Route::ServerApi(id)];
        routes.extend(Preset::ALL.map(|preset| Route::PolicyDocument(id, preset)));
        routes.extend(self.tools_of(id).map(Route::Tool));
        routes
    }

    /// The route of a path below the site's root, such as `tools/x/` or `robots.txt`.
    pub fn find(&self, path: &str) -> Option<Route> {
        let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
        let candidate = match parts.as_slice() {
            ["tools", server] => Route::Server(self.server_with_slug(server)?),
            ["policies", server] => Route::ServerPolicy(self.server_with_slug(server)?),
            ["policies", server, file] => {
                let preset = Preset::ALL.into_iter().find(|preset| preset.file_name() == *file)?;
                Route::PolicyDocument(self.server_with_slug(server)?, preset)
            }
            ["api", "v1", "servers", file] => {
                Route::ServerApi(self.server_with_slug(file.strip_suffix(".json")?)?)
            }
            ["tools", server, tool] => {
                let server = self.server_with_slug(server)?;
                Route::Tool(self.tool_with_slug(server, tool)?)
            }
            _ => self.common.get(path.trim_end_matches('/'))?.clone(),
        };
        Some(candidate)
    }

    /// Where a link of a page stands in the site's own text of the page, and its address as it is
    /// written there, if it is from there.
    pub fn link_in_text(&self, route: &Route, href: &str) -> Option<(Place, String)> {
        let (file, body) = self.text(route)?;
        let mut links = markdown::links(body).into_iter();
        let href = text::percent_decode(href);
        let (address, offset) = links
            .find(|(address, _)| text::percent_decode(&self.addresses.resolve(address)) == href)?;
        Some((self.prose.place(&file, body, offset)?, address))
    }

    /// The file of the site's own that a route is there for.
    pub(super) fn source(&self, route: &Route) -> Option<Place> {
        match route {
            Route::Asset(at) => Some(Place::start(&*self.assets.get(*at)?.label)),
            _ => self.prose.start(&self.text(route)?.0),
        }
    }

    /// The text of a page: its path in `content/`, and its body.
    fn text(&self, route: &Route) -> Option<(String, &str)> {
        let prose = &self.prose;
        let (folder, name, body) = match route {
            Route::Attack(at) => ("attacks", &*prose.attacks[*at].slug, &prose.attacks[*at].body),
            Route::Term(at) => ("glossary", &*prose.terms[*at].slug, &prose.terms[*at].body),
            Route::Article(at) => ("pages", &*prose.articles[*at].slug, &prose.articles[*at].body),
            Route::Group(Listing::Category(category), _) => {
                ("categories", category.name(), &prose.category(*category).body)
            }
            Route::Group(Listing::Risk(risk), _) => ("risk", risk.name(), &prose.risk(*risk).body),
            _ => return None,
        };
        Some((format!("{folder}/{name}.md"), body))
    }

    fn tool_with_slug(&self, server: ServerId, slug: &str) -> Option<ToolId> {
        let tools = self.tools_by_slug.get_or_init(|| {
            let sorted = |id: ServerId| {
                let mut tools: Vec<ToolId> = self.tools_of(id).collect();
                tools.sort_unstable_by_key(|tool| self.tool(*tool).slug);
                tools
            };
            self.servers().flat_map(sorted).collect()
        });
        let tools = tools.get(self.server(server).tools.clone())?;
        let at = tools.binary_search_by_key(&slug, |tool| self.tool(*tool).slug).ok()?;
        tools.get(at).copied()
    }

    fn server_with_slug(&self, slug: &str) -> Option<ServerId> {
        let servers = &self.rows().servers;
        servers
            .binary_search_by(|server| server.slug.as_ref().cmp(slug))
            .ok()
            .map(ServerId::from_index)
    }
}
