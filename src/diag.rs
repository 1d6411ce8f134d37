//! Owns what a fault is (code, severity, place, field, message, hint) and the report that
//! collects all faults of one run.

mod place;
mod words;

use std::{collections::BTreeSet, fmt};

use serde::Serialize;

use crate::text;
pub use place::{Place, Places};
pub(crate) use words::{in_words, in_words_of_toml};

/// How bad a fault or a finding is. A fault is an error, and stops a build before anything is
/// published. A finding never does: `check` fails from the severity on that the settings name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A fault, or a finding that nobody should pass over.
    Error,
    /// Somebody should look.
    Warning,
    /// Nothing is wrong; somebody may want to know.
    Note,
}

impl Severity {
    /// The name that reports and settings use.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

macro_rules! codes {
    ($($variant:ident $name:literal $meaning:literal,)*) => {
        /// Every kind of fault, by its kebab-case name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $meaning] $variant,)*
        }

        impl Code {
            /// All codes, in the order in which they are documented.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The kebab-case name that reports show.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }

            /// One sentence on what the code stands for.
            pub fn meaning(self) -> &'static str {
                match self { $(Code::$variant => $meaning,)* }
            }
        }
    };
}

codes! {
    UnreadableFile "unreadable-file" "A file or folder of the input cannot be read, or is of another kind than it has to be: a link (but for one to a record or a catalogue), a pipe, a file in the place of a folder; or a record changed while the site was built. The exit code is 3.",
    BadFileName "bad-file-name" "The name of a file cannot be published, or cannot stand in an address.",
    NotFound "not-found" "A file or folder that the configuration names does not exist.",
    EmptyCatalogue "empty-catalogue" "The catalogue has no server record at all.",
    InvalidUtf8 "invalid-utf8" "A file is not UTF-8 text.",
    ByteOrderMark "byte-order-mark" "A file, or a line of a `.jsonl` file, begins with a byte-order mark.",
    InvalidJson "invalid-json" "A record is not valid JSON, or is cut off.",
    TooDeep "too-deep" "A value is nested deeper than any real definition.",
    NulCharacter "nul-character" "A text contains U+0000, which no page or file can carry.",
    DuplicateKey "duplicate-key" "One JSON object gives the same key twice.",
    WrongType "wrong-type" "A field holds a value of another type than it should.",
    MissingField "missing-field" "A required field is absent.",
    EmptyName "empty-name" "A server or tool has an empty name.",
    UnknownCategory "unknown-category" "A category is none of the five.",
    UnknownRisk "unknown-risk" "A risk level is none of the four.",
    UnknownAttack "unknown-attack" "A tool or a category names an attack that the content does not describe.",
    UnknownTerm "unknown-term" "A term of the glossary names a related one that is not there.",
    BadConfidence "bad-confidence" "A confidence is not a number from 0 to 1.",
    BadDate "bad-date" "A date is not written as YYYY-MM-DD, or does not exist.",
    DuplicateServer "duplicate-server" "Two records describe the same server.",
    DuplicateTool "duplicate-tool" "One server lists the same tool twice.",
    InvalidToml "invalid-toml" "The configuration or a front matter is not valid TOML.",
    BadSetting "bad-setting" "A setting is missing, unknown, or has a value that cannot be used.",
    BadFrontMatter "bad-front-matter" "A text has no front matter, or one with a field that is missing, unknown or of a wrong type.",
    UnreadContent "unread-content" "Nothing reads a text, a template, a file of records or one for hosts, because of its name or its folder.",
    UnknownPlaceholder "unknown-placeholder" "A text has a placeholder in braces that means nothing.",
    BadPolicy "bad-policy" "A policy document breaks the format.",
    TemplateSyntax "template-syntax" "A template does not parse, or names something unknown.",
    TemplateEscaping "template-escaping" "A template lets a foreign text into the page as HTML, or shows HTML as text.",
    TemplateRendering "template-rendering" "A template fails on a page.",
    AddressTaken "address-taken" "Two pages or files ask for the same address.",
    BrokenLink "broken-link" "A page links to an address of this site that does not exist. Only `check` looks for it.",
    BrokenFragment "broken-fragment" "A link names a place that its target page does not have. Only `check` looks for it.",
    HtmlError "html-error" "A page is not valid HTML. Only `check` looks for it.",
    InvalidPageJson "invalid-page-json" "A JSON document on a page or in a file does not parse. Only `check` looks for it.",
    NotAShard "not-a-shard" "A folder to merge is none that a build of a shard wrote, or its manifest is damaged or of a newer version.",
    ShardMismatch "shard-mismatch" "A shard was built from other input, by another program, or as one of another number.",
    DuplicateShard "duplicate-shard" "A shard, or a file of a shard, is there twice.",
    MissingShard "missing-shard" "A shard of the site is not among those to merge.",
    TooManyRemoved "too-many-removed" "More files of the site that stands there would be removed than `--max-removed` allows. `build` and `merge` look for it when they have it.",
    NoManifest "no-manifest" "A file that is to be the manifest of a site is missing, damaged, of a newer version or that of a shard. Only `changes` looks for it.",
    DamagedShard "damaged-shard" "A file of a shard is missing, or is not the one that was built.",
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// What is told of a fault, and of what else somebody should look at.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Told<'run> {
    /// Where it stands.
    pub place: &'run Place,
    /// How bad it is.
    pub severity: Severity,
    /// Of what kind it is.
    pub code: &'static str,
    /// The field path inside the record, such as `tools[3].classification.category`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'run str>,
    /// What is wrong: lower case, no full stop.
    pub message: &'run str,
    /// What to do about it.
    pub hint: &'run str,
}

