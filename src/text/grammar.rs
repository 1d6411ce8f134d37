//! Owns English: articles, plurals, numbers, lists, and how a server is called in a sentence.

/// "a" or "an" in front of a word.
pub fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']) { "an" } else { "a" }
}

/// A number with its noun: "1 tool", "1,300 tools", "no tools".
pub fn count(amount: usize, noun: &str) -> String {
    match amount {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        _ => format!("{} {noun}s", number(amount)),
    }
}

/// What stands for every one of so many, two or more: "both" or "all".
pub fn all(amount: usize) -> &'static str {
    if amount == 2 { "both" } else { "all" }
}

/// What stands for not one of so many, two or more: "neither" or "none".
pub fn none(amount: usize) -> &'static str {
    if amount == 2 { "neither" } else { "none" }
}

/// "once", "10 times".
pub fn times(amount: u64) -> String {
    if amount == 1 { "once".to_owned() } else { format!("{amount} times") }
}

/// A number with commas between its thousands.
pub fn number(amount: usize) -> String {
    let digits = amount.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// "a", "a and b", "a, b and c".
pub fn list<Item: AsRef<str>>(items: &[Item]) -> String {
    match items {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [rest @ .., last] => {
            let front: Vec<&str> = rest.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", front.join(", "), last.as_ref())
        }
    }
}

/// A text with a capital first letter.
pub fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    with_first(first, characters.as_str())
}

/// A text with a small first letter, unless its first word is an abbreviation or a name in
/// capitals.
pub fn uncapitalised(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().into_iter().flat_map(char::to_lowercase);
    let rest = characters.as_str();
    if rest.starts_with(char::is_uppercase) {
        return text.to_owned();
    }
    with_first(first, rest)
}

/// A text with these characters, which one became, before the rest.
fn with_first(first: impl Iterator<Item = char>, rest: &str) -> String {
    let mut text = String::with_capacity(rest.len() + 4);
    text.extend(first);
    text.push_str(rest);
    text
}

/// A sentence with exactly one mark at its end, which may stand inside a closing quotation mark or
/// bracket.
pub fn ended(sentence: &str) -> String {
    let sentence = sentence.trim_end();
    if has_end(sentence) { sentence.to_owned() } else { [without_link(sentence), "."].concat() }
}

/// A sentence of somebody else in quotation marks, with a full stop behind them if it has none, or
/// an ellipsis if a colon says that more of it follows.
pub fn quoted(sentence: &str) -> String {
    let kept = without_link(sentence);
    if sentence.trim_end().ends_with([':', '：']) {
        return ["“", kept, "…”"].concat();
    }
    ["“", kept, "”", if has_end(kept) { "" } else { "." }].concat()
}

/// A sentence without the marks at its end that lead on to more.
fn without_link(sentence: &str) -> &str {
    sentence.trim_end_matches([':', '：', ',', '，', ';', '；', ' '])
}

fn has_end(sentence: &str) -> bool {
    let inside = sentence.trim_end_matches(['”', '"', ')', ']']);
    inside.ends_with(ENDS)
}

const ENDS: [char; 13] = ['.', '!', '?', '…', '。', '．', '｡', '！', '？', '।', '॥', '۔', '؟'];

/// How a server is called in a sentence: "the GitHub MCP server", "the Amazon MQ MCP Server",
/// never with a word twice.
pub fn server_phrase(title: &str) -> String {
    let title = without_explanation(title.trim());
    let words: Vec<String> = title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let has_article = words.len() > 1
        && words.first().is_some_and(|word| word == "the")
        && title.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("the"));
    let front = if has_article { "" } else { "the " };
    let says_mcp =
        words.iter().any(|word| word == "mcp" || (word.len() >= 7 && word.ends_with("mcp")));
    // In a path such as "servers/notes" it is no noun.
    let says_server = title.split_whitespace().any(|word| {
        let word = word.trim_end_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        word.ends_with("server")
    });
    let tail = match (says_mcp, says_server) {
        (_, true) => "",
        (true, false) => " server",
        (false, false) => " MCP server",
    };
    let title = if has_article {
        title.get(3..).map_or(title.to_owned(), |rest| format!("the{rest}"))
    } else {
        title.to_owned()
    };
    // The phrase can end a sentence, and its last word must not end it before.
    let title =
        if tail.is_empty() { title.trim_end_matches(ENDS).trim_end() } else { title.as_str() };
    format!("{front}{title}{tail}")
}

