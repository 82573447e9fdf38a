//! Whether the disk of the database has room.

use std::io;
use std::path::Path;

/// With fewer free bytes than this a change may not fit: a batch of writes is appended to the log before it is folded into the database.
const LEAST: u64 = 1 << 20;

/// Free bytes where `path` is.
///
/// # Errors
/// What the system says.
pub fn free(path: &Path) -> io::Result<u64> {
    let facts = rustix::fs::statvfs(path)?;
    Ok(facts.f_bavail.saturating_mul(facts.f_frsize))
}

/// Whether a change can still be stored. Where nothing is known, the database has the last word.
pub fn has_room(free: &io::Result<u64>) -> bool {
    !free.as_ref().is_ok_and(|free| *free < LEAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_has_no_room() {
        for (free, room) in [(0, false), (LEAST - 1, false), (LEAST, true)] {
            assert_eq!(has_room(&Ok(free)), room, "{free}");
        }
        assert!(has_room(&Err(io::ErrorKind::Unsupported.into())));
        assert!(free(&std::env::temp_dir()).is_ok_and(|free| free > 0));
    }
}
