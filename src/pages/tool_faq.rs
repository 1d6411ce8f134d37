//! Owns the six questions of a tool page. Every answer that speaks of the document reads its
//! numbers and its keys from the document.

use serde::Serialize;

use super::faq::Question;
use super::links;
use super::wording::{Description, Kind, Names};
use crate::content::{CategoryText, RiskText};
use crate::policy::{self, Effect, Limit};
use crate::risk::Category;
use crate::site::Site;
use crate::text::{self, Phrase};

/// Calls a minute that an example allows where the document has no limit of its own.
const EXAMPLE_LIMIT: u64 = 60;

/// Why a tool that is denied has no limit, and how to begin if it is to be called.
const NOTHING_TO_COUNT: &str = "A limit would have nothing to count: the document on this page denies every call. A limit alone would bound how often the tool runs, not what one call does. To allow some calls, ";

/// A rule that denies every call.
const DENY_ALL: &str = r#"{"deny_if":[{"conditions":[],"on_deny":"Denied by policy."}]}"#;

/// What the questions are about.
pub(super) struct Subject<'site> {
    kind: Kind,
    names: Names<'site>,
    gateway: String,
    category: &'site CategoryText,
    risk: &'site RiskText,
    effect: Effect,
}

impl<'site> Subject<'site> {
    pub(super) fn of(
        site: &'site Site,
        kind: Kind,
        names: Names<'site>,
        effect: Effect,
    ) -> Subject<'site> {
        Subject {
            kind,
            names,
            gateway: links::gateway(&site.config),
            category: site.prose.category(kind.category),
            risk: site.prose.risk(kind.risk),
            effect,
        }
    }

    fn name(&self) -> &str {
        self.names.tool
    }
}

/// "an execute tool"
pub(super) fn tool_of(category: Category) -> String {
    format!("{} {} tool", text::article(category.name()), category.name())
}

/// The six questions.
pub(super) fn questions(subject: &Subject<'_>) -> Vec<Question> {
    let ask =
        |before: &str, after: &str| Phrase::new().words(before).code(subject.name()).words(after);
    vec![
        Question::new(ask("What does the ", " tool do?"), what_it_does(subject)),
        Question::new(ask("How do I enforce a policy on ", "?"), how_to_enforce(subject)),
        Question::new(ask("What risk level does ", " have?"), which_risk(subject)),
        Question::new(ask("Can I rate-limit ", "?"), can_it_be_limited(subject)),
        Question::new(ask("How do I block ", " completely?"), how_to_block(subject)),
        Question::new(ask("Which MCP server provides ", "?"), which_server(subject)),
    ]
}

fn what_it_does(subject: &Subject<'_>) -> Phrase {
    let phrase = Phrase::new();
    let phrase = match subject.kind.description {
        Description::Quoted => phrase
            .words("Its description in the record begins: ")
            .quote(subject.names.sentence)
            .words(" "),
        Description::Sentence => phrase
            .words("Its description in the record is: ")
            .quote(subject.names.sentence)
            .words(" "),
        Description::WithoutWords => phrase.words("Its description has no words to quote. "),
        Description::Absent => phrase.words("The record has no description of it. "),
    };
    let does = text::uncapitalised(&subject.category.summary);
    phrase.words(format!(
        "It is classified as {}, a tool that {does}",
        tool_of(subject.kind.category)
    ))
}

fn how_to_enforce(subject: &Subject<'_>) -> Phrase {
    let phrase = Phrase::new().words(format!(
        "Put the document on this page in force at {}, and let every call to {} pass through that gateway. ",
        subject.gateway, subject.names.server
    ));
    let place = match subject.effect {
        Effect::Hidden => {
            phrase.words("The name ").code(subject.name()).words(" stands in ").code("hide")
        }
        _ => phrase
            .words("The rule of ")
            .code(subject.name())
            .words(" stands under that exact name in ")
            .code("tools"),
    };
    let others = if subject.kind.is_only {
        ""
    } else {
        "For an agent that needs other tools of the server, take the complete policy of the server. "
    };
    place.words("; ").code("default").words(format!(
        " denies the tools that the document does not list. {others}A client that connects to the server directly is checked by no policy."
    ))
}