/// A title without a sentence that explains it: "Notes" of "Notes: A server for notes" and of
/// "Notes. It keeps what you write".
fn without_explanation(title: &str) -> &str {
    let explains = |rest: &str| ["a ", "an ", "the "].iter().any(|word| starts_with(rest, word));
    let name = title.split_once(": ").filter(|(_, rest)| explains(rest)).map(|(name, _)| name);
    let is_sentence = |rest: &str| rest.split_whitespace().count() >= 4;
    let name = name.or_else(|| {
        title.split_once(". ").filter(|(_, rest)| is_sentence(rest)).map(|(name, _)| name)
    });
    name.filter(|name| !name.is_empty()).unwrap_or(title)
}

/// Whether a text begins with a word, however that is written.
fn starts_with(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_sentence_ends_with_a_stop_or_with_what_says_that_more_follows() {
        for (sentence, quoted) in [
            ("Looks", "“Looks”."),
            ("Looks.", "“Looks.”"),
            ("Looks at the following:", "“Looks at the following…”"),
            ("Looks,", "“Looks”."),
            ("探す：", "“探す…”"),
        ] {
            assert_eq!(super::quoted(sentence), quoted, "{sentence}");
        }
    }

    #[test]
    fn a_server_is_never_called_server_twice() {
        assert_eq!(server_phrase("Amazon MQ MCP Server"), "the Amazon MQ MCP Server");
        assert_eq!(server_phrase("GitHub"), "the GitHub MCP server");
        assert_eq!(server_phrase("The Graph"), "the Graph MCP server");
        assert_eq!(server_phrase("[The] Graph"), "the [The] Graph MCP server");
        assert_eq!(server_phrase("“The” Notes"), "the “The” Notes MCP server");
        assert_eq!(server_phrase("Spec Workflow MCP"), "the Spec Workflow MCP server");
        assert_eq!(server_phrase("PMCP"), "the PMCP MCP server");
        assert_eq!(server_phrase("Mcp"), "the Mcp server");
        assert_eq!(server_phrase("MCP Server: Mermaid"), "the MCP Server: Mermaid");
        assert_eq!(server_phrase("Microsoft365MCP"), "the Microsoft365MCP server");
        assert_eq!(server_phrase("The Graph"), "the Graph MCP server");
        assert_eq!(server_phrase("Mcp Graph Engine"), "the Mcp Graph Engine server");
        assert_eq!(server_phrase("My server."), "the My server");
        assert_eq!(server_phrase("My server !"), "the My server");
        assert_eq!(server_phrase("Example Inc."), "the Example Inc. MCP server");
        assert_eq!(server_phrase("github-mcp-server"), "the github-mcp-server");
        assert_eq!(server_phrase("servers/notes"), "the servers/notes MCP server");
        assert_eq!(server_phrase("mcp-server/maps"), "the mcp-server/maps server");
    }

    #[test]
    fn what_explains_a_title_is_no_part_of_the_phrase() {
        assert_eq!(server_phrase("notes: A Notes MCP Server"), "the notes MCP server");
        assert_eq!(
            server_phrase("Notes MCP server. It is where all begins for you"),
            "the Notes MCP server"
        );
        assert_eq!(server_phrase("St. Louis Notes"), "the St. Louis Notes MCP server");
        assert_eq!(server_phrase("Notes: Old and New"), "the Notes: Old and New MCP server");
    }

    #[test]
    fn numbers_and_nouns_agree() {
        assert_eq!(count(1, "tool"), "1 tool");
        assert_eq!(count(0, "tool"), "no tools");
        assert_eq!(count(515_000, "tool"), "515,000 tools");
        assert_eq!(article("execute"), "an");
        assert_eq!(article("read"), "a");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(times(1), "once");
    }

    #[test]
    fn a_sentence_ends_once() {
        for sentence in ["It ends.", "Does it?", "It says “no.”", "它结束了。"] {
            assert_eq!(ended(sentence), sentence);
        }
        assert_eq!(ended("It says “no”"), "It says “no”.");
        assert_eq!(ended("It goes on: "), "It goes on.");
        assert_eq!(ended("It ends (here.)"), "It ends (here.)");
        assert_eq!(ended("It ends (here)"), "It ends (here).");
        assert_eq!(quoted("It ends."), "“It ends.”");
        assert_eq!(quoted("它结束了)"), "“它结束了)”.");
        assert_eq!(quoted("यह पढ़ता है।"), "“यह पढ़ता है।”");
        assert_eq!(quoted("هل الملف موجود؟"), "“هل الملف موجود؟”");
    }
}
