//! Owns finding blocks of code that say what language they are in.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// The fenced blocks of a language in an article, wherever Markdown sees one: the text of each, and
/// where it begins.
pub fn fenced(source: &str, language: &str) -> Vec<(String, usize)> {
    let events = Parser::new_ext(source, Options::ENABLE_TABLES).into_offset_iter();
    let mut blocks = Vec::new();
    let mut open: Option<(String, Option<usize>)> = None;
    for (event, range) in events {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(about))) => {
                let word = about.split_whitespace().next().unwrap_or_default();
                open = word.eq_ignore_ascii_case(language).then(|| (String::new(), None));
            }
            Event::Text(line) => {
                if let Some((text, start)) = &mut open {
                    text.push_str(&line);
                    start.get_or_insert(range.start);
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                blocks
                    .extend(open.take().map(|(text, start)| (text, start.unwrap_or(range.start))));
            }
            _ => {}
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::fenced;

    #[test]
    fn a_block_of_a_language_is_one_however_its_fence_is_written() {
        for source in [
            "a\n\n```json\n{}\n```\n",
            "a\n\n ```json \n{}\n```\n",
            "a\n\n```json policy\n{}\n```\n",
            "a\n\n~~~ JSON\n{}\n~~~\n",
            "- a\n\n  ````json\n  {}\n  ````\n",
            "a\n\n```json\n{}\n",
        ] {
            let offset = source.find("{}").unwrap();
            assert_eq!(fenced(source, "json"), [("{}\n".to_owned(), offset)], "{source}");
        }
        for source in ["```\n{}\n```\n", "```jsonc\n{}\n```\n", "    ```json\n    {}\n    ```\n"] {
            assert_eq!(fenced(source, "json"), [], "{source}");
        }
        assert_eq!(fenced("```json\n```\n", "json"), [(String::new(), 0)]);
    }
}
