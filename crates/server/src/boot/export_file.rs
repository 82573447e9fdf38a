//! What commands make: folders, and a file of lines that is written over hours, and gone on with when that was interrupted.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, BufWriter, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use serde::Deserialize;

/// An export on its way into a file of mode 0600.
pub struct ExportFile {
    path: PathBuf,
    file: BufWriter<File>,
    after: i64,
    after_hash: Option<String>,
}

#[derive(Deserialize)]
struct Placed {
    position: i64,
    hash: Option<String>,
}

impl ExportFile {
    /// A new file, or one that an earlier export began: what it left of a line is cut off.
    ///
    /// # Errors
    /// A file that is there though it should be new, that cannot be written, or that holds something else.
    pub fn at(path: &Path, resume: bool) -> Result<Self, Failure> {
        let failed = |error: io::Error| Failure::new(format_args!("{}: {error}", path.display()));
        let mut options = OpenOptions::new();
        options.read(true).write(true).mode(0o600);
        let mut file = if resume { options.create(true).truncate(false).open(path) } else { options.create_new(true).open(path) }.map_err(
            |error| match error.kind() {
                io::ErrorKind::AlreadyExists => failed(error).hint("--resume goes on with it"),
                _ => failed(error),
            },
        )?;
        let (whole, last) = whole_lines(&file).map_err(failed)?;
        let placed = last.map(|line| serde_json::from_str::<Placed>(&line)).transpose();
        let placed = placed.map_err(|_| Failure::new(format_args!("{} is no export: its last line has no position", path.display())))?;
        file.set_len(whole).and_then(|()| file.seek(SeekFrom::End(0))).map_err(failed)?;
        let (after, after_hash) = placed.map_or((0, None), |placed| (placed.position, placed.hash));
        Ok(Self { path: path.to_owned(), file: BufWriter::new(file), after, after_hash })
    }

    /// The hash of that link, as it stood when the file was opened.
    #[must_use]
    pub fn after_hash(&self) -> Option<String> {
        self.after_hash.clone()
    }

    /// How many bytes it has.
    ///
    /// # Errors
    /// What the system says.
    pub fn bytes(&self) -> Result<u64, Failure> {
        self.file.get_ref().metadata().map(|file| file.len()).map_err(|error| self.failed(&error))
    }

    /// Adds whole lines, the last of which is the link at `through`.
    ///
    /// # Errors
    /// A disk that takes no more.
    pub fn append_lines(&mut self, lines: &[u8], through: i64) -> Result<(), Failure> {
        let outcome = self.file.write_all(lines);
        self.after = self.after.max(through);
        outcome.map_err(|error| self.failed(&error))
    }

    /// Waits until all of it is on disk.
    ///
    /// # Errors
    /// A disk that takes no more.
    pub fn sync(&mut self) -> Result<(), Failure> {
        let outcome = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        outcome.map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &io::Error) -> Failure {
        Failure::new(format_args!("{}: {error}", self.path.display()))
    }

    /// The position that what comes is to stand behind.
    #[must_use]
    pub const fn after(&self) -> i64 {
        self.after
    }

    /// Adds a line.
    ///
    /// # Errors
    /// A disk that takes no more.
    pub fn append(&mut self, line: &str) -> Result<(), Failure> {
        let outcome = writeln!(self.file, "{line}");
        outcome.map_err(|error| self.failed(&error))
    }

    /// Waits until all of it is on disk.
    ///
    /// # Errors
    /// A disk that takes no more.
    pub fn finish(mut self) -> Result<(), Failure> {
        self.sync()
    }
}

/// A folder that everybody may read, made where it is missing.
///
/// # Errors
/// What the system says.
pub fn public_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// How many bytes the whole lines take, and the last of them.
fn whole_lines(file: &File) -> io::Result<(u64, Option<String>)> {
    let mut reader = BufReader::new(file);
    let (mut whole, mut last, mut line) = (0, None, Vec::new());
    loop {
        line.clear();
        let read = reader.read_until(b'\n', &mut line)?;
        if line.pop() != Some(b'\n') {
            return Ok((whole, last));
        }
        whole += u64::try_from(read).unwrap_or(u64::MAX);
        last = Some(String::from_utf8_lossy(&line).into_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_on_behind_the_last_whole_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trail.ndjson");
        let mut file = ExportFile::at(&path, false).unwrap();
        file.append(r#"{"position":1}"#).unwrap();
        file.append(r#"{"position":2}"#).unwrap();
        file.append(r#"{"posi"#).unwrap();
        file.finish().unwrap();
        assert!(ExportFile::at(&path, false).is_err());
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.trim_end()).unwrap();
        let mut file = ExportFile::at(&path, true).unwrap();
        assert_eq!(file.after(), 2);
        file.append(r#"{"position":3}"#).unwrap();
        file.finish().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, "{\"position\":1}\n{\"position\":2}\n{\"position\":3}\n");
        std::fs::write(&path, "something else\n").unwrap();
        assert!(ExportFile::at(&path, true).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "something else\n");
    }
}
