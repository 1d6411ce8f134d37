//! Owns the drawn mosaic of a set of tools: a column for each category, as wide as its share, cut
//! into risk levels, as high as theirs. Area is number.

use serde::Serialize;

use super::{Part, Parts, profile, shown};
use crate::risk::{Category, Risk};
use crate::site::Counts;
use crate::text;

/// A mosaic, in units of its drawing: 1000 wide, 240 high.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Mosaic {
    /// The cells, column by column.
    cells: Parts<Cell>,
    /// The same in words.
    alternative: String,
}

#[derive(Clone, Debug, Serialize)]
struct Cell {
    category: &'static str,
    risk: &'static str,
    #[serde(serialize_with = "shown")]
    x: usize,
    #[serde(serialize_with = "shown")]
    y: usize,
    #[serde(serialize_with = "shown")]
    width: usize,
    #[serde(serialize_with = "shown")]
    height: usize,
    /// The text of a cell that has room for it.
    label: Option<Label>,
}

impl Part for Cell {
    const NAME: &'static str = "part mosaic_cell";
}

#[derive(Clone, Debug, Serialize)]
struct Label {
    text: String,
    #[serde(serialize_with = "shown")]
    x: usize,
    #[serde(serialize_with = "shown")]
    y: usize,
}

const WIDTH: usize = 1000;
const HEIGHT: usize = 240;
/// No cell is so thin that it cannot be seen.
const NARROWEST: usize = 10;
/// Where a label fits: about this much for each character, and this much in height.
const CHARACTER: usize = 9;
const LINE: usize = 24;
/// Where a label begins in its cell.
const INDENT: usize = 10;
const BASELINE: usize = 22;

/// The mosaic of counts. `None`: there is nothing to draw.
pub(crate) fn mosaic(counts: &Counts) -> Option<Mosaic> {
    let columns: Vec<(Category, usize)> =
        present(Category::ALL, |category| counts.category(category));
    let mut cells = Vec::new();
    let mut words = Vec::new();
    let mut x = 0;
    let widths = spread(&columns, WIDTH);
    for ((category, total), width) in columns.into_iter().zip(widths) {
        let levels = Risk::ALL.into_iter().rev();
        let rows = present(levels, |risk| counts.of(category, risk));
        let mut y = 0;
        for ((risk, count), height) in rows.iter().zip(spread(&rows, HEIGHT)) {
            let label = format!("{}, {}: {}", category.name(), risk.name(), text::number(*count));
            let fits = label.len() * CHARACTER < width && LINE <= height;
            cells.push(Cell {
                category: category.name(),
                risk: risk.name(),
                x,
                y,
                width,
                height,
                label: fits.then_some(Label { text: label, x: x + INDENT, y: y + BASELINE }),
            });
            y += height;
        }
        let parts: Vec<String> = rows
            .iter()
            .map(|(risk, count)| format!("{} {}", text::number(*count), risk.name()))
            .collect();
        words.push(format!("{} {}: {}", text::number(total), category.name(), text::list(&parts)));
        x += width;
    }
    (!cells.is_empty()).then(|| Mosaic { cells: Parts(cells), alternative: words.join("; ") })
}

impl Mosaic {
    /// Whether a column is cut into levels: otherwise a bar of the categories says the same.
    pub(crate) fn is_cut(&self) -> bool {
        self.cells.iter().any(|cell| cell.height < HEIGHT)
    }
}

fn present<Class: Copy>(
    classes: impl IntoIterator<Item = Class>,
    count: impl Fn(Class) -> usize,
) -> Vec<(Class, usize)> {
    classes.into_iter().map(|class| (class, count(class))).filter(|(_, count)| *count > 0).collect()
}

fn spread<Class>(parts: &[(Class, usize)], whole: usize) -> Vec<usize> {
    let counts: Vec<usize> = parts.iter().map(|(_, count)| *count).collect();
    profile::shares(&counts, whole, NARROWEST)
}

#[cfg(test)]
mod tests {
    use super::{HEIGHT, WIDTH, mosaic};
    use crate::risk::{Category, Risk};
    use crate::site::Counts;

    #[test]
    fn cells_fill_the_drawing_without_overlap() {
        let mut counts = Counts::default();
        for (category, risk, times) in [
            (Category::Read, Risk::Low, 90),
            (Category::Read, Risk::High, 1),
            (Category::Financial, Risk::Critical, 2),
        ] {
            for _ in 0..times {
                counts.add(category, risk);
            }
        }
        let mosaic = mosaic(&counts).unwrap();
        let area: usize = mosaic.cells.iter().map(|cell| cell.width * cell.height).sum();
        assert_eq!(area, WIDTH * HEIGHT);
        assert_eq!(mosaic.alternative, "91 read: 1 high and 90 low; 2 financial: 2 critical");
    }

    #[test]
    fn columns_of_one_level_each_are_not_cut() {
        let mut counts = Counts::default();
        counts.add(Category::Read, Risk::Low);
        counts.add(Category::Financial, Risk::Critical);
        assert!(!mosaic(&counts).unwrap().is_cut());
        counts.add(Category::Read, Risk::High);
        assert!(mosaic(&counts).unwrap().is_cut());
    }

    #[test]
    fn nothing_is_drawn_of_no_tools() {
        assert!(mosaic(&Counts::default()).is_none());
    }
}
