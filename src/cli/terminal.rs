//! Owns what is printed: reports, the closing line, the progress bar. Every text of the input is
//! made harmless for the terminal here or before.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is the one door to the terminal"
)]

use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::args::{Common, Format};
use crate::diag::{Diagnostic, Report, Severity};
use crate::text;

/// Faults that are printed in full; with `--verbose` or as JSON all are.
const MOST_FAULTS: usize = 20;

/// How a command talks to its user.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terminal {
    format: Format,
    quiet: bool,
    verbose: bool,
}

impl Terminal {
    pub(crate) fn of(common: &Common) -> Terminal {
        Terminal { format: common.format, quiet: common.quiet, verbose: common.verbose }
    }

    /// Prints the faults, and for machines the whole result with them.
    pub(crate) fn report(self, report: &Report, result: &Value) {
        match self.format {
            Format::Human => self.print_faults(report),
            Format::Json => {
                let faults: Vec<&Diagnostic> = report.iter().collect();
                println!("{}", json!({"diagnostics": faults, "result": result}));
            }
        }
    }

    /// Prints the closing line.
    pub(crate) fn close(self, line: &str) {
        if !self.quiet {
            eprintln!("{line}");
        }
    }

    /// Prints an error that is no fault of the input.
    pub(crate) fn fail(self, message: &str) {
        if self.format == Format::Json {
            println!("{}", json!({"diagnostics": [], "error": message, "result": null}));
        }
        eprintln!("error: {message}");
    }

    /// A bar for work of this length, shown on a terminal only.
    pub(crate) fn progress(self, length: usize, what: &'static str) -> ProgressBar {
        if self.quiet || !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(length as u64);
        let style = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len} {eta}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(what);
        bar
    }

    /// Prints something that the user should know before going on.
    pub(crate) fn warn(message: &str) {
        eprintln!("warning: {message}");
    }

    pub(crate) fn print_faults(self, report: &Report) {
        let limit = if self.verbose { usize::MAX } else { MOST_FAULTS };
        for fault in report.iter().take(limit) {
            eprintln!("{}\n", human(fault));
        }
        let hidden = report.iter().count().saturating_sub(limit);
        if hidden > 0 {
            eprintln!("… and {} more; `--verbose` prints them all\n", text::count(hidden, "fault"));
        }
    }
}

/// A fault in two lines.
fn human(fault: &Diagnostic) -> String {
    format!("{}\n  hint: {}", fault.headline(), text::visible(&fault.hint))
}

/// "2 errors, 1 warning"
pub(super) fn tally(report: &Report) -> String {
    let errors = text::count(report.count(Severity::Error), "error");
    match report.count(Severity::Warning) {
        0 => errors,
        warnings => format!("{errors}, {}", text::count(warnings, "warning")),
    }
}

/// A size for people.
pub(super) fn size(bytes: u64) -> String {
    indicatif::DecimalBytes(bytes).to_string()
}

/// A duration for people.
pub(super) fn seconds(duration: Duration) -> String {
    format!("{:.2} s", duration.as_secs_f64())
}
