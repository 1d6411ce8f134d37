//! Owns minifying a template: its own HTML is minified once, when the program is compiled, and what
//! it prints costs nothing on any page. What the engine reads (`{{ }}`, `{% %}`) is hidden from the
//! minifier behind placeholders that keep its place, and the quotes around it, and put back
//! afterwards.
//!
//! Only for templates that are written for it: no statement may stand between two attributes but a
//! whole `{% if %}…{% endif %}`, and no element may begin in one branch and end in another.

use std::fmt::Write as _;

/// What the scanner is inside of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside<'source> {
    /// Elements and text.
    Text,
    /// A tag, outside the values of its attributes.
    Tag,
    /// An element that has no elements in it.
    Raw(&'source str),
}

/// Elements whose content is text to the end.
const RAW: &[&str] = &["script", "style", "textarea", "title"];

/// A template whose own HTML is minified. `None`: it is not written for it.
pub(super) fn shrink(source: &str) -> Option<String> {
    let mut scanner = Scanner { rest: source, plain: String::new(), hidden: Vec::new() };
    scanner.hide()?;
    let small = minify_html::minify(scanner.plain.as_bytes(), &configuration());
    let small = String::from_utf8(small).ok()?;
    // An element that begins in one branch and ends in another is ended, or ended twice.
    tags(&small).eq(tags(&scanner.plain)).then_some(())?;
    restored(&small, &scanner.hidden)
}

/// The names of all tags, those that end an element with a slash before them.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    let names = html.split('<').skip(1).map(|tag| {
        let end = tag.find(|next: char| !next.is_ascii_alphanumeric() && next != '/');
        tag.get(..end.unwrap_or(tag.len())).unwrap_or_default().trim_end_matches('/')
    });
    names.filter(|name| !name.is_empty())
}

/// Only what every reader of HTML agrees on: no attribute without a space before it, no closing
/// tag that a checker would miss. Comments are the placeholders.
fn configuration() -> minify_html::Cfg {
    minify_html::Cfg {
        keep_closing_tags: true,
        keep_comments: true,
        keep_html_and_head_opening_tags: true,
        keep_input_type_text_attr: true,
        ..minify_html::Cfg::default()
    }
}

struct Scanner<'source> {
    rest: &'source str,
    /// The template with placeholders.
    plain: String,
    /// What they stand for.
    hidden: Vec<&'source str>,
}

impl<'source> Scanner<'source> {
    fn hide(&mut self) -> Option<()> {
        let mut inside = Inside::Text;
        while let Some(next) = self.rest.chars().next() {
            let is_statement = self.rest.starts_with("{%");
            if self.rest.starts_with("{#") {
                self.take_to("#}")?;
            } else if is_statement || self.rest.starts_with("{{") {
                self.hide_code(inside, is_statement)?;
            } else {
                inside = self.step(inside, next)?;
            }
        }
        (inside == Inside::Text).then_some(())
    }

    /// Hides what the engine reads.
    fn hide_code(&mut self, inside: Inside<'_>, is_statement: bool) -> Option<()> {
        let code = match (inside, is_statement) {
            // An attribute that is there or not is one thing.
            (Inside::Tag, true) => self.take_to("endif %}")?,
            (_, true) => self.take_to("%}")?,
            (_, false) => self.take_to("}}")?,
        };
        let number = self.number(code);
        // A space beside a statement stands between words; a line break only orders the source.
        let is_in_line = self.plain.ends_with(' ') || self.rest.starts_with(' ');
        let written = match (inside, is_statement && !is_in_line) {
            (Inside::Text, true) => write!(self.plain, "<!--ppx{number}x-->"),
            (Inside::Tag, _) => write!(self.plain, " ppx{number}x "),
            _ => write!(self.plain, "ppx{number}x"),
        };
        written.ok()
    }

