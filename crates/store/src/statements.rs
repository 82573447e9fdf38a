//! The statements of a validation, a create and a refresh, in the order in which they are sent: for the bench, which runs them bare
//! to measure what they cost by themselves. Nothing else uses them.

use crate::driver::{postgres, sqlite};
use crate::sessions::{create, snapshot, upkeep};
use crate::{audit, tokens};

/// The lock that serialises all writers on PostgreSQL.
pub const LOCK: &str = postgres::LOCK;

/// The sessions of these 64 bits of a secret's hash, with everything that their verdicts need; the whole hash is `secret_hash`.
pub const BY_SECRET: &str = snapshot::BY_SECRET;

/// What a new session stands on: `user_status`, `email_status`, how many are `open` beside it, and the epochs.
pub const GROUND: &str = create::GROUND;
/// A session, by whose number the next two go on.
pub const SESSION: &str = create::INSERT;
/// Its place in the counts.
pub const COUNT: &str = create::COUNT;
/// What touches will move.
pub const TOUCHES: &str = create::INSERT_TOUCHES;
/// An entry of the trail.
pub const AUDIT: &str = audit::APPEND;

/// A grant behind its session: `refresh_hash` and `generation` are its own.
pub const GRANT: &str = tokens::GRANT;
/// Its rotation.
pub const ROTATE: &str = tokens::ROTATE;
/// A touch of its session.
pub const TOUCH: &str = upkeep::SAVE_TOUCH;

/// The statement as SQLite numbers its placeholders.
#[must_use]
pub fn for_sqlite(statement: &str) -> String {
    sqlite::numbered(statement)
}
