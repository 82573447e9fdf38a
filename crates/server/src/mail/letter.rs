//! The words of mails, as RFC 5322 messages in plain text.

use std::time::{Duration, UNIX_EPOCH};

use cloakroom_engine::account::MailPurpose;
use cloakroom_engine::account::mail::Mail;
use cloakroom_engine::directory::ascii_domain;
use cloakroom_engine::error::Undelivered;
use lettre::message::header::{ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue, MIME_VERSION_1_0};
use lettre::message::{Body, Mailbox};
use lettre::{Address, Message};

use crate::http::time::seconds;
use crate::web::mailed;

/// Bytes of a line without its end (RFC 5322 section 2.1.1).
const LONGEST_LINE: usize = 998;

/// Where links in mails lead to.
#[derive(Clone, Debug)]
pub enum Links {
    /// To this server's own pages, below the URL that it is reached at. They need no script, and so have the token in the query.
    Here(String),
    /// To pages of others below this URL. They have the token in the fragment, which browsers do not send: a token in the query would appear in
    /// the log of every server on the way.
    Elsewhere(String),
}

impl Links {
    fn to(&self, purpose: MailPurpose, token: &str) -> String {
        match (self, purpose) {
            (Self::Here(base), MailPurpose::PasswordReset) => format!("{base}{}?token={token}", mailed::RESET),
            (Self::Here(base), MailPurpose::EmailVerification) => format!("{base}{}?token={token}", mailed::VERIFY),
            (Self::Elsewhere(base), MailPurpose::PasswordReset) => format!("{base}/reset-password#token={token}"),
            (Self::Elsewhere(base), MailPurpose::EmailVerification) => format!("{base}/verify-email#token={token}"),
        }
    }
}

/// Writes mails.
#[derive(Clone, Debug)]
pub struct Letters {
    from: Mailbox,
    service: String,
    /// Where the links lead to; without it, a mail has its token alone.
    links: Option<Links>,
}

impl Letters {
    /// # Errors
    /// When `from` is not an address, with or without a name before it.
    pub fn new(from: &str, service: &str, links: Option<Links>) -> Result<Self, String> {
        let no_address = || "must be an address, such as `Cloakroom <cloakroom@example.com>`".to_owned();
        let mut from: Mailbox = from.parse().map_err(|_| no_address())?;
        // Mail servers and other programs are told domains in A-labels.
        if let Some(domain) = ascii_domain(from.email.domain()) {
            from.email = Address::new(from.email.user(), &domain).map_err(|_| no_address())?;
        }
        Ok(Self { from, service: service.trim().to_owned(), links })
    }

    /// The message of a mail. Header and body are encoded by their own rules, so that no name or address adds a line to a head.
    ///
    /// # Errors
    /// When no mail can be sent to the address; trying again is useless.
    pub fn write(&self, mail: &Mail) -> Result<Message, Undelivered> {
        let refused = |problem: &str| Undelivered { problem: problem.to_owned(), is_final: true };
        let address = mail.address.parse().map_err(|_| refused("the address cannot be written to"))?;
        let text = self.text(mail);
        if text.contains('\0') || text.lines().any(|line| line.len() > LONGEST_LINE) {
            return Err(refused("the message has a line that no mail may have"));
        }
        let text = if text.is_ascii() {
            // Unencoded, since the library would break the link over two lines, and it could not be copied out of a file.
            Body::dangerous_pre_encoded(text.into_bytes(), ContentTransferEncoding::SevenBit)
        } else {
            Body::new(text)
        };
        let millis = mail.written_at.as_millis().unsigned_abs();
        let message_id = format!("<{}.{millis}@{}>", mail.number.0, self.from.email.domain());
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address))
            .date(UNIX_EPOCH + Duration::from_millis(millis))
            .message_id(Some(message_id))
            .subject(self.subject(mail.purpose))
            .header(MIME_VERSION_1_0)
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(text)
            .map_err(|_| refused("the message cannot be written"))
    }

    fn text(&self, mail: &Mail) -> String {
        let token = mail.token.expose(mail.purpose);
        let (wish, otherwise) = match mail.purpose {
            MailPurpose::PasswordReset => (
                format!("Somebody asked to set a new password for the account {} at {}.", mail.username, self.service),
                "If that was not you, do nothing: the password stays as it is.",
            ),
            MailPurpose::EmailVerification => (
                format!("This address was given for the account {} at {}. Please confirm that it is yours.", mail.username, self.service),
                "If you do not know that account, do nothing.",
            ),
        };
        let link = self.links.as_ref().map(|links| format!("Open this link:\r\n\r\n{}\r\n\r\nOr use", links.to(mail.purpose, &token)));
        let how = link.unwrap_or_else(|| "Use".to_owned());
        let until = seconds(mail.expires_at.as_millis());
        format!("{wish}\r\n\r\n{how} this code:\r\n\r\n{}\r\n\r\nIt works once, until {until}.\r\n\r\n{otherwise}\r\n", &*token)
    }

    fn subject(&self, purpose: MailPurpose) -> String {
        let wish = match purpose {
            MailPurpose::PasswordReset => "set a new password",
            MailPurpose::EmailVerification => "confirm your address",
        };
        format!("{}: {wish}", self.service)
    }
}

/// RFC 3834 section 5: no machine answers what a machine wrote.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
