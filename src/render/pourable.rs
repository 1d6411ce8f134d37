//! Owns telling whether templates can be poured: whether they ask nothing of a text but if it is
//! empty, and leave the items of lists of parts to their components. What is not known to be so is
//! taken not to be: then the engine renders every page, which is slower and never wrong.

use super::code::{Piece, Token, pieces};

/// What may be compared with a text or number that the template names, because it is a number or a
/// word of a few, and so the same for all pages of a mould. `orders` is an argument.
const COMPARED: [&[&str]; 5] =
    [&["of", "knowledge"], &["orders"], &["row", "depth"], &["server", "kind"], &["view", "kind"]];

/// Arguments that only a word in quotes may be given, because they are compared.
const WORDS_ALONE: [&str; 1] = ["orders"];

/// The lists of parts, by the names of their fields and of the parameters that pass them on.
const PART_LISTS: [&str; 11] = [
    "adjacent",
    "beside",
    "cells",
    "facts",
    "like",
    "namesakes",
    "related",
    "rows",
    "servers",
    "similar",
    "tools",
];

/// What the program gives; no loop or parameter may call something else by these names.
const GIVEN: [&str; 4] = ["site", "head", "view", "loop"];

/// Templates of pages that the engine always renders. They may ask what they like, as long as the
/// others have nothing from them.
const APART: [&str; 12] = [
    "404.html",
    "article.html",
    "attack.html",
    "attacks.html",
    "categories.html",
    "glossary.html",
    "home.html",
    "policies.html",
    "risks.html",
    "search.html",
    "stack.html",
    "term.html",
];

/// Whether pages can be poured with these templates: names and texts of all that there are.
pub(super) fn are_all(sources: &[(&str, &str)]) -> bool {
    sources.iter().all(|(name, source)| {
        let Some(pieces) = pieces(source) else { return false };
        if APART.contains(name) {
            return !pieces.iter().any(|piece| piece.is_statement && begins(piece, "component"));
        }
        are_lawful(&pieces)
    })
}

fn begins(piece: &Piece<'_>, word: &str) -> bool {
    piece.tokens.first() == Some(&Token::Word(word))
}

fn are_lawful(mut rest: &[Piece<'_>]) -> bool {
    while let [piece, after @ ..] = rest {
        rest = match (loop_over_parts(piece), after) {
            (Some(item), [call, end, after @ ..])
                if shows(call, item) && end.is_statement && begins(end, "endfor") =>
            {
                after
            }
            (None, after) if is_lawful(piece) => after,
            _ => return false,
        };
    }
    true
}

/// What the items of a list of parts are called in the loop that begins here.
fn loop_over_parts<'source>(piece: &Piece<'source>) -> Option<&'source str> {
    let mut code = Code::of(piece);
    code.keyword("for").then_some(())?;
    let (item, list) = code.item_and_list()?;
    (piece.is_statement && code.rest.is_empty() && is_part_list(&list)).then_some(item)
}

/// Whether this is the call of a component with an item and nothing else.
fn shows(call: &Piece<'_>, item: &str) -> bool {
    let expected = [Token::Sign("{"), Token::Word(item), Token::Sign("}")];
    let ending = [Token::Sign("/"), Token::Sign(">")];
    match call.tokens.as_slice() {
        [Token::Sign("<"), Token::Word(_), Token::Word(_), Token::Sign("="), rest @ ..] => {
            !call.is_statement && rest == [expected.as_slice(), &ending].concat()
        }
        _ => false,
    }
}

fn is_part_list(path: &[&str]) -> bool {
    path.last().is_some_and(|name| PART_LISTS.contains(name))
}

fn is_lawful(piece: &Piece<'_>) -> bool {
    let mut code = Code::of(piece);
    let is_known = if piece.is_statement {
        code.statement()
    } else if code.sign("<") {
        code.call()
    } else {
        code.shown() && (!code.sign("|") || code.word() == Some("safe"))
    };
    is_known && code.rest.is_empty()
}

