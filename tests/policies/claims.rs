//! The sentences that pages may print about a policy document, each with the proof of it.

use std::sync::LazyLock;

use policypress::policy::{Document, Preset, parse, server_document};
use policypress::risk::Category;
use regex::{Captures, Regex};
use scraper::{ElementRef, Node};
use serde_json::{Value, json};

use crate::gateway::{Decision, Enforcement};
use crate::golden::reading::folded;

/// The beginning of a minute, an hour and a day at once.
const MIDNIGHT: u64 = 20_000 * 86_400;
/// The name of a tool that no server has.
const MADE_UP: &str = "a tool that nobody has ever seen";

/// What is said is said about this document.
pub(super) struct Claims<'site> {
    pub(super) document: &'site Document,
    /// The tools that the sentences speak of.
    pub(super) tools: Vec<&'site str>,
    /// All tools of the server.
    pub(super) others: Vec<&'site str>,
}

/// A sentence with its code and its quotations taken out.
struct Said<'text> {
    numbers: Captures<'text>,
    code: Vec<String>,
    quotes: Vec<String>,
}

type Proof = fn(&Claims<'_>, &Said<'_>);

/// In a pattern `C` is a piece of code, and `Q` is a quotation.
const KNOWN: &[(&str, Proof)] = &[
    // The sentence below the document of a tool.
    ("With this document, C may be called without a limit.", |claims, said| {
        claims.is_about(&said.code[0]);
        claims.each(|document, tool| assert!(is_unlimited(document, tool)));
    }),
    (
        r"With this document, C may be called (once|\d+ times) a (minute|hour|day) per grant; further calls in that (minute|hour|day) are denied.",
        |claims, said| {
            claims.is_about(&said.code[0]);
            assert_eq!(said.numbers[2], said.numbers[3]);
            claims.limited_to(&said.numbers[1], &said.numbers[2]);
        },
    ),
    ("With this document, every call of C is denied with the message Q.", |claims, said| {
        claims.is_about(&said.code[0]);
        claims.refused_with(&said.quotes[0]);
    }),
    ("With this document, C is left out of C and every call of it is denied.", |claims, said| {
        claims.is_about(&said.code[0]);
        assert_eq!(said.code[1], "tools/list");
        claims.each(|document, tool| assert!(!lists(document, tool) && is_denied(document, tool)));
    }),
    (
        "The document denies every tool that it does not list, so on its own it denies any other tool that the server has or adds later.",
        |claims, _| {
            assert!(is_denied(claims.document, MADE_UP));
            let others = claims.others.iter().filter(|other| !claims.tools.contains(other));
            others.for_each(|other| assert!(is_denied(claims.document, other), "{other}"));
        },
    ),
    // How to enforce a policy.
    (
        "Put the document on this page in force at .+, and let every call to .+ pass through that gateway.",
        no_claim,
    ),
    (
        "The name C stands in C; C denies the tools that the document does not list.",
        |claims, said| {
            claims.is_about(&said.code[0]);
            assert_eq!(said.code[1..], ["hide", "default"]);
            claims.each(|document, tool| assert!(document.hide.iter().any(|name| name == tool)));
            assert!(is_denied(claims.document, MADE_UP));
        },
    ),
    (
        "The rule of C stands under that exact name in C; C denies the tools that the document does not list.",
        |claims, said| {
            claims.is_about(&said.code[0]);
            assert_eq!(said.code[1..], ["tools", "default"]);
            claims.each(|document, tool| assert!(document.tools.get(tool).is_some()));
            assert!(is_denied(claims.document, MADE_UP));
        },
    ),
    (
        "For an agent that needs other tools of the server, take the complete policy of the server.",
        no_claim,
    ),
    ("A client that connects to the server directly is checked by no policy.", no_claim),
    // Whether it can be limited.
    (
        r"Yes, and the document on this page does: its counter C lets through at most (\d+) calls? in each (minute|hour|day) per C.",
        |claims, said| {
            let limits = &claims.document.tools.get(claims.tools[0]).unwrap().limits;
            assert_eq!(limits.len(), 1);
            assert_eq!(said.code, [limits[0].counter.as_str(), "grant"]);
            assert_eq!(serde_json::to_value(limits[0].scope).unwrap(), "grant");
            claims.limited_to(&format!("{} times", &said.numbers[1]), &said.numbers[2]);
        },
    ),
    ("Change C, or change C, which can be C, C or C.", |claims, said| {
        for window in &said.code[2..] {
            let mut changed = claims.json();
            let limit = &mut changed["tools"][claims.tools[0]]["limits"][0];
            limit[&said.code[0]] = json!(3);
            limit[&said.code[1]] = json!(window);
            assert!(is_limited(&document(&changed), claims.tools[0], 3, window));
        }
    }),
    (
        "A limit would have nothing to count: the document on this page denies every call.",
        |claims, _| {
            claims.each(|document, tool| assert!(is_denied(document, tool)));
        },
    ),
    ("A limit alone would bound how often the tool runs, not what one call does.", |claims, _| {
        let limit =
            json!({"limits": [{"counter": "c", "window": "day", "max": 1, "scope": "grant"}]});
        let changed = claims.without_name().with_rule(claims.tools[0], "tools", &limit.to_string());
        assert!(is_limited(&changed, claims.tools[0], 1, "day"));
    }),
    (
        "To allow some calls, take the name out of C and give the tool a rule in C that has conditions on its arguments in C, if it takes any, and then C.",
        |claims, said| {
            assert_eq!(said.code, ["hide", "tools", "require", "limits"]);
            assert_allows_some(claims, &said.code[2], &said.code[3]);
        },
    ),
    (
        "To allow some calls, replace its C with conditions on its arguments in C, if it takes any, and then add C.",
        |claims, said| {
            assert_eq!(said.code, ["deny_if", "require", "limits"]);
            assert_allows_some(claims, &said.code[1], &said.code[2]);
        },
    ),
    ("Yes.", |claims, _| {
        let is_let_through = |tool: &&str| !is_denied(claims.document, tool);
        assert!(claims.tools.iter().any(is_let_through));
    }),
    (
        "The document on this page sets no limit; to set one, replace its rule with one that has C, such as C.",
        |claims, said| {
            assert_eq!(said.code[0], "limits");
            claims.each(|document, tool| assert!(is_unlimited(document, tool)));
            let changed = claims.without_name().with_rule(claims.tools[0], "tools", &said.code[1]);
            assert_example_limits(&changed, claims.tools[0], &said.code[1]);
        },
    ),
    // How to block it.
    (
        "The document on this page does: a name in C is left out of C, and a call of it is denied.",
        |claims, said| {
            assert_eq!(said.code, ["hide", "tools/list"]);
            claims.each(|document, tool| {
                assert!(document.hide.iter().any(|name| name == tool));
                assert!(!lists(document, tool) && is_denied(document, tool));
            });
        },
    ),
    (
        "The document on this page does: empty C in C match every call, and the caller is told Q.",
        |claims, said| {
            assert_eq!(said.code, ["conditions", "deny_if"]);
            let checks = &claims.document.tools.get(claims.tools[0]).unwrap().deny_if;
            assert!(checks.iter().any(|check| check.conditions.is_empty()));
            claims.refused_with(&said.quotes[0]);
        },
    ),
    (
        "It cannot be taken out of C by itself: in C, C stands for all tools of the server.",
        |claims, said| {
            assert_eq!(said.code, ["tools/list", "hide", claims.tools[0]]);
            let mut changed = claims.json();
            changed["hide"] = json!([claims.tools[0]]);
            changed["tools"] = json!({});
            let changed = document(&changed);
            assert!(!lists(&changed, claims.tools[0]) && !lists(&changed, MADE_UP));
        },
    ),
    ("To take the tool out of C too, remove the rule and name the tool in C.", hiding_works),
    ("Replace its rule with C: empty C match every call.", |claims, said| {
        assert_eq!(said.code[1], "conditions");
        claims.each(|before, tool| assert!(!is_denied(before, tool), "{tool} is denied already"));
        let changed = claims.without_name().with_rule(claims.tools[0], "tools", &said.code[0]);
        assert!(is_denied(&changed, claims.tools[0]) && lists(&changed, claims.tools[0]));
    }),
    // The sentences of the page of complete policies.
    ("The (.+ tool is|.+ tools are) allowed without a limit.", |claims, _| {
        claims.each(|document, tool| assert!(is_unlimited(document, tool), "{tool}"));
    }),
    (
        r"The (.+ tool is|.+ tools are each) allowed (once|\d+ times) a (minute|hour|day) per grant.",
        |claims, said| {
            claims.limited_to(&said.numbers[2], &said.numbers[3]);
            claims.limited_apart();
        },
    ),
    (
        "(The .+ tool is|.+ tools (is|are)) left out of tools/list and denied when called.",
        |claims, _| {
            claims.each(|document, tool| {
                assert!(!lists(document, tool) && is_denied(document, tool), "{tool}");
            });
        },
    ),
    ("(The .+ tool is|.+ tools (is|are)) denied with the message Q.", |claims, said| {
        claims.refused_with(&said.quotes[0]);
    }),
    ("The (.+ tool is|.+ tools are) denied.", |claims, _| {
        claims.each(|document, tool| assert!(is_denied(document, tool), "{tool}"));
    }),
    (
        "The same document as the recommended one: (the record lists no tools|the one tool is a read tool|all tools are read tools).",
        |claims, said| {
            let tools = claims.others.iter().map(|tool| (*tool, Category::Read));
            let recommended = server_document(Preset::Recommended, tools);
            assert_eq!(claims.document, &recommended);
            let amount =
                ["no tools", "the one tool", "all tools"].map(|it| said.numbers[1].contains(it));
            let count = claims.others.len();
            assert_eq!(amount, [count == 0, count == 1, count > 1]);
        },
    ),
    ("A tool that the document does not list is denied.", |claims, _| {
        assert!(is_denied(claims.document, MADE_UP));
    }),
    (
        "A tool that the document does not list is allowed, including any that the server adds later.",
        |claims, _| {
            assert!(is_unlimited(claims.document, MADE_UP) && lists(claims.document, MADE_UP));
        },
    ),
    // The questions of the page of a server.
    (
        "Its record lists (none|one, (a|an) [a-z]+ tool|[0-9,]+: .+|(2, both|(?:[3-9]|[0-9,]{2,}), all) of them [a-z]+ tools).",
        no_claim,
    ),
    (
        "Not with its (destructive|financial) (tool|tools) under the recommended policy.",
        |claims, said| {
            assert_eq!(&said.numbers[2] == "tool", claims.tools.len() == 1);
            claims.each(|document, tool| assert!(is_denied(document, tool), "{tool}"));
        },
    ),
    (
        r"It allows ([0-9]+) (?:write|execute) tools?(?: and ([0-9]+) execute tools?)?, which may (?:delete data|spend money) too.",
        |claims, said| {
            let numbers = said.numbers.iter().skip(1).flatten();
            let told: usize = numbers.map(|number| number.as_str().parse::<usize>().unwrap()).sum();
            let is_allowed = |tool: &&&str| {
                !is_denied(claims.document, tool) && !is_unlimited(claims.document, tool)
            };
            assert_eq!(claims.others.iter().filter(is_allowed).count(), told);
        },
    ),
    (
        "As far as its record says, yes: (all|both) of its tools are classified as read tools.",
        |claims, said| {
            assert!(claims.others.len() > 1);
            assert_eq!(&said.numbers[1] == "both", claims.others.len() == 2);
        },
    ),
    ("As far as its record says, yes: its one tool is classified as a read tool.", |claims, _| {
        assert_eq!(claims.others.len(), 1);
    }),
    ("(It is|They are) not expected to change anything.", no_claim),
    (
        "What (it returns|they return) still ends up in the agent's context, and a loop can still call (it|them) again and again.",
        |claims, said| {
            let is_one = claims.others.len() == 1;
            assert_eq!(
                (&said.numbers[1] == "it returns", &said.numbers[2] == "it"),
                (is_one, is_one)
            );
            let all = claims.others.iter();
            all.for_each(|tool| assert!(is_unlimited(claims.document, tool), "{tool}"));
        },
    ),
    (r"It has 1 [a-z]+ tool: C.", no_claim),
    (r"It has [0-9,]+ [a-z]+ tools(: |, among them )C(, C)* and C.", no_claim),
    (
        r"The recommended policy lets (it|each of them) be called at most (once|\d+ times) a (minute|hour|day) per grant.",
        |claims, said| {
            assert_eq!(&said.numbers[1] == "it", claims.tools.len() == 1);
            claims.limited_to(&said.numbers[2], &said.numbers[3]);
            claims.limited_apart();
        },
    ),
    (
        "That bounds a burst, not the total: lower C, add a limit an hour or a day, or take the strict policy, which denies all write tools.",
        |claims, said| {
            assert_eq!(said.code, ["max"]);
            let tools = claims.tools.iter().map(|tool| (*tool, Category::Write));
            let strict = server_document(Preset::Strict, tools);
            claims.tools.iter().for_each(|tool| assert!(is_denied(&strict, tool), "{tool}"));
        },
    ),
    (
        "The recommended policy leaves (it|them) out of C and denies every call of (it|them).",
        |claims, said| {
            assert_eq!(said.code, ["tools/list"]);
            assert_eq!(&said.numbers[1] == "it", claims.tools.len() == 1);
            claims.each(|document, tool| {
                assert!(!lists(document, tool) && is_denied(document, tool), "{tool}");
            });
        },
    ),
    (
        "The recommended policy denies every call of each, and leaves all but C out of C: in C, that name stands for all tools.",
        |claims, said| {
            assert_eq!(said.code, ["*", "tools/list", "hide"]);
            claims.each(|document, tool| {
                assert!(is_denied(document, tool), "{tool}");
                assert_eq!(lists(document, tool), tool == "*", "{tool}");
            });
        },
    ),
    (
        "The recommended policy denies every call of (it|them), with the message Q.",
        |claims, said| {
            assert_eq!(&said.numbers[1] == "it", claims.tools.len() == 1);
            claims.refused_with(&said.quotes[0]);
        },
    ),
    (
        "Take the complete document, C, attach it at .+ to the grant with which your agents reach the server, and let the agents connect to the gateway only.",
        |_, said| {
            assert_eq!(said.code, ["policy.json"]);
        },
    ),
    (
        "Tools that the document does not list are denied, so a tool that the server adds later stays denied until somebody has looked at it.",
        |claims, _| {
            assert!(is_denied(claims.document, MADE_UP));
        },
    ),
    // The list of presets; the document is that of a server whose tools are called by their category.
    (
        "Reads are allowed; writes and actions are allowed up to a limit; tools that delete are hidden and denied; tools that move money are denied.",
        |claims, _| {
            assert!(is_unlimited(claims.document, "read"));
            assert_kept_limits_and_denials(claims.document);
        },
    ),
    (
        "Tools that delete are hidden and denied, tools that move money are denied, writes and actions keep their limits.",
        |claims, _| {
            assert_kept_limits_and_denials(claims.document);
        },
    ),
    ("Reads are allowed.", |claims, _| assert!(is_unlimited(claims.document, "read"))),
    ("Every other tool is denied, including any that the server adds later.", |claims, _| {
        let rest = ["write", "execute", "destructive", "financial", MADE_UP];
        for name in rest {
            assert!(is_denied(claims.document, name), "{name}");
        }
    }),
];

