//! A mail to be sent, and the trait for delivering it.

use async_trait::async_trait;

use super::mail_token::MailToken;
use super::{MailNumber, MailPurpose};
use crate::clock::Timestamp;
use crate::error::Undelivered;

/// What is to be told to whom. The words are the deliverer's.
#[derive(Clone, Debug)]
pub struct Mail {
    pub number: MailNumber,
    pub purpose: MailPurpose,
    /// Canonical as by [`canonical_email`](crate::directory::canonical_email); one of an older version may be none that mails reach.
    pub address: String,
    pub username: String,
    pub token: MailToken,
    pub written_at: Timestamp,
    /// When the token stops working.
    pub expires_at: Timestamp,
}

/// Takes mails over: to a mail server, to files.
#[async_trait]
pub trait MailDelivery: Send + Sync {
    /// Returns once the mail is somebody else's care. It may arrive twice when an answer was lost; the later token works.
    ///
    /// # Errors
    /// When it was not taken over, or whether it was is not known.
    async fn deliver(&self, mail: &Mail) -> Result<(), Undelivered>;
}

/// Delivers nothing, for commands that serve no requests.
pub struct NoDelivery;

#[async_trait]
impl MailDelivery for NoDelivery {
    async fn deliver(&self, _: &Mail) -> Result<(), Undelivered> {
        Err(Undelivered { problem: "no delivery is set up".to_owned(), is_final: false })
    }
}
