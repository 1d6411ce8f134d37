//! The site's own sentences, headings, lists and dates, on the shipped site and on one whose
//! titles and numbers are hard to put into sentences. What servers say of themselves is left out.

use regex::Regex;
use scraper::{ElementRef, Html, Node};

use super::reading::{
    GENERATED, all, first, folded, is_foreign, own_words, page, page_names, sites, words_of,
};

/// What no sentence may have.
const MISTAKES: &[(&str, &str)] = &[
    ("article", r"\b[Aa] execute\b|\b[Aa]n (read|write|destructive|financial|server|tool)\b"),
    ("plural", r"\b(1 (\w+ )?|one )(tools|servers|pages|calls|files|links|times)\b"),
    ("singular", r"\b([02-9]|\d\d+) (\w+ )?(tool|server|page|call|file|link)\b"),
    ("one of many", r"\bIt has 1 [^.]*\. [^.]*\bthem\b"),
    ("MCP twice", r"(?i)\bmcp( server)? mcp\b"),
    ("server twice", r"(?i)\bservers? servers?\b"),
    ("word twice", r"\b(the the|a a|of of|is is|to to|and and|with with|in in|for for)\b"),
    ("mark twice", r"(^|[^.])\.\.(\s|$)|[.!?:]\s*[.!?:](\s|$)|,,|;;"),
    ("space before a mark", r"\s[.,;:!?](\s|$)"),
    ("template or program", r"\{\{|\}\}|\{%|%\}|\bundefined\b|\bNaN\b"),
];

#[test]
fn sentences_are_english() {
    let mistakes: Vec<(&str, Regex)> =
        MISTAKES.iter().map(|(kind, pattern)| (*kind, Regex::new(pattern).unwrap())).collect();
    let mut faults = Vec::new();
    for (files, _) in sites() {
        for name in page_names(files) {
            for sentence in sentences(&page(files, name)) {
                let found = mistakes.iter().filter(|(_, mistake)| mistake.is_match(&sentence));
                faults.extend(found.map(|(kind, _)| format!("{name}: {kind}: {sentence}")));
            }
        }
    }
    assert!(faults.is_empty(), "{} mistakes, the first:\n{}", faults.len(), first_few(&faults));
}

fn first_few(faults: &[String]) -> String {
    faults.iter().take(30).map(String::as_str).collect::<Vec<_>>().join("\n")
}

/// What the site says on a page, also to search engines and to those who listen; quotations in it
/// are one word.
fn sentences(page: &Html) -> Vec<String> {
    let mut sentences = own_words(first(page, "body").unwrap());
    // The title of a server is its own; it can end with a full stop.
    sentences
        .extend(all(page, "title").into_iter().map(|title| words_of(title).replace(".:", ":")));
    let attribute = |selector: &str, name: &str| {
        all(page, selector).into_iter().filter_map(|found| found.attr(name).map(folded)).collect()
    };
    let described: Vec<String> = attribute("meta[name=description]", "content");
    // A description ends with the first sentence of the tool's own, which is not ours to judge.
    sentences.extend(described.iter().filter_map(|text| {
        let own = text.split_once("Recommended rule: ").map(|(_, own)| own)?;
        own.split_once('.').map(|(own, _)| format!("{own}."))
    }));
    sentences.extend::<Vec<String>>(attribute("[aria-label]", "aria-label"));
    let quotation = Regex::new("“[^”]*”").unwrap();
    sentences.iter().map(|sentence| quotation.replace_all(sentence, "QUOTE").into_owned()).collect()
}

