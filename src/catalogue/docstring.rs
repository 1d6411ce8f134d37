//! Owns lists of arguments in descriptions, as docstrings have them: what such a list says of each
//! parameter. Many servers are made from functions with a docstring, and their schemas say nothing.

use std::collections::HashMap;

use super::parameters::{LONGEST_DESCRIPTION, Parameter, Parameters};
use crate::text;

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
        let is_open = |row: &&mut Parameter| row.depth == 0 && row.description.is_none();
        let mut silent: HashMap<String, &mut Option<String>> = self
            .rows
            .iter_mut()
            .filter(is_open)
            .map(|row| (row.name.clone(), &mut row.description))
            .collect();
        for (name, said) in arguments(description, |name| silent.contains_key(name)) {
            if let Some(described) = silent.get_mut(name) {
                described.get_or_insert_with(|| text::short_list(&said, LONGEST_DESCRIPTION));
            }
        }
    }
}

/// What the list of arguments in a description says of each parameter, with its lines. `is_parameter`
/// knows the names: any other line at the beginning of which a name could stand ends what is said of
/// the one before.
fn arguments(description: &str, is_parameter: impl Fn(&str) -> bool) -> Vec<(&str, String)> {
    let mut lines = description.lines().skip_while(|line| !is_heading(line));
    let heading = lines.next().map_or(0, indent);
    let mut found: Vec<(&str, String)> = Vec::new();
    // How far the last name is indented; nothing where no more is said of it.
    let mut open = None;
    for line in lines.filter(|line| !line.trim().is_empty()) {
        let indent = indent(line);
        if let Some((name, said)) = entry(line.trim()).filter(|(name, _)| is_parameter(name)) {
            found.push((name, said.to_owned()));
            open = Some(indent);
        } else if open.is_some_and(|start| start < indent) {
            if let Some((_, said)) = found.last_mut() {
                said.push('\n');
                said.push_str(line.trim());
            }
        } else if indent <= heading && line.trim_end_matches(['*', ' ']).ends_with(':') {
            // Something else begins, such as the results.
            break;
        } else {
            open = None;
        }
    }
    found.retain(|(_, said)| !said.trim().is_empty());
    found
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn is_heading(line: &str) -> bool {
    let word = line.trim().trim_matches(['#', '*', ':', ' ']);
    HEADINGS.iter().any(|heading| word.eq_ignore_ascii_case(heading))
}

/// The name at the beginning of a line, and what is said of it: `name: text`, `name (type): text`,
/// `- **name** - text`.
fn entry(line: &str) -> Option<(&str, &str)> {
    let marks: &[char] = &['`', '*', '"'];
    let line = ["- ", "* ", "• "].iter().find_map(|item| line.strip_prefix(item)).unwrap_or(line);
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
        let expected = [("a", "The first,\nin two lines"), ("max_size", "How much: 5")];
        assert_eq!(of(docstring), expected.map(|(name, said)| (name, said.to_owned())));
    }

    #[test]
    fn lists_in_markdown_are_lists_of_arguments_too() {
        let list =
            "Looks.\n**Parameters:**\n- `a` (string): One\n* **b** - Two\n- c: Three\n  more\nb";
        assert_eq!(of(list), [("a", "One".to_owned()), ("b", "Two".to_owned())]);
    }

    #[test]
    fn without_a_heading_or_a_known_name_nothing_is_said() {
        for text in ["a: One", "Args: a: One", "Args:\na", "Args:\n  c: One", "Args:\n  a:\n", ""] {
            assert_eq!(of(text), [], "{text}");
        }
    }
}
