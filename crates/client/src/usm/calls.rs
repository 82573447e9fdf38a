//! The calls that all of USM has in common: within a context, in an envelope, refused alike.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::client::Client;
use crate::error::{Error, Refused, Result};
use crate::request::{Call, text};

/// The calls of this surface.
///
/// ```
/// use cloakroom_client::Client;
/// use cloakroom_client::usm::CallContext;
///
/// let client = Client::new("https://sessions.example.com")?;
/// let mut context = CallContext::default();
/// context.actor = Some("nightly job".into());
/// let usm = client.usm().within(&context);
/// # Ok::<(), cloakroom_client::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Usm<'c> {
    pub(super) client: &'c Client,
    context: Option<&'c CallContext>,
}

/// What is said with every call and echoed in its statistics; for the audit trail.
///
/// ```
/// let mut context = cloakroom_client::usm::CallContext::default();
/// context.cccode = Some("4711".into());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CallContext {
    /// On whose behalf, at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// The org, where the call itself names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orgcode: Option<String>,
    /// The cost centre, at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cccode: Option<String>,
}

/// What a list shows.
///
/// ```
/// assert_eq!(cloakroom_client::usm::ListStatus::default(), cloakroom_client::usm::ListStatus::Active);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ListStatus {
    /// What lives.
    #[default]
    Active,
    /// What is over.
    Doomed,
    /// Both, each side with a cursor of its own.
    All,
}

/// Where a list goes on. What is `None` is exhausted.
///
/// ```no_run
/// use cloakroom_client::usm::SessionListQuery;
///
/// # async fn example(client: cloakroom_client::Client, guid: cloakroom_client::Secret) -> cloakroom_client::Result<()> {
/// let mut query = SessionListQuery::new(guid);
/// loop {
///     let page = client.usm().session_list(&query).await?;
///     println!("{} sessions", page.sessions.len());
///     if page.cursors.is_exhausted() {
///         break;
///     }
///     query.cursors = page.cursors;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Cursors {
    /// Of a list of one side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// Of the living side of a list of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_next_token: Option<String>,
    /// Of the other side of a list of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doomed_next_token: Option<String>,
}

impl Cursors {
    /// Whether the list is at its end.
    ///
    /// ```
    /// assert!(cloakroom_client::usm::Cursors::default().is_exhausted());
    /// ```
    #[must_use]
    pub const fn is_exhausted(&self) -> bool {
        self.next_token.is_none() && self.active_next_token.is_none() && self.doomed_next_token.is_none()
    }
}

#[derive(Deserialize)]
struct Envelope<T> {
    data: T,
}

impl<'c> Usm<'c> {
    pub(crate) const fn of(client: &'c Client) -> Self {
        Self { client, context: None }
    }

    /// The same calls, each said to be made within this context.
    ///
    /// ```
    /// # use cloakroom_client::{Client, usm::CallContext};
    /// # fn example(client: &Client, context: &CallContext) {
    /// let usm = client.usm().within(context);
    /// # }
    /// ```
    #[must_use]
    pub const fn within(self, context: &'c CallContext) -> Self {
        Self { client: self.client, context: Some(context) }
    }

    /// The call of a route, its body completed by the context.
    pub(super) fn call(&self, group: &'c str, verb: &'c str, body: &impl Serialize) -> Result<Call<'c>> {
        let unwritable = |error: serde_json::Error| Error::Setup(error.to_string());
        let mut body = serde_json::to_value(body).map_err(unwritable)?;
        let context = self.context.map(serde_json::to_value).transpose().map_err(unwritable)?;
        if let (Value::Object(fields), Some(Value::Object(said))) = (&mut body, context) {
            for (name, value) in said {
                fields.entry(name).or_insert(value);
            }
        }
        Ok(Call::post(self.client, &["usm", group, verb], reading).json(&body).meaning(meaning))
    }

    /// A call whose answer has data.
    pub(super) async fn data<T: serde::de::DeserializeOwned>(call: Call<'_>) -> Result<T> {
        Ok(call.send::<Envelope<T>>().await?.data)
    }
}

/// A refusal: its major tag, with the minor one beside it.
fn reading(body: &Value) -> Option<(String, String, Option<Value>)> {
    let error = body.get("error")?;
    let details = match (error.get("minor"), error.get("details")) {
        (Some(minor), _) => Some(serde_json::json!({ "minor": minor })),
        (None, details) => details.cloned(),
    };
    Some((text(error, "/major/tag")?, text(error, "/major/message/en_US")?, details))
}

/// The refusals that say that the session which calls is over.
fn meaning(refused: &Refused) -> Option<Error> {
    let tag = match refused.code.as_str() {
        "session-doomed" => text(refused.details.as_ref()?, "/minor/tag")?,
        tag @ ("ttl-expired" | "user-suspended" | "user-doomed" | "email-unverified" | "email-doomed") => tag.to_owned(),
        _ => return None,
    };
    Some(Error::SessionDead { reason: tag })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(error: Value) -> (Refused, Option<Error>) {
        let (code, message, details) = reading(&json!({ "success": false, "error": error })).unwrap();
        let refused = Refused { status: 401, code, message, details, retry_after: None, request_id: None };
        let meant = meaning(&refused);
        (refused, meant)
    }

    #[test]
    fn a_session_that_is_over_is_told_from_a_refusal() {
        let tagged = |tag: &str| json!({ "tag": tag, "message": { "en_US": "It is so." } });
        let (_, dead) = refused(json!({ "major": tagged("session-doomed"), "minor": tagged("manual") }));
        assert_eq!(dead, Some(Error::SessionDead { reason: "manual".into() }));
        let (_, dead) = refused(json!({ "major": tagged("ttl-expired") }));
        assert_eq!(dead, Some(Error::SessionDead { reason: "ttl-expired".into() }));
        let fields = json!({ "fields": [{ "field": "email", "problem": "is required" }] });
        let (refusal, dead) = refused(json!({ "major": tagged("validation-error"), "details": fields }));
        assert_eq!((refusal.code.as_str(), refusal.message.as_str(), dead), ("validation-error", "It is so.", None));
        assert_eq!(refusal.details, Some(fields));
    }
}
