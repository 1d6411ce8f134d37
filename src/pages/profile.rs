//! Owns the drawn profile of a set of tools: how much of it has which risk or category.

use serde::Serialize;

use crate::risk::{Category, Risk};
use crate::site::{Counts, Site};
use crate::text;

use super::links::{self, ClassLink};
use super::shown;

/// A bar with its legend.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Profile {
    /// The parts that have any tools, riskiest first for risks.
    pub parts: Vec<Part>,
    /// The same in words.
    pub alternative: String,
}

/// One part of a bar.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Part {
    /// The class that it stands for.
    pub class: ClassLink,
    /// How many tools.
    pub count: String,
    /// The number with its noun.
    pub label: String,
    /// Where it begins, of 1000.
    #[serde(serialize_with = "shown")]
    pub start: usize,
    /// How wide it is, of 1000. Never less than what can be seen.
    #[serde(serialize_with = "shown")]
    pub width: usize,
}

/// The bar has this length; a part is at least this wide.
const LENGTH: usize = 1000;
const NARROWEST: usize = 8;

/// The profile by risk, critical first.
pub(crate) fn by_risk(site: &Site, counts: &Counts) -> Profile {
    let classes =
        Risk::ALL.into_iter().rev().map(|risk| (links::risk(site, risk), counts.risk(risk)));
    draw(classes)
}

/// The profile by category.
pub(crate) fn by_category(site: &Site, counts: &Counts) -> Profile {
    let classes = Category::ALL
        .into_iter()
        .map(|category| (links::category(site, category), counts.category(category)));
    draw(classes)
}

fn draw(classes: impl Iterator<Item = (ClassLink, usize)>) -> Profile {
    let present: Vec<(ClassLink, usize)> = classes.filter(|(_, count)| *count > 0).collect();
    let counts: Vec<usize> = present.iter().map(|(_, count)| *count).collect();
    let mut start = 0;
    let mut parts = Vec::with_capacity(present.len());
    for ((class, count), width) in present.into_iter().zip(shares(&counts, LENGTH, NARROWEST)) {
        let label = text::count(count, "tool");
        parts.push(Part { label, class, count: text::number(count), start, width });
        start += width;
    }
    let words: Vec<String> =
        parts.iter().map(|part| format!("{} {}", part.class.name, part.count)).collect();
    Profile { parts, alternative: text::list(&words) }
}

/// Lengths that add up to `whole`, each at least the narrowest; the longest gives way.
pub(super) fn shares(counts: &[usize], whole: usize, narrowest: usize) -> Vec<usize> {
    let total = counts.iter().sum::<usize>().max(1);
    let mut lengths: Vec<usize> =
        counts.iter().map(|count| (count * whole / total).max(narrowest)).collect();
    let sum: usize = lengths.iter().sum();
    if let Some(longest) = lengths.iter_mut().max() {
        *longest = (*longest + whole).saturating_sub(sum);
    }
    lengths
}

#[cfg(test)]
mod tests {
    use super::{ClassLink, LENGTH, NARROWEST, draw, shares};

    #[test]
    fn the_legend_and_the_words_write_numbers_alike() {
        let class = ClassLink { name: "high", title: "High".to_owned(), href: String::new() };
        let profile = draw([(class, 1355)].into_iter());
        let part = &profile.parts[0];
        assert_eq!((part.count.as_str(), part.label.as_str()), ("1,355", "1,355 tools"));
        assert_eq!(profile.alternative, "high 1,355");
    }

    #[test]
    fn parts_fill_the_bar_and_none_vanishes() {
        for counts in
            [vec![1], vec![1, 9999], vec![3, 3, 3], vec![1, 1, 1, 100_000], vec![5, 2, 9, 4]]
        {
            let widths = shares(&counts, LENGTH, NARROWEST);
            assert_eq!(widths.iter().sum::<usize>(), LENGTH, "{counts:?}");
            assert!(widths.iter().all(|width| *width >= NARROWEST));
        }
        assert!(shares(&[], LENGTH, NARROWEST).is_empty());
    }
}
