//! Owns the pieces of code in a template: what stands between `{{` and `}}`, and between `{%` and
//! `%}`. It knows no more of the language of the engine than how these begin and end.

/// A piece of code, and what stands before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Piece<'source> {
    /// The template's own text between the piece before and this one, comments among it.
    pub before: &'source str,
    /// What it says, with its brackets, one space between words, and without hyphens that only take
    /// spaces away.
    pub code: String,
    pub trims_before: bool,
    pub trims_after: bool,
}

/// All pieces of code of a template. `None`: where one ends cannot be told.
pub(super) fn pieces(source: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(next) = source.get(at..)?.find('{') {
        let begin = at + next;
        let opened = source.get(begin..)?;
        if let Some(comment) = opened.strip_prefix("{#") {
            at = begin + 2 + comment.find("#}")? + 2;
        } else if opened.starts_with("{{") || opened.starts_with("{%") {
            let (piece, length) = piece(opened, source.get(start..begin)?)?;
            pieces.push(piece);
            at = begin + length;
            start = at;
        } else {
            at = begin + 1;
        }
    }
    Some(pieces)
}

/// The piece of code that a text begins with, and its length in bytes.
fn piece<'source>(opened: &str, before: &'source str) -> Option<(Piece<'source>, usize)> {
    let (opening, code) = opened.split_at_checked(2)?;
    let closing = if opening == "{{" { "}}" } else { "%}" };
    let end = end_of(code, closing)?;
    let inner = code.get(..end)?;
    let (trims_before, inner) = without(inner.strip_prefix('-'), inner);
    let (trims_after, inner) = without(inner.strip_suffix('-'), inner);
    let words: Vec<&str> = inner.split_ascii_whitespace().collect();
    let code = format!("{opening} {} {closing}", words.join(" "));
    Some((Piece { before, code, trims_before, trims_after }, opening.len() + end + closing.len()))
}

fn without<'text>(stripped: Option<&'text str>, whole: &'text str) -> (bool, &'text str) {
    (stripped.is_some(), stripped.unwrap_or(whole))
}

/// Where some code ends: brackets in quotes do not count. `None`: nowhere, or a backslash may have
/// ended the quotes or not.
fn end_of(code: &str, closing: &str) -> Option<usize> {
    let mut quote = None;
    for (at, next) in code.char_indices() {
        match quote {
            _ if next == '\\' => return None,
            Some(open) => quote = Some(open).filter(|open| *open != next),
            None if code.get(at..)?.starts_with(closing) => return Some(at),
            None => quote = Some(next).filter(|next| matches!(next, '"' | '\'' | '`')),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Piece, pieces};

    #[test]
    fn a_template_is_cut_into_pieces_of_code_and_what_stands_before_them() {
        let source = "{ é {# {{ gone #}<p>{%- if  a.b\n== '}} %}' -%} {{<b/>}}}} {";
        let expected = [
            Piece {
                before: "{ é {# {{ gone #}<p>",
                code: "{% if a.b == '}} %}' %}".to_owned(),
                trims_before: true,
                trims_after: true,
            },
            Piece { before: " ", code: "{{ <b/> }}".to_owned(), ..Piece::default() },
        ];
        assert_eq!(pieces(source).as_deref(), Some(expected.as_slice()));
    }

    #[test]
    fn what_has_no_end_cannot_be_told() {
        for source in ["{# a", "{{ a", "{% a }}", "{{ \"a }}", "{{ 'a\\'b' }}"] {
            assert_eq!(pieces(source), None, "{source}");
        }
    }
}
