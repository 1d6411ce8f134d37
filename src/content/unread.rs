//! Owns what stands among the texts and is read by nobody: a misspelt name should not be missed.

use std::path::{Path, PathBuf};

use crate::diag::{Code, Diagnostic, Place, Report};
use crate::overlay;
use crate::text;

const HINT: &str = "read are `categories/` (`read.md`, `write.md`, `execute.md`, `destructive.md`, \
    `financial.md`), `risk/` (`low.md`, `medium.md`, `high.md`, `critical.md`), and every `.md` file directly in \
    `attacks/`, `glossary/` and `pages/`; other files to publish belong in `static/`";

/// What the names of Markdown files end with. Only those that end with the first are read.
const TEXTS: [&str; 6] = ["md", "markdown", "mkd", "mkdn", "mdown", "mdx"];

/// Reports the files of `content/` that stand in none of the folders of texts and in no catalogue.
/// A catalogue need not be the one of this run: what has records in it is one.
pub(super) fn check(root: &Path, folders: &[&str], report: &mut Report) {
    let known = [folders, &["catalogue"]].concat();
    let is_record = |file: &PathBuf| text::has_ending(file, &["json", "jsonl", "ndjson"]);
    for files in overlay::other_files(root, "content", &known) {
        if !files.iter().any(is_record) {
            for file in files {
                add(&file.display().to_string(), report);
            }
        }
    }
}

/// Reports a text that nothing reads, unless it is for people who look into the folder. Other files
/// were never meant to be read.
pub(super) fn add(file: &str, report: &mut Report) {
    let is_text = text::has_ending(text::without_txt(file), &TEXTS);
    if is_text && !is_note(file) {
        let message = "nothing reads this file";
        report.push(Diagnostic::error(Code::UnreadContent, Place::start(file), message, HINT));
    }
}

/// Whether a file says something about its folder, by its name.
pub(super) fn is_note(file: &str) -> bool {
    let name = Path::new(file).file_name().unwrap_or_default().to_string_lossy();
    let stem = name.split('.').next().unwrap_or_default();
    ["readme", "license", "licence"].iter().any(|name| stem.eq_ignore_ascii_case(name))
}
