//! Owns the head of a page: title, description, canonical address, breadcrumbs, and the JSON-LD
//! that says the same to machines.

use serde::Serialize;
use serde_json::{Value, json};

use super::faq::Question;
use crate::risk::Category;
use crate::site::{Route, Site};
use crate::text::{self, Html};

/// Search engines show about this many characters.
const LONGEST_TITLE: usize = 65;
const LONGEST_DESCRIPTION: usize = 158;

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
    /// The picture that stands for the page where it is linked to, by its name in `static/`.
    card: String,
    json_ld_html: Html,
}

/// What is known of a page that is an article.
struct Article {
    changed: Option<String>,
}

/// Collects what a head is made of.
pub(super) struct HeadBuilder<'site> {
    site: &'site Site,
    route: Route,
    title: String,
    here: String,
    description: String,
    crumbs: Vec<(String, Route)>,
    article: Option<Article>,
    card: &'static str,
    questions: Vec<Question>,
}

impl<'site> HeadBuilder<'site> {
    /// The head of a route, with its title and the name that the breadcrumbs give it.
    pub(crate) fn new(
        site: &'site Site,
        route: Route,
        title: &str,
        here: &str,
    ) -> HeadBuilder<'site> {
        HeadBuilder {
            site,
            route,
            title: text::one_line(title),
            here: text::one_line(here),
            description: String::new(),
            crumbs: Vec::new(),
            article: None,
            card: "site",
            questions: Vec::new(),
        }
    }

    /// What search engines show below the title.
    pub(crate) fn description(mut self, description: &str) -> Self {
        self.description = text::cut(&text::one_line(description), LONGEST_DESCRIPTION);
        self
    }

    /// One more page on the way to this one.
    pub(crate) fn below(mut self, name: &str, route: Route) -> Self {
        self.crumbs.push((text::cut(&text::one_line(name), 60), route));
        self
    }

    /// Marks the page as an article, last changed on a day if that is known.
    pub(crate) fn article(mut self, changed: Option<&str>) -> Self {
        self.article = Some(Article { changed: changed.map(str::to_owned) });
        self
    }

    /// The card of the verdict that a category gets.
    pub(crate) fn card(mut self, category: Category) -> Self {
        self.card = category.name();
        self
    }

    /// The questions that the page answers.
    pub(crate) fn questions(mut self, questions: &[Question]) -> Self {
        self.questions = questions.to_vec();
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
            (false, true) => format!("{} · {site_title}", self.title),
            (false, false) => text::cut(&self.title, LONGEST_TITLE),
        };
        let canonical = (self.route != Route::NotFound).then(|| self.site.url(&self.route));
        let home = (!is_home).then(|| ("Home".to_owned(), Route::Home));
        let crumbs: Vec<(String, Route)> =
            home.into_iter().chain(self.crumbs.iter().cloned()).collect();
        let breadcrumbs = crumbs
            .iter()
            .map(|(name, route)| Crumb { name: name.clone(), href: self.site.href(route) })
            .collect();
        Head {
            json_ld_html: self.json_ld(canonical.as_deref(), &crumbs),
            title,
            kind: if self.article.is_some() { "article" } else { "website" },
            description: self.description.clone(),
            breadcrumbs,
            report: self.report(canonical.as_deref()),
            card: format!("cards/{}.png", self.card),
            here: self.here,
            canonical,
        }
    }

    fn report(&self, canonical: Option<&str>) -> Option<String> {
        let pattern = self.site.config.report_url.as_ref()?;
        // In one pass: a name that holds a placeholder is not looked into.
        let mut address = String::with_capacity(pattern.len());
        for (index, piece) in pattern.split("{title}").enumerate() {
            if index > 0 {
                address.push_str(&text::percent_encode(&self.title));
            }
            address.push_str(&piece.replace("{url}", &text::percent_encode(canonical?)));
        }
        Some(address)
    }

    fn json_ld(&self, canonical: Option<&str>, crumbs: &[(String, Route)]) -> Html {
        let mut graph = Vec::new();
        if !crumbs.is_empty() {
            graph.push(self.breadcrumb_list(canonical, crumbs));
        }
        if let Some(Article { changed }) = &self.article {
            let mut article = json!({
                "@type": "TechArticle",
                "headline": text::cut(&self.title, 110),
                "description": self.description,
                "url": canonical,
                "inLanguage": self.site.config.language,
                "isPartOf": {"@type": "WebSite", "name": self.site.config.title, "url": self.site.url(&Route::Home)},
            });
            if let Some(day) = changed {
                article["dateModified"] = json!(day);
            }
            graph.push(article);
        }
        if !self.questions.is_empty() {
            let entities: Vec<Value> = self.questions.iter().map(Question::json_ld).collect();
            graph.push(json!({"@type": "FAQPage", "mainEntity": entities}));
        }
        if self.route == Route::Home {
            let (name, url) = (&self.site.config.title, canonical);
            graph.push(json!({"@type": "WebSite", "name": name, "url": url, "description": self.description}));
        }
        if graph.is_empty() {
            return Html::default();
        }
        script_json(&json!({"@context": "https://schema.org", "@graph": graph}))
    }

    fn breadcrumb_list(&self, canonical: Option<&str>, crumbs: &[(String, Route)]) -> Value {
        let above = crumbs.iter().map(|(name, route)| (name.as_str(), self.site.url(route)));
        let here = canonical.map(|url| (self.here.as_str(), url.to_owned()));
        let items: Vec<Value> = above
            .chain(here)
            .enumerate()
            .map(|(at, (name, url))| json!({"@type": "ListItem", "position": at + 1, "name": name, "item": url}))
            .collect();
        json!({"@type": "BreadcrumbList", "itemListElement": items})
    }
}

/// JSON that can stand in a `script` element: nothing in it can end the element or begin another.
fn script_json(value: &Value) -> Html {
    let json = value.to_string();
    let is_safe = |character: char| {
        !matches!(character, '<' | '>' | '&' | '\u{2028}' | '\u{2029}')
            // The control characters of C1 and the noncharacters are allowed in JSON, not in HTML.
            && text::printable(character) == character
    };
    let mut safe = String::with_capacity(json.len() + 64);
    let mut rest = json.as_str();
    while let Some(at) = rest.find(|character| !is_safe(character)) {
        let (before, after) = rest.split_at(at);
        safe.push_str(before);
        let mut characters = after.chars();
        if let Some(character) = characters.next() {
            text::push_json_escape(character, &mut safe);
        }
        rest = characters.as_str();
    }
    safe.push_str(rest);
    Html::from_escaped(safe)
}