impl Told<'_> {
    /// Place, code, field and message in one line that is harmless wherever text is shown.
    pub fn headline(&self) -> String {
        let Place { file, line, column } = self.place;
        let (severity, code) = (self.severity.name(), self.code);
        let field = self.field.map(|field| format!("{field}: ")).unwrap_or_default();
        let message = self.message;
        text::visible(&format!("{file}:{line}:{column}: {severity}[{code}]: {field}{message}"))
    }

    /// What to do about it, as harmless.
    pub fn hint(&self) -> String {
        text::visible(self.hint)
    }
}

/// One fault. It is an error, whatever its kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Where it stands.
    pub place: Place,
    /// What kind of fault it is.
    pub code: Code,
    /// The field path inside the record, such as `tools[3].classification.category`.
    pub field: Option<String>,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(
        code: Code,
        place: Place,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic { place, code, field: None, message: message.into(), hint: hint.into() }
    }

    /// What is told of it.
    pub fn told(&self) -> Told<'_> {
        Told {
            place: &self.place,
            severity: Severity::Error,
            code: self.code.name(),
            field: self.field.as_deref(),
            message: &self.message,
            hint: &self.hint,
        }
    }

    /// The same fault with the path of its field.
    #[must_use]
    pub fn in_field(mut self, field: impl Into<String>) -> Diagnostic {
        let field = field.into();
        self.field = (!field.is_empty()).then_some(field);
        self
    }
}

/// The fault of a file, or of a line of one, that begins with a byte-order mark.
pub fn byte_order_mark(place: Place, bytes: &[u8]) -> Option<Diagnostic> {
    const MARKS: [&[u8]; 3] = [&[0xef, 0xbb, 0xbf], &[0xff, 0xfe], &[0xfe, 0xff]];
    let is_there = MARKS.iter().any(|mark| bytes.starts_with(mark));
    is_there.then(|| {
        let hint = "save it as UTF-8 without a byte-order mark";
        Diagnostic::error(Code::ByteOrderMark, place, "a byte-order mark stands here", hint)
    })
}

/// Whether a file begins with the mark of UTF-16, in which nothing else can be read.
pub fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff])
}

/// The text of a file, or the fault of its first byte that is none.
pub fn utf8<'bytes>(file: &str, bytes: &'bytes [u8]) -> Result<&'bytes str, Box<Diagnostic>> {
    std::str::from_utf8(bytes).map_err(|error| {
        let place = Place::at(file, &String::from_utf8_lossy(bytes), error.valid_up_to());
        // So begins what gzip has compressed.
        let is_packed = bytes.starts_with(&[0x1f, 0x8b]);
        let hint = if is_packed { "unpack the file first" } else { "save the file as UTF-8" };
        Box::new(Diagnostic::error(Code::InvalidUtf8, place, "this byte is not UTF-8", hint))
    })
}

/// All faults of a run, sorted by place and free of repeats.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    faults: BTreeSet<Diagnostic>,
}

impl Report {
    /// An empty report.
    pub fn new() -> Report {
        Report::default()
    }

    /// Adds a fault. Of a place in a template that fails on many pages only one is kept, the same
    /// whatever the order in which they come.
    pub fn push(&mut self, fault: Diagnostic) {
        if fault.code == Code::TemplateRendering {
            let same = |other: &&Diagnostic| other.place == fault.place && other.code == fault.code;
            match self.faults.range(least(&fault)..).next().filter(same).cloned() {
                Some(other) if other <= fault => return,
                Some(other) => self.faults.remove(&other),
                None => false,
            };
        }
        self.faults.insert(fault);
    }

    /// Takes over all faults of another report.
    pub fn merge(&mut self, other: Report) {
        for fault in other.faults {
            self.push(fault);
        }
    }

    /// The report without the faults of a code.
    #[must_use]
    pub fn without(mut self, code: Code) -> Report {
        self.faults.retain(|fault| fault.code != code);
        self
    }

    /// The faults in the order of their places.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.faults.iter()
    }

    /// How many faults there are.
    pub fn count(&self) -> usize {
        self.faults.len()
    }

    /// Whether there is no fault, and nothing forbids publishing.
    pub fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }

    /// Whether a fault of this code is in the report.
    pub fn has(&self, code: Code) -> bool {
        self.faults.iter().any(|fault| fault.code == code)
    }
}

/// What stands before all faults of the same place and code.
fn least(fault: &Diagnostic) -> Diagnostic {
    Diagnostic::error(fault.code, fault.place.clone(), "", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_lines_and_characters_from_one() {
        let place = Place::at("f", "aß\n日本x", "aß\n日本".len());
        assert_eq!((place.line, place.column), (2, 3));
    }

    #[test]
    fn code_names_are_unique_and_kebab_case() {
        let names: BTreeSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        assert!(
            names
                .iter()
                .all(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '-' || c == '8'))
        );
    }
}
