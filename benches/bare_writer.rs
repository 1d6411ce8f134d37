//! Writes files of the same paths and sizes as a built site, of its text, and nothing else: how fast
//! the disk is.
//! `cargo bench --bench bare_writer -- SITE FOLDER [THREADS]`, where SITE has a manifest.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measuring program, not the product"
)]

use std::path::Path;
use std::time::Instant;

use policypress::output::{MANIFEST, Manifest};
use rayon::prelude::*;

/// Bytes of the site's own files from which all are written: more than a processor's caches hold,
/// and no easier to compress for a disk that does.
const LEAST_TEXT: u64 = 256 << 20;
/// How much farther on each file begins in them than the one before, so that they differ.
const STEP: usize = 10_000_019;

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let (Some(site), Some(folder)) = (arguments.first(), arguments.get(1)) else {
        println!("bare_writer SITE FOLDER [THREADS]");
        return;
    };
    let threads = arguments.get(2).map_or(0, |threads| threads.parse().unwrap());
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().unwrap();
    let text = std::fs::read(Path::new(site).join(MANIFEST)).unwrap();
    let files: Vec<(String, u64)> = Manifest::read(&mut &*text)
        .unwrap()
        .unwrap()
        .files
        .all()
        .map(|(path, entry)| (path.to_owned(), entry.size))
        .collect();
    let largest = files.iter().map(|file| file.1).max().unwrap_or(0);
    let mut text = Vec::new();
    for (path, _) in files.iter().cycle() {
        text.extend(std::fs::read(Path::new(site).join(path)).unwrap());
        if text.len() as u64 >= largest.max(LEAST_TEXT) {
            break;
        }
    }
    let start = Instant::now();
    files.par_iter().enumerate().for_each(|(number, (path, size))| {
        let length = usize::try_from(*size).unwrap();
        let from = number.wrapping_mul(STEP) % (text.len() - length + 1);
        let path = Path::new(folder).join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &text[from..from + length]).unwrap();
    });
    let total: u64 = files.iter().map(|file| file.1).sum();
    println!("{} files, {total} bytes, {:.2} s", files.len(), start.elapsed().as_secs_f64());
}