static PATTERNS: LazyLock<Vec<(Regex, Proof)>> = LazyLock::new(|| {
    let pattern = |text: &str| Regex::new(&format!("^{}$", text.replace(". ", r"\. "))).unwrap();
    KNOWN.iter().map(|(text, proof)| (pattern(text), *proof)).collect()
});

fn no_claim(_: &Claims<'_>, _: &Said<'_>) {}

fn hiding_works(claims: &Claims<'_>, said: &Said<'_>) {
    assert_eq!(said.code, ["tools/list", "hide"]);
    let mut changed = claims.json();
    let tool = claims.tools[0];
    changed["tools"].as_object_mut().unwrap().remove(tool).unwrap();
    changed["hide"] = json!([tool]);
    changed["default"] = json!("allow");
    let changed = document(&changed);
    assert!(!lists(&changed, tool) && is_denied(&changed, tool));
    assert!(lists(&changed, MADE_UP), "{tool}: all other tools are hidden too");
}

fn assert_kept_limits_and_denials(document: &Document) {
    assert!(is_limited(document, "write", 30, "minute"));
    assert!(is_limited(document, "execute", 10, "minute"));
    assert!(is_denied(document, "destructive") && !lists(document, "destructive"));
    assert!(is_denied(document, "financial") && lists(document, "financial"));
}

