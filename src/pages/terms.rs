//! Owns links to the glossary: the first mention of each term in a page's own texts leads to its
//! page. Foreign text is never touched.

use crate::site::{Route, Site};
use crate::text::Html;

/// Links the terms of one page, each once.
#[derive(Debug)]
pub(crate) struct TermLinker<'site> {
    site: &'site Site,
    /// The terms that are linked: a page has a handful.
    linked: Vec<usize>,
}

impl<'site> TermLinker<'site> {
    /// Begins a page. `here` is the term that the page itself explains.
    pub(crate) fn new(site: &'site Site, here: Option<usize>) -> TermLinker<'site> {
        TermLinker { site, linked: here.into_iter().collect() }
    }

    /// The same HTML with links, outside headings, code, names and other links.
    pub(crate) fn link(&mut self, html: &Html) -> Html {
        let mut output = String::with_capacity(html.as_str().len() + 256);
        let mut depth = 0_usize;
        for piece in html.as_str().split_inclusive('>') {
            let (text, tag) = piece.split_at(piece.find('<').unwrap_or(piece.len()));
            if depth == 0 {
                self.link_text(text, &mut output);
            } else {
                output.push_str(text);
            }
            output.push_str(tag);
            match keeps_its_text(tag) {
                Some(Edge::Opens) => depth += 1,
                Some(Edge::Closes) => depth = depth.saturating_sub(1),
                None => {}
            }
        }
        Html::from_escaped(output)
    }

    fn link_text(&mut self, text: &str, output: &mut String) {
        let mut end = 0;
        // A term goes on in the next line.
        let lines = text.contains('\n').then(|| text.replace('\n', " "));
        for (range, term) in self.site.prose.forms.mentions(lines.as_deref().unwrap_or(text)) {
            let before = text.get(..range.start).unwrap_or_default();
            if self.linked.contains(&term) || ends_in_reference(before) {
                continue;
            }
            self.linked.push(term);
            let href = self.site.href(&Route::Term(term));
            output.push_str(text.get(end..range.start).unwrap_or_default());
            output.push_str("<a class=\"term-link\" href=\"");
            output.push_str(&href);
            output.push_str("\">");
            output.push_str(text.get(range.clone()).unwrap_or_default());
            output.push_str("</a>");
            end = range.end;
        }
        output.push_str(text.get(end..).unwrap_or_default());
    }
}

/// Whether a text in HTML ends inside of a character reference, such as `&amp;`.
fn ends_in_reference(text: &str) -> bool {
    text.rfind(['&', ';']).is_some_and(|at| text.as_bytes().get(at) == Some(&b'&'))
}

enum Edge {
    Opens,
    Closes,
}

/// Whether a tag begins or ends an element in which nothing is linked.
fn keeps_its_text(tag: &str) -> Option<Edge> {
    let inside = tag.strip_prefix('<')?;
    let (edge, inside) = match inside.strip_prefix('/') {
        Some(inside) => (Edge::Closes, inside),
        None => (Edge::Opens, inside),
    };
    let name = inside.split(|letter: char| !letter.is_ascii_alphanumeric()).next()?;
    matches!(name, "a" | "code" | "pre" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "bdi")
        .then_some(edge)
}
