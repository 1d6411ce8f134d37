//! Owns what the program does to text: slugs, escaping for each sink, cutting, English grammar,
//! and phrases that mix words with code. It knows no tool and no page.

mod cut;
mod date;
mod escape;
mod grammar;
mod phrase;
mod slug;

pub use cut::{cut, dedented, first_sentence, one_line};
pub use date::is_date;
pub use escape::{
    Html, element_text, escape_html, is_safe_url, percent_encode, printable, push_json_escape,
    readable_json, visible,
};
pub use grammar::{
    article, capitalised, count, ended, list, number, server_phrase, times, uncapitalised,
};
pub use phrase::{Phrase, placeholders};
pub use slug::{Slug, is_slug, slug, unique_slugs};
