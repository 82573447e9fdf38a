//! A statement that returns rows, and what its rows are read as.

use std::fmt;

use super::{DriverError, Record, Row};

/// A statement that returns rows. One that is made of a text alone is read by whoever asks, column by column; one of a record is held
/// against the record's columns when it is prepared.
#[derive(Clone, Copy)]
pub struct Statement {
    pub(super) sql: &'static str,
    /// The record's columns as the statement selects them; none where they have no names of their own.
    columns: &'static str,
    /// How many columns the record has.
    width: Option<usize>,
}

impl From<&'static str> for Statement {
    fn from(sql: &'static str) -> Self {
        Self { sql, columns: "", width: None }
    }
}

impl Statement {
    pub(super) const fn of<R: Record>(sql: &'static str) -> Self {
        Self { sql, columns: R::COLUMNS, width: Some(R::WIDTH) }
    }

    /// What it is remembered by, once prepared: static texts stay where they are, and hashing an address is quicker than hashing a text.
    pub(super) fn key(&self) -> (usize, usize, usize) {
        (self.sql.as_ptr().addr(), self.sql.len(), self.columns.as_ptr().addr() ^ self.columns.len())
    }

    /// Holds what the database says that the statement returns against the record.
    pub(super) fn check<'n>(&self, returned: impl ExactSizeIterator<Item = &'n str>) -> Result<(), DriverError> {
        let Some(width) = self.width else { return Ok(()) };
        if returned.len() != width {
            return Err(DriverError::Sql(format!("{width} columns are read, {} returned: {}", returned.len(), self.sql)));
        }
        for (read, returned) in split(self.columns).zip(returned) {
            if name(read).is_some_and(|read| read != returned) {
                return Err(DriverError::Sql(format!("{read} is read where {returned} is returned: {}", self.sql)));
            }
        }
        Ok(())
    }

    /// What is said of a damaged value: table, column and row, and never the value. The number that the store gave to the row is no
    /// secret, and finds it.
    #[cold]
    pub(super) fn damage(&self, row: &dyn Row, (nth, col): (usize, usize), what: fmt::Arguments<'_>) -> DriverError {
        let first = split(self.columns).next().and_then(name);
        let is_number = col > 0 && first.is_some_and(|first| ["number", "sequence", "position"].contains(&first));
        let number = if is_number { row.opt_int(0).ok().flatten() } else { None };
        let number = number.map(|number| format!(" ({} {number})", first.unwrap_or_default())).unwrap_or_default();
        DriverError::Corrupt(format!("{} {what} in row {nth} of the answer{number}", self.column(col)))
    }

    /// The column by its table, or by the statement where it is of none.
    fn column(&self, col: usize) -> String {
        let text = split(self.columns).nth(col);
        let bare = text.map(|text| text.split_once(" AS ").map_or(text, |(column, _)| column)).filter(|text| is_plain(text));
        let plain = bare.map(|text| text.split_once('.').map_or((None, text), |(row, name)| (Some(row), name)));
        if let Some((row, name)) = plain
            && let Some(table) = self.table(row)
        {
            return format!("{table}.{name}");
        }
        let text = text.map_or_else(|| format!("column {col}"), str::to_owned);
        format!("{text} of a statement on {}", self.table(None).unwrap_or("no table"))
    }

    /// The table that stands under this alias, or the first one.
    fn table(&self, alias: Option<&str>) -> Option<&'static str> {
        let mut words = self.sql.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty()).peekable();
        while let Some(word) = words.next() {
            if matches!(word, "FROM" | "JOIN" | "INTO" | "UPDATE") {
                let table = words.next()?;
                if alias.is_none() || words.peek().copied() == alias {
                    return Some(table);
                }
            }
        }
        None
    }
}

/// Whether it is a column, and nothing that is computed.
fn is_plain(column: &str) -> bool {
    column.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.')
}

/// What the database calls a column, where it says.
fn name(column: &str) -> Option<&str> {
    match column.rsplit_once(" AS ") {
        Some((_, name)) if is_plain(name) => Some(name),
        _ if is_plain(column) => Some(column.rsplit_once('.').map_or(column, |(_, name)| name)),
        _ => None,
    }
}

/// The columns of a list, without the commas between the arguments of functions.
fn split(columns: &'static str) -> impl Iterator<Item = &'static str> {
    let (mut rest, mut depth) = (columns, 0_usize);
    std::iter::from_fn(move || {
        let end = rest.bytes().position(|byte| {
            match byte {
                b'(' => depth += 1,
                b')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            byte == b',' && depth == 0
        });
        let (column, behind) = end.map_or((rest, ""), |end| (&rest[..end], &rest[end + 1..]));
        rest = behind;
        Some(column.trim()).filter(|column| !column.is_empty())
    })
}

/// How many columns a list has.
pub(crate) const fn width(columns: &str) -> usize {
    let (bytes, mut at, mut depth, mut count) = (columns.as_bytes(), 0, 0_usize, 1);
    while at < bytes.len() {
        match bytes[at] {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b',' if depth == 0 => count += 1,
            _ => {}
        }
        at += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_split_where_a_column_ends() {
        let columns = "s.number, coalesce(s.tenant_epoch, -1),\n  max(g.reached_at) AS accessed_at, u.uid";
        assert_eq!(width(columns), 4);
        let names: Vec<_> = split(columns).map(name).collect();
        assert_eq!(names, [Some("number"), None, Some("accessed_at"), Some("uid")]);
    }

    #[test]
    fn a_column_is_named_by_its_table() {
        let columns = "s.number, u.uid, count(*)";
        let statement = Statement { sql: "SELECT … FROM sessions s JOIN users u ON u.number = s.user_number", columns, width: Some(3) };
        assert_eq!(statement.column(0), "sessions.number");
        assert_eq!(statement.column(1), "users.uid");
        assert_eq!(statement.column(2), "count(*) of a statement on sessions");
    }
}