/// The code of a piece, read from left to right. What answers a truth value tells whether there
/// was what it reads.
struct Code<'piece, 'source> {
    rest: &'piece [Token<'source>],
}

impl<'piece, 'source> Code<'piece, 'source> {
    fn of(piece: &'piece Piece<'source>) -> Code<'piece, 'source> {
        Code { rest: &piece.tokens }
    }

    fn word(&mut self) -> Option<&'source str> {
        let [Token::Word(word), rest @ ..] = self.rest else { return None };
        self.rest = rest;
        Some(word)
    }

    fn text(&mut self) -> Option<&'source str> {
        let [Token::Text(text), rest @ ..] = self.rest else { return None };
        self.rest = rest;
        Some(text)
    }

    fn next_is(&mut self, token: &Token<'_>) -> bool {
        let is_next = self.rest.first() == Some(token);
        self.rest = &self.rest[usize::from(is_next)..];
        is_next
    }

    fn sign(&mut self, sign: &str) -> bool {
        self.next_is(&Token::Sign(sign))
    }

    fn keyword(&mut self, word: &str) -> bool {
        self.next_is(&Token::Word(word))
    }

    /// A name that stands for nothing that the program gives.
    fn new_name(&mut self) -> Option<&'source str> {
        self.word().filter(|name| !GIVEN.contains(name))
    }

    fn statement(&mut self) -> bool {
        match self.word() {
            Some("if" | "elif") => self.condition(),
            Some("else" | "endif" | "endfor") => true,
            Some("block") => self.word().is_some(),
            Some("endblock" | "endcomponent") => {
                self.word();
                true
            }
            // What is put in here is looked at by itself.
            Some("extends" | "include") => self.text().is_some_and(|name| !APART.contains(&name)),
            Some("component") => self.word().is_some() && self.parameters(),
            Some("for") => self.item_and_list().is_some_and(|(_, list)| !is_part_list(&list)),
            _ => false,
        }
    }

    /// What each item of a loop is called, and over which list it goes, after the first word.
    fn item_and_list(&mut self) -> Option<(&'source str, Vec<&'source str>)> {
        let item = self.new_name()?;
        self.keyword("in").then_some(())?;
        Some((item, self.path()?))
    }

    /// The parameters of a component, each with what it is if it is not given. Of what the program
    /// gives a component may know `site`.
    fn parameters(&mut self) -> bool {
        if !self.sign("(") {
            return false;
        }
        while !self.sign(")") {
            let is_known = if self.sign("@") {
                self.keyword("site")
            } else {
                self.new_name().is_some() && (!self.sign("=") || self.constant())
            };
            if !is_known {
                return false;
            }
            self.sign(",");
        }
        true
    }

    /// A text, number, truth value, or empty list.
    fn constant(&mut self) -> bool {
        self.text().is_some()
            || self.next_is(&Token::Number)
            || self.keyword("true")
            || self.keyword("false")
            || (self.sign("[") && self.sign("]"))
    }

    /// The call of a component, after its first sign.
    fn call(&mut self) -> bool {
        if self.word().is_none() {
            return false;
        }
        while let Some(name) = self.word() {
            if !(self.sign("=") && self.argument(name)) {
                return false;
            }
        }
        self.sign("/") && self.sign(">")
    }

    fn argument(&mut self, name: &str) -> bool {
        if self.text().is_some() {
            return true;
        }
        if WORDS_ALONE.contains(&name) || !self.sign("{") {
            return false;
        }
        let before = self.rest;
        let passes_parts_on = self.path().is_some_and(|path| is_part_list(&path));
        if passes_parts_on != PART_LISTS.contains(&name) {
            return false;
        }
        if !passes_parts_on {
            self.rest = before;
        }
        let is_empty_list = self.sign("[") && self.sign("]");
        (passes_parts_on || is_empty_list || self.shown()) && self.sign("}")
    }

    /// Texts and what else a page shows, joined.
    fn shown(&mut self) -> bool {
        loop {
            let is_operand = self.text().is_some()
                || self.next_is(&Token::Number)
                || self.path().is_some_and(|path| !is_part_list(&path));
            if !is_operand {
                return false;
            }
            if !self.sign("~") {
                return true;
            }
        }
    }

    fn condition(&mut self) -> bool {
        loop {
            while self.keyword("not") {}
            let is_known =
                if self.sign("(") { self.condition() && self.sign(")") } else { self.question() };
            if !is_known {
                return false;
            }
            if !(self.keyword("and") || self.keyword("or")) {
                return true;
            }
        }
    }

    /// Whether something is there, or is what the template names.
    fn question(&mut self) -> bool {
        let Some(path) = self.path() else { return false };
        let compares = ["==", "!=", "<", ">", "<=", ">="].iter().any(|sign| self.sign(sign));
        let is_alike = || path.first() == Some(&"site") || COMPARED.contains(&path.as_slice());
        !compares || (is_alike() && self.constant())
    }

    /// A name and what is asked of what it stands for. Something of a list of parts is none.
    fn path(&mut self) -> Option<Vec<&'source str>> {
        let mut path = vec![self.word()?];
        loop {
            if self.sign(".") {
                path.push(self.word()?);
            } else if self.sign("[") {
                path.push(self.key(&path)?);
                self.sign("]").then_some(())?;
            } else {
                let (_, lists) = path.split_last()?;
                let is_inside = lists.iter().any(|name| PART_LISTS.contains(name));
                return (!is_inside).then_some(path);
            }
        }
    }

    /// What stands in brackets: a text, or the card of a page, which is one of a few words.
    fn key(&mut self, path: &[&str]) -> Option<&'source str> {
        if let Some(text) = self.text() {
            return Some(text);
        }
        let key = self.path()?;
        (path == ["site", "assets"] && key == ["head", "card"]).then_some("card")
    }
}

