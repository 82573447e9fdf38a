//! The calls that need no credentials.

use reqwest::header::DATE;
use serde_json::Value;

use super::{Document, ServerClock};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::request::{Surface, text};

const SURFACE: Surface = Surface::new(&[], reading);

/// The calls that need no credentials.
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
pub struct Operations<'c>(pub(crate) &'c Client);

/// A part of the server that is not ready, and why.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[non_exhaustive]
pub struct NotReady {
    /// Such as `store`.
    pub part: String,
    /// What is wrong with it.
    pub problem: String,
}

impl Operations<'_> {
    /// Whether the process serves at all.
    ///
    /// # Errors
    /// Where it does not.
    pub async fn is_alive(self) -> Result<bool> {
        Ok(SURFACE.get(self.0, &["healthz"]).send_for_text().await? == "ok")
    }

    /// Whether it may be sent traffic; if not, why. It is asked once: what is not ready stays so for a while.
    ///
    /// # Errors
    /// Where there is no answer at all.
    pub async fn is_ready(self) -> Result<std::result::Result<(), Vec<NotReady>>> {
        let asked = SURFACE.get(self.0, &["readyz"]).once().send_for_text().await;
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
    pub async fn server_clock(self) -> Result<Option<ServerClock>> {
        let clock = &self.0.shared.clock;
        let asked = clock.now();
        let headers = SURFACE.get(self.0, &["healthz"]).once().send_for_headers().await?;
        let answered = clock.now();
        let date = headers.get(DATE).and_then(|date| date.to_str().ok());
        Ok(date.and_then(|date| ServerClock::read(date, asked, answered)))
    }

    /// Numbers about requests and the process, in the OpenMetrics text format.
    ///
    /// # Errors
    /// 404 where they have a listener of their own.
    pub async fn metrics(self) -> Result<String> {
        SURFACE.get(self.0, &["metrics"]).send_for_text().await
    }

    /// The page on which people read the documents, HTML.
    ///
    /// # Errors
    /// 404 where it is switched off.
    pub async fn docs(self) -> Result<String> {
        SURFACE.get(self.0, &["docs"]).send_for_text().await
    }

    /// A file of that page.
    ///
    /// # Errors
    /// 404 where there is none of this name.
    pub async fn docs_file(self, name: &str) -> Result<String> {
        SURFACE.get(self.0, &["docs", name]).send_for_text().await
    }

    /// What describes a surface.
    ///
    /// # Errors
    /// Where the server does not answer.
    pub async fn document(self, document: Document) -> Result<String> {
        SURFACE.get(self.0, document.path()).send_for_text().await
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