/// A rule with a check of the arguments and a limit, in the place of the one that denies.
fn assert_allows_some(claims: &Claims<'_>, checks: &str, limits: &str) {
    let rule = json!({
        checks: [{"conditions": [{"path": "args.amount", "op": "lte", "value": 9}], "on_deny": "too much"}],
        limits: [{"counter": "some", "window": "day", "max": 1, "scope": "grant"}],
    });
    let tool = claims.tools[0];
    let changed = claims.without_name().with_rule(tool, "tools", &rule.to_string());
    let mut enforcement = Enforcement::of(&changed);
    let refused = Decision::Refused("too much".to_owned());
    assert_eq!(enforcement.call(tool, &json!({"amount": 10}), MIDNIGHT), refused);
    assert_eq!(enforcement.call(tool, &json!({"amount": 9}), MIDNIGHT), Decision::Allowed);
    assert_ne!(enforcement.call(tool, &json!({"amount": 9}), MIDNIGHT), Decision::Allowed);
}

/// The example rule that an answer prints limits the tool to the calls that it names.
fn assert_example_limits(document: &Document, tool: &str, example: &str) {
    let example: Value = serde_json::from_str(example).unwrap();
    let limit = &example["limits"][0];
    let (max, window) = (limit["max"].as_u64().unwrap(), limit["window"].as_str().unwrap());
    assert!(max > 0 && is_limited(document, tool, max, window), "{example}");
}

