//! What a database takes on disk, as SQLite counts its pages.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::statements::{SESSION_BYTES, TRAIL_BYTES};
use crate::Failure;

/// Bytes, indices included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Disk {
    pub(crate) sessions: u64,
    /// With the links of the chain.
    pub(crate) trail: u64,
}

impl Disk {
    /// Of a database that is closed.
    pub(crate) fn of(path: &Path) -> Result<Self, Failure> {
        let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let bytes = |sql: &str| -> Result<u64, Failure> { Ok(u64::try_from(conn.query_row(sql, (), |row| row.get::<_, i64>(0))?)?) };
        Ok(Self { sessions: bytes(SESSION_BYTES)?, trail: bytes(TRAIL_BYTES)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::in_process::runtime;
    use crate::people::Home;

    #[test]
    fn a_session_takes_room_with_its_indices_and_so_do_its_lines() {
        let folder = tempfile::tempdir().unwrap();
        let sizes = [0, 400].map(|sessions| {
            let path = folder.path().join(format!("{sessions}.db"));
            runtime("client", 1).unwrap().block_on(async {
                let home = Home::settle(&path, 2).await.unwrap();
                for user in 0..sessions {
                    home.open_session(user).await.unwrap();
                }
                while home.engine.seal_audit_entries(1000).await.unwrap().1 {}
                home.database.shutdown();
            });
            Disk::of(&path).unwrap()
        });
        let [empty, full] = sizes;
        for (before, after) in [(empty.sessions, full.sessions), (empty.trail, full.trail)] {
            let each = (after - before) / 400;
            assert!((100..1000).contains(&each), "{empty:?} {full:?}");
        }
    }
}
