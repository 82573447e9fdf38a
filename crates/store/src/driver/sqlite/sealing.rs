//! The seal of a backup: a MAC over all of it, under a key that the master key derives. It stands behind the last page of the file,
//! where SQLite does not look, so a sealed backup is still one plain database.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use cloakroom_engine::keys::Keyring;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::copying::{CopyError, Step};
use super::objects::judge_file;
use super::opening::io_error;

const MARK: &[u8; 16] = b"cloakroom-seal-1";

/// The mark, whose key it was, how many bytes are sealed, the MAC.
const SEAL: usize = 16 + 8 + 8 + 32;

/// How much is read at once.
const CHUNK: usize = 1 << 20;

/// Adds the seal to a copy that is complete, and waits until it is on disk.
///
/// # Errors
/// A schema that the migrations did not make, which no seal vouches for, or what the system says.
pub fn seal(file: &Path, keys: &Keyring) -> Result<(), CopyError> {
    judge_file(file)?;
    let sealed = || -> io::Result<()> {
        let mut file = OpenOptions::new().read(true).append(true).open(file)?;
        let bytes = file.metadata()?.len();
        let digest = hashed(&mut file, bytes, &mut io::sink(), &mut |_| {})?;
        file.write_all(&text(keys, bytes, &digest))?;
        file.sync_all()
    };
    Ok(sealed().map_err(io_error(file))?)
}

/// Copies a sealed file without its seal, and refuses it unless the seal is ours and of exactly these bytes: nothing of it is looked
/// at before.
///
/// # Errors
/// [`CopyError::Unsealed`], [`CopyError::ForeignSeal`], [`CopyError::BrokenSeal`], or what the system says.
pub(super) fn unseal(from: &Path, to: &Path, keys: &Keyring, watch: &mut dyn FnMut(Step)) -> Result<(), CopyError> {
    let mut source = File::open(from).map_err(io_error(from))?;
    let length = source.metadata().map_err(io_error(from))?.len();
    let bytes = length.checked_sub(SEAL as u64).ok_or_else(|| CopyError::Unsealed(from.to_owned()))?;
    let mut found = [0; SEAL];
    let read = source.seek(SeekFrom::Start(bytes)).and_then(|_| source.read_exact(&mut found)).and_then(|()| source.rewind());
    read.map_err(io_error(from))?;
    if found[..16] != *MARK {
        return Err(CopyError::Unsealed(from.to_owned()));
    }
    if found[16..24] != keys.backup_key_name() {
        return Err(CopyError::ForeignSeal(from.to_owned()));
    }
    let mut copy = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(io_error(to))?;
    let mut progress = |done| watch(Step::Copied { bytes: done, of: bytes });
    let stopped = |error| CopyError::Writing { from: from.to_owned(), to: to.to_owned(), error };
    let digest = hashed(&mut source, bytes, &mut copy, &mut progress).map_err(stopped)?;
    if !bool::from(text(keys, bytes, &digest).ct_eq(&found)) {
        return Err(CopyError::BrokenSeal(from.to_owned()));
    }
    Ok(copy.sync_all().map_err(io_error(to))?)
}

fn text(keys: &Keyring, bytes: u64, digest: &[u8; 32]) -> [u8; SEAL] {
    let mut text = [0; SEAL];
    text[..16].copy_from_slice(MARK);
    text[16..24].copy_from_slice(&keys.backup_key_name());
    text[24..32].copy_from_slice(&bytes.to_be_bytes());
    text[32..].copy_from_slice(&keys.backup_mac(bytes, digest));
    text
}

/// SHA-256 of the first `bytes` of `from`, which are written to `to` on the way.
fn hashed(from: &mut File, bytes: u64, to: &mut dyn io::Write, progress: &mut dyn FnMut(u64)) -> io::Result<[u8; 32]> {
    from.rewind()?;
    let (mut hash, mut chunk, mut done) = (Sha256::new(), vec![0; CHUNK], 0);
    while done < bytes {
        let wanted = usize::try_from(bytes - done).unwrap_or(CHUNK).min(CHUNK);
        from.read_exact(&mut chunk[..wanted])?;
        hash.update(&chunk[..wanted]);
        to.write_all(&chunk[..wanted])?;
        done += wanted as u64;
        progress(done);
    }
    Ok(hash.finalize().into())
}
