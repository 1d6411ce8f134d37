//! Writes the search index of a catalogue into a folder, and nothing else:
//! `cargo bench --bench search_index -- CATALOGUE.jsonl FOLDER`, then
//! `node benches/search-queries.mjs FOLDER`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measuring program, not the product"
)]

use std::path::Path;
use std::time::Instant;

use policypress::compose;
use policypress::config::{self, Overrides};
use policypress::diag::Report;
use policypress::site::Ledger;

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [catalogue, folder] = arguments.as_slice() else {
        println!("search_index CATALOGUE.jsonl FOLDER");
        return;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let overrides = Overrides { catalogue: vec![catalogue.into()], ..Overrides::default() };
    let (config, _) = config::read(root, overrides);
    let start = Instant::now();
    let mut ledger = Ledger::default();
    let press = compose::prepare(config.unwrap(), &mut ledger, &mut Report::new()).unwrap();
    println!("planned in {:.1?}", start.elapsed());
    let (mut files, mut total) = (0, 0);
    for file in press.index().unwrap() {
        let path = Path::new(folder).join(&file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &file.bytes).unwrap();
        files += 1;
        total += file.bytes.len();
    }
    println!("{files} files, {total} bytes, planned and written in {:.1?}", start.elapsed());
}
