//! The files of the data directory: readable by their owner alone, and on disk before anybody relies on them.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::config;
use crate::failure::Failure;
use cloakroom_engine::entropy::Entropy;
use cloakroom_engine::hex::{hex, unhex};
use cloakroom_engine::keys::MasterKey;
use zeroize::Zeroizing;

/// The data directory, made with mode 0700 where it is missing.
///
/// # Errors
/// What the system says, with the path.
pub fn data_dir(path: &Path) -> Result<(), Failure> {
    private_folder(path)
        .map_err(|error| Failure::new(format_args!("{} cannot be made: {error}", path.display())).hint("another directory with --data-dir"))
}

/// A folder of mode 0700, made where it is missing.
///
/// # Errors
/// What the system says.
pub fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Waits until the names in a folder are on disk.
///
/// # Errors
/// What the system says.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Writes a file of mode 0600 and waits until it and its name are on disk. An existing one is replaced at once or not at all: whoever
/// looks, also after a crash or on a full disk, finds the old content or the new one.
///
/// # Errors
/// What the system says; nothing is left behind then.
pub fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_owned();
    name.push(UNFINISHED);
    let unfinished = path.with_file_name(name);
    let published = write_new(&unfinished, content).and_then(|()| fs::rename(&unfinished, path));
    if published.is_err() {
        // What failed before is what there is to tell.
        let _ = fs::remove_file(&unfinished);
    }
    published?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    sync_folder(parent)
}

/// What the name of a file ends with until it is whole.
const UNFINISHED: &str = ".unfinished";

fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // create_new: the file has mode 0600 from the start, and no link is followed.
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// No other key opens the signing keys, and client secrets and refresh tokens are kept under it too.
pub const PUT_BACK: &str = "put back the file that belongs to this database, from its backup";

/// Where the master key stands unless one is configured.
pub fn master_key_file(data_dir: &Path) -> PathBuf {
    data_dir.join("master.key")
}

/// The master key beside the database, made on first start.
///
/// # Errors
/// A file that cannot be read or written, or does not hold 64 hex digits.
#[expect(clippy::disallowed_methods, reason = "boot reads the files of the data directory")]
pub fn master_key(data_dir: &Path, entropy: &dyn Entropy, may_make: bool) -> Result<MasterKey, Failure> {
    let path = master_key_file(data_dir);
    config::refuse_shared(&path).map_err(|told| Failure::new(told).hint("and think of whoever may have read it"))?;
    match fs::read_to_string(&path).map(Zeroizing::new) {
        Ok(text) => {
            let key = unhex(text.trim_end()).filter(|key| !config::is_placeholder(key)).map(MasterKey::from_bytes);
            let problem = "does not hold a master key (64 hex digits, not one byte over and over)";
            key.ok_or_else(|| Failure::new(format_args!("{} {problem}", path.display())).hint(PUT_BACK))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound && may_make => {
            let mut bytes = Zeroizing::new([0; 32]);
            entropy.fill(&mut *bytes).map_err(Failure::new)?;
            let text = Zeroizing::new(hex(&*bytes) + "\n");
            let named = |error| Failure::new(format_args!("{} cannot be written: {error}", path.display()));
            write_private(&path, text.as_bytes()).map_err(named)?;
            Ok(MasterKey::from_bytes(*bytes))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(Failure::new(format_args!("{} is missing, but the database beside it is not new", path.display())).hint(PUT_BACK))
        }
        Err(error) => Err(Failure::new(format_args!("{} cannot be read: {error}", path.display()))),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use cloakroom_engine::entropy::SeededEntropy;

    use super::*;

    #[test]
    fn the_master_key_is_made_once_and_is_private() {
        let dir = tempfile::tempdir().unwrap();
        let entropy = SeededEntropy::new(1);
        assert!(master_key(dir.path(), &entropy, false).is_err(), "an old database without its key is not given a new one");
        assert!(master_key(dir.path(), &entropy, true).is_ok());
        let path = dir.path().join("master.key");
        let made = fs::read_to_string(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(master_key(dir.path(), &entropy, true).is_ok());
        assert_eq!(fs::read_to_string(&path).unwrap(), made);
        fs::write(&path, "0".repeat(64)).unwrap();
        assert!(master_key(dir.path(), &entropy, true).is_err(), "a placeholder");
        fs::write(&path, "nonsense").unwrap();
        assert!(master_key(dir.path(), &entropy, true).is_err());
        fs::write(&path, made).unwrap();
        assert!(master_key(dir.path(), &entropy, true).is_ok());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let told = master_key(dir.path(), &entropy, true).unwrap_err().told().0;
        assert!(told.contains("0644") && told.contains("master.key"), "{told}");
    }

    #[test]
    fn private_files_replace_and_follow_no_link() {
        let dir = tempfile::tempdir().unwrap();
        let (target, link) = (dir.path().join("target"), dir.path().join("link"));
        fs::write(&target, "untouched").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        write_private(&link, b"private").unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "untouched");
        assert_eq!(fs::read_to_string(&link).unwrap(), "private");
    }

    #[test]
    fn a_file_that_cannot_be_written_leaves_the_old_one_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        // Nothing can be renamed onto a folder that is not empty.
        let path = dir.path().join("master.key");
        fs::create_dir_all(path.join("within")).unwrap();
        assert!(write_private(&path, b"new").is_err());
        assert!(path.join("within").exists() && fs::read_dir(dir.path()).unwrap().count() == 1);
    }
}
