//! Owns the parser of pages: the tree that a browser would make, and what the parser complains
//! about, with the tags at which it did.

use std::cell::{Cell, RefCell};

use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::TokenizerOpts;
use html5ever::tokenizer::{TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};
use html5ever::{LocalName, TokenizerResult};
use scraper::{Html, HtmlTreeSink};

type Node = <HtmlTreeSink as TreeSink>::Handle;

/// Reads a page. Answers its tree and the complaints, in the order of the page.
pub(super) fn parse(source: &str) -> (Html, Vec<String>) {
    let tokenizer = Tokenizer::new(Listener::new(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(source));
    // It stops behind each script, so that a browser can run it.
    while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
    tokenizer.end();
    let Listener { builder, complaints, .. } = tokenizer.sink;
    (builder.sink.finish(), complaints.into_inner())
}

/// Stands between the half of the parser that finds tags and the half that knows what may stand
/// where and tells of no places.
struct Listener {
    builder: TreeBuilder<Node, HtmlTreeSink>,
    /// The tag before the token that is looked at.
    before: RefCell<Option<(TagKind, LocalName)>>,
    noted: Cell<usize>,
    complaints: RefCell<Vec<String>>,
}

impl Listener {
    fn new() -> Listener {
        let sink = HtmlTreeSink::new(Html::new_document());
        Listener {
            builder: TreeBuilder::new(sink, TreeBuilderOpts::default()),
            before: RefCell::default(),
            noted: Cell::default(),
            complaints: RefCell::default(),
        }
    }

    /// Notes what the builder has complained about since the last time.
    fn note(&self, at: Option<&(TagKind, LocalName)>) {
        let html = self.builder.sink.0.borrow();
        let noted = self.noted.replace(html.errors.len());
        for complaint in html.errors.iter().skip(noted) {
            let at = at.map(|tag| format!("at {}", in_words(tag)));
            let after = self.before.borrow().as_ref().map(|tag| format!("after {}", in_words(tag)));
            let places: Vec<String> = at.into_iter().chain(after).collect();
            self.complaints.borrow_mut().push(match &*places.join(", ") {
                "" => complaint.to_string(),
                places => format!("{complaint} ({places})"),
            });
        }
    }
}

fn in_words((kind, name): &(TagKind, LocalName)) -> String {
    match kind {
        TagKind::StartTag => format!("`<{name}>`"),
        TagKind::EndTag => format!("`</{name}>`"),
    }
}

impl TokenSink for Listener {
    type Handle = Node;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Node> {
        let tag = match &token {
            Token::TagToken(tag) => Some((tag.kind, tag.name.clone())),
            _ => None,
        };
        let result = self.builder.process_token(token, line);
        self.note(tag.as_ref());
        if tag.is_some() {
            self.before.replace(tag);
        }
        result
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_complaint_names_the_tags_where_it_is_made() {
        let of = |body: &str| parse(&format!("<!DOCTYPE html><body>{body}")).1;
        for (body, expected) in [
            ("<b>a</b></p>", "No <p> tag to close (at `</p>`, after `</b>`)"),
            ("<main><div></main>", "Unexpected open element (at `</main>`, after `<div>`)"),
            ("<p><i id=a id=a>x</i>", "Duplicate attribute (after `<p>`)"),
            ("<script>1</script></p>", "No <p> tag to close (at `</p>`, after `</script>`)"),
        ] {
            assert_eq!(of(body), [expected], "{body}");
        }
        assert_eq!(of("<svg><path d=M0 /></svg><ul><li>1<li>2</ul>"), [""; 0]);
        assert_eq!(parse("x").1.first().map(String::as_str), Some("Unexpected token"));
    }
}
