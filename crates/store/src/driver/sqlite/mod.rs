//! The SQLite driver: one writer thread with group commit, readers beside it, checkpoints on a thread of their own.

mod backup;
mod beside;
mod checkpoint;
mod connection;
mod copying;
mod database;
mod objects;
mod opening;
mod options;
mod placeholders;
mod prepared;
mod readers;
mod restore;
mod schema;
mod sealing;
mod watch;
mod writer;

use super::{Connection, DriverError, Stats, Work, WriteClass};

pub use self::backup::back_up;
pub use self::beside::Beside;
pub use self::copying::{Contents, CopyError, Step};
pub use self::database::Sqlite;
pub(crate) use self::objects::judge_file;
pub use self::opening::OpenError;
pub use self::options::{Location, Options};
pub(crate) use self::placeholders::rewrite as numbered;
pub use self::restore::Restore;
pub use self::sealing::seal;
