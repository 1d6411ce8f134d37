//! Owns what is printed: reports, the closing line, the progress bar. Every text of the input is
//! made harmless for the terminal here or before.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::Value;

use super::args::{Common, Format};
use crate::check::{Found, Located, sarif};
use crate::diag::{Diagnostic, Report, Severity, Told};
use crate::text;

/// Faults that are printed in full; with `--verbose` or as JSON all are.
const MOST_FAULTS: usize = 20;

/// Findings of one rule that are printed without `--verbose`.
const MOST_OF_RULE: usize = 5;

/// How much a command tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Detail {
    /// What somebody has to look at.
    Quiet,
    Usual,
    /// Everything, however much it is.
    Verbose,
}

/// How a command talks to its user.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terminal {
    format: Format,
    detail: Detail,
    /// Whether the command looks for findings, so that each of its answers has a place for them.
    finds: bool,
    /// Whether what a killed build had begun to publish was published first.
    has_finished: bool,
}

/// One answer for machines, whatever the outcome.
#[derive(Serialize)]
struct Answer<'run> {
    diagnostics: Vec<Told<'run>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    findings: Option<Vec<ToldFinding<'run>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'run str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    finished: bool,
    result: &'run Value,
}

/// A finding, with the names that are shown of what it is about.
#[derive(Serialize)]
struct ToldFinding<'run> {
    #[serde(flatten)]
    told: Told<'run>,
    server: &'run str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool: Option<&'run str>,
}

impl<'run> From<&'run Located> for ToldFinding<'run> {
    fn from(located: &'run Located) -> ToldFinding<'run> {
        let (server, tool) = (&located.server, located.tool.as_deref());
        ToldFinding { told: located.told(), server, tool }
    }
}

impl Terminal {
    pub(crate) fn of(common: &Common) -> Terminal {
        let Common { format, quiet, verbose, .. } = *common;
        let detail = match (quiet, verbose) {
            (true, _) => Detail::Quiet,
            (false, true) => Detail::Verbose,
            (false, false) => Detail::Usual,
        };
        Terminal { format, detail, finds: false, has_finished: false }
    }

    /// The same for a command that looks for findings.
    pub(crate) fn for_findings(self) -> Terminal {
        Terminal { finds: true, ..self }
    }

    /// Says that the command has published what a killed one had begun to, now and in each answer.
    pub(crate) fn after_finishing(self) -> Terminal {
        self.close("finished what a killed build had begun to publish");
        Terminal { has_finished: true, ..self }
    }

