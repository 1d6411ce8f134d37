//! Owns the rules of a catalogue: what in a record its reader should know of though it is no fault,
//! how bad each is unless the settings say otherwise, and what a rule found.

mod fields;
mod instructions;
mod judge;
mod names;
mod registry;
mod rivals;
mod words;

use crate::diag::Severity;
use crate::text;

pub use fields::of_server as for_keepers_of_server;
pub use judge::{denied_claim, for_keepers, of_server, of_tool};
pub use rivals::rivals;

/// Where the finding of a rule is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// On the page of the tool or server too: who uses it should know.
    Readers,
    /// By `check` only: who keeps the catalogue should know.
    Keepers,
}

macro_rules! rules {
    ($($variant:ident $code:literal $severity:ident $audience:ident $title:literal $meaning:literal $hint:literal,)*) => {
        /// Every rule.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = $meaning] $variant,)*
        }

        impl Rule {
            /// All rules, in the order in which they are documented.
            pub const ALL: &'static [Rule] = &[$(Rule::$variant,)*];

            /// The kebab-case name that reports and settings use.
            pub fn code(self) -> &'static str {
                match self { $(Rule::$variant => $code,)* }
            }

            /// How bad a finding is unless the settings say otherwise.
            pub fn severity(self) -> Severity {
                match self { $(Rule::$variant => Severity::$severity,)* }
            }

            /// Where a finding is told.
            pub fn audience(self) -> Audience {
                match self { $(Rule::$variant => Audience::$audience,)* }
            }

            /// What a finding is called on a page.
            pub fn title(self) -> &'static str {
                match self { $(Rule::$variant => $title,)* }
            }

            /// What the rule looks for, and why.
            pub fn meaning(self) -> &'static str {
                match self { $(Rule::$variant => $meaning,)* }
            }

            /// What to do about a finding.
            pub fn hint(self) -> &'static str {
                match self { $(Rule::$variant => $hint,)* }
            }
        }
    };
}

rules! {
    HiddenMessage "hidden-message" Error Readers "Hidden message"
        "A text has letters in tag characters, which nobody sees and a model reads."
        "do not use the server until its authors explain the message; the page shows it decoded",
    HiddenText "hidden-text" Warning Readers "Hidden characters"
        "A text has characters that cannot be seen: marks that change the direction of what follows, characters without width, controls; or a description refers to one of them by number or name, as `&#x202e;` does. Emoji, marks of direction beside letters from right to left, and joiners in scripts that need them are none. Rationale and evidence, which whoever maintains the catalogue writes, are not looked through; pages show what is hidden in them."
        "ask the server's authors to remove the characters; the page shows where they stand",
    PaddedName "padded-name" Warning Readers "Blank at the edge of a name"
        "A name begins or ends with a space or another blank, which is hard to see: a policy for the name without it does not hold for this one."
        "compare the name with the one that the server declares, and correct the record unless it has the blank too",
    MixedScriptName "mixed-script-name" Warning Readers "Letters of several alphabets"
        "A word of a name or title mixes Latin letters with letters of another alphabet that look the same."
        "compare the name with the one that you expect, letter by letter",
    LookalikeName "lookalike-name" Warning Readers "Looks like another name"
        "A name looks like another name of the catalogue and is another one: one has letters of another alphabet, a 0 where the other has an “o”, a 1 or a stroke for an “l”, or “rn” for an “m”. Where one of the two is plainly the imitation, as `read_fi1e` is, the finding is about that one, and otherwise about both."
        "make sure that it is the one that you mean; if not, deny it",
    ModelInstructions "model-instructions" Warning Readers "Instructions to the model"
        "A title, a description, a schema or the instructions of a server have a phrase that tells the model to disregard earlier instructions, what it is or must do from now on, to keep something from its user, or to pass a secret file on, or they have markup of the kind that models take for a message of the system. The phrases are those of known attacks: the same in other words is not found."
        "read the whole text; deny the tool, or all of the server, unless you know why it says so",
    ShadowedTool "shadowed-tool" Warning Readers "Speaks of a tool elsewhere"
        "A description tells the model not to use a tool that another server of the catalogue has and this one has not."
        "decide yourself which of the tools an agent may use, and deny the other",
    ContradictingName "contradicting-name" Warning Readers "Name and category differ"
        "The name of a tool that is classified as reading begins with a word for changing something, such as “create”, “delete” or “update”, or has one such as “send” inside, at its end or after “and”; or the name of one that destroys or pays begins with a word for reading, such as “get” or “list”, or has it as its second word. The rule knows some dozens of such words, and no others. A word such as “preview”, “status” or “test” at the end can make the whole a name of something to look at: then nothing is found."
        "look at what the tool does, and correct its category if it is wrong; if it is right the finding stays, as a warning to those who go by the name",
    WithdrawnServer "withdrawn-server" Warning Readers "Withdrawn from the registry"
        "The record has the answer of the official registry, in `_meta` beside the server or in it, and that calls the server deleted or deprecated."
        "take the record out of the catalogue, or keep it as a warning to those who still have the server",
    SharedAddress "shared-address" Warning Keepers "Shared address"
        "The names of two servers would have the same address, as `acme/bank` and `acme-bank` would. The pages of both have another one, which ends in a hash, and links to the shared address lead nowhere."
        "look whether one of the two imitates the other and take its record out; otherwise mend the links to the former address",
    ContradictingAnnotations "contradicting-annotations" Warning Keepers "Annotations and category differ"
        "The server declares a tool as read-only that is classified otherwise, one as not read-only or as destructive that is classified as reading, or one as not destructive that is classified as destructive. Its page has a note of its own for this."
        "look at what the tool does, and correct its category if it is wrong; if it is right the finding stays, as a warning to those who go by the annotations",
    MissingDescription "missing-description" Warning Keepers "No description"
        "A tool has no description: a model has to guess from its name when to call it."
        "take the description over from the server's answer to `tools/list`, or ask its authors for one",
    MisnamedField "misnamed-field" Warning Keepers "Misnamed field"
        "A field has nearly the name of one that is read and is missing, such as `website_url`, or it stands beside `classification` instead of in it: programs find it in the record of the server, and nothing else reads it."
        "correct the name or the place of the field",
    UndescribedParameters "undescribed-parameters" Note Keepers "Parameters without description"
        "A tool has parameters of which none is described, neither in the schema nor in the description of the tool."
        "ask the server's authors for descriptions; a model has to guess what to pass",
    LargeDefinition "large-definition" Note Keepers "Large definition"
        "The description and the input schema of a tool together have more than 16,384 bytes, which every agent reads that is given the tool."
        "ask the server's authors for a shorter definition, or hide the tool where it is not needed",
}

impl Rule {
    /// The rule of a code.
    pub fn parse(code: &str) -> Option<Rule> {
        Rule::ALL.iter().copied().find(|rule| rule.code() == code)
    }
}

/// Something that a rule found in a tool or a server.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// The member of the tool or server that it is about, such as `description`; empty: all of it.
    pub member: String,
    /// What was found: lower case, no full stop.
    pub message: String,
}

/// Foreign text as a message tells it: what stands in backticks there is code.
pub fn told(text: &str) -> String {
    text::visible(text).replace('`', "\\u{60}")
}

impl Finding {
    /// A finding about a member.
    pub fn new(rule: Rule, member: &str, message: impl Into<String>) -> Finding {
        Finding { rule, member: member.to_owned(), message: message.into() }
    }
}