#[cfg(test)]
mod tests {
    use super::{APART, are_all};
    use crate::overlay;
    use crate::pages::{self, View};

    fn is_pourable(source: &str) -> bool {
        are_all(&[("tool.html", source)])
    }

    #[test]
    fn the_built_in_templates_are_pourable() {
        for (name, file) in overlay::built_in("templates") {
            let source = std::str::from_utf8(&file.bytes).unwrap();
            let minified = overlay::minified(&name).unwrap();
            assert!(are_all(&[(&name, source)]), "{name}");
            assert!(are_all(&[(&name, minified)]), "{name}, minified");
        }
    }

    #[test]
    fn what_shows_texts_and_asks_whether_they_are_there_is_pourable() {
        for source in [
            "{# {{ a | upper }} #}<p>{{- view.name -}}</p>{{ view.name_html | safe }}",
            "{{ \"a }} b\" ~ view.name ~ 1 }}{{ site.assets['own.css'] }}",
            "{% if not (view.a and view.b) or site.c -%}x{%- elif d %}y{% else %}z{% endif %}",
            "{% if view.kind == \"risk\" %}{% elif site.language != 'de' %}{% endif %}",
            "{% for note in view.notes %}{% if not loop.last %}{{ note }}{% endif %}{% endfor %}",
            "{% for tool in view.tools %}{{<line of={tool}/>}}{% endfor %}",
            "{{<list tools={of.beside}/>}}{{<link to={view.server} rel=\"x\" legend={false}/>}}",
            "{% extends \"base.html\" %}{% block a %}{% include 'own.html' %}{% endblock %}",
            "{% component own(@site, a, b = \"\", c = []) %}{{ a }}{% endcomponent own %}",
            "{",
        ] {
            assert!(is_pourable(source), "{source}");
        }
    }

