//! What can go wrong with a call.

use std::time::Duration;

use serde_json::Value;

/// The outcome of a call.
pub type Result<T> = std::result::Result<T, Error>;

/// Why there is no answer, or not the one that was asked for. No text in it holds a secret.
///
/// ```no_run
/// use cloakroom_client::Error;
///
/// # async fn example(client: cloakroom_client::Client) {
/// match client.sessions().own().await {
///     Ok(sessions) => println!("{} sessions", sessions.len()),
///     Err(Error::SessionDead { .. }) => println!("sign in again"),
///     Err(Error::Refused(refused)) => println!("{} {}", refused.status, refused.message),
///     Err(other) => println!("try again later: {other}"),
/// }
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing was sent: the client is set up wrongly, or an argument is invalid.
    #[error("{0}")]
    Setup(String),
    /// There was no connection, so nothing can have happened.
    #[error("cannot connect: {0}")]
    Unreachable(String),
    /// The connection broke before the answer was whole: what was asked for may have happened.
    #[error("the connection broke: {0}")]
    Transport(String),
    /// No answer came in time: what was asked for may have happened.
    #[error("no answer in time")]
    Timeout,
    /// The server refused.
    #[error(transparent)]
    Refused(Box<Refused>),
    /// The caller's session is over; sign in again.
    #[error("the session is over ({reason})")]
    SessionDead {
        /// The reason in the words of the surface (`ttl-expired`, `manual`, …), or `unauthorized` if it gives none.
        reason: String,
    },
    /// The server answered something that its contract does not know.
    #[error("an answer that cannot be read (status {status}): {problem}")]
    Unreadable {
        /// The status of the answer.
        status: u16,
        /// What is wrong with it.
        problem: String,
    },
}

/// A refusal by the server.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message} ({code}, status {status})")]
#[non_exhaustive]
pub struct Refused {
    /// The HTTP status.
    pub status: u16,
    /// For programs: the tag of USM, `err_…`, the error of OAuth; where a surface has none, `http-` and the status.
    pub code: String,
    /// For people.
    pub message: String,
    /// Further facts, such as each bad field.
    pub details: Option<Value>,
    /// How long to wait before trying again.
    pub retry_after: Option<Duration>,
    /// The id of the request in the server's log.
    pub request_id: Option<String>,
    /// Whether the answer is none that a Cloakroom gives, so that a proxy or another server gave it.
    pub is_foreign: bool,
}

impl Error {
    /// Whether the same call may succeed later without anybody changing anything.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Transport(_) | Self::Timeout => true,
            Self::Refused(refused) => matches!(refused.status, 408 | 429 | 502 | 503 | 504),
            Self::Setup(_) | Self::SessionDead { .. } | Self::Unreadable { .. } => false,
        }
    }

    /// Whether something else than a Cloakroom seems to have answered: a proxy, another server, one whose base URL is another.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        match self {
            Self::Refused(refused) => refused.is_foreign,
            Self::Unreadable { .. } => true,
            _ => false,
        }
    }

    /// The status of the refusal, where there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(refused) => Some(refused.status),
            Self::Unreadable { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// What the HTTP library reports, without the address that it adds.
    pub(crate) fn of_transport(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let mut text = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        match error {
            error if error.is_connect() => Self::Unreachable(text),
            error if error.is_timeout() => Self::Timeout,
            error if error.is_builder() => Self::Setup(text),
            _ => Self::Transport(text),
        }
    }
}
