//! Files that nobody else may read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::config::Secret;

/// More than any secret or any sensible list of profiles.
const MOST_BYTES: u64 = 1 << 20;

/// Reads a file whose mode gives nobody else any right.
pub fn read_private(path: &Path) -> Result<Secret, String> {
    let said = |error: io::Error| format!("{}: {error}", path.display());
    let file = File::open(path).map_err(said)?;
    // The mode of the open file; the path could lead to another file by now.
    let facts = file.metadata().map_err(said)?;
    if !facts.is_file() {
        return Err(format!("{} is no file", path.display()));
    }
    if facts.mode() & 0o077 != 0 {
        return Err(format!("{0} may be read by others (mode {1:04o}): chmod 600 {0}", path.display(), facts.mode() & 0o7777));
    }
    let mut text = String::new();
    file.take(MOST_BYTES).read_to_string(&mut text).map_err(said)?;
    Ok(Secret::new(text))
}

/// Writes a new file of mode 0600, in folders of mode 0700.
pub fn create_private(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// Replaces an older file; at any moment one of the two is there.
pub fn replace_private(path: &Path, text: &str) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let next = PathBuf::from(name);
    match fs::remove_file(&next) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    create_private(&next, text)?;
    fs::rename(&next, path)
}

/// Removes a file; one that is not there is removed already.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deeper/secret");
        create_private(&path, "s3cret").unwrap();
        assert_eq!(read_private(&path).unwrap().reveal(), "s3cret\n");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(create_private(&path, "other").is_err());
        replace_private(&path, "other").unwrap();
        assert_eq!(read_private(&path).unwrap().reveal(), "other\n");
        for mode in [0o640, 0o604, 0o620, 0o601] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let refusal = read_private(&path).unwrap_err();
            assert!(refusal.contains("chmod 600") && !refusal.contains("other\n"), "{refusal}");
        }
        remove(&path).unwrap();
        remove(&path).unwrap();
    }
}
