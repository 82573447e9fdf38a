//! The only place with SQL: every statement and transaction is written once and run by a driver.

pub mod driver;
pub mod migrate;
