//! Owns finding blocks of code that say what language they are in.

use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

use super::parser;

/// A block of code in an article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fenced {
    /// The code, without what comes before its lines in a list or quotation.
    pub text: String,
    /// Where pieces of it begin: in the code, and in the article.
    starts: Vec<(usize, usize)>,
}

impl Fenced {
    /// Where in the article a byte of the code stands.
    pub fn offset(&self, byte: usize) -> usize {
        let next = self.starts.partition_point(|(start, _)| *start <= byte);
        let piece = next.checked_sub(1).and_then(|at| self.starts.get(at));
        piece.map_or(byte, |(start, offset)| offset + byte - start)
    }
}

/// The fenced blocks of a language in an article, wherever Markdown sees one.
pub fn fenced(source: &str, language: &str) -> Vec<Fenced> {
    let events = parser(source).into_offset_iter();
    let mut blocks = Vec::new();
    let mut open: Option<Fenced> = None;
    for (event, range) in events {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(about))) => {
                let word = about.split_whitespace().next().unwrap_or_default();
                open = word.eq_ignore_ascii_case(language).then(Fenced::default);
            }
            Event::Text(piece) => {
                if let Some(block) = &mut open {
                    block.starts.push((block.text.len(), range.start));
                    block.text.push_str(&piece);
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                if let Some(block) = open.as_mut().filter(|block| block.starts.is_empty()) {
                    block.starts.push((0, range.start));
                }
                blocks.extend(open.take());
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
            let blocks = fenced(source, "json");
            let [block] = &*blocks else { panic!("{source}") };
            assert_eq!((&*block.text, block.offset(0)), ("{}\n", offset), "{source}");
        }
        for source in ["```\n{}\n```\n", "```jsonc\n{}\n```\n", "    ```json\n    {}\n    ```\n"] {
            assert_eq!(fenced(source, "json"), [], "{source}");
        }
        let empty = &fenced("a\n\n```json\n```\n", "json")[0];
        assert_eq!((&*empty.text, empty.offset(0)), ("", 3));
        let source = "> - ```json\n>   {\n>   \"a\": 1}\n>   ```\n";
        let block = &fenced(source, "json")[0];
        assert_eq!(block.text, "{\n\"a\": 1}\n");
        assert_eq!(block.offset(block.text.find("1}").unwrap()), source.find("1}").unwrap());
    }
}
