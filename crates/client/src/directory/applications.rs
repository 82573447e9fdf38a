//! Client applications, `app_…`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Filter;
use super::entries::{Editable, Entries, Noun};
use crate::error::Result;
use crate::secret::Secret;
use crate::v1::{Page, Patch};

/// The calls about applications.
pub type Applications<'c> = Entries<'c, Application>;

/// A client application. Times are RFC 3339 in UTC.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Application {
    /// `app_…`
    pub id: String,
    /// The name by which it authenticates.
    pub client_id: String,
    /// For people.
    pub name: String,
    /// `tnt_…`
    pub tenant_id: Option<String>,
    /// `usr_…`; also `None` where the owner is out of reach.
    pub owner_id: Option<String>,
    /// `web`, `native`, `spa` or `service`.
    pub kind: String,
    /// What its tokens reach.
    pub scopes: Vec<String>,
    /// Where users may be sent back to.
    pub redirect_uris: Vec<String>,
    /// Where users may be sent on to after a logout that the application began.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// Where it is told that a session is over.
    #[serde(default)]
    pub backchannel_logout_uri: Option<String>,
    /// The resource servers that it may ask tokens for.
    #[serde(default)]
    pub resources: Vec<String>,
    /// Members of what is kept with sessions that go into its access tokens.
    #[serde(default)]
    pub session_claims: Vec<String>,
    /// Whose pages may read answers from another origin.
    #[serde(default)]
    pub origins: Vec<String>,
    /// Whether nobody is asked for consent.
    #[serde(default)]
    pub is_first_party: bool,
    /// How its ID tokens are signed; `None` of a server that signs none.
    #[serde(default)]
    pub id_token_signed_response_alg: Option<String>,
    /// The public keys that it signs assertions with: a JSON Web Key Set.
    pub jwks: Option<Value>,
    /// Whether it reaches beyond its tenant.
    pub platform: bool,
    /// `active` or `disabled`.
    pub status: String,
    /// Since when.
    pub status_since: String,
    /// When it was created.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
}

/// A new application with its secret, which `Debug` and `Serialize` do not show.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct CreatedApplication {
    /// The application.
    #[serde(flatten)]
    pub application: Application,
    /// Its first secret; a public application has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<MintedClientSecret>,
}

/// That there is a secret.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ClientSecret {
    /// The id of the secret.
    pub id: String,
    /// When it was minted.
    pub created_at: String,
}

/// A secret at its birth: the one answer that has it. `Debug` and `Serialize` do not show it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct MintedClientSecret {
    /// Names it.
    pub id: String,
    /// When it was minted.
    pub created_at: String,
    /// `clc_…`
    #[serde(serialize_with = "crate::secret::redacted")]
    pub client_secret: Secret,
}

/// A notice to an application that a session is over.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct LogoutNotice {
    /// `ses_…`
    pub session_id: String,
    /// `usr_…`
    pub user_id: String,
    /// `waiting`, `delivered` or `given_up`.
    pub status: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When the session ended.
    pub ended_at: String,
    /// When it is tried next; `None` where it never is again.
    pub next_attempt_at: Option<String>,
    /// When it was delivered or given up.
    pub settled_at: Option<String>,
    /// Why the last attempt failed.
    pub problem: Option<String>,
}

/// An application to be created.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct NewApplication {
    /// 1 to 128 visible ASCII characters without a colon.
    pub client_id: String,
    /// Without it the client id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Without it the caller's own home.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// `usr_…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// `web` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What its tokens reach; nothing that the caller lacks.
    pub scopes: Vec<String>,
    /// Where users may be sent back to.
    pub redirect_uris: Vec<String>,
    /// Where users may be sent on to after a logout that the application began.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<String>,
    /// Where it is told that a session is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// The resource servers that it may ask tokens for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// Members of what is kept with sessions that go into its access tokens.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub session_claims: Vec<String>,
    /// Whose pages may read answers from another origin.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<String>,
    /// Whether nobody is asked for consent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_first_party: Option<bool>,
    /// How its ID tokens are signed; `RS256` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_signed_response_alg: Option<String>,
    /// Public keys alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Value>,
    /// By super administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<bool>,
    /// `active` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

impl NewApplication {
    /// An application of this client id.
    #[must_use]
    pub fn new(client_id: &str) -> Self {
        Self { client_id: client_id.to_owned(), ..Self::default() }
    }
}

/// The changes. A field that is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ApplicationChange {
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The tenant. `Some(None)` takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Patch<String>,
    /// The owner. `Some(None)` takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_id: Patch<String>,
    /// `web`, `native`, `spa` or `service`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What its tokens reach.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// Where users may be sent back to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uris: Option<Vec<String>>,
    /// Where users may be sent on to after a logout that the application began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_logout_redirect_uris: Option<Vec<String>>,
    /// Where it is told that a session is over. `Some(None)` takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Patch<String>,
    /// The resource servers that it may ask tokens for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<Vec<String>>,
    /// Members of what is kept with sessions that go into its access tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_claims: Option<Vec<String>>,
    /// Whose pages may read answers from another origin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origins: Option<Vec<String>>,
    /// Whether nobody is asked for consent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_first_party: Option<bool>,
    /// How its ID tokens are signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_signed_response_alg: Option<String>,
    /// Public keys alone. `Some(None)` takes them away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Patch<Value>,
    /// By super administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<bool>,
    /// `disabled` ends every session under it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

impl Noun for Application {
    const PLURAL: &'static str = "applications";
}

impl Editable for Application {
    type New = NewApplication;
    type Created = CreatedApplication;
    type Change = ApplicationChange;
}

impl Applications<'_> {
    /// Which secrets of an application are live, never what they are.
    ///
    /// # Errors
    /// 403, 404.
    pub async fn secrets(self, application_id: &str) -> Result<Vec<ClientSecret>> {
        self.list_below(&[application_id, "secrets"]).await
    }

    /// Mints a second secret beside the first, so that they can be exchanged while both work.
    ///
    /// # Errors
    /// 403, 404; 409 where there are two.
    pub async fn add_secret(self, application_id: &str) -> Result<MintedClientSecret> {
        self.below(&[application_id, "secrets"], &json!({})).await
    }

    /// Takes a secret away.
    ///
    /// # Errors
    /// 403, 404.
    pub async fn remove_secret(self, application_id: &str, secret_id: &str) -> Result<()> {
        self.remove_below(&[application_id, "secrets", secret_id]).await
    }

    /// What an application is told of sessions that are over, the newest first. Of the filter, status and page count.
    ///
    /// # Errors
    /// 403, 404, 422.
    pub async fn logouts(self, application_id: &str, filter: &Filter) -> Result<Page<LogoutNotice>> {
        self.page_below(&[application_id, "logouts"], filter).await
    }
}
