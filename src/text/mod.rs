//! Owns what the program does to text: slugs, escaping for each sink, cutting, English grammar,
//! phrases that mix words with code, and characters that cannot be seen. It knows no tool and no page.

mod cut;
mod date;
mod ending;
mod escape;
mod grammar;
mod hidden;
mod json;
mod language;
mod line;
mod link;
mod phrase;
mod room;
mod sentence;
mod skeleton;
mod slug;

pub use cut::{cut, cut_inside, exact_line, first_characters, one_line, short_line, shown_name};
pub use date::is_date;
pub use ending::{has_ending, without_txt};
pub use escape::{
    Html, element_text, escape_html, escaped_length, percent_decode, percent_encode,
    percent_encode_path, plain_start, printable, push_json_escape, readable_json, visible,
};
pub use grammar::{
    all, article, capitalised, count, ended, list, none, number, quoted, server_phrase, times,
    uncapitalised,
};
pub use hidden::{Hidden, hidden, is_invisible, mark, plainly, revealed, unseen};
pub use json::{pretty_json, short_json};
pub use language::is_language_tag;
pub use line::{behind_mark, dedented, indent, is_fence, short_list};
pub use link::LinkSchemes;
pub use phrase::{Phrase, placeholders};
pub use room::Room;
pub use sentence::first_sentence;
pub use skeleton::skeleton;
pub use slug::{Slug, is_slug, slug, unique_slugs};
