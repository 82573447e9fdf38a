//! Identity providers, `idp_…`: who else may say who somebody is.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::json;

use super::entries::{Editable, Entries, Noun};
use crate::error::Result;
use crate::secret::{Secret, exposed_if_any};
use crate::v1::Patch;

/// The calls about identity providers.
pub type IdentityProviders<'c> = Entries<'c, IdentityProvider>;

/// An identity provider. Times are RFC 3339 in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct IdentityProvider {
    /// `idp_…`
    pub id: String,
    /// Stands in addresses.
    pub code: String,
    /// `tnt_…`; `None`: it is the platform's.
    pub tenant_id: Option<String>,
    /// What the button says.
    pub name: String,
    /// As its own documents name it.
    pub issuer: String,
    /// What it knows this server by.
    pub client_id: String,
    /// Whether there is a client secret.
    pub has_client_secret: bool,
    /// Domains of the mail addresses that it may speak for, once they are approved.
    pub domains: Vec<String>,
    /// Those of its domains that count.
    pub approved_domains: Vec<String>,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// The claim that becomes the username.
    pub username_claim: String,
    /// The claim that becomes the display name.
    pub name_claim: String,
    /// The claim that names groups.
    pub groups_claim: Option<String>,
    /// Whether whoever is unknown becomes a user.
    pub create_users: bool,
    /// Whether whoever is unknown is the user of the same verified address.
    pub link_by_verified_email: bool,
    /// Whether it is believed how somebody proved who they are.
    pub trust_amr: bool,
    /// What ID tokens that are exchanged for a session may be made for, besides the client id.
    pub exchange_audiences: Vec<String>,
    /// The memberships that people of its groups have.
    pub group_memberships: Vec<GroupMembership>,
    /// `active` or `disabled`.
    pub status: String,
    /// Since when.
    pub status_since: String,
    /// When it was created.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
}

/// A group of a provider, and the membership that its people have by it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct GroupMembership {
    /// As the provider calls it.
    pub group: String,
    /// `tnt_…`
    pub tenant_id: String,
    /// `owner`, `admin` or `member`.
    pub role: String,
}

/// An identity provider to be created.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NewIdentityProvider {
    /// 1 to 64 lower-case letters, digits and hyphens.
    pub code: String,
    /// Without it the caller's own home; of a super administrator's none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// As its own documents name it, to the letter.
    pub issuer: String,
    /// What it knows this server by.
    pub client_id: String,
    /// Without it the provider knows this server by the client id alone.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "exposed_if_any")]
    pub client_secret: Option<Secret>,
    /// What may be said besides.
    #[serde(flatten)]
    pub settings: ProviderSettings,
}

impl NewIdentityProvider {
    /// A provider of this code.
    #[must_use]
    pub fn new(code: &str, issuer: &str, client_id: &str) -> Self {
        Self { code: code.to_owned(), issuer: issuer.to_owned(), client_id: client_id.to_owned(), ..Self::default() }
    }
}

/// The changes. A field that is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct IdentityProviderChange {
    /// Another one wants the client secret, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// What it knows this server by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Goes with the issuer that it is for. `Some(None)` takes it away.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "exposed_patch")]
    pub client_secret: Patch<Secret>,
    /// What may be said besides.
    #[serde(flatten)]
    pub settings: ProviderSettings,
}

/// What may be said of a provider. What is `None` stays as it is, or as it is by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ProviderSettings {
    /// What the button says. Of a new one the code by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Domains of the mail addresses that it may speak for. What a super administrator names counts at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domains: Option<Vec<String>>,
    /// What is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// The claim that becomes the username.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username_claim: Option<String>,
    /// The claim that becomes the display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_claim: Option<String>,
    /// The claim that names groups. `Some(None)` takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups_claim: Patch<String>,
    /// Whether whoever is unknown becomes a user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_users: Option<bool>,
    /// Whether whoever is unknown is the user of the same verified address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link_by_verified_email: Option<bool>,
    /// Whether it is believed how somebody proved who they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust_amr: Option<bool>,
    /// What ID tokens that are exchanged for a session may be made for, besides the client id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exchange_audiences: Option<Vec<String>>,
    /// The memberships that people of its groups have. Replaces all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_memberships: Option<Vec<GroupMembership>>,
    /// `active` or `disabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// For the body of a change.
fn exposed_patch<S: Serializer>(secret: &Patch<Secret>, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    exposed_if_any(secret.as_ref().unwrap_or(&None), serializer)
}

impl Noun for IdentityProvider {
    const PLURAL: &'static str = "identity-providers";
}

impl Editable for IdentityProvider {
    type New = NewIdentityProvider;
    type Created = IdentityProvider;
    type Change = IdentityProviderChange;
}

impl IdentityProviders<'_> {
    /// Says which of its domains a provider may speak for, and no others.
    ///
    /// # Errors
    /// 403 for whoever is no super administrator; 404; 422 where it has one of them not.
    pub async fn approve_domains(self, provider_id: &str, domains: &[String]) -> Result<IdentityProvider> {
        self.below(&[provider_id, "approved-domains"], &json!({ "domains": domains })).await
    }
}