    /// Takes a piece of the template's own HTML.
    fn step(&mut self, inside: Inside<'source>, next: char) -> Option<Inside<'source>> {
        match inside {
            Inside::Text if next == '<' => {
                let is_comment = self.rest.starts_with("<!--");
                if is_comment {
                    self.take_to("-->")?;
                    return Some(Inside::Text);
                }
                self.copy(1);
                Some(Inside::Tag)
            }
            // The minifier takes such a space for layout inside a `<div>`.
            Inside::Text if self.plain.ends_with('>') && self.rest.starts_with(" <") => {
                let number = self.number(" ");
                self.rest = self.rest.strip_prefix(' ')?;
                write!(self.plain, "ppx{number}x").ok()?;
                Some(Inside::Text)
            }
            Inside::Tag if next == '"' => {
                self.value()?;
                Some(Inside::Tag)
            }
            Inside::Tag if next == '>' => {
                let name = self.open_tag();
                self.copy(1);
                let raw = RAW.iter().find(|raw| Some(**raw) == name.as_deref());
                Some(raw.map_or(Inside::Text, |raw| Inside::Raw(raw)))
            }
            Inside::Raw(name) if next == '<' => {
                let ends = self.rest.strip_prefix("</").is_some_and(|rest| rest.starts_with(name));
                self.copy(1);
                Some(if ends { Inside::Tag } else { inside })
            }
            _ => {
                self.copy(next.len_utf8());
                Some(inside)
            }
        }
    }

    /// Takes the value of an attribute. With code in it all of it is hidden, behind a text that
    /// the minifier has to leave in quotes.
    fn value(&mut self) -> Option<()> {
        let inner = self.rest.strip_prefix('"')?;
        let mut end = 0;
        loop {
            let rest = inner.get(end..)?;
            let next = rest.find(['"', '{'])?;
            end += next;
            let rest = inner.get(end..)?;
            if rest.starts_with('"') {
                break;
            }
            let close = if rest.starts_with("{{") {
                "}}"
            } else if rest.starts_with("{%") {
                "%}"
            } else {
                "{"
            };
            end += rest.find(close)? + close.len();
        }
        let value = inner.get(..end)?;
        self.rest = inner.get(end + 1..)?;
        let text = if value.contains("{{") || value.contains("{%") {
            format!("ppx{}=x", self.number(value))
        } else {
            value.to_owned()
        };
        write!(self.plain, "\"{text}\"").ok()
    }

    /// The name of the tag that is open, if it opens an element.
    fn open_tag(&self) -> Option<String> {
        let tag = self.plain.rsplit_once('<')?.1;
        let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).collect();
        (!name.is_empty()).then_some(name)
    }

    fn number(&mut self, code: &'source str) -> usize {
        self.hidden.push(code);
        self.hidden.len() - 1
    }

    fn copy(&mut self, bytes: usize) {
        let (taken, rest) = self.rest.split_at(bytes);
        self.plain.push_str(taken);
        self.rest = rest;
    }

    /// Takes everything to the end of a mark.
    fn take_to(&mut self, mark: &str) -> Option<&'source str> {
        let end = self.rest.find(mark)? + mark.len();
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(taken)
    }
}

/// The minified template with its code. `None`: something was lost or is there twice.
fn restored(small: &str, hidden: &[&str]) -> Option<String> {
    let mut result = String::with_capacity(small.len() + hidden.len() * 30);
    let mut next_seen = vec![false; hidden.len()];
    let mut rest = small;
    while let Some(at) = rest.find("ppx") {
        let (before, found) = rest.split_at(at);
        let body = found.strip_prefix("ppx")?;
        let digits = body.find(|c: char| !c.is_ascii_digit())?;
        let number: usize = body.get(..digits)?.parse().ok()?;
        let after = body.get(digits..)?;
        let after = after.strip_prefix('=').unwrap_or(after).strip_prefix('x')?;
        if std::mem::replace(next_seen.get_mut(number)?, true) {
            return None;
        }
        let (before, after) = match (before.strip_suffix("<!--"), after.strip_prefix("-->")) {
            (Some(before), Some(after)) => (before, after),
            _ => (before, after),
        };
        result.push_str(before);
        result.push_str(hidden.get(number)?);
        rest = after;
    }
    result.push_str(rest);
    next_seen.iter().all(|seen| *seen).then_some(result)
}

#[cfg(test)]
mod tests {
    use super::shrink;

    #[test]
    fn code_keeps_its_place_and_its_quotes() {
        let cases = [
            ("<p class=\"a b\">\n  {{ x }}\n</p>", "<p class=\"a b\">{{ x }}</p>"),
            ("<a href=\"{{ x }}\" id=\"y\">z</a>", "<a href=\"{{ x }}\" id=y>z</a>"),
            ("<a href=\"{{ m[\"k\"] }}\">z</a>", "<a href=\"{{ m[\"k\"] }}\">z</a>"),
            (
                "<ul>\n{%- for x in y %}\n<li>{{ x }}</li>\n{%- endfor %}\n</ul>",
                "<ul>{%- for x in y %}<li>{{ x }}</li>{%- endfor %}</ul>",
            ),
            (
                "<li{% if a %} id=\"{{ b }}\"{% endif %}>c</li>",
                "<li {% if a %} id=\"{{ b }}\"{% endif %}>c</li>",
            ),
            (
                "<i class=\"{% if a %}b{% endif %} c\"></i>",
                "<i class=\"{% if a %}b{% endif %} c\"></i>",
            ),
            ("<pre>\n {{ x }}\n </pre>", "<pre>\n {{ x }}\n </pre>"),
            ("a {# gone #} b", "a b"),
        ];
        for (source, expected) in cases {
            assert_eq!(shrink(source).as_deref(), Some(expected));
        }
    }

    #[test]
    fn what_it_is_not_made_for_is_left_alone() {
        for source in [
            "<p {{ x }",
            "<p title=\"{{ x }}",
            "<p",
            "{% if x",
            "<!-- open",
            "<main>{% if x %}<div class=\"a\">{% else %}<div>{% endif %}y</div></main>",
            "<main>{% if x %}<div>{% endif %}y{% if x %}</div></main>{% else %}</main>{% endif %}",
        ] {
            assert_eq!(shrink(source), None, "{source}");
        }
    }
}
