//! The calls, and what they are asked with.

use reqwest::header::DATE;
use serde_json::Value;

use super::server_clock::ServerClock;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::request::{Call, text};

/// The calls that need nobody's credentials.
///
/// ```no_run
/// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
/// if let Err(reasons) = client.operations().is_ready().await? {
///     println!("not ready: {reasons:?}");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Operations<'c>(&'c Client);

/// A part of the server that is not ready, and why.
///
/// ```no_run
/// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
/// for reason in client.operations().is_ready().await?.err().unwrap_or_default() {
///     println!("{}: {}", reason.part, reason.problem);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[non_exhaustive]
pub struct NotReady {
    /// Such as `store`.
    pub part: String,
    /// What is wrong with it.
    pub problem: String,
}

/// What describes the server's surfaces.
///
/// ```no_run
/// # use cloakroom_client::operations::Document;
/// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
/// println!("{}", client.operations().document(Document::Usm).await?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Document {
    /// OpenAPI of these calls, YAML.
    Operations,
    /// OpenAPI of USM, YAML.
    Usm,
    /// USM for language models, Markdown.
    UsmProtocol,
    /// OpenAPI of login and token rotation, YAML.
    UserTokens,
    /// OpenAPI of the sessions API, JSON.
    Sessions,
    /// OpenAPI of one's own account, YAML.
    Account,
    /// OpenAPI of the directory, JSON.
    Directory,
    /// OpenAPI of the audit trail, YAML.
    Audit,
    /// OpenAPI of the authenticated sessions, JSON.
    AuthenticatedSessions,
    /// OpenAPI of session storage, YAML.
    SessionStorage,
    /// OpenAPI of the standard endpoints, YAML.
    Oauth,
}

impl Document {
    /// Every one.
    ///
    /// ```
    /// assert!(cloakroom_client::operations::Document::ALL.len() > 10);
    /// ```
    pub const ALL: &'static [Self] = &[
        Self::Operations,
        Self::Usm,
        Self::UsmProtocol,
        Self::UserTokens,
        Self::Sessions,
        Self::Account,
        Self::Directory,
        Self::Audit,
        Self::AuthenticatedSessions,
        Self::SessionStorage,
        Self::Oauth,
    ];

    const fn path(self) -> &'static [&'static str] {
        match self {
            Self::Operations => &["openapi.yaml"],
            Self::Usm => &["usm", "openapi.yaml"],
            Self::UsmProtocol => &["usm", "PROTOCOL.md"],
            Self::UserTokens => &["openapi", "user-tokens.yaml"],
            Self::Sessions => &["api", "v1", "openapi.json"],
            Self::Account => &["openapi", "account.yaml"],
            Self::Directory => &["api", "v1", "directory", "openapi.json"],
            Self::Audit => &["openapi", "audit.yaml"],
            Self::AuthenticatedSessions => &["api", "admin", "openapi.json"],
            Self::SessionStorage => &["session-storage", "openapi.yaml"],
            Self::Oauth => &["oauth", "openapi.yaml"],
        }
    }
}

impl<'c> Operations<'c> {
    pub(crate) const fn of(client: &'c Client) -> Self {
        Self(client)
    }

    /// Whether the process serves at all.
    ///
    /// # Errors
    /// Where it does not.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// assert!(client.operations().is_alive().await?);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn is_alive(self) -> Result<bool> {
        Ok(Call::get(self.0, &["healthz"], reading).send_for_text().await? == "ok")
    }

    /// Whether it may be sent traffic; if not, why. It is asked once: what is not ready stays so for a while.
    ///
    /// # Errors
    /// Where there is no answer at all.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let may_be_sent_traffic = client.operations().is_ready().await?.is_ok();
    /// # Ok(())
    /// # }
    /// ```
    pub async fn is_ready(self) -> Result<std::result::Result<(), Vec<NotReady>>> {
        let asked = Call::get(self.0, &["readyz"], reading).once().send_for_text().await;
        match asked {
            Ok(_) => Ok(Ok(())),
            Err(Error::Refused(refused)) if refused.code == NOT_READY => {
                let reasons = refused.details.and_then(|reasons| serde_json::from_value(reasons).ok());
                Ok(Err(reasons.unwrap_or_default()))
            }
            Err(error) => Err(error),
        }
    }

    /// What time it is there, beside what time it is here. It is asked once, over a connection that there may be already; `None` where the
    /// answer has no date. A proxy may put its own in place of the server's.
    ///
    /// # Errors
    /// Where there is no answer.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let clock = client.operations().server_clock().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn server_clock(self) -> Result<Option<ServerClock>> {
        let clock = &self.0.shared.clock;
        let asked = clock.now();
        let headers = Call::get(self.0, &["healthz"], reading).once().send_for_headers().await?;
        let answered = clock.now();
        let date = headers.get(DATE).and_then(|date| date.to_str().ok());
        Ok(date.and_then(|date| ServerClock::read(date, asked, answered)))
    }

    /// Numbers about requests and the process, in the OpenMetrics text format.
    ///
    /// # Errors
    /// 404 where they have a listener of their own.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// println!("{}", client.operations().metrics().await?);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn metrics(self) -> Result<String> {
        Call::get(self.0, &["metrics"], reading).send_for_text().await
    }

    /// The page on which people read the documents, HTML.
    ///
    /// # Errors
    /// 404 where it is switched off.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let page = client.operations().docs().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn docs(self) -> Result<String> {
        Call::get(self.0, &["docs"], reading).send_for_text().await
    }

    /// A file of that page.
    ///
    /// # Errors
    /// 404 where there is none of this name.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let style = client.operations().docs_file("swagger-ui.css").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn docs_file(self, name: &str) -> Result<String> {
        Call::get(self.0, &["docs", name], reading).send_for_text().await
    }

    /// What describes a surface.
    ///
    /// # Errors
    /// Where the server does not answer.
    ///
    /// ```no_run
    /// # use cloakroom_client::operations::Document;
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let openapi = client.operations().document(Document::Sessions).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn document(self, document: Document) -> Result<String> {
        Call::get(self.0, document.path(), reading).send_for_text().await
    }
}

const NOT_READY: &str = "not-ready";

/// A refusal: `{"ready": false, "reasons"}` or `{"error"}`.
fn reading(body: &Value) -> Option<(String, String, Option<Value>)> {
    if let Some(reasons) = body.get("reasons") {
        return Some((NOT_READY.to_owned(), "the server is not ready".to_owned(), Some(reasons.clone())));
    }
    text(body, "/error").map(|code| (code.clone(), code.replace('_', " "), None))
}
