//! Handing mails to a mail server (RFC 5321), over TLS unless told otherwise.

use std::time::Duration;

use async_trait::async_trait;
use cloakroom_engine::account::mail::{Mail, MailDelivery};
use cloakroom_engine::error::Undelivered;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use super::letter::Letters;
use crate::config::{MailTls, Secret};

/// Which mail server, and how it is spoken to.
#[derive(Debug)]
pub struct SmtpServer<'a> {
    pub host: &'a str,
    pub port: Option<u16>,
    pub tls: MailTls,
    /// Name and password.
    pub login: Option<(&'a str, &'a Secret)>,
    /// For each step of the conversation.
    pub timeout: Duration,
}

/// Hands each mail over on a connection of its own.
pub struct SmtpDelivery {
    letters: Letters,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl SmtpDelivery {
    /// # Errors
    /// When TLS cannot be set up, as without any root certificate on the machine.
    pub fn new(letters: Letters, server: &SmtpServer<'_>) -> Result<Self, String> {
        type Transport = AsyncSmtpTransport<Tokio1Executor>;
        let set_up = |error: Error| format!("TLS to the mail server cannot be set up: {error}");
        let mut builder = match server.tls {
            MailTls::Starttls => Transport::starttls_relay(server.host).map_err(set_up)?,
            MailTls::Implicit => Transport::relay(server.host).map_err(set_up)?,
            MailTls::None => Transport::builder_dangerous(server.host),
        };
        if let Some(port) = server.port {
            builder = builder.port(port);
        }
        if let Some((name, password)) = server.login {
            builder = builder.credentials(Credentials::new(name.to_owned(), password.reveal().to_owned()));
        }
        Ok(Self { letters, transport: builder.timeout(Some(server.timeout)).build() })
    }
}

#[async_trait]
impl MailDelivery for SmtpDelivery {
    async fn deliver(&self, mail: &Mail) -> Result<(), Undelivered> {
        let message = self.letters.write(mail)?;
        self.transport.send(message).await.map(|_| ()).map_err(|error| undelivered(&error))
    }
}

/// Not the server's own text, which may repeat what it was sent.
fn undelivered(error: &Error) -> Undelivered {
    let code = error.status().map(|code| format!(" ({code})")).unwrap_or_default();
    let problem = if error.is_permanent() {
        format!("the mail server refused it{code}")
    } else if error.is_transient() {
        format!("the mail server put it off{code}")
    } else if error.is_timeout() {
        "the mail server did not answer in time".to_owned()
    } else if error.is_tls() {
        "TLS with the mail server failed".to_owned()
    } else {
        "the conversation with the mail server failed".to_owned()
    };
    // Refused credentials (RFC 4954 section 6) are the operator's fault to correct; the mail may be fine.
    let is_final = error.is_permanent() && !error.status().is_some_and(|code| [530, 534, 535, 538].contains(&u16::from(code)));
    Undelivered { problem, is_final }
}
