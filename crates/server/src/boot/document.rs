//! Documents that the command line names.

use std::io::Read as _;
use std::path::PathBuf;

use cloakroom_engine::directory::document::DirectoryDocument;

use crate::control::Command;
use crate::directory_file;
use crate::failure::Failure;

/// Where a document is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Until its end.
    StandardInput,
    /// A file.
    File(PathBuf),
    /// This text.
    Given(&'static str),
}

/// What `apply` is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplyRequest {
    /// The document.
    pub source: Source,
    /// Also change what exists and differs.
    pub overwrite: bool,
}

impl ApplyRequest {
    /// The command that it stands for, its document read.
    ///
    /// # Errors
    /// Which file cannot be read.
    pub fn command(&self) -> Result<Command, Failure> {
        Ok(Command::Apply { document: self.source.read()?, overwrite: self.overwrite })
    }

    /// The document, read and understood.
    ///
    /// # Errors
    /// Which file cannot be read, or what is wrong in it.
    pub fn document(&self) -> Result<DirectoryDocument, Failure> {
        directory_file::read(&self.source.read()?).map_err(Failure::new)
    }
}

impl Source {
    /// The file of this name; `-` is standard input.
    #[must_use]
    pub fn named(file: PathBuf) -> Self {
        if file.as_os_str() == "-" { Self::StandardInput } else { Self::File(file) }
    }

    /// Reads the document.
    ///
    /// # Errors
    /// Which file cannot be read.
    #[expect(clippy::disallowed_methods, reason = "boot reads the files that the command line names")]
    pub fn read(&self) -> Result<String, Failure> {
        match self {
            Self::StandardInput => {
                let mut text = String::new();
                let read = std::io::stdin().read_to_string(&mut text);
                read.map(|_| text).map_err(|error| Failure::new(format_args!("standard input cannot be read: {error}")))
            }
            Self::Given(text) => Ok((*text).to_owned()),
            Self::File(path) => {
                std::fs::read_to_string(path).map_err(|error| Failure::new(format_args!("{} cannot be read: {error}", path.display())))
            }
        }
    }
}
