//! The short form of fuzzing: each target takes its corpus as it is, and then for a while what
//! becomes of it when pieces are turned, repeated, cut and put together. The choice follows from a
//! number, so that a failure can be had again. `fuzz/run` is the long form.
//!
//! `FUZZ_SECONDS=600 cargo test --test tests fuzz` for so many seconds on each target.

pub(crate) mod targets;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crate::support::{processor_seconds, repository};
use targets::TARGETS;

/// Seconds for each target, unless `FUZZ_SECONDS` says otherwise.
const SECONDS: u64 = 2;
/// Longer inputs say nothing more.
const LONGEST: usize = 4_096;
/// Pieces that mean something to one target or another.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "null",
    "true",
    "1e999",
    "-0",
    "\"server\":",
    "\"tools\":",
    "\"name\":",
    "\"classification\":",
    "\"category\":",
    "\"read\"",
    "\"inputSchema\":",
    "\"properties\":",
    "\"items\":",
    "\"$ref\":",
    "\"#/$defs/a\"",
    "\"#\"",
    "\"$defs\":",
    "\"anyOf\":",
    "\"type\":",
    "\"array\"",
    "\"enum\":",
    "\"required\":",
    "\"version\":\"1\"",
    "\"default\":\"deny\"",
    "\"hide\":",
    "\"limits\":",
    "\"deny_if\":",
    "\"conditions\":",
    "\n",
    "\r\n",
    "\t",
    "<script>",
    "<a href=",
    "](",
    "![",
    "```",
    "| a |\n|---|\n",
    "> ",
    "- ",
    "1. ",
    "**",
    "https://example.org/",
    "javascript:",
    "&lt;",
    "--",
    ".",
    "..",
    "/",
    "//",
    "\\",
    "%2f",
    "%2e%2e",
    "%00",
    "%",
    "index.html",
    ".html",
    "CON",
    "\u{feff}",
    "\u{202e}",
    "\u{301}",
    "日",
    "\0",
    "\u{1b}[31m",
];

#[test]
#[allow(clippy::print_stdout, reason = "how many inputs were tried is what a longer run is about")]
fn fuzz_targets_keep_their_promises() {
    let seconds = std::env::var("FUZZ_SECONDS").map_or(SECONDS, |text| text.parse().unwrap());
    for (target, _) in TARGETS {
        let corpus = corpus(target);
        for (name, input) in &corpus {
            attempt(target, input, name);
        }
        let inputs: Vec<&[u8]> = corpus.iter().map(|(_, input)| input.as_slice()).collect();
        let start = Instant::now();
        let mut tries = 0;
        while start.elapsed() < Duration::from_secs(seconds) {
            let input = Dice(tries).input(&inputs);
            attempt(target, &input, &format!("try {tries}"));
            tries += 1;
        }
        println!("{target}: {} files, {tries} further inputs", corpus.len());
        assert!(tries > 20, "{target}: only {tries} inputs in {seconds} s");
    }
}

/// The committed inputs of a target by their names.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = repository().join("fuzz/corpus").join(target);
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    assert!(files.len() >= 3, "{target} has hardly any corpus");
    files
}

fn attempt(name: &str, input: &[u8], origin: &str) {
    let start = processor_seconds();
    let outcome = catch_unwind(AssertUnwindSafe(|| targets::run(name, input)));
    let text = String::from_utf8_lossy(input);
    assert!(outcome.is_ok(), "{name}, {origin}: {text:?} breaks a promise");
    let cost = processor_seconds() - start;
    assert!(cost < 5.0, "{name}, {origin}: {text:?} takes {cost} s");
}

/// A sequence of numbers that looks random and follows from its beginning.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((number ^ (number >> 31)) % end.max(1) as u64).unwrap()
    }

    /// One of the inputs after some changes.
    fn input(&mut self, corpus: &[&[u8]]) -> Vec<u8> {
        let mut input = corpus[self.below(corpus.len())].to_vec();
        for _ in 0..=self.below(8) {
            self.change(&mut input, corpus);
        }
        input.truncate(LONGEST);
        input
    }

    fn change(&mut self, input: &mut Vec<u8>, corpus: &[&[u8]]) {
        let at = self.below(input.len() + 1);
        let end = at + self.below(input.len() - at + 1);
        match self.below(7) {
            0 => drop(input.drain(at..end)),
            1 => {
                let piece = input[at..end].to_vec();
                input.splice(at..at, piece);
            }
            2 | 3 => {
                let piece = PIECES[self.below(PIECES.len())];
                input.splice(at..at, piece.bytes());
            }
            4 => {
                let piece = PIECES[self.below(PIECES.len())].repeat(self.below(64));
                input.splice(at..end, piece.bytes());
            }
            5 => {
                let other = corpus[self.below(corpus.len())];
                let from = self.below(other.len() + 1);
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
            _ => {
                if let Some(byte) = input.get_mut(at) {
                    *byte = self.below(256).to_le_bytes()[0];
                }
            }
        }
    }
}
