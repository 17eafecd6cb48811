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
        write_row(f, shown.iter().filter_map(|&column| self.columns.get(column)))?;
        write_row(f, shown.iter().map(|_| "---"))?;
        self.rows.iter().try_for_each(|row| write_row(f, shown.iter().filter_map(|&column| row.get(column))))
    }
}

fn write_row(f: &mut fmt::Formatter<'_>, cells: impl Iterator<Item = impl fmt::Display>) -> fmt::Result {
    f.write_str("|")?;
    for cell in cells {
        write!(f, " {cell} |")?;
    }
    f.write_str("\n")
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