    /// What faults mean where a site was to be published.
    pub(crate) fn nothing_published(self) -> &'static str {
        if self.has_finished { "nothing else was published" } else { "nothing was published" }
    }

    /// Prints the faults, and for machines the whole result with them.
    pub(crate) fn report(self, report: &Report, result: &Value) {
        match self.format {
            Format::Human => self.print_faults(report),
            _ => self.answer(report, &Found::default(), None, result),
        }
    }

    /// Writes the document for machines.
    fn answer(self, report: &Report, found: &Found, error: Option<&str>, result: &Value) {
        if self.format == Format::Json {
            let findings = self.finds.then(|| found.iter().map(ToldFinding::from).collect());
            write_document(&Answer {
                diagnostics: report.iter().map(Diagnostic::told).collect(),
                findings,
                error,
                finished: self.has_finished,
                result,
            });
            return;
        }
        let here = std::env::current_dir().ok();
        let (document, left_out) = sarif::sarif(report, found, error, here.as_deref());
        write_document(&document);
        if left_out > 0 {
            Terminal::warn(&format!(
                "GitHub refuses more than {}: {} left out, the mildest",
                text::count(sarif::MOST_RESULTS, "result"),
                text::number(left_out),
            ));
        }
    }

    /// Prints the faults and the findings of a check, and for machines the whole result with them.
    /// Which severities the check fails for says `fails`.
    pub(crate) fn checked(
        self,
        report: &Report,
        found: &Found,
        result: &Value,
        fails: impl Fn(Severity) -> bool,
    ) {
        match self.format {
            Format::Human => {
                self.print_faults(report);
                self.print_findings(found, fails);
            }
            _ => self.answer(report, found, None, result),
        }
    }

    /// Prints the first findings of each rule, and how many more there are.
    fn print_findings(self, found: &Found, fails: impl Fn(Severity) -> bool) {
        for (rule, severity, count) in found.by_rule() {
            if self.detail == Detail::Quiet && !fails(severity) {
                continue;
            }
            let most = match severity {
                _ if self.detail == Detail::Verbose => usize::MAX,
                Severity::Note if self.detail == Detail::Usual => 0,
                _ => MOST_OF_RULE,
            };
            for located in found.iter().filter(|located| located.finding.rule == rule).take(most) {
                say_of(&located.told());
            }
            if let Some(hidden) = count.checked_sub(most).filter(|hidden| *hidden > 0) {
                let (severity, code) = (severity.name(), rule.code());
                let hidden =
                    text::count(hidden, if most == 0 { "finding" } else { "more finding" });
                say(&format!("{severity}[{code}]: {hidden}; `--verbose` prints them all\n"));
            }
        }
    }

    /// Prints lines for other programs, where the whole result is not printed for them.
    pub(crate) fn list(self, lines: &str) {
        if self.format == Format::Human {
            write_out(lines);
        }
    }

    /// Prints the closing line.
    pub(crate) fn close(self, line: &str) {
        if self.detail != Detail::Quiet {
            say(line);
        }
    }

    /// Prints an error that is no fault of the input.
    pub(crate) fn fail(self, message: &str) {
        if self.format == Format::Json || self.finds && self.format == Format::Sarif {
            self.answer(&Report::new(), &Found::default(), Some(message), &Value::Null);
        }
        say(&format!("error: {message}"));
    }

    /// A bar for work of this length, shown on a terminal only.
    pub(crate) fn progress(self, length: usize, what: &'static str) -> ProgressBar {
        if self.detail == Detail::Quiet || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(length as u64);
        let style = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len} {eta}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(what);
        // Also while nothing is counted.
        bar.enable_steady_tick(Duration::from_millis(100));
        bar
    }

    /// Prints something that the user should know before going on.
    pub(crate) fn warn(message: &str) {
        say(&format!("warning: {message}"));
    }

    pub(crate) fn print_faults(self, report: &Report) {
        let limit = if self.detail == Detail::Verbose { usize::MAX } else { MOST_FAULTS };
        for fault in report.iter().take(limit) {
            say_of(&fault.told());
        }
        let hidden = report.iter().count().saturating_sub(limit);
        if hidden > 0 {
            let hidden = text::count(hidden, "fault");
            say(&format!("… and {hidden} more; `--verbose` prints them all\n"));
        }
    }
}

/// Whether an answer for machines was lost, so that the run has not done what it was asked for.
static IS_ANSWER_LOST: AtomicBool = AtomicBool::new(false);

/// Whether an answer for machines could not be written.
pub(super) fn is_answer_lost() -> bool {
    IS_ANSWER_LOST.load(Ordering::Relaxed)
}

/// Writes a document for machines.
fn write_document(document: &impl Serialize) {
    // What is written is texts and numbers, and so can be. A terminal may obey characters that JSON
    // leaves as they are.
    let document = text::readable_json(serde_json::to_string(document).unwrap_or_default());
    write_out(&format!("{document}\n"));
}

/// Writes to the standard output. Who has stopped reading has got what was wanted.
fn write_out(result: &str) {
    let mut output = io::stdout().lock();
    match output.write_all(result.as_bytes()).and_then(|()| output.flush()) {
        Err(cause) if cause.kind() != io::ErrorKind::BrokenPipe => {
            say(&format!("error: cannot write the result to the standard output: {cause}"));
            IS_ANSWER_LOST.store(true, Ordering::Relaxed);
        }
        _ => {}
    }
}

/// Prints for people. Where that fails, there is nobody to be told; the exit code tells.
fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Prints a fault or a finding, and what to do about it.
fn say_of(told: &Told<'_>) {
    say(&format!("{}\n  hint: {}\n", told.headline(), told.hint()));
}

/// "2 errors"
pub(super) fn tally(report: &Report) -> String {
    text::count(report.count(), "error")
}

/// ", 3 findings (1 warning, 2 notes)"
pub(super) fn tally_found(found: &Found) -> String {
    if found.iter().len() == 0 {
        return String::new();
    }
    let each = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .map(|severity| (found.count(severity), severity.name()))
        .filter(|(count, _)| *count > 0);
    let parts: Vec<String> = each.map(|(number, name)| text::count(number, name)).collect();
    format!(", {} ({})", text::count(found.iter().len(), "finding"), parts.join(", "))
}

/// A size for people.
pub(super) fn size(bytes: u64) -> String {
    indicatif::DecimalBytes(bytes).to_string()
}

/// A duration for people.
pub(super) fn seconds(duration: Duration) -> String {
    format!("{:.2} s", duration.as_secs_f64())
}