impl Claims<'_> {
    /// Proves every sentence of a paragraph.
    pub(super) fn sentences(&self, paragraph: ElementRef<'_>) {
        let (shape, mut code, mut quotes) = shape_of(paragraph);
        assert!(!shape.is_empty());
        for sentence in sentences_of(&shape) {
            let pieces = |mark: &str| sentence.matches(mark).count();
            let own_code = code.drain(..pieces("\u{1}")).collect();
            let own_quotes = quotes.drain(..pieces("\u{2}")).collect();
            let words = sentence.replace('\u{1}', "C").replace('\u{2}', "Q");
            let known = PATTERNS.iter().find(|(pattern, _)| pattern.is_match(&words));
            let (pattern, proof) =
                known.unwrap_or_else(|| panic!("nobody has proved this sentence: {words}"));
            let numbers = pattern.captures(&words).unwrap();
            proof(self, &Said { numbers, code: own_code, quotes: own_quotes });
        }
    }

    /// Proves a verdict, such as "Allow, at most 10 calls a minute".
    pub(super) fn verdict(&self, verdict: &str) {
        static LIMIT: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"^allow, at most (\d+) calls? a (minute|hour|day)$").unwrap()
        });
        let verdict = verdict.trim_end_matches('.').to_lowercase();
        assert!(!self.tools.is_empty());
        match (verdict.as_str(), LIMIT.captures(&verdict)) {
            ("allow", _) => self.each(|document, tool| assert!(is_unlimited(document, tool))),
            ("deny every call", _) => {
                self.each(|document, tool| {
                    assert!(lists(document, tool) && is_denied(document, tool));
                });
            }
            ("hide, and deny every call", _) => {
                self.each(|document, tool| {
                    assert!(!lists(document, tool) && is_denied(document, tool));
                });
            }
            (_, Some(limit)) => self.limited_to(&format!("{} times", &limit[1]), &limit[2]),
            (other, None) => panic!("nobody has proved this verdict: {other}"),
        }
    }

    /// Proves the verdict in the answer on the risk of a tool.
    pub(super) fn recommended(&self, answer: &str) {
        let (_, rest) = answer.split_once("The recommended rule is: ").unwrap();
        self.verdict(rest.split('.').next().unwrap());
    }

    fn each(&self, proof: impl Fn(&Document, &str)) {
        self.tools.iter().for_each(|tool| proof(self.document, tool));
    }

    /// The name on the page is the one that the sentence has to be about.
    fn is_about(&self, shown: &str) {
        assert_eq!(folded(shown), folded(self.tools[0]));
    }

    fn limited_to(&self, times: &str, window: &str) {
        let max =
            if times == "once" { 1 } else { times.split(' ').next().unwrap().parse().unwrap() };
        self.each(|document, tool| assert!(is_limited(document, tool, max, window), "{tool}"));
    }

    /// No tool uses up the calls of another.
    fn limited_apart(&self) {
        let mut enforcement = Enforcement::of(self.document);
        for tool in &self.tools {
            while enforcement.call(tool, &json!({}), MIDNIGHT) == Decision::Allowed {}
        }
        for tool in &self.tools {
            let over = enforcement.call(tool, &json!({}), MIDNIGHT);
            assert_eq!(over, Decision::OverLimit(format!("{tool}_rate")));
        }
    }

    fn refused_with(&self, message: &str) {
        self.each(|document, tool| {
            assert!(lists(document, tool) && is_denied(document, tool));
            let decision = Enforcement::of(document).call(tool, &json!({}), MIDNIGHT);
            assert_eq!(decision, Decision::Refused(message.to_owned()), "{tool}");
        });
    }

    fn json(&self) -> Value {
        serde_json::to_value(self.document).unwrap()
    }

    /// The document without the name of the tool in `hide`.
    fn without_name(&self) -> Changed {
        let mut changed = self.json();
        if let Some(names) = changed.get_mut("hide").and_then(Value::as_array_mut) {
            names.retain(|name| name != self.tools[0]);
        }
        Changed(changed)
    }
}