fn which_risk(subject: &Subject<'_>) -> Phrase {
    let own = subject.kind.risk;
    let usual = subject.kind.category.default_risk();
    // What is said of a level fits the tools that have it by their category.
    let what = if own == usual {
        subject.risk.summary.clone()
    } else {
        format!(
            "Its level was set for this tool: other {} tools have {} risk unless their record says otherwise.",
            subject.kind.category.name(),
            usual.name()
        )
    };
    Phrase::new().code(subject.name()).words(format!(
        " is classified as {} with {} risk. {what} The recommended rule is: {}.",
        tool_of(subject.kind.category),
        own.name(),
        text::uncapitalised(&policy::verdict(&subject.effect)),
    ))
}

/// A rule that only limits.
#[derive(Serialize)]
struct OneLimit {
    limits: [Limit; 1],
}

fn can_it_be_limited(subject: &Subject<'_>) -> Phrase {
    // A part of a rule, or of the name of a counter, would be none.
    let shown = |code: &str| Phrase::shows_whole(code).then(|| Phrase::new().code(code));
    match &subject.effect {
        Effect::Limited(limit) => Phrase::new()
            .words("Yes, and the document on this page does: its counter ")
            .then(&shown(&limit.counter).map_or_else(Phrase::new, |counter| counter.words(" ")))
            .words("lets through at most ")
            .words(limit.max.to_string())
            .words(format!(
                " {} in each {} per ",
                if limit.max == 1 { "call" } else { "calls" },
                limit.window.name()
            ))
            .code("grant")
            .words(". Change ")
            .code("max")
            .words(", or change ")
            .code("window")
            .words(", which can be ")
            .code("minute")
            .words(", ")
            .code("hour")
            .words(" or ")
            .code("day")
            .words("."),
        Effect::Hidden => Phrase::new()
            .words(NOTHING_TO_COUNT)
            .words("take the name out of ")
            .code("hide")
            .words(" and give the tool a rule in ")
            .code("tools")
            .words(" that has conditions on its arguments in ")
            .code("require")
            .words(", if it takes any, and then ")
            .code("limits")
            .words("."),
        Effect::Refused(_) => Phrase::new()
            .words(NOTHING_TO_COUNT)
            .words("replace its ")
            .code("deny_if")
            .words(" with conditions on its arguments in ")
            .code("require")
            .words(", if it takes any, and then add ")
            .code("limits")
            .words("."),
        Effect::Allowed | Effect::NotListed | Effect::Conditional => {
            let phrase = Phrase::new()
                .words("Yes. The document on this page sets no limit; to set one, replace its rule with one that has ")
                .code("limits");
            let rule = OneLimit { limits: [policy::limit(subject.name(), EXAMPLE_LIMIT)] };
            let rule = text::readable_json(serde_json::to_string(&rule).unwrap_or_default());
            match shown(&rule) {
                Some(rule) => phrase.words(", such as ").then(&rule).words("."),
                None => phrase.words("."),
            }
        }
    }
}

fn how_to_block(subject: &Subject<'_>) -> Phrase {
    match &subject.effect {
        Effect::Hidden => Phrase::new()
            .words("The document on this page does: a name in ")
            .code("hide")
            .words(" is left out of ")
            .code("tools/list")
            .words(", and a call of it is denied."),
        Effect::Refused(message) => Phrase::new()
            .words("The document on this page does: empty ")
            .code("conditions")
            .words(" in ")
            .code("deny_if")
            .words(format!(" match every call, and the caller is told “{message}”. "))
            .then(&how_to_hide(subject)),
        _ => Phrase::new()
            .words("Replace its rule with ")
            .code(DENY_ALL)
            .words(": empty ")
            .code("conditions")
            .words(" match every call. ")
            .then(&how_to_hide(subject)),
    }
}

/// How a tool with a rule that denies it is taken out of the list too.
fn how_to_hide(subject: &Subject<'_>) -> Phrase {
    if policy::can_be_hidden(subject.name()) {
        return Phrase::new()
            .words("To take the tool out of ")
            .code("tools/list")
            .words(" too, remove the rule and name the tool in ")
            .code("hide")
            .words(".");
    }
    Phrase::new()
        .words("It cannot be taken out of ")
        .code("tools/list")
        .words(" by itself: in ")
        .code("hide")
        .words(", ")
        .code(subject.name())
        .words(" stands for all tools of the server.")
}

fn which_server(subject: &Subject<'_>) -> Phrase {
    Phrase::new()
        .words(text::capitalised(subject.names.server))
        .words(", with the identifier ")
        .code(subject.names.identifier)
        .words(". Other servers can have a tool of the same name; a policy belongs to one server.")
}
