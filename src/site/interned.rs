//! Owns names that many tools share, each kept once and known by its number.

use std::collections::HashMap;

/// Each name once, by number.
#[derive(Debug, Default)]
pub(super) struct Interned {
    names: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u32>,
}

impl Interned {
    /// The number of a name, which is new if the name is.
    pub(super) fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.push(name.into());
        self.numbers.insert(name.into(), number);
        number
    }

    /// The names in the order of their numbers.
    pub(super) fn names(&self) -> &[Box<str>] {
        &self.names
    }

    /// The names in the order of their numbers.
    pub(super) fn into_names(self) -> Vec<Box<str>> {
        self.names
    }
}
