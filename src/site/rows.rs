//! Owns the rows of the plan: what stays in memory of each server and each tool.

use std::ops::Range;

use crate::catalogue::Location;
use crate::risk::{Category, Risk};

/// A server of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerId(u32);

/// A tool of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ToolId(u32);

macro_rules! indexed {
    ($id:ident) => {
        impl $id {
            /// The id of a position. A catalogue has fewer than four thousand million entries.
            pub(crate) fn from_index(index: usize) -> $id {
                $id(u32::try_from(index).unwrap_or(u32::MAX))
            }

            /// The position in the plan.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

indexed!(ServerId);
indexed!(ToolId);

/// With as many tools the numbers of a catalogue are rounded where they are shown together.
const MANY: usize = 1_000;

/// How many tools there are of each kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// For each category, how many tools there are of each level.
    tools: [[u32; 4]; 5],
    /// Whether what is told of them is rounded.
    is_rounded: bool,
}

impl Counts {
    /// Counts one tool.
    pub(crate) fn add(&mut self, category: Category, risk: Risk) {
        self.tools[category.index()][risk.index()] += 1;
    }

    /// Tools of a category.
    pub fn category(&self, category: Category) -> usize {
        self.told(self.tools[category.index()].iter().sum())
    }

    /// Tools of a risk level.
    pub fn risk(&self, risk: Risk) -> usize {
        self.told(self.tools.iter().map(|levels| levels[risk.index()]).sum())
    }

    /// All tools.
    pub fn total(&self) -> usize {
        self.told(self.tools.iter().flatten().sum())
    }

    /// Tools of a category that have a level.
    pub fn of(&self, category: Category, risk: Risk) -> usize {
        self.told(self.tools[category.index()][risk.index()])
    }

    /// The same in round numbers, if there are many, and those below 100 exactly. One more tool
    /// seldom changes any of them.
    pub fn rounded(&self) -> Option<Counts> {
        (self.total() >= MANY).then(|| Counts { is_rounded: true, ..self.clone() })
    }

    fn told(&self, count: u32) -> usize {
        if self.is_rounded { rounded(count) as usize } else { count as usize }
    }
}

/// A number in tens from 100 on, in fifties from 1,000 on, in five hundreds from 10,000 on.
fn rounded(count: u32) -> u32 {
    let step = match count.checked_ilog10() {
        None | Some(..2) => 1,
        Some(2) => 10,
        Some(digits) => 5 * 10_u32.pow(digits - 2),
    };
    (count + step / 2) / step * step
}

/// What the plan keeps of a server.
#[derive(Clone, Debug)]
pub struct ServerRow {
    /// The exact identifier.
    pub name: Box<str>,
    /// The name for people, on one line.
    pub title: Box<str>,
    /// The first sentence of its description, or nothing.
    pub summary: Box<str>,
    /// Its segment of addresses.
    pub slug: Box<str>,
    /// Where its record stands.
    pub location: Location,
    /// The day on which its record was checked.
    pub checked_at: Option<Box<str>>,
    /// The positions of its tools.
    pub(crate) tools: Range<usize>,
    /// Its tools by category and risk.
    pub counts: Counts,
}

/// What the plan keeps of a tool.
#[derive(Clone, Copy, Debug)]
pub struct ToolRow<'plan> {
    /// The exact name.
    pub name: &'plan str,
    /// Its segment of addresses.
    pub slug: &'plan str,
    /// Its server.
    pub server: ServerId,
    /// Its category.
    pub category: Category,
    /// Its risk.
    pub risk: Risk,
}

/// A tool in 16 bytes; its name and slug lie one after the other in one common text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PackedTool {
    start: u32,
    name_length: u32,
    slug_length: u16,
    server: ServerId,
    category: Category,
    risk: Risk,
}

impl PackedTool {
    pub(crate) fn category(&self) -> Category {
        self.category
    }

    pub(crate) fn server(&self) -> ServerId {
        self.server
    }

    /// Where its name ends in the common text.
    fn name_end(&self) -> usize {
        self.start as usize + self.name_length as usize
    }

    /// Where its slug ends, and with it all of it.
    fn end(&self) -> usize {
        self.name_end() + usize::from(self.slug_length)
    }
}

/// All rows.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub servers: Vec<ServerRow>,
    pub tools: Vec<PackedTool>,
    pub totals: Counts,
    texts: String,
}

