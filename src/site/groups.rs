//! Owns the listings: all servers, those with tools of a category, those with tools of a risk
//! level. A listing that is too long for one page is split by the first Latin letters and digits of
//! the titles, so that one new server changes one page, and an address that exists goes on existing
//! while the catalogue grows.

use unicode_normalization::UnicodeNormalization as _;

use super::rows::{Counts, Rows, ServerId};
use crate::risk::{Category, Risk};

/// A page with more lines than this is split.
const MOST_LINES: usize = 600;
/// Tools of one server that a listing names; the server's own page has them all.
pub(super) const MOST_NAMED: usize = 24;
/// Letters after which a listing is not split any more.
const DEEPEST: usize = 12;

/// What a listing lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Listing {
    /// All servers.
    Servers,
    /// Servers with tools of a category.
    Category(Category),
    /// Servers with tools of a risk level.
    Risk(Risk),
}

impl Listing {
    /// All listings.
    pub fn all() -> impl Iterator<Item = Listing> {
        let categories = Category::ALL.into_iter().map(Listing::Category);
        std::iter::once(Listing::Servers)
            .chain(categories)
            .chain(Risk::ALL.into_iter().map(Listing::Risk))
    }

    /// Position in [`Listing::all`].
    pub fn index(self) -> usize {
        match self {
            Listing::Servers => 0,
            Listing::Category(category) => 1 + category.index(),
            Listing::Risk(risk) => 1 + Category::ALL.len() + risk.index(),
        }
    }

    /// How many of a server's tools it lists.
    pub(crate) fn count(self, counts: &Counts) -> usize {
        match self {
            Listing::Servers => counts.total(),
            Listing::Category(category) => counts.category(category),
            Listing::Risk(risk) => counts.risk(risk),
        }
    }

    fn root(self) -> [&'static str; 2] {
        match self {
            Listing::Servers => ["tools", ""],
            Listing::Category(category) => ["categories/", category.name()],
            Listing::Risk(risk) => ["risk/", risk.name()],
        }
    }
}

/// A group of a listing; the first is the whole listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupId(pub(crate) usize);

impl GroupId {
    /// The whole listing.
    pub const ROOT: GroupId = GroupId(0);
}

/// One page of a listing: servers to show, or further groups, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// The letters that its titles begin with.
    pub letters: String,
    /// The groups that it is split into.
    pub children: Vec<GroupId>,
    /// The servers that it shows.
    pub servers: Vec<ServerId>,
    /// The group that it is a part of.
    pub parent: Option<GroupId>,
}

/// All groups of a listing.
#[derive(Debug)]
pub struct Grouping {
    listing: Listing,
    groups: Vec<Group>,
}

impl Grouping {
    /// Splits a listing. `keys` has the letters and digits of each server's title.
    pub(crate) fn of(listing: Listing, rows: &Rows, keys: &[String]) -> Grouping {
        let ids = (0..rows.servers.len()).map(ServerId::from_index);
        let mut members: Vec<ServerId> = ids
            .filter(|id| {
                listing == Listing::Servers || listing.count(&rows.servers[id.index()].counts) > 0
            })
            .collect();
        members.sort_by_key(|id| (&keys[id.index()], *id));
        let mut grouping = Grouping { listing, groups: vec![Group::default()] };
        grouping.split(GroupId::ROOT, &members, rows, keys);
        grouping
    }

    fn split(&mut self, group: GroupId, members: &[ServerId], rows: &Rows, keys: &[String]) {
        let depth = self.groups[group.0].letters.len();
        let lines: usize = members.iter().map(|id| self.lines(rows, *id)).sum();
        if lines <= MOST_LINES || depth >= DEEPEST {
            self.groups[group.0].servers = members.to_vec();
            return;
        }
        let letter = |id: &ServerId| keys[id.index()].chars().nth(depth);
        for part in members.chunk_by(|one, other| letter(one) == letter(other)) {
            let Some(letter) = part.first().and_then(letter) else {
                self.groups[group.0].servers = part.to_vec();
                continue;
            };
            let child = GroupId(self.groups.len());
            let letters = format!("{}{letter}", self.groups[group.0].letters);
            self.groups.push(Group { letters, parent: Some(group), ..Group::default() });
            self.groups[group.0].children.push(child);
            self.split(child, part, rows, keys);
        }
    }

    fn lines(&self, rows: &Rows, server: ServerId) -> usize {
        match self.listing {
            Listing::Servers => 1,
            _ => 1 + self.listing.count(&rows.servers[server.index()].counts).min(MOST_NAMED),
        }
    }

    /// All groups, the whole listing first.
    pub fn ids(&self) -> impl Iterator<Item = GroupId> + use<> {
        (0..self.groups.len()).map(GroupId)
    }

    /// A group.
    pub fn group(&self, id: GroupId) -> &Group {
        &self.groups[id.0]
    }

    /// The groups to which the page of one leads: past those that only lead to one other.
    pub fn below(&self, id: GroupId) -> impl Iterator<Item = GroupId> {
        self.group(id).children.iter().map(|child| {
            let mut end = *child;
            while let Group { children, servers, .. } = self.group(end)
                && let ([only], []) = (&**children, &**servers)
            {
                end = *only;
            }
            end
        })
    }

    /// The groups of which one is a part, the largest first, without the whole listing.
    pub fn above(&self, id: GroupId) -> Vec<GroupId> {
        let up = |id: &GroupId| self.group(*id).parent.filter(|parent| *parent != GroupId::ROOT);
        let mut groups: Vec<GroupId> = std::iter::successors(up(&id), up).collect();
        groups.reverse();
        groups
    }

    /// Writes the path of a group's page: one segment a letter, so that no segment is a reserved
    /// name.
    pub(super) fn write_path(&self, id: GroupId, path: &mut String) {
        let letters = &self.group(id).letters;
        let [root, class] = match self.listing {
            Listing::Servers if !letters.is_empty() => ["servers", ""],
            listing => listing.root(),
        };
        path.push_str(root);
        path.push_str(class);
        path.extend(letters.chars().flat_map(|letter| ['/', letter]));
    }
}

/// The Latin letters and digits of a title in lower case and without marks; those of the slug where
/// the title has none.
pub(crate) fn key(title: &str, slug: &str) -> String {
    let letters = |text: &str| -> String {
        text.nfkd()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .take(DEEPEST + 1)
            .collect()
    };
    match letters(title) {
        none if none.is_empty() => letters(slug),
        key => key,
    }
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn a_title_is_listed_under_its_first_letters_with_marks_or_without() {
        assert_eq!(key("Élan Notizen", "x"), "elannotizen");
        assert_eq!(key("E\u{301}lan", "x"), "elan");
        assert_eq!(key("@scope/Ödeme", "x"), "scopeodeme");
        assert_eq!(key("東京", "x--1a2b"), "x1a2b");
    }
}
