//! What a transaction may ask of a database, whichever database it is.
//!
//! Statements are static text with `$1, $2, …` placeholders. Nothing here names a database: what a driver cannot hide stays in
//! that driver's own module.

mod connection;
mod either;
mod error;
mod param;
pub mod postgres;
mod queue;
mod reading;
pub(crate) mod record;
mod row;
pub mod sqlite;
mod statement;
mod stats;

pub use connection::{Connection, Ready, Visit, Work};
pub(crate) use either::Driver;
pub use error::DriverError;
pub use param::{Kind, Param, Typed};
pub(crate) use param::{Value, params};
pub use queue::WriteClass;
pub(crate) use reading::{all, each, exists, inserted, one, scan};
pub use reading::{query_all, query_one};
pub use record::Record;
pub(crate) use record::{record, take};
pub use row::Row;
pub use statement::Statement;
pub(crate) use statement::width;
pub use stats::Stats;
