//! Owns the questions of a server page: which are asked depends on the tools that the server has.

use super::Open;
use super::faq::Question;
use super::links;
use crate::policy::{self, Effect, Preset};
use crate::risk::Category;
use crate::rules;
use crate::site::Counts;
use crate::text::{self, Phrase};

/// Names that an answer gives as examples.
const MOST_EXAMPLES: usize = 3;

/// The questions of a server.
pub(super) fn questions(open: Open<'_>) -> Vec<Question> {
    let row = open.site.server(open.id);
    let phrase = open.phrase;
    let counts = &row.counts;
    let has = |category: Category| counts.category(category) > 0;
    let mut questions = vec![how_many(phrase, counts)];
    if counts.total() == 0 {
        return questions;
    }
    if counts.category(Category::Read) == counts.total() {
        questions.push(only_reads(open));
    }
    let asked = [
        (Category::Financial, format!("Can an agent spend money through {phrase}?")),
        (Category::Destructive, format!("Can an agent delete data through {phrase}?")),
        (Category::Execute, format!("Can an agent start actions through {phrase}?")),
        (
            Category::Write,
            format!("How do I keep an agent from changing data in bulk through {phrase}?"),
        ),
    ];
    for (category, question) in asked {
        if has(category) {
            questions
                .push(Question::new(Phrase::new().words(question), about_category(open, category)));
        }
    }
    questions.push(in_force(open, phrase));
    questions
}

/// "3 read tools and 1 execute tool"
pub(super) fn category_counts(counts: &Counts) -> String {
    let present = Category::ALL.into_iter().filter(|category| counts.category(*category) > 0);
    let parts: Vec<String> = present
        .map(|category| {
            text::count(counts.category(category), &format!("{} tool", category.name()))
        })
        .collect();
    text::list(&parts)
}

fn how_many(phrase: &str, counts: &Counts) -> Question {
    let question = Phrase::new().words(format!("How many tools does {phrase} have?"));
    let answer = match counts.total() {
        0 => "Its record lists none.".to_owned(),
        1 => format!(
            "Its record lists one, {} {}.",
            text::article(&one_category(counts)),
            one_category(counts)
        ),
        total => match only_category(counts) {
            Some(category) => {
                let (all, total) = (text::all(total), text::number(total));
                format!("Its record lists {total}, {all} of them {category} tools.")
            }
            None => {
                format!("Its record lists {}: {}.", text::number(total), category_counts(counts))
            }
        },
    };
    Question::new(question, Phrase::new().words(answer))
}

/// The name of the category that all tools of a server have, if there is one.
fn only_category(counts: &Counts) -> Option<&'static str> {
    let mut present = Category::ALL.into_iter().filter(|category| counts.category(*category) > 0);
    present.next().filter(|_| present.next().is_none()).map(Category::name)
}

/// "read tool", of a server that has one.
fn one_category(counts: &Counts) -> String {
    category_counts(counts).trim_start_matches("1 ").to_owned()
}

fn only_reads(open: Open<'_>) -> Question {
    let question = Phrase::new().words(format!("Is {} read-only?", open.phrase));
    let tools = &open.record.tools;
    let declared = declared_otherwise(open);
    let answer = if tools.len() == 1 {
        format!(
            "As far as its record says, yes: its one tool is classified as a read tool. It is not expected to change anything.{declared} What it returns still ends up in the agent's context, and a loop can still call it again and again."
        )
    } else {
        let all = text::all(tools.len());
        format!(
            "As far as its record says, yes: {all} of its tools are classified as read tools. They are not expected to change anything.{declared} What they return still ends up in the agent's context, and a loop can still call them again and again."
        )
    };
    Question::new(question, Phrase::new().words(answer))
}

/// What the server declares of its tools, all of which are read tools, if anything else.
fn declared_otherwise(open: Open<'_>) -> String {
    let mut claims: Vec<&str> =
        open.tools().filter_map(|(_, tool)| rules::denied_claim(tool)).collect();
    claims.sort_unstable_by(|one, other| other.cmp(one));
    let all = open.record.tools.len();
    let told: Vec<String> = claims
        .chunk_by(|one, other| one == other)
        .map(|alike| {
            let which = match alike.len() {
                _ if all == 1 => "it".to_owned(),
                some if some == all => format!("{} of them", text::all(all)),
                some => format!("{} of them", text::number(some)),
            };
            format!("{which} {}", alike[0])
        })
        .collect();
    if told.is_empty() {
        return String::new();
    }
    format!(" But the server declares {}.", text::list(&told))
}