#[test]
fn no_heading_and_no_list_is_without_content() {
    let mut faults = Vec::new();
    for (files, _) in sites() {
        // The lists of two pages are filled in the browser; the browser tests look at those.
        let is_filled_later = |name: &str| matches!(name, "search/index.html" | "stack/index.html");
        for name in page_names(files).filter(|name| !is_filled_later(name)) {
            let page = page(files, name);
            faults.extend(empty_headings(&page).iter().map(|text| format!("{name}: {text}")));
            for list in all(&page, "ul, ol, dl, tbody, select") {
                if list.child_elements().next().is_none() {
                    faults.push(format!("{name}: an empty <{}>", list.value().name()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", first_few(&faults));
}

#[test]
fn an_empty_heading_would_be_found() {
    let found = |html: &str| empty_headings(&Html::parse_document(&format!("<main>{html}</main>")));
    assert_eq!(found("<h2>a</h2><h2>b</h2><p>x"), ["a"]);
    assert_eq!(found("<h2>a</h2><h3>b</h3><ul></ul><h2>c</h2>x"), ["b"]);
    assert_eq!(found("<section><h2>a</h2></section><p>x"), ["a"]);
    assert_eq!(found("<h1>t</h1><section><h2>a</h2><h3>b</h3><p>x</section><h2>c</h2>"), ["c"]);
    assert!(found("<h2>a</h2><h3>b</h3><p>x</p><h2>c</h2><blockquote class=foreign><h2>q</h2></blockquote>").is_empty());
}

/// The headings that nothing stands under.
fn empty_headings(page: &Html) -> Vec<String> {
    let mut walk = Headings::default();
    if let Some(main) = first(page, "main") {
        walk.section(main);
    }
    walk.empty
}

#[derive(Default)]
struct Headings {
    /// The heading under which nothing has been found yet, with its level.
    open: Option<(u8, String)>,
    empty: Vec<String>,
}

impl Headings {
    fn section(&mut self, element: ElementRef<'_>) {
        self.children(element);
        self.close();
    }

    fn close(&mut self) {
        self.empty.extend(self.open.take().map(|(_, text)| text));
    }

    fn children(&mut self, element: ElementRef<'_>) {
        for child in element.children() {
            match (child.value(), ElementRef::wrap(child)) {
                (Node::Text(text), _) if !text.trim().is_empty() => self.open = None,
                (_, Some(element)) => self.element(element),
                _ => {}
            }
        }
    }

    fn element(&mut self, element: ElementRef<'_>) {
        match element.value().name() {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading(element),
            _ if is_foreign(element.value()) => self.open = None,
            "svg" | "img" | "input" | "textarea" => self.open = None,
            "section" | "article" => self.section(element),
            _ => self.children(element),
        }
    }

    fn heading(&mut self, element: ElementRef<'_>) {
        let level = element.value().name().as_bytes()[1] - b'0';
        if self.open.as_ref().is_some_and(|(open, _)| level <= *open) {
            self.close();
        }
        self.open = Some((level, words_of(element)));
    }
}

#[test]
fn dates_are_days_of_the_calendar_in_time_elements() {
    let day = Regex::new(r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{4}\b").unwrap();
    let mut faults = Vec::new();
    for (files, _) in sites() {
        for name in page_names(files) {
            let page = page(files, name);
            for time in all(&page, "time") {
                let text = words_of(time);
                let is_day = policypress::text::is_date(&text);
                if !is_day || time.attr("datetime") != Some(text.as_str()) {
                    faults.push(format!("{name}: <time> says {text}"));
                }
            }
            let outside = own_words_outside_of_time(first(&page, "body").unwrap());
            faults.extend(day.find_iter(&outside).map(|day| format!("{name}: {}", day.as_str())));
        }
    }
    assert!(faults.is_empty(), "{}", first_few(&faults));
    for name in [
        "tools/server-0/index.html",
        "tools/server-0/read-0/index.html",
        "policies/server-0/index.html",
    ] {
        assert_eq!(all(&page(&GENERATED, name), "time").len(), 1, "{name}");
    }
}

/// What the site says outside of `time`, of articles and of the titles of links, in which a day can
/// be the name of something.
fn own_words_outside_of_time(element: ElementRef<'_>) -> String {
    let mut words = String::new();
    for child in element.children() {
        match (child.value(), ElementRef::wrap(child)) {
            (Node::Text(text), _) => words.push_str(text),
            (_, Some(element)) => {
                let name = element.value().name();
                let is_article = element.value().classes().any(|class| class == "prose");
                let is_left_out =
                    matches!(name, "time" | "a" | "pre" | "code" | "script") || is_article;
                if !is_left_out && !is_foreign(element.value()) {
                    words.push(' ');
                    words.push_str(&own_words_outside_of_time(element));
                }
            }
            _ => {}
        }
    }
    words
}
