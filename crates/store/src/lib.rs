//! The only place with SQL: every statement and every transaction is written once and run by a driver.

mod account;
mod addresses;
mod audit;
mod audit_store;
mod columns;
mod database;
mod directory;
pub mod driver;
mod epochs;
#[cfg(feature = "testing")]
pub mod gate;
mod grants;
mod judgement;
mod live;
mod machine;
mod mass_end_store;
pub mod migrate;
mod openid;
mod paging;
mod remembered;
mod sessions;
mod sign_ins;
mod spent_provider_tokens;
pub mod statements;
mod tokens;
pub mod trail;
mod transactions;
pub mod transfer;

pub use database::{Database, Meter};
pub(crate) use driver::params;
pub use live::{FACT_TABLES, FactKind, FactTable, LiveStats};
pub(crate) use sessions::doubtful;
