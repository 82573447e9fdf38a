//! Keeps what leaves the audit trail as files, in the lines of an export. Only their owner can read them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use cloakroom_engine::audit::archive::TrailArchive;
use cloakroom_engine::audit::chain::Link;
use cloakroom_engine::error::NotArchived;
use cloakroom_engine::hex::hex;
use parking_lot::Mutex;

use super::export_file::ExportFile;
use super::files;
use crate::api::v1::audit::exported;
use crate::failure::Failure;

/// A file that has grown so long is followed by another.
const LONGEST: u64 = 64 << 20;

/// Writes into `audit-POSITION-HASH.ndjson`, named after the first link in it. A new one is begun at every start, and wherever the
/// links do not follow those that were written last.
pub struct TrailFolder {
    folder: PathBuf,
    open: Mutex<Option<ExportFile>>,
}

impl TrailFolder {
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder, open: Mutex::new(None) }
    }

    fn put(&self, links: &[Link]) -> Result<(), Failure> {
        let (Some(first), Some(last)) = (links.first(), links.last()) else { return Ok(()) };
        let mut open = self.open.lock();
        // Taken out: after a failure nobody knows what is in it, and the next attempt reads what is.
        let mut file = match open.take() {
            Some(file) if file.after() + 1 == first.position && file.bytes()? < LONGEST => file,
            _ => self.begin(links, first)?,
        };
        let written = file.after();
        let rest: Vec<Link> = links.iter().filter(|link| link.position > written).cloned().collect();
        file.append_lines(&exported(&rest), last.position)?;
        file.sync()?;
        *open = Some(file);
        Ok(())
    }

    /// The file that has the beginning of these links already, from before a crash; else a new one.
    fn begin(&self, links: &[Link], first: &Link) -> Result<ExportFile, Failure> {
        let named = |error: io::Error| Failure::new(format_args!("{}: {error}", self.folder.display()));
        files::private_folder(&self.folder).map_err(named)?;
        if let Some(newest) = newest(&self.folder).map_err(named)? {
            let file = ExportFile::at(&newest, true)?;
            if links.iter().any(|link| link.position == file.after() && hash(link) == file.after_hash()) {
                return Ok(file);
            }
        }
        let hash = hash(first).unwrap_or_default();
        let path = self.folder.join(format!("audit-{:020}-{}.ndjson", first.position, hash.get(..16).unwrap_or_default()));
        let file = ExportFile::at(&path, path.exists())?;
        files::sync_folder(&self.folder).map_err(named)?;
        Ok(file)
    }
}

fn hash(link: &Link) -> Option<String> {
    link.seal.map(|seal| hex(&seal.hash))
}

/// The file of ours that was written to last.
fn newest(folder: &Path) -> io::Result<Option<PathBuf>> {
    let mut newest = None;
    for entry in fs::read_dir(folder)?.flatten() {
        let is_ours = entry.file_name().to_str().is_some_and(|name| name.starts_with("audit-") && name.ends_with(".ndjson"));
        if is_ours {
            newest = newest.max(Some((entry.metadata()?.modified()?, entry.path())));
        }
    }
    Ok(newest.map(|(_, path)| path))
}

#[async_trait]
impl TrailArchive for TrailFolder {
    async fn keep(&self, links: &[Link]) -> Result<(), NotArchived> {
        self.put(links).map_err(|failure| NotArchived { problem: failure.told().0 })
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use cloakroom_engine::audit::chain::{LinkedEntry, Seal};

    use super::*;

    fn links(positions: std::ops::RangeInclusive<i64>, chain: u8) -> Vec<Link> {
        let seal = |position: i64| Seal { salt: None, commitment: None, hash: [chain + position as u8; 32], voucher: None };
        positions.map(|position| Link { position, sequence: position, seal: Some(seal(position)), entry: LinkedEntry::Missing }).collect()
    }

    /// The positions in each file, in the order of their names.
    fn kept(folder: &Path) -> Vec<Vec<i64>> {
        let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()).collect();
        files.sort_unstable();
        let position = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["position"].as_i64().unwrap();
        files.iter().map(|file| fs::read_to_string(file).unwrap().lines().map(position).collect()).collect()
    }

    #[test]
    fn what_follows_goes_on_in_the_same_private_file() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("trail");
        let archive = TrailFolder::new(place.clone());
        archive.put(&links(1..=3, 0)).unwrap();
        archive.put(&links(4..=5, 0)).unwrap();
        assert_eq!(kept(&place), [vec![1, 2, 3, 4, 5]]);
        let file = fs::read_dir(&place).unwrap().next().unwrap().unwrap().path();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&place), mode(&file)), (0o700, 0o600));
    }

    #[test]
    fn links_that_come_again_after_a_crash_are_kept_once() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().to_owned();
        TrailFolder::new(place.clone()).put(&links(1..=3, 0)).unwrap();
        let file = fs::read_dir(&place).unwrap().next().unwrap().unwrap().path();
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, &text[..text.len() - 9]).unwrap();
        // The last line was torn; the database still has all three.
        TrailFolder::new(place.clone()).put(&links(1..=4, 0)).unwrap();
        assert_eq!(kept(&place), [vec![1, 2, 3, 4]]);
    }

    #[test]
    fn another_chain_at_the_same_positions_has_its_own_file() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().to_owned();
        TrailFolder::new(place.clone()).put(&links(1..=5, 0)).unwrap();
        // A backup from before position 4 was restored, and other things happened.
        TrailFolder::new(place.clone()).put(&links(4..=6, 100)).unwrap();
        assert_eq!(kept(&place), [vec![1, 2, 3, 4, 5], vec![4, 5, 6]]);
    }
}