    #[test]
    fn what_asks_more_or_cannot_be_told_is_not() {
        for source in [
            "{{ view.name | upper }}",
            "{{ view.name | safe | upper }}",
            "{{ view.count + 1 }}",
            "{{ \"a\\\"b\" }}",
            "{{ view",
            "{{ site.assets[view.name] }}",
            "{{ view[\"name\"][0:2] }}",
            "{{ now() }}",
            "{{ 'a' if view.name else 'b' }}",
            "{% if view.name == \"x\" %}{% endif %}",
            "{% if view.name in site.names %}{% endif %}",
            "{% if view.name is starting_with('a') %}{% endif %}",
            "{% if view.notes | length > 2 %}{% endif %}",
            "{% set name = view.name %}",
            "{% raw %}{{ x }}{% endraw %}",
            "{% filter upper %}{{ view.name }}{% endfilter %}",
            "{% for key, value in view.map %}{% endfor %}",
            "{% for letter in view.name | split(pat='') %}{% endfor %}",
            "{% extends \"home.html\" %}",
            "{% include \"404.html\" %}",
            // What is compared must be a number or a word of a few, whatever it is called.
            "{{<filter orders={view.name}/>}}",
            "{% component own(site) %}{% endcomponent own %}",
            "{% component own(@view) %}{% endcomponent own %}",
            "{% component own(...rest) %}{% endcomponent own %}",
            "{% for view in site.pages %}{% endfor %}",
            "{{<own {...view}/>}}",
            "{% <own()> %}{{ view.name }}{% </own> %}",
        ] {
            assert!(!is_pourable(source), "{source}");
        }
    }

    #[test]
    fn nothing_but_a_component_may_look_into_the_items_of_a_list_of_parts() {
        for source in [
            "{% for tool in view.tools %}{{ tool.name }}{% endfor %}",
            "{% for tool in view.tools %}{% if tool.line %}{{<line of={tool}/>}}{% endif %}{% endfor %}",
            "{% for tool in view.tools %}{{<line of={tool} at={view.name}/>}}{% endfor %}",
            "{% for tool in view.tools %}{{<line of={view.name}/>}}{% endfor %}",
            "{% for tool in view.tools %}{{<line of={tool}/>}}{% else %}{% endfor %}",
            "{% for tool in view.tools | reverse %}{{<line of={tool}/>}}{% endfor %}",
            "{% for tool in view.tools %}{{<line of={tool}/>}}",
            "{{ view.tools }}",
            "{{ view.tools.first }}",
            "{% if view.tools.first %}{% endif %}",
            "{{<list of={view.tools}/>}}",
            "{{<list tools={view.notes}/>}}",
        ] {
            assert!(!is_pourable(source), "{source}");
        }
    }

    #[test]
    fn pages_that_are_never_poured_may_ask_what_they_like() {
        let home = ("home.html", "{{ view.name | upper }}");
        assert!(are_all(&[home]));
        // Others could call it.
        let component = "{% component own() %}{{ 1 + 1 }}{% endcomponent own %}";
        assert!(!are_all(&[("home.html", component)]));
        assert!(!are_all(&[home, ("own.html", "{{ view.name | upper }}")]));
    }

    #[test]
    fn templates_that_may_ask_what_they_like_are_those_of_no_poured_page() {
        fn of<Page: View>() -> (&'static str, bool) {
            (Page::TEMPLATE, Page::IS_ONE_OF_MANY)
        }
        let all = [
            of::<pages::ArticleView<'_>>(),
            of::<pages::AttackView<'_>>(),
            of::<pages::AttacksView<'_>>(),
            of::<pages::CategoriesView>(),
            of::<pages::GlossaryView<'_>>(),
            of::<pages::HomeView<'_>>(),
            of::<pages::ListingView<'_>>(),
            of::<pages::NotFoundView>(),
            of::<pages::PoliciesView>(),
            of::<pages::RisksView>(),
            of::<pages::SearchView>(),
            of::<pages::ServerPolicyView<'_>>(),
            of::<pages::ServerView<'_>>(),
            of::<pages::StackView>(),
            of::<pages::TermView<'_>>(),
            of::<pages::ToolView<'_>>(),
        ];
        for (template, is_poured) in all {
            assert_ne!(APART.contains(&template), is_poured, "{template}");
        }
        assert_eq!(APART.len(), all.iter().filter(|(_, is_poured)| !is_poured).count());
    }
}
