//! Writes files of the same paths and sizes as a built site, and nothing else: how fast the disk is.
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
    // Bytes that no file system can take for a hole.
    let largest = files.iter().map(|file| file.1).max().unwrap_or(0);
    let bytes: Vec<u8> = b"0123456789abcdef"
        .iter()
        .copied()
        .cycle()
        .take(usize::try_from(largest).unwrap())
        .collect();
    let start = Instant::now();
    files.par_iter().for_each(|(path, size)| {
        let path = Path::new(folder).join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &bytes[..usize::try_from(*size).unwrap()]).unwrap();
    });
    let total: u64 = files.iter().map(|file| file.1).sum();
    println!("{} files, {total} bytes, {:.2} s", files.len(), start.elapsed().as_secs_f64());
}
