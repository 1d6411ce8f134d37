//! Owns the lines of a text that was written in lines: how far they are indented, and whether they
//! begin code or an item of a list.

use super::cut::{cut, folded, has_at_most, short_line};
use super::sentence::goes_on;

/// A text on one line, or with each item of a list in it, and what stands behind the list, on a line
/// of its own: at most `longest` characters of it.
pub fn short_list(text: &str, longest: usize) -> String {
    if !text.lines().skip(1).any(|line| behind_mark(line.trim_start()).is_some()) {
        return short_line(text, longest);
    }
    let mut list = String::new();
    // How far the last item is indented; nothing before the first.
    let mut item = None;
    let mut is_apart = false;
    for line in text.lines() {
        let indent = indent(line);
        let line = folded(line, longest);
        if line.is_empty() {
            is_apart = true;
            continue;
        }
        let is_behind_item =
            item.is_some_and(|item| is_apart || (indent <= item && !goes_on(&list, &line)));
        is_apart = false;
        let is_item = behind_mark(&line).is_some();
        if is_item {
            item = Some(indent);
        }
        if !list.is_empty() {
            list.push(if is_item || is_behind_item { '\n' } else { ' ' });
        }
        list.push_str(&line);
        // Each of them may be a text of its own.
        if !has_at_most(&list, longest) {
            break;
        }
    }
    cut(&list, longest)
}

/// A text without the indentation that all its lines but the first have, as docstrings have it,
/// and without so much more that Markdown would take a line for code. Fenced code stays as it is. A
/// few lines of prose without it, such as a notice that somebody put into the text, do not count.
pub fn dedented(text: &str) -> String {
    let rest = || text.lines().skip(1).filter(|line| !line.trim().is_empty());
    let is_outside = |line: &&str| indent(line) == 0 && behind_markdown(line).is_none();
    let are_few = rest().filter(is_outside).count() * 5 < rest().count();
    let common = rest().filter(|line| !(are_few && is_outside(line))).map(indent).min();
    let common = common.unwrap_or(0);
    let mut fenced = false;
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = if index == 0 {
            line.trim_start()
        } else {
            line.get(common.min(indent(line))..).unwrap_or("")
        };
        let content = line.trim_start();
        let is_fence = is_fence(content);
        fenced ^= is_fence;
        lines.push(if fenced || is_fence || behind_markdown(content).is_some() {
            line
        } else {
            content
        });
    }
    lines.join("\n")
}

/// How far a line is indented, in bytes.
pub fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// Whether fenced code begins or ends with a line.
pub fn is_fence(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("```") || line.starts_with("~~~")
}

/// What stands behind the mark of an item of a list. `None`: the line begins none.
pub fn behind_mark(line: &str) -> Option<&str> {
    behind_markdown(line).or_else(|| line.strip_prefix("• "))
}

/// The same of what Markdown takes for an item: a mark, or a number and one, and then a blank.
fn behind_markdown(line: &str) -> Option<&str> {
    let behind = line.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let marks: &[char] = if behind.len() < line.len() { &['.', ')'] } else { &['-', '*', '+'] };
    behind.strip_prefix(marks)?.strip_prefix([' ', '\t'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_a_list_stand_on_lines_of_their_own_and_all_else_on_one() {
        for (text, shown) in [
            ("How:\n  - one\n    more\n\n* two", "How:\n- one more\n* two"),
            ("One,\n  two", "One, two"),
            ("- one\n- two", "- one\n- two"),
            ("1. one\r\n2. two", "1. one\n2. two"),
            ("How:\n• one\n• two", "How:\n• one\n• two"),
            ("How:\n- one\n\n  Then.", "How:\n- one\nThen."),
            ("How:\n- one\nNote: two", "How:\n- one\nNote: two"),
            ("How:\n- one\nand two", "How:\n- one and two"),
        ] {
            assert_eq!(short_list(text, 100), shown);
        }
        assert_eq!(short_list("a\n- bcd\n- efg", 8), "a\n- bcd…");
        assert_eq!(short_list(&"- a\n".repeat(100_000), 10).chars().count(), 8);
    }

    #[test]
    fn a_notice_without_indentation_does_not_make_lists_into_code() {
        let items = "    - one\n    - two\n        - three\n    - four\n    - five\n";
        let with = |notice: &str| dedented(&format!("Looks.\n{items}{notice}{items}"));
        assert!(with("NOTE: new.\n").starts_with("Looks.\n- one\n- two\n    - three\n"));
        // An item of the list above says how far the others are indented.
        assert!(with("- top\n").starts_with("Looks.\n    - one\n"));
    }
}
