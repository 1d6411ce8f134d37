//! Laws of slugs and escaping, on names that nobody thought of.

use std::collections::{BTreeSet, HashMap};

use policypress::markdown;
use policypress::text::{
    LinkSchemes, escape_html, one_line, plainly, printable, slug, unique_slugs, visible,
};
use proptest::prelude::*;
use scraper::Html;

/// Names that come close to each other: few letters, separators, case, odd characters.
fn names() -> impl Strategy<Value = BTreeSet<String>> {
    let close = "[aAbB_.\\- /]{0,4}";
    let any = ".{0,12}";
    let known = prop::sample::select(vec![
        "con", "CON.txt", "index", "404", "a.html", "..", "", "x", "x--0", "日本",
    ]);
    let long = "[a-c]{90,110}";
    prop::collection::btree_set(
        prop_oneof![4 => close.prop_map(String::from), 4 => any.prop_map(String::from), 1 => known.prop_map(String::from), 1 => long.prop_map(String::from)],
        1..24,
    )
}

proptest! {
    #[test]
    fn slugs_are_different_and_can_be_file_names(names in names()) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let slugs = unique_slugs(&names);
        prop_assert_eq!(slugs.iter().collect::<BTreeSet<_>>().len(), names.len());
        for slug in &slugs {
            prop_assert!((1..=120).contains(&slug.len()), "{}", slug);
            prop_assert!(slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-'));
            prop_assert!(!slug.starts_with(['.', '-']) && !slug.ends_with(['.', '-']), "{}", slug);
            let stem = slug.split('.').next().unwrap();
            prop_assert!(!["con", "prn", "aux", "nul", "index", "404"].contains(&stem), "{}", slug);
        }
    }

    #[test]
    fn a_slug_depends_on_the_names_and_not_on_their_order(names in names()) {
        let forwards: Vec<&str> = names.iter().map(String::as_str).collect();
        let backwards: Vec<&str> = names.iter().rev().map(String::as_str).collect();
        let one: HashMap<_, _> = forwards.iter().zip(unique_slugs(&forwards)).collect();
        let other: HashMap<_, _> = backwards.iter().zip(unique_slugs(&backwards)).collect();
        prop_assert_eq!(one, other);
    }

    #[test]
    fn a_new_name_moves_only_a_name_that_shares_its_slug(names in names(), new in ".{0,12}") {
        prop_assume!(!names.contains(&new));
        let before: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut after = before.clone();
        after.push(&new);
        for ((name, old), now) in before.iter().zip(unique_slugs(&before)).zip(unique_slugs(&after)) {
            prop_assert!(old == now || slug(name).natural == slug(&new).natural, "{} moved to {}", old, now);
        }
    }

    #[test]
    fn escaped_text_comes_back_as_the_same_text(text in "\\PC{0,60}|.{0,60}|[<>&\"'`=/ \\n\u{0}\u{1}\u{7f}\u{85}]{0,40}") {
        let mut escaped = Vec::new();
        escape_html(&text, &mut escaped).unwrap();
        let escaped = String::from_utf8(escaped).unwrap();
        let page = Html::parse_document(&format!("<!doctype html><title>x</title><p title=\"{escaped}\">x{escaped}</p>"));
        prop_assert!(page.errors.is_empty(), "{:?}", page.errors);
        let paragraph = page.select(&scraper::Selector::parse("p").unwrap()).next().unwrap();
        // What nobody sees is named; all else stands for itself.
        let shown: String = plainly(&text).chars().map(printable).collect();
        prop_assert_eq!(paragraph.attr("title").unwrap(), &shown);
        prop_assert_eq!(paragraph.text().collect::<String>(), format!("x{shown}"));
    }

    #[test]
    fn foreign_markdown_has_only_harmless_elements(text in "[a-z<>!\\[\\]()*_`#|\\n &:/\"=-]{0,120}|\\|a\n-\\|[a-z |]{0,20}|1[1-9]\\. [a-z ]{0,20}") {
        const HARMLESS: &[&str] = &[
            "html", "head", "body", "p", "strong", "em", "code", "pre", "ul", "ol", "li", "blockquote", "a", "br", "del",
            "div", "table", "thead", "tbody", "tr", "th", "td",
        ];
        let page = Html::parse_fragment(markdown::foreign(&text, LinkSchemes::default()).html.as_str());
        for element in page.tree.nodes().filter_map(|node| node.value().as_element()) {
            prop_assert!(HARMLESS.contains(&element.name()), "{}", element.name());
            for (name, value) in element.attrs() {
                let is_link = element.name() == "a" && (name == "rel" || name == "href" && value.starts_with("https://"));
                let is_plain = name == "start" && element.name() == "ol"
                    || (name, value) == ("scope", "col") && element.name() == "th"
                    || matches!((name, value), ("class", "scroll") | ("tabindex", "0")) && element.name() == "div";
                prop_assert!(is_link || is_plain, "{}={}", name, value);
            }
        }
    }

    #[test]
    fn what_is_printed_is_one_line_without_controls(text in ".{0,40}|[\\x00-\\x1f\\x7f-\\x9f]{0,20}") {
        prop_assert!(!visible(&text).chars().any(char::is_control));
        prop_assert!(!one_line(&text).chars().any(char::is_control));
    }
}

#[test]
fn a_hundred_thousand_names_that_share_a_slug_are_told_apart() {
    let names: Vec<String> = (0..100_000_u32)
        .map(|number| {
            format!("a{}", char::from_u32(0x4e00 + number % 20_000).unwrap())
                .repeat(1 + number as usize / 20_000)
        })
        .collect();
    let names: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let slugs = unique_slugs(&names);
    assert_eq!(slugs.iter().collect::<BTreeSet<_>>().len(), names.len());
    assert_eq!(names.len(), 100_000);
}