struct Changed(Value);

impl Changed {
    fn with_rule(mut self, tool: &str, key: &str, rule: &str) -> Document {
        if self.0.get(key).is_none() {
            self.0[key] = json!({});
        }
        self.0[key][tool] = serde_json::from_str(rule).unwrap();
        document(&self.0)
    }
}

fn document(value: &Value) -> Document {
    parse(&value.to_string()).unwrap_or_else(|faults| panic!("{faults:?}: {value}"))
}

fn lists(document: &Document, tool: &str) -> bool {
    Enforcement::of(document).lists(tool)
}

/// Denied at any time, whatever the arguments are.
fn is_denied(document: &Document, tool: &str) -> bool {
    let arguments =
        [json!({}), json!({"a": 1}), json!({"amount": 0, "reason": "please"}), json!(null)];
    arguments.iter().all(|arguments| {
        let mut enforcement = Enforcement::of(document);
        (0..3).all(|minute| {
            enforcement.call(tool, arguments, MIDNIGHT + minute * 60) != Decision::Allowed
        })
    })
}

fn is_unlimited(document: &Document, tool: &str) -> bool {
    let mut enforcement = Enforcement::of(document);
    lists(document, tool)
        && (0..2_000)
            .all(|_| enforcement.call(tool, &json!({"a": 1}), MIDNIGHT) == Decision::Allowed)
}

