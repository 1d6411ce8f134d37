//! Owns an entry of the index, a tool or a server, with the words by which it is found.

use super::encode::Weight;
use super::words;
use super::{ServerEntry, Text, ToolEntry};

/// One tool or server with its texts.
pub(super) struct Entry<'plan> {
    pub server: &'plan ServerEntry<'plan>,
    /// None for the server itself.
    pub tool: Option<ToolEntry<'plan>>,
    pub text: Text<'plan>,
}

impl Entry<'_> {
    fn name(&self) -> &str {
        self.tool.as_ref().map_or(self.server.title, |tool| &tool.name)
    }

    /// Every word by which the entry is found, with its weight, but for those that all entries of
    /// its server have.
    pub(super) fn each_word(&self, receive: &mut dyn FnMut(&str, Weight)) {
        let mut weight = Weight::First;
        words::each(self.name(), &mut |word| {
            receive(word, weight);
            weight = Weight::Name;
        });
        let (text, server) = (self.text, self.server);
        words::each(text.title, &mut |word| receive(word, Weight::Name));
        if self.tool.is_none() {
            words::each(server.line, &mut |word| receive(word, Weight::Text));
        }
        // These have been cut already.
        for words in [text.line_words, text.more] {
            let words = words.split(' ').filter(|word| !word.is_empty());
            words.for_each(|word| receive(word, Weight::Text));
        }
        words::each(text.identifiers, &mut |word| receive(word, Weight::Text));
        receive(&words::whole(self.name()), Weight::First);
        if let Some(tool) = &self.tool {
            receive(&["#", tool.category.name()].concat(), Weight::Text);
            receive(&["#", tool.risk.name()].concat(), Weight::Text);
            return;
        }
        receive("#server", Weight::Text);
        for identifier in std::iter::once(&*server.name).chain(text.identifiers.lines()) {
            receive(&words::whole(identifier), Weight::First);
        }
    }
}

impl ServerEntry<'_> {
    /// The words by which each of its entries is found.
    pub(super) fn each_word(&self, receive: &mut dyn FnMut(&str, Weight)) {
        for name in [self.title, &self.name] {
            words::each(name, &mut |word| receive(word, Weight::Server));
        }
    }
}
