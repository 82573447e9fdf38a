//! An export while it is read.

use reqwest::Response;
use serde::{Deserialize, Serialize};

use super::AuditEntry;
use crate::error::{Error, Result};

/// The longest line that is accepted; entries are shorter.
const LONGEST_LINE: usize = 1 << 20;

/// A line of an export: a link of the chain with its entry.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct AuditLine {
    /// Number of the link; another export can continue after it.
    pub position: i64,
    /// SHA-256 over the link before it and this entry, in hex.
    pub hash: Option<String>,
    /// Commitment to address and user agent, in hex.
    pub commitment: Option<String>,
    /// Salt of the commitment, in hex; `None` after minimisation.
    pub salt: Option<String>,
    /// `None` where the entry is gone or cannot be read.
    pub entry: Option<AuditEntry>,
}

/// An export, read line by line. If it fails, start another one after the last position.
///
/// ```no_run
/// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
/// let mut position = 0;
/// let mut export = client.audit().export(&Default::default(), position).await?;
/// while let Some(line) = export.next().await? {
///     position = line.position;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct AuditExport {
    response: Response,
    /// What was received and not yet returned.
    pending: Vec<u8>,
}

impl AuditExport {
    pub(super) fn of(response: Response) -> Self {
        Self { response, pending: Vec::new() }
    }

    /// The next line; `None` at the end.
    ///
    /// # Errors
    /// [`Error::Transport`] where the answer broke off, [`Error::Unreadable`] for a line that cannot be read.
    pub async fn next(&mut self) -> Result<Option<AuditLine>> {
        let status = self.response.status().as_u16();
        let problem = |error: serde_json::Error| Error::Unreadable { status, problem: format!("{:?}", error.classify()) };
        self.next_text().await?.map(|line| serde_json::from_str(&line).map_err(problem)).transpose()
    }

    /// The next line as the server wrote it, without the line break: the text that its hash covers.
    ///
    /// # Errors
    /// [`Error::Transport`] where the answer broke off, [`Error::Unreadable`] for a line that cannot be read.
    pub async fn next_text(&mut self) -> Result<Option<String>> {
        let unreadable = |problem: &str| Error::Unreadable { status: 200, problem: problem.into() };
        let mut searched = 0;
        loop {
            if let Some(end) = self.pending[searched..].iter().position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = self.pending.drain(..=searched + end).collect();
                line.pop();
                return String::from_utf8(line).map(Some).map_err(|_| unreadable("a line is not UTF-8"));
            }
            searched = self.pending.len();
            if searched > LONGEST_LINE {
                return Err(unreadable("a line is too long"));
            }
            match self.response.chunk().await.map_err(Error::of_transport)? {
                Some(chunk) => self.pending.extend_from_slice(&chunk),
                None if self.pending.is_empty() => return Ok(None),
                None => return Err(Error::Transport("the export ends within a line".into())),
            }
        }
    }
}
