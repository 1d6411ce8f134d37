//! Owns the pieces of code in a template: what stands between `{{` and `}}`, and between `{%` and
//! `%}`, cut into tokens. It knows no more of the language of the engine than that.

/// One piece of code.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece<'source> {
    /// Whether it stands in `{% %}`.
    pub is_statement: bool,
    pub tokens: Vec<Token<'source>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'source> {
    /// A name or a keyword.
    Word(&'source str),
    /// What stands in quotes.
    Text(&'source str),
    Number,
    Sign(&'source str),
}

/// All pieces of code of a template. `None`: something in it cannot be told.
pub(super) fn pieces(source: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let mut rest = source;
    while let Some(at) = rest.find('{') {
        let (_, code) = rest.split_at(at);
        if let Some(comment) = code.strip_prefix("{#") {
            (_, rest) = comment.split_once("#}")?;
        } else if let Some(code) = code.strip_prefix("{{") {
            rest = piece(code, false, &mut pieces)?;
        } else if let Some(code) = code.strip_prefix("{%") {
            rest = piece(code, true, &mut pieces)?;
        } else {
            rest = code.get(1..)?;
        }
    }
    Some(pieces)
}

/// Takes a piece of code; answers what comes after it.
fn piece<'source>(
    code: &'source str,
    is_statement: bool,
    pieces: &mut Vec<Piece<'source>>,
) -> Option<&'source str> {
    let end = if is_statement { "%}" } else { "}}" };
    let mut rest = code.strip_prefix('-').unwrap_or(code);
    let mut tokens = Vec::new();
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('-').unwrap_or(rest).strip_prefix(end) {
            pieces.push(Piece { is_statement, tokens });
            return Some(after);
        }
        let (token, after) = token(rest)?;
        tokens.push(token);
        rest = after;
    }
}

/// The first token of some code, and what comes after it.
fn token(code: &str) -> Option<(Token<'_>, &str)> {
    let first = code.chars().next()?;
    let is_of_word = |next: char| next.is_ascii_alphanumeric() || next == '_';
    if is_of_word(first) {
        let end = code.find(|next| !is_of_word(next)).unwrap_or(code.len());
        let (word, rest) = code.split_at(end);
        if !first.is_ascii_digit() {
            return Some((Token::Word(word), rest));
        }
        return word.bytes().all(|digit| digit.is_ascii_digit()).then_some((Token::Number, rest));
    }
    if matches!(first, '"' | '\'' | '`') {
        let (text, rest) = code.get(1..)?.split_once(first)?;
        // What a backslash does is left to the engine.
        return (!text.contains('\\')).then_some((Token::Text(text), rest));
    }
    let is_comparison = ["==", "!=", "<=", ">="].iter().any(|sign| code.starts_with(sign));
    let (sign, rest) = code.split_at_checked(if is_comparison { 2 } else { first.len_utf8() })?;
    Some((Token::Sign(sign), rest))
}

#[cfg(test)]
mod tests {
    use super::{Piece, Token, pieces};

    #[test]
    fn code_is_cut_into_pieces_and_tokens() {
        let expected = [
            Piece {
                is_statement: true,
                tokens: vec![
                    Token::Word("if"),
                    Token::Word("a_1"),
                    Token::Sign("."),
                    Token::Word("b"),
                    Token::Sign("=="),
                    Token::Text("}} %}"),
                ],
            },
            Piece {
                is_statement: false,
                tokens: vec![Token::Sign("<"), Token::Number, Token::Sign("/"), Token::Sign(">")],
            },
        ];
        let source = "{ x {# {{ gone #}<p>{%- if a_1.b == '}} %}' -%}{{<12/>}} }} {";
        assert_eq!(pieces(source).as_deref(), Some(expected.as_slice()));
    }

    #[test]
    fn what_is_not_whole_cannot_be_told() {
        for source in ["{# a", "{{ a", "{% a }}", "{{ \"a }}", "{{ 'a\\'b' }}", "{{ 1a }}"] {
            assert_eq!(pieces(source), None, "{source}");
        }
    }
}