fn about_category(open: Open<'_>, category: Category) -> Phrase {
    let names = names_of(open, category);
    let amount = text::count(names.len(), &format!("{} tool", category.name()));
    let answer = yes_or_no(&names, category);
    let mut phrase = Phrase::new().words(format!("{answer}It has {amount}"));
    let shown = names.len().min(MOST_EXAMPLES);
    for (at, name) in names.iter().take(shown).enumerate() {
        let before = match at {
            0 if names.len() > shown => ", among them ",
            0 => ": ",
            _ if at + 1 == shown => " and ",
            _ => ", ",
        };
        phrase = phrase.words(before).code(*name);
    }
    phrase.words(". ").then(&rule_of(&names, category)).words(other_ways(open, category))
}

fn names_of(open: Open<'_>, category: Category) -> Vec<&str> {
    open.tools()
        .filter(|(_, tool)| tool.category == category)
        .map(|(_, tool)| tool.name.as_str())
        .collect()
}

/// The short answer to "can an agent …", of the tools that are made for it.
fn yes_or_no(names: &[&str], category: Category) -> String {
    // The question about write tools is no yes-or-no question.
    if category == Category::Write {
        return String::new();
    }
    if lets_through(names, category) {
        return "Yes. ".to_owned();
    }
    let tools = if names.len() == 1 { "tool" } else { "tools" };
    format!("Not with its {} {tools} under the recommended policy. ", category.name())
}

/// Whether the recommended document lets any call of these tools through.
fn lets_through(names: &[&str], category: Category) -> bool {
    let tools = names.iter().map(|name| (*name, category));
    let document = policy::server_document(Preset::Recommended, tools);
    let denies =
        |effect: &Effect| matches!(effect, Effect::Hidden | Effect::Refused(_) | Effect::NotListed);
    !policy::effects(&document, names).iter().all(|(effect, _)| denies(effect))
}

/// The tools of other categories by which the same may happen: the recommended policy lets them
/// through, and what they do depends on what they are told.
fn other_ways(open: Open<'_>, category: Category) -> String {
    let harm = match category {
        Category::Destructive => "delete data",
        Category::Financial => "spend money",
        Category::Read | Category::Write | Category::Execute => return String::new(),
    };
    let others = [Category::Write, Category::Execute].into_iter().filter_map(|other| {
        let names = names_of(open, other);
        let amount = || text::count(names.len(), &format!("{} tool", other.name()));
        lets_through(&names, other).then(amount)
    });
    let others: Vec<String> = others.collect();
    if others.is_empty() {
        return String::new();
    }
    format!(" It allows {}, which may {harm} too.", text::list(&others))
}

/// What the recommended document does with the tools of a category, read from such a document.
fn rule_of(names: &[&str], category: Category) -> Phrase {
    let (each, them) = if names.len() == 1 { ("it", "it") } else { ("each of them", "them") };
    let tools = names.iter().map(|name| (*name, category));
    let document = policy::server_document(Preset::Recommended, tools);
    let phrase = Phrase::new().words("The recommended policy ");
    match policy::effects(&document, names).as_slice() {
        [(Effect::Limited(limit), _)] => phrase
            .words(format!(
                "lets {each} be called at most {} a {} per grant.",
                text::times(limit.max),
                limit.window.name()
            ))
            .then(&how_to_bound(category)),
        [(Effect::Hidden, _)] => phrase
            .words(format!("leaves {them} out of "))
            .code("tools/list")
            .words(format!(" and denies every call of {them}.")),
        [(Effect::Refused(message), _)] => {
            phrase.words(format!("denies every call of {them}, with the message “{message}”."))
        }
        [(Effect::Allowed | Effect::NotListed | Effect::Conditional, _)] => {
            phrase.words(format!("lets {them} be called without a limit."))
        }
        // In `hide`, the name of one would stand for all tools.
        _ => phrase
            .words("denies every call of each, and leaves all but ")
            .code(policy::ALL_TOOLS)
            .words(" out of ")
            .code("tools/list")
            .words(": in ")
            .code("hide")
            .words(", that name stands for all tools."),
    }
}

/// What a limit leaves to be done about changes in bulk, which the question on write tools is about.
fn how_to_bound(category: Category) -> Phrase {
    if category != Category::Write {
        return Phrase::new();
    }
    Phrase::new().words(" That bounds a burst, not the total: lower ").code("max").words(
        ", add a limit an hour or a day, or take the strict policy, which denies all write tools.",
    )
}

fn in_force(open: Open<'_>, phrase: &str) -> Question {
    let gateway = links::gateway(&open.site.config);
    let question = Phrase::new().words(format!("How do I enforce a policy on {phrase}?"));
    let answer = Phrase::new()
        .words("Take the complete document, ")
        .code(Preset::Recommended.file_name())
        .words(format!(
            ", attach it at {gateway} to the grant with which your agents reach the server, and let the agents connect to the gateway only. Tools that the document does not list are denied, so a tool that the server adds later stays denied until somebody has looked at it."
        ));
    Question::new(question, answer)
}
