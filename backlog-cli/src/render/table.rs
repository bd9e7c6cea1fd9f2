//! Tables without lines, fitted to the terminal by display columns: one line
//! a row, the longest texts cut first, columns left out only where nothing
//! else helps.

use std::cmp::Reverse;

use comfy_table::{ContentArrangement, presets};

use super::text;

/// Between two columns.
const GAP: u16 = 2;

/// A column: how far it may be narrowed, and whether it may be left out.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    title: &'static str,
    /// Narrowed to this in the first round, where space is short.
    comfortable: Option<usize>,
    /// Narrowed to this before any column is left out.
    narrowest: Option<usize>,
    /// Left out in this order, lowest first; never where `None`.
    expendable: Option<u8>,
}

impl Column {
    /// A column that is always shown whole.
    pub const fn fixed(title: &'static str) -> Self {
        Self {
            title,
            comfortable: None,
            narrowest: None,
            expendable: None,
        }
    }

    /// A column whose texts may be cut, first to `comfortable` columns, then
    /// to `narrowest`.
    pub const fn flexible(title: &'static str, comfortable: usize, narrowest: usize) -> Self {
        Self {
            comfortable: Some(comfortable),
            narrowest: Some(narrowest),
            ..Self::fixed(title)
        }
    }

    /// May be left out; the lowest rank goes first.
    pub const fn expendable(self, rank: u8) -> Self {
        Self {
            expendable: Some(rank),
            ..self
        }
    }
}

/// Rows under columns. The cells are made safe for a terminal here.
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(columns: &[Column]) -> Self {
        Self {
            columns: columns.to_vec(),
            rows: Vec::new(),
        }
    }

    /// Adds a row; it has a cell for each column.
    pub fn row<const N: usize>(&mut self, cells: [&str; N]) {
        debug_assert_eq!(N, self.columns.len(), "a cell for each column");
        self.rows.push(
            cells
                .iter()
                .map(|cell| text::line(cell).into_owned())
                .collect(),
        );
    }

    /// The lines, the titles first; fitted into `width` columns where given.
    pub fn lines(&self, width: Option<usize>) -> Vec<String> {
        let natural: Vec<usize> = (0..self.columns.len())
            .map(|at| self.natural_width(at))
            .collect();
        let widths = match width {
            Some(width) => fit(&self.columns, &natural, width),
            None => natural.into_iter().map(Some).collect(),
        };
        let titles: Vec<String> = self
            .columns
            .iter()
            .map(|column| column.title.to_owned())
            .collect();
        let shown = |cells: &[String]| -> Vec<String> {
            cells
                .iter()
                .zip(&widths)
                .filter_map(|(cell, width)| {
                    width.map(|width| text::truncate(cell, width).into_owned())
                })
                .collect()
        };

        let mut table = comfy_table::Table::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Disabled)
            .set_header(shown(&titles));
        for row in &self.rows {
            table.add_row(shown(row));
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, GAP));
        }
        table
            .lines()
            .map(|line| line.trim_end().to_owned())
            .collect()
    }

    fn natural_width(&self, at: usize) -> usize {
        let cells = self.rows.iter().map(|row| text::width(&row[at]));
        cells
            .chain([text::width(self.columns[at].title)])
            .max()
            .unwrap_or(0)
    }
}

/// A width for each column so that all fit; `None` for one that is left out.
fn fit(columns: &[Column], natural: &[usize], width: usize) -> Vec<Option<usize>> {
    let mut kept: Vec<Option<usize>> = natural.iter().copied().map(Some).collect();
    let mut order: Vec<usize> = (0..columns.len())
        .filter(|&at| columns[at].expendable.is_some())
        .collect();
    order.sort_by_key(|&at| columns[at].expendable);
    for at in order {
        let widths = narrow(columns, &kept, width);
        if total(&widths) <= width {
            return widths;
        }
        kept[at] = None;
    }
    narrow(columns, &kept, width)
}

/// Narrows the widest texts to what is comfortable; where that does not help,
/// the small columns to the least, and only then the large ones, which are
/// what people read.
fn narrow(columns: &[Column], kept: &[Option<usize>], width: usize) -> Vec<Option<usize>> {
    let mut widths = kept.to_vec();
    let mut take = |at: usize, least: Option<usize>| {
        let excess = total(&widths).saturating_sub(width);
        if let (Some(now), Some(least)) = (widths[at], least) {
            let spare = now.saturating_sub(least.max(text::width(columns[at].title)));
            widths[at] = Some(now - spare.min(excess));
        }
    };
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by_key(|&at| Reverse(kept[at]));
    for at in &order {
        take(*at, columns[*at].comfortable);
    }
    order.sort_by_key(|&at| columns[at].comfortable);
    for at in &order {
        take(*at, columns[*at].narrowest);
    }
    widths
}

fn total(widths: &[Option<usize>]) -> usize {
    let shown = widths.iter().flatten().count();
    widths.iter().flatten().sum::<usize>() + usize::from(GAP) * shown.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 3] = [
        Column::fixed("REF"),
        Column::flexible("TITLE", 20, 8),
        Column::flexible("LABELS", 10, 6).expendable(1),
    ];

    fn table() -> Table {
        let mut table = Table::new(&COLUMNS);
        table.row([
            "TASK-1",
            "Fix the login timeout on slow networks",
            "auth, urgent, network",
        ]);
        table.row(["TASK-2", "日本語のタイトル", ""]);
        table
    }

    #[test]
    fn without_a_width_everything_is_shown() {
        assert_eq!(
            table().lines(None),
            [
                "REF     TITLE                                   LABELS",
                "TASK-1  Fix the login timeout on slow networks  auth, urgent, network",
                "TASK-2  日本語のタイトル",
            ]
        );
    }

    #[test]
    fn every_line_fits() {
        for width in 18..90 {
            for line in table().lines(Some(width)) {
                assert!(text::width(&line) <= width, "{line:?} in {width}");
            }
        }
    }

    #[test]
    fn long_texts_are_cut_before_a_column_goes() {
        assert_eq!(
            table().lines(Some(40)),
            [
                "REF     TITLE                 LABELS",
                "TASK-1  Fix the login timeo…  auth, urg…",
                "TASK-2  日本語のタイトル",
            ]
        );
        assert_eq!(
            table().lines(Some(20)),
            [
                "REF     TITLE",
                "TASK-1  Fix the log…",
                "TASK-2  日本語のタ…"
            ]
        );
    }
}
