//! Tables of a page: as many cells in each row as columns, and no row without something in it.

use std::fmt;

use super::escape::Md;

/// A table. Empty columns are left out when it is shown.
#[derive(Clone, Debug, Default)]
pub struct Table {
    columns: Vec<&'static str>,
    rows: Vec<Vec<Md>>,
}

impl Table {
    /// A table with these headings, which are Markdown.
    pub fn new<const N: usize>(columns: [&'static str; N], rows: impl IntoIterator<Item = [Md; N]>) -> Self {
        Self { columns: columns.to_vec(), rows: rows.into_iter().map(Vec::from).collect() }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: Vec<usize> = (0..self.columns.len())
            .filter(|&column| self.rows.iter().any(|row| row.get(column).is_some_and(|cell| !cell.is_empty())))
            .collect();
        let heading = shown.iter().filter_map(|&column| self.columns.get(column).copied());
        writeln!(f, "|{}", heading.map(|name| format!(" {name} |")).collect::<String>())?;
        writeln!(f, "|{}", " --- |".repeat(shown.len()))?;
        for row in &self.rows {
            let cells = shown.iter().filter_map(|&column| row.get(column));
            writeln!(f, "|{}", cells.map(|cell| format!(" {cell} |")).collect::<String>())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_columns_are_left_out() {
        let table = Table::new(["Name", "Note", "Count"], [[Md::text("a"), Md::default(), Md::text("1")]]);
        assert_eq!(table.to_string(), "| Name | Count |\n| --- | --- |\n| a | 1 |\n");
    }
}
