//! Rows of an answer.

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

    /// An integer.
    fn int(&self, col: usize) -> Result<i64, DriverError> {
        self.opt_int(col)?.ok_or_else(|| unexpected_null(col))
    }
    /// Text.
    fn text(&self, col: usize) -> Result<&str, DriverError> {
        self.opt_text(col)?.ok_or_else(|| unexpected_null(col))
    }
    /// Bytes.
    fn blob(&self, col: usize) -> Result<&[u8], DriverError> {
        self.opt_blob(col)?.ok_or_else(|| unexpected_null(col))
    }
    /// A boolean; anything but 0 and 1 is [`DriverError::Corrupt`].
    fn bool(&self, col: usize) -> Result<bool, DriverError> {
        match self.int(col)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(DriverError::Corrupt(format!("column {col} is neither 0 nor 1"))),
        }
    }
}

fn unexpected_null(col: usize) -> DriverError {
    DriverError::Corrupt(format!("column {col} is NULL"))
}