/// So many calls in one window and not one more, and then as many in the next.
fn is_limited(document: &Document, tool: &str, max: u64, window: &str) -> bool {
    let length = match window {
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        other => panic!("{other}"),
    };
    let mut enforcement = Enforcement::of(document);
    lists(document, tool)
        && [MIDNIGHT, MIDNIGHT + length].into_iter().all(|begin| {
            let call = |at: u64, enforcement: &mut Enforcement<'_>| {
                enforcement.call(tool, &json!({"a": at}), begin + at * (length - 1) / max.max(1))
            };
            let within = (0..max).all(|at| call(at, &mut enforcement) == Decision::Allowed);
            let over = call(max, &mut enforcement);
            within && matches!(over, Decision::OverLimit(_))
        })
}

/// The text of a paragraph with a mark for each piece of code and each quotation, and these.
fn shape_of(paragraph: ElementRef<'_>) -> (String, Vec<String>, Vec<String>) {
    static QUOTE: LazyLock<Regex> = LazyLock::new(|| Regex::new("“([^”]*)”").unwrap());
    let mut code = Vec::new();
    let mut text = String::new();
    for child in paragraph.children() {
        match (child.value(), ElementRef::wrap(child)) {
            (Node::Text(words), _) => text.push_str(words),
            (_, Some(element)) if element.value().name() == "code" => {
                code.push(element.text().collect());
                text.push('\u{1}');
            }
            (_, Some(element)) => text.extend(element.text()),
            _ => {}
        }
    }
    let quotes = QUOTE.captures_iter(&text).map(|found| found[1].to_owned()).collect();
    (folded(&QUOTE.replace_all(&text, "\u{2}")), code, quotes)
}

fn sentences_of(shape: &str) -> Vec<&str> {
    shape.split_inclusive(". ").map(str::trim_end).collect()
}
