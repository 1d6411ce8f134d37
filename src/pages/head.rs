//! Owns the head of a page: title, description, canonical address, breadcrumbs, and the JSON-LD
//! that says the same to machines.

use serde::Serialize;

use super::json_ld::{self, Step, Thing, Whole};
use crate::risk::{Category, Risk};
use crate::site::{Route, ServerId, Site};
use crate::text::{self, Html};

/// Search engines show about this many characters.
const LONGEST_TITLE: usize = 65;
pub(super) const LONGEST_DESCRIPTION: usize = 158;

/// What stands around a sentence that is quoted: a space, two marks and a full stop.
const AROUND_QUOTE: usize = 4;
/// A few letters of a sentence say nothing.
const SHORTEST_QUOTE: usize = 16;

/// A description in our words, and behind them as much as fits of a sentence that is not ours.
pub(super) fn quoting(own: &str, sentence: &str) -> String {
    let room = LONGEST_DESCRIPTION.saturating_sub(own.chars().count() + AROUND_QUOTE);
    let has_words = sentence.chars().any(char::is_alphanumeric);
    if room < SHORTEST_QUOTE || !has_words {
        return own.to_owned();
    }
    [own, " ", &text::quoted(&text::short_line(&text::plainly(sentence), room))].concat()
}

/// A description with more of our words behind it, unless its own would be cut.
pub(super) fn continued(own: &str, more: &str) -> String {
    let whole = text::short_line(&format!("{own} {more}"), LONGEST_DESCRIPTION);
    if whole.starts_with(own) { whole } else { own.to_owned() }
}

/// One step of the way from the home page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Crumb {
    name: String,
    href: String,
}

/// What stands in the head of a page.
#[derive(Clone, Debug, Serialize)]
pub struct Head {
    title: String,
    description: String,
    canonical: Option<String>,
    breadcrumbs: Vec<Crumb>,
    here: String,
    /// Where to report what is wrong with the page.
    report: Option<String>,
    kind: &'static str,
    card: Card,
    json_ld_html: Html,
}

/// The picture that stands for a page where it is linked to, by its name in `static/`: that of the
/// site, or that of the verdict that a category gets.
#[derive(Clone, Copy, Debug, Serialize)]
enum Card {
    #[serde(rename = "cards/site.png")]
    Site,
    #[serde(rename = "cards/read.png")]
    Read,
    #[serde(rename = "cards/write.png")]
    Write,
    #[serde(rename = "cards/execute.png")]
    Execute,
    #[serde(rename = "cards/destructive.png")]
    Destructive,
    #[serde(rename = "cards/financial.png")]
    Financial,
}

impl From<Category> for Card {
    fn from(category: Category) -> Card {
        match category {
            Category::Read => Card::Read,
            Category::Write => Card::Write,
            Category::Execute => Card::Execute,
            Category::Destructive => Card::Destructive,
            Category::Financial => Card::Financial,
        }
    }
}

/// What is known of a page that is an article.
struct Article {
    changed: Option<String>,
}

/// A title that ends in the first of these endings that there is room for. Where there is room for
/// none, it ends in the last, and the subject is cut: a single word inside, because its end may tell
/// it from others.
pub(super) fn title(subject: &str, endings: &[&str]) -> String {
    let subject = text::one_line(&text::shown_name(subject));
    let subject = text::plainly(&subject);
    let room = |ending: &str| LONGEST_TITLE.saturating_sub(ending.chars().count());
    let length = subject.chars().count();
    let fitting = endings.iter().find(|ending| length <= room(ending));
    let ending = fitting.or(endings.last()).copied().unwrap_or_default();
    let is_word = !subject.contains(' ');
    let cut = if is_word { text::cut_inside } else { text::cut };
    cut(&subject, room(ending)) + ending
}

/// What the titles of a server's pages call it: by its identifier, if it shares its title.
pub(super) fn subject(site: &Site, id: ServerId) -> &str {
    let row = site.server(id);
    if site.shares_title(id) { &row.name } else { &row.title }
}

/// Collects what a head is made of.
pub(super) struct HeadBuilder<'site> {
    site: &'site Site,
    route: Route,
    title: String,
    here: String,
    description: String,
    /// The way from the home page.
    crumbs: Vec<Crumb>,
    article: Option<Article>,
    card: Card,
    /// As JSON.
    questions: Option<&'site str>,
}

