//! Moving everything from one database to another, of either kind: table by table in the order of the primary key, so that what was
//! interrupted goes on where it stopped, and compared row by row in the end.
//!
//! Statements are made from the catalogue of the source and leaked: as many as there are tables, once in the life of a command.

mod copying;
mod table;
mod tables;

use cloakroom_engine::error::StoreError;

pub use copying::transfer;
pub use tables::{OF_POSTGRES_ALONE, TABLES};

/// How far a transfer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Rows that stand in the target, of so many.
    Copied {
        /// Done.
        rows: u64,
        /// Of all.
        of: u64,
    },
    /// Rows that were compared, of so many.
    Compared {
        /// Done.
        rows: u64,
        /// Of all.
        of: u64,
    },
}

/// Why a transfer did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// The source has no users.
    #[error("there is nothing to transfer: the source has no users")]
    NothingThere,
    /// The target holds something that the source does not, or something else.
    #[error("the target is in use: its table {0} is not the beginning of the source's; transfer to an empty database")]
    Other(&'static str),
    /// What was copied is not what was read.
    #[error("the copy differs from the source in the table {0}: was the source changed meanwhile?")]
    Differs(&'static str),
    /// A database could not be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}
