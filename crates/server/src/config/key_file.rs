//! Whose the files are that hold keys, and which keys are none.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// Refuses a file that others than its owner can open or change; a file of root's may be read by its group, since so do secrets reach
/// services that run as somebody else. It is what PostgreSQL asks of keys.
///
/// # Errors
/// The file's mode, and what to do. A file that is not there is for whoever reads it to tell.
pub fn refuse_shared(path: &Path) -> Result<(), String> {
    let Ok(facts) = std::fs::metadata(path) else { return Ok(()) };
    let mode = facts.mode() & 0o7777;
    let open_to_others = if facts.uid() == 0 { 0o027 } else { 0o077 };
    // A device or a pipe is as private as whoever handed it over made it.
    if !facts.is_file() || mode & open_to_others == 0 {
        return Ok(());
    }
    let path = path.display();
    Err(format!("{path} holds a key and has mode {mode:04o}: others than its owner can open or change it; chmod 600 {path}"))
}

/// Whether all bytes are one: a placeholder, and the first that anybody tries.
pub fn is_placeholder(key: &[u8; 32]) -> bool {
    key.iter().all(|byte| *byte == key[0])
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn only_the_owner_changes_a_key_and_no_stranger_opens_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        fs::write(&file, "key").unwrap();
        let by_group = fs::metadata(&file).unwrap().uid() == 0;
        let modes = [
            (0o600, true),
            (0o400, true),
            (0o640, by_group),
            (0o660, false),
            (0o620, false),
            (0o644, false),
            (0o666, false),
            (0o601, false),
        ];
        for (mode, is_fine) in modes {
            fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
            let judged = refuse_shared(&file);
            assert_eq!(judged.is_ok(), is_fine, "{mode:o}");
            if let Err(told) = judged {
                assert!(told.contains(&format!("{mode:04o}")) && told.contains(&file.display().to_string()), "{told}");
            }
        }
        assert_eq!(refuse_shared(&folder.path().join("nothing")), Ok(()));
    }
}