impl<'site> HeadBuilder<'site> {
    /// The head of a route, with its title and the name that the breadcrumbs give it.
    pub(crate) fn new(
        site: &'site Site,
        route: Route,
        title: &str,
        here: &str,
    ) -> HeadBuilder<'site> {
        let home = (route != Route::Home)
            .then(|| Crumb { name: "Home".to_owned(), href: site.href(&Route::Home) });
        HeadBuilder {
            site,
            route,
            title: text::one_line(title),
            here: text::one_line(&text::shown_name(here)),
            description: String::new(),
            crumbs: home.into_iter().collect(),
            article: None,
            card: Card::Site,
            questions: None,
        }
    }

    /// What search engines show below the title.
    pub(crate) fn description(mut self, description: &str) -> Self {
        self.description = text::short_line(&text::plainly(description), LONGEST_DESCRIPTION);
        self
    }

    /// One more page on the way to this one.
    pub(crate) fn below(mut self, name: &str, route: &Route) -> Self {
        let name = text::short_line(name, 60);
        self.crumbs.push(Crumb { name, href: self.site.href(route) });
        self
    }

    /// Marks the page as an article, last changed on a day if that is known.
    pub(crate) fn article(mut self, changed: Option<&str>) -> Self {
        self.article = Some(Article { changed: changed.map(str::to_owned) });
        self
    }

    /// The card of the verdict that a category gets. It names the usual risk, so a tool with
    /// another has that of the site.
    pub(crate) fn card(mut self, category: Category, risk: Risk) -> Self {
        if risk == category.default_risk() {
            self.card = category.into();
        }
        self
    }

    /// The questions that the page answers, as JSON.
    pub(crate) fn questions(mut self, entities: &'site str) -> Self {
        self.questions = Some(entities);
        self
    }

    /// The head.
    pub(crate) fn build(self) -> Head {
        let site_title = &self.site.config.title;
        let is_home = self.route == Route::Home;
        let room = LONGEST_TITLE.saturating_sub(site_title.chars().count() + 3);
        let fits = self.title.chars().count() <= room;
        let title = match (is_home, fits) {
            (true, _) => self.title.clone(),
            (false, true) => [&self.title, " · ", site_title].concat(),
            (false, false) => text::cut(&self.title, LONGEST_TITLE),
        };
        let canonical = (self.route != Route::NotFound).then(|| self.site.url(&self.route));
        Head {
            json_ld_html: self.json_ld(canonical.as_deref()),
            title,
            kind: if self.article.is_some() { "article" } else { "website" },
            report: self.report(canonical.as_deref()),
            description: self.description,
            breadcrumbs: self.crumbs,
            card: self.card,
            here: self.here,
            canonical,
        }
    }

    fn report(&self, canonical: Option<&str>) -> Option<String> {
        let pattern = self.site.config.report_url.as_ref()?;
        // So encoded, neither has a brace any more.
        let [url, title] = [canonical?, &self.title].map(text::percent_encode);
        let address = pattern.replace("{url}", &url).replace("{title}", &title);
        Some(self.site.addresses.resolve(&address))
    }

    fn json_ld(&self, canonical: Option<&str>) -> Html {
        let config = &self.site.config;
        let mut things = Vec::with_capacity(3);
        if !self.crumbs.is_empty() {
            things.push(self.breadcrumb_list(canonical));
        }
        if let Some(Article { changed }) = &self.article {
            things.push(Thing::TechArticle {
                headline: text::cut(&self.title, 110),
                description: &self.description,
                url: canonical,
                in_language: &config.language,
                is_part_of: Whole { name: &config.title, url: self.site.url(&Route::Home) },
                date_modified: changed.as_deref(),
            });
        }
        if self.route == Route::Home {
            let (name, description) = (&config.title, &self.description);
            things.push(Thing::WebSite { name, url: canonical, description });
        }
        json_ld::script(&things, self.questions)
    }

    fn breadcrumb_list(&self, canonical: Option<&str>) -> Thing<'_> {
        let origin = &self.site.config.origin;
        let above =
            self.crumbs.iter().map(|crumb| (crumb.name.as_str(), [origin, &*crumb.href].concat()));
        let here = canonical.map(|url| (self.here.as_str(), url.to_owned()));
        let steps = above.chain(here).enumerate();
        let item_list_element =
            steps.map(|(at, (name, item))| Step { position: at + 1, name, item }).collect();
        Thing::BreadcrumbList { item_list_element }
    }
}
