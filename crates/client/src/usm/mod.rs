//! User sessions, service accounts and API keys, under `/usm/`.
//!
//! Every call is a POST whose credentials stand in the body, so the arguments name them. What the server calls *doomed* is over.

mod api_key;
mod asked;
mod refusals;
mod service_account;
mod session;

use serde::Serialize;
use serde_json::Value;

pub use api_key::{ApiKeyCreate, ApiKeyList, ApiKeyListQuery, ApiKeyPolicy, ApiKeyRecord, ApiKeyWorth, CreatedApiKey, KeyAdmin};
pub use asked::{CallContext, Cursors, ListStatus};
pub use service_account::{ServiceAccountCreate, ServiceAccountList, ServiceAccountListQuery, ServiceAccountRecord};
pub use session::{CreatedSession, Device, SessionCreate, SessionList, SessionListQuery, SessionRecord, Whence};

use crate::client::Client;
use crate::error::{Error, Result};
use crate::request::{Call, Surface};

const SURFACE: Surface = Surface::new(&["usm"], refusals::reading).meaning(refusals::meaning);

/// The calls of this surface.
///
/// ```no_run
/// use cloakroom_client::usm::{CallContext, SessionListQuery};
///
/// # async fn example(client: cloakroom_client::Client, guid: cloakroom_client::Secret) -> cloakroom_client::Result<()> {
/// let mut context = CallContext::default();
/// context.actor = Some("nightly job".into());
/// let usm = client.usm().within(&context);
/// let mut query = SessionListQuery::new(guid);
/// loop {
///     let page = usm.session_list(&query).await?;
///     println!("{} sessions", page.sessions.len());
///     if page.cursors.is_exhausted() {
///         break;
///     }
///     query.cursors = page.cursors;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Usm<'c> {
    client: &'c Client,
    context: Option<&'c CallContext>,
}

impl<'c> Usm<'c> {
    pub(crate) const fn of(client: &'c Client) -> Self {
        Self { client, context: None }
    }

    /// The same calls, each sent with this context.
    #[must_use]
    pub const fn within(self, context: &'c CallContext) -> Self {
        Self { client: self.client, context: Some(context) }
    }

    /// The call of a route, its body completed by the context.
    fn call(&self, group: &'c str, verb: &'c str, body: &impl Serialize) -> Result<Call<'c>> {
        let unwritable = |error: serde_json::Error| Error::Setup(error.to_string());
        let mut body = serde_json::to_value(body).map_err(unwritable)?;
        let context = self.context.map(serde_json::to_value).transpose().map_err(unwritable)?;
        if let (Value::Object(fields), Some(Value::Object(said))) = (&mut body, context) {
            for (name, value) in said {
                fields.entry(name).or_insert(value);
            }
        }
        Ok(SURFACE.post(self.client, &[group, verb]).json(&body))
    }
}
