//! Owns lists of arguments in descriptions, as docstrings have them: what such a list says of each
//! parameter. Many servers are made from functions with a docstring, and their schemas say nothing.

use std::collections::HashMap;

use super::parameters::{LONGEST_DESCRIPTION, Parameters};
use crate::text::{self, indent, is_fence};

/// What the list is called where it begins.
const HEADINGS: [&str; 4] = ["args", "arguments", "parameters", "params"];

/// What stands between a name and what is said of it. A blank is before all but the first.
const MARKS: [&str; 4] = [":", " - ", " – ", " — "];

impl Parameters {
    /// Takes what the list of arguments in the description of a tool says of parameters of which the
    /// schema says nothing.
    pub fn describe(&mut self, description: &str) {
        // Most descriptions have no such list.
        if !description.lines().any(is_heading) {
            return;
        }
        let top = self.rows.iter_mut().filter(|row| row.depth == 0);
        let mut described: HashMap<String, &mut Option<String>> =
            top.map(|row| (row.name.clone(), &mut row.description)).collect();
        for (name, said) in arguments(description, |name| described.contains_key(name)) {
            if let Some(description) = described.get_mut(name) {
                description.get_or_insert_with(|| text::short_list(&said, LONGEST_DESCRIPTION));
            }
        }
    }
}

/// What the list of arguments in a description says of each parameter, with its lines.
/// `is_parameter` knows the names.
fn arguments(description: &str, is_parameter: impl Fn(&str) -> bool) -> Vec<(&str, String)> {
    let mut is_code = false;
    let mut lines = description.lines().skip_while(|line| {
        is_code ^= is_fence(line);
        is_code || !is_heading(line)
    });
    let heading = lines.next().map_or(0, indent);
    let mut list = List { heading, level: None, is_open: false, found: Vec::new() };
    let mut lines = lines.filter(|line| !line.trim().is_empty());
    while lines.next().is_some_and(|line| list.goes_on_with(line, &is_parameter)) {}
    list.found.retain(|(_, said)| !said.trim().is_empty());
    list.found
}

/// A list of arguments, as far as it was read.
struct List<'text> {
    /// How far its heading is indented.
    heading: usize,
    /// How far the first name is indented. What is deeper is said of the name before it.
    level: Option<usize>,
    /// Whether the last name was one of a parameter.
    is_open: bool,
    found: Vec<(&'text str, String)>,
}

impl<'text> List<'text> {
    /// Takes a line, unless the list has ended.
    fn goes_on_with(&mut self, line: &'text str, is_parameter: impl Fn(&str) -> bool) -> bool {
        let (indent, words) = (indent(line), line.trim());
        if is_fence(words) {
            return false;
        }
        if self.level.is_some_and(|level| level < indent) {
            if let Some((_, said)) = self.found.last_mut().filter(|_| self.is_open) {
                said.push('\n');
                said.push_str(line.trim_end());
            }
            return true;
        }
        let known = entry(words).filter(|(name, _)| is_parameter(name));
        self.is_open = known.is_some();
        if let Some((name, said)) = known {
            self.level.get_or_insert(indent);
            self.found.push((name, said.to_owned()));
        }
        // Behind the list stands what is indented like its heading and is no item.
        self.is_open || self.heading < indent || text::behind_mark(words).is_some()
    }
}

fn is_heading(line: &str) -> bool {
    let word = line.trim().trim_matches(['#', '*', ':', ' ']);
    HEADINGS.iter().any(|heading| word.eq_ignore_ascii_case(heading))
}

/// The name at the beginning of a line, and what is said of it: `name: text`, `name (type): text`,
/// `- **name** - text`.
fn entry(line: &str) -> Option<(&str, &str)> {
    let marks: &[char] = &['`', '*', '"'];
    let line = text::behind_mark(line).unwrap_or(line);
    let line = line.trim_start().trim_start_matches(marks);
    let is_of_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-');
    let (name, rest) = line.split_at(line.find(|letter| !is_of_name(letter))?);
    let rest = rest.trim_start_matches(marks);
    let in_brackets = rest.trim_start().strip_prefix('(').and_then(|rest| rest.split_once(')'));
    let rest = in_brackets.map_or(rest, |(_, rest)| rest);
    let said = MARKS.iter().find_map(|mark| rest.strip_prefix(mark))?;
    Some((name, said.trim_start_matches(marks).trim_start()))
}

#[cfg(test)]
mod tests {
    use super::arguments;

    fn of(description: &str) -> Vec<(&str, String)> {
        arguments(description, |name| ["a", "b", "max_size"].contains(&name))
    }

    #[test]
    fn each_argument_has_what_its_lines_say() {
        let docstring = "Looks.\n\n    Args:\n        a: The first,\n            in two lines\n        max_size (int, optional): How much: 5\n    Returns:\n    b: not one of them";
        let expected = [("a", "The first,\n            in two lines"), ("max_size", "How much: 5")];
        assert_eq!(of(docstring), expected.map(|(name, said)| (name, said.to_owned())));
    }

    #[test]
    fn lists_in_markdown_are_lists_of_arguments_too() {
        let list =
            "Looks.\n**Parameters:**\n- `a` (string): One\n* **b** - Two\n- c: Three\n  more\nb";
        assert_eq!(of(list), [("a", "One".to_owned()), ("b", "Two".to_owned())]);
    }

    #[test]
    fn a_list_ends_where_something_else_begins() {
        for behind in [
            "Returns\n    b: no",
            "**Returns:** an object with\n- b: no",
            "## Returns\n- b: no",
            "Example call\nb: no",
            "  ```\n  b: no\n  ```",
        ] {
            let list = format!("Parameters:\n- a: One\n\n{behind}");
            assert_eq!(of(&list), [("a", "One".to_owned())], "{behind}");
        }
        // What lies deeper is said of the name above it.
        assert_eq!(
            of("Args:\n  a: One, with\n    b: no"),
            [("a", "One, with\n    b: no".to_owned())]
        );
    }

    #[test]
    fn without_a_heading_or_a_known_name_nothing_is_said() {
        for text in [
            "a: One",
            "Args: a: One",
            "Args:\na",
            "Args:\n  c: One",
            "Args:\n  a:\n",
            "```\nArgs:\n  a: One\n```",
            "",
        ] {
            assert_eq!(of(text), [], "{text}");
        }
    }
}