impl Rows {
    /// Rows with room for so many servers and tools, and bytes of their names and slugs.
    pub(crate) fn with_room(servers: usize, tools: usize, texts: usize) -> Rows {
        Rows {
            servers: Vec::with_capacity(servers),
            tools: Vec::with_capacity(tools),
            totals: Counts::default(),
            texts: String::with_capacity(texts),
        }
    }

    /// How many bytes the names and slugs of the tools of a server have.
    pub(crate) fn text_length(&self, server: &ServerRow) -> usize {
        let tools = self.tools.get(server.tools.clone()).unwrap_or_default();
        let start = tools.first().map_or(0, |tool| tool.start as usize);
        tools.last().map_or(0, PackedTool::end) - start
    }

    /// Adds a tool to the server that is added next.
    pub(crate) fn add_tool(&mut self, name: &str, slug: &str, category: Category, risk: Risk) {
        let start = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push_str(name);
        self.texts.push_str(slug);
        self.tools.push(PackedTool {
            start,
            name_length: u32::try_from(name.len()).unwrap_or(u32::MAX),
            slug_length: u16::try_from(slug.len()).unwrap_or(u16::MAX),
            server: ServerId::from_index(self.servers.len()),
            category,
            risk,
        });
        self.totals.add(category, risk);
    }

    /// Adds a server of other rows with its tools, under its slug. Answers where its tools begin.
    pub(crate) fn append(&mut self, other: &Rows, server: ServerRow) -> usize {
        let start = self.tools.len();
        let tools = other.tools.get(server.tools.clone()).unwrap_or_default();
        // Their texts lie one after the other, too.
        let from = tools.first().map_or(0, |tool| tool.start);
        let to = tools.last().map_or(0, PackedTool::end);
        let before = self.texts.len();
        self.texts.push_str(other.texts.get(from as usize..to).unwrap_or_default());
        let id = ServerId::from_index(self.servers.len());
        self.tools.extend(tools.iter().map(|tool| {
            let start = u32::try_from(before + (tool.start - from) as usize).unwrap_or(u32::MAX);
            PackedTool { start, server: id, ..*tool }
        }));
        for tool in tools {
            self.totals.add(tool.category, tool.risk);
        }
        self.servers.push(ServerRow { tools: start..self.tools.len(), ..server });
        start
    }

    /// Gives back memory that no row needs.
    pub(crate) fn shrink(&mut self) {
        self.servers.shrink_to_fit();
        self.tools.shrink_to_fit();
        self.texts.shrink_to_fit();
    }

    /// Whether two tools have the same name.
    pub(crate) fn have_same_name(&self, one: ToolId, other: ToolId) -> bool {
        let name = |id: ToolId| {
            let tool = &self.tools[id.index()];
            let start = tool.start as usize;
            self.texts.as_bytes().get(start..start + tool.name_length as usize)
        };
        let length = |id: ToolId| self.tools[id.index()].name_length;
        length(one) == length(other) && name(one) == name(other)
    }

    pub(crate) fn tool(&self, id: ToolId) -> ToolRow<'_> {
        let tool = self.tools[id.index()];
        let (name_end, slug_end) = (tool.name_end(), tool.end());
        ToolRow {
            name: self.texts.get(tool.start as usize..name_end).unwrap_or_default(),
            slug: self.texts.get(name_end..slug_end).unwrap_or_default(),
            server: tool.server,
            category: tool.category,
            risk: tool.risk,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Counts, MANY, rounded};
    use crate::risk::{Category, Risk};

    #[test]
    fn numbers_are_rounded_in_steps_that_grow_with_them() {
        for (count, expected) in [
            (0, 0),
            (9, 9),
            (99, 99),
            (100, 100),
            (104, 100),
            (105, 110),
            (342, 340),
            (996, 1_000),
            (1_024, 1_000),
            (1_025, 1_050),
            (8_064, 8_050),
            (9_999, 10_000),
            (12_349, 12_500),
            (99_750, 100_000),
            (515_499, 515_000),
        ] {
            assert_eq!(rounded(count), expected, "{count}");
        }
    }

    #[test]
    fn small_catalogues_are_counted_exactly() {
        let mut counts = Counts::default();
        for _ in 1..MANY {
            counts.add(Category::Read, Risk::Low);
        }
        assert_eq!(counts.rounded(), None);
        for _ in 0..=6 {
            counts.add(Category::Financial, Risk::Critical);
        }
        let rounded = counts.rounded().unwrap();
        assert_eq!((rounded.total(), rounded.category(Category::Read)), (1_000, 1_000));
        assert_eq!((rounded.risk(Risk::Critical), counts.total()), (7, 1_006));
    }
}
