//! Rows of an answer.

use std::fmt;

use super::DriverError;

/// One row of an answer. Columns count from 0. Every accessor fails with [`DriverError::Corrupt`] where the column holds another
/// type (the plain ones: also where it is `NULL`) and with [`DriverError::Sql`] where there is no such column.
pub trait Row {
    /// An integer that may be `NULL`.
    fn opt_int(&self, col: usize) -> Result<Option<i64>, DriverError>;
    /// Text that may be `NULL`; it lives as long as the visit of this row.
    fn opt_text(&self, col: usize) -> Result<Option<&str>, DriverError>;
    /// Bytes that may be `NULL`; they live as long as the visit of this row.
    fn opt_blob(&self, col: usize) -> Result<Option<&[u8]>, DriverError>;
    /// [`DriverError::Corrupt`], naming what holds what it must not: table or statement, column and row.
    fn damage(&self, col: usize, what: fmt::Arguments<'_>) -> DriverError;

    /// An integer.
    fn int(&self, col: usize) -> Result<i64, DriverError> {
        self.opt_int(col)?.ok_or_else(|| self.damage(col, format_args!("is NULL")))
    }
    /// Text.
    fn text(&self, col: usize) -> Result<&str, DriverError> {
        self.opt_text(col)?.ok_or_else(|| self.damage(col, format_args!("is NULL")))
    }
    /// Bytes.
    fn blob(&self, col: usize) -> Result<&[u8], DriverError> {
        self.opt_blob(col)?.ok_or_else(|| self.damage(col, format_args!("is NULL")))
    }
    /// A boolean; anything but 0 and 1 is [`DriverError::Corrupt`].
    fn bool(&self, col: usize) -> Result<bool, DriverError> {
        match self.int(col)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.damage(col, format_args!("is neither 0 nor 1"))),
        }
    }
}
