//! What minifying templates saves, and what minifying each page would save:
//! `cargo bench --bench minify -- PLAIN MINIFIED`, two folders that hold the same site, built with
//! `minify = false` and without.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measuring program, not the product"
)]

use std::path::Path;

use rayon::prelude::*;

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [plain, minified] = arguments.as_slice() else {
        println!("minify PLAIN MINIFIED");
        return;
    };
    let pages: Vec<_> = walkdir::WalkDir::new(plain)
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "html"))
        .collect();
    let sizes = pages.par_iter().map(|path| {
        let as_built = std::fs::read(path).unwrap();
        let from_template =
            std::fs::read(Path::new(minified).join(path.strip_prefix(plain).unwrap())).unwrap();
        let by_itself = minify_html::minify(&as_built, &by_page());
        [as_built, from_template, by_itself].map(|bytes| {
            let packed = miniz_oxide::deflate::compress_to_vec(&bytes, 6);
            [bytes.len(), packed.len()]
        })
    });
    let sum = |one: [[usize; 2]; 3], other: [[usize; 2]; 3]| {
        std::array::from_fn(|kind| std::array::from_fn(|size| one[kind][size] + other[kind][size]))
    };
    let total = sizes.reduce(|| [[0; 2]; 3], sum);
    println!("{} pages: bytes, and bytes after DEFLATE", pages.len());
    for (kind, [bytes, packed]) in ["plain", "template minified", "page minified"].iter().zip(total)
    {
        println!("{kind}: {bytes}, {packed}");
    }
}

/// The minifier as it would run on a page.
fn by_page() -> minify_html::Cfg {
    minify_html::Cfg {
        keep_closing_tags: true,
        keep_html_and_head_opening_tags: true,
        keep_input_type_text_attr: true,
        ..minify_html::Cfg::default()
    }
}
