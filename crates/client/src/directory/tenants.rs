//! Tenants, `tnt_…`.

use serde::{Deserialize, Serialize};

use super::noun::{Filter, Noun};
use crate::error::Result;
use crate::v1::{Page, Patch};

/// The calls about tenants.
///
/// ```
/// # fn example(client: cloakroom_client::Client) {
/// let tenants = client.directory().tenants();
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Tenants<'c>(pub(super) Noun<'c>);

/// A tenant. What is `None` of its policy is as the server has it. Times are RFC 3339 in UTC.
///
/// ```no_run
/// # use cloakroom_client::directory::Tenant;
/// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
/// let tenant: Tenant = client.directory().tenants().get("tnt_…").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Tenant {
    /// `tnt_…`
    pub id: String,
    /// The code of the org, in upper case.
    pub code: String,
    /// For people.
    pub name: String,
    /// `prt_…`
    pub partner_id: Option<String>,
    /// `unverified`, `verified`, `parked`, `suspended`, `frozen` or `doomed`.
    pub status: String,
    /// Since when.
    pub status_since: String,
    /// How long a session lives without being used.
    pub ttl_seconds: Option<u32>,
    /// How long a session lives at all.
    pub absolute_ttl_seconds: Option<u32>,
    /// Whether use moves the expiry of a session.
    pub sliding: Option<bool>,
    /// How many sessions a user may have, 32 to 8192.
    pub session_cap: Option<u32>,
    /// How old API keys may become.
    pub api_key_max_age_days: Option<u32>,
    /// When it was created.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
}

/// A tenant to be created.
///
/// ```
/// let mut new = cloakroom_client::directory::NewTenant::new("ACME");
/// new.ttl_seconds = Some(1800);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NewTenant {
    /// 1 to 64 characters without spaces.
    pub code: String,
    /// Without it the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Without it the caller's own partner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner_id: Option<String>,
    /// `verified` unless said otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// How long a session lives without being used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_seconds: Option<u32>,
    /// How long a session lives at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub absolute_ttl_seconds: Option<u32>,
    /// Whether use moves the expiry of a session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sliding: Option<bool>,
    /// How many sessions a user may have, 32 to 8192.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_cap: Option<u32>,
    /// How old API keys may become.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key_max_age_days: Option<u32>,
}

impl NewTenant {
    /// A tenant of this code.
    ///
    /// ```
    /// let new = cloakroom_client::directory::NewTenant::new("ACME");
    /// ```
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self { code: code.to_owned(), ..Self::default() }
    }
}

/// What is to change; what is `None` stays.
///
/// ```
/// let mut change = cloakroom_client::directory::TenantChange::default();
/// change.status = Some("suspended".into());
/// change.session_cap = Some(None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TenantChange {
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// By super administrators. `Some(None)` takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner_id: Patch<String>,
    /// Out of `verified` may end what is under it, see the server's documentation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// How long a session lives without being used. `Some(None)` takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_seconds: Patch<u32>,
    /// How long a session lives at all. `Some(None)` takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub absolute_ttl_seconds: Patch<u32>,
    /// Whether use moves the expiry of a session. `Some(None)` takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sliding: Patch<bool>,
    /// How many sessions a user may have, 32 to 8192. `Some(None)` takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_cap: Patch<u32>,
    /// How old API keys may become. `Some(None)` takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key_max_age_days: Patch<u32>,
}

impl Tenants<'_> {
    /// The tenants within reach, newest first.
    ///
    /// # Errors
    /// 403 where neither role nor scope reach so far; 404 for ids out of reach; 422.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let page = client.directory().tenants().list(&Default::default()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn list(self, filter: &Filter) -> Result<Page<Tenant>> {
        self.0.list(filter).await
    }

    /// Creates a tenant.
    ///
    /// # Errors
    /// 403; 409 where the name was ever taken; 422 with each bad value.
    ///
    /// ```no_run
    /// # use cloakroom_client::directory::NewTenant;
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let tenant = client.directory().tenants().create(&NewTenant::new("ACME")).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create(self, new: &NewTenant) -> Result<Tenant> {
        self.0.create(new).await
    }

    /// One tenant.
    ///
    /// # Errors
    /// 404.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let tenant = client.directory().tenants().get("tnt_…").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn get(self, tenant_id: &str) -> Result<Tenant> {
        self.0.get(tenant_id).await
    }

    /// Changes a tenant.
    ///
    /// # Errors
    /// 403, 404, 409, 422.
    ///
    /// ```no_run
    /// # use cloakroom_client::directory::TenantChange;
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let mut change = TenantChange::default();
    /// change.name = Some("Acme".into());
    /// client.directory().tenants().change("tnt_…", &change).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn change(self, tenant_id: &str, change: &TenantChange) -> Result<Tenant> {
        self.0.change(tenant_id, change).await
    }

    /// Takes a tenant out of use for good; every session under it ends.
    ///
    /// # Errors
    /// 403, 404.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// client.directory().tenants().remove("tnt_…").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn remove(self, tenant_id: &str) -> Result<()> {
        self.0.remove(tenant_id).await
    }
}
