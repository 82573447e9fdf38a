//! The calls, and what they are asked with.

use serde::Serialize;
use serde_json::json;

use super::records::{Session, SessionItem, SessionStats, SessionsRevoked};
use crate::client::Client;
use crate::error::Result;
use crate::request::Call;
use crate::v1::{Enveloped, EnvelopedPage, Page, PageNumber, reading};

/// The calls of this surface, each with the access token of whoever calls.
///
/// ```no_run
/// # async fn example(auth: cloakroom_client::Auth) -> cloakroom_client::Result<()> {
/// for session in auth.client().sessions().own().await? {
///     println!("{} {}", session.id, session.user_agent.unwrap_or_default());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Sessions<'c>(&'c Client);

/// Which sessions of all tenants within reach.
///
/// ```
/// let mut filter = cloakroom_client::sessions::SessionFilter::default();
/// filter.user_id = Some("usr_…".into());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionFilter {
    /// Only this user's.
    pub user_id: Option<String>,
    /// Only this tenant's.
    pub tenant_id: Option<String>,
    /// Only those of this partner's tenants.
    pub partner_id: Option<String>,
    /// Which page.
    pub page: PageNumber,
}

/// Which sessions of a tenant.
///
/// ```
/// let mut filter = cloakroom_client::sessions::TenantFilter::default();
/// filter.ended_too = true;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TenantFilter {
    /// Only this user's.
    pub user_id: Option<String>,
    /// Those that are over as well.
    pub ended_too: bool,
    /// Which page.
    pub page: PageNumber,
}

/// Which sessions of a user are to end.
///
/// ```
/// use cloakroom_client::sessions::RevokeWish;
///
/// let lost_phone = RevokeWish::these(&["ses_…"]);
/// let everything = RevokeWish::all();
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RevokeWish {
    /// These.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_ids: Option<Vec<String>>,
    /// All of them.
    pub revoke_all: bool,
    /// Whether the session that asks lives on.
    pub except_current: bool,
}

impl RevokeWish {
    /// These sessions; those that are not the user's are skipped.
    ///
    /// ```
    /// let wish = cloakroom_client::sessions::RevokeWish::these(&["ses_…"]);
    /// ```
    #[must_use]
    pub fn these(session_ids: &[&str]) -> Self {
        let session_ids = session_ids.iter().map(ToString::to_string).collect();
        Self { session_ids: Some(session_ids), revoke_all: false, except_current: true }
    }

    /// Every session but the one that asks.
    ///
    /// ```
    /// let mut wish = cloakroom_client::sessions::RevokeWish::all();
    /// wish.except_current = false;
    /// ```
    #[must_use]
    pub const fn all() -> Self {
        Self { session_ids: None, revoke_all: true, except_current: true }
    }
}

impl<'c> Sessions<'c> {
    pub(crate) const fn of(client: &'c Client) -> Self {
        Self(client)
    }

    fn get(self, path: &[&'c str]) -> Call<'c> {
        Call::get(self.0, path, reading).bearer()
    }

    fn post(self, path: &[&'c str]) -> Call<'c> {
        Call::post(self.0, path, reading).bearer()
    }

    fn delete(self, path: &[&'c str]) -> Call<'c> {
        Call::delete(self.0, path, reading).bearer()
    }

    /// The caller's live sessions; exactly one is the current one.
    ///
    /// # Errors
    /// 401; 403 for an application.
    ///
    /// ```no_run
    /// # async fn example(auth: cloakroom_client::Auth) -> cloakroom_client::Result<()> {
    /// let own = auth.client().sessions().own().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn own(self) -> Result<Vec<SessionItem>> {
        Ok(self.get(&["api", "v1", "me", "sessions"]).send::<Enveloped<_>>().await?.data)
    }

    /// Ends one of the caller's sessions.
    ///
    /// # Errors
    /// 404 where the caller has no such live session.
    ///
    /// ```no_run
    /// # async fn example(auth: cloakroom_client::Auth) -> cloakroom_client::Result<()> {
    /// auth.client().sessions().revoke_own("ses_…").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn revoke_own(self, session_id: &str) -> Result<SessionsRevoked> {
        Ok(self.delete(&["api", "v1", "me", "sessions", session_id]).send::<Enveloped<_>>().await?.data)
    }

    /// Ends all of the caller's sessions but the current one.
    ///
    /// # Errors
    /// 401.
    ///
    /// ```no_run
    /// # async fn example(auth: cloakroom_client::Auth) -> cloakroom_client::Result<()> {
    /// println!("{} ended", auth.client().sessions().revoke_own_others().await?.revoked_count);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn revoke_own_others(self) -> Result<SessionsRevoked> {
        Ok(self.post(&["api", "v1", "me", "sessions", "revoke-all"]).send::<Enveloped<_>>().await?.data)
    }

    /// The live sessions within reach, newest first, each with its tenant.
    ///
    /// # Errors
    /// 403 where neither role nor scope reach the sessions of others; 404 for ids out of reach; 422.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let page = client.sessions().list(&Default::default()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn list(self, filter: &SessionFilter) -> Result<Page<SessionItem>> {
        let call = paged(self.get(&["api", "v1", "admin", "sessions"]), filter.page);
        let call = call.query("user_id", filter.user_id.as_ref()).query("tenant_id", filter.tenant_id.as_ref());
        Ok(call.query("partner_id", filter.partner_id.as_ref()).send::<EnvelopedPage<_>>().await?.into())
    }

    /// One session within reach.
    ///
    /// # Errors
    /// 404.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let session = client.sessions().get_one("ses_…").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn get_one(self, session_id: &str) -> Result<Session> {
        Ok(self.get(&["api", "v1", "admin", "sessions", session_id]).send::<Enveloped<_>>().await?.data)
    }

    /// Ends one session within reach.
    ///
    /// # Errors
    /// 404.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// client.sessions().revoke("ses_…").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn revoke(self, session_id: &str) -> Result<()> {
        self.delete(&["api", "v1", "admin", "sessions", session_id]).send_for_nothing().await
    }

    /// Ends all sessions of a user, of a tenant, or of a user within a tenant. At least one of them must be named.
    ///
    /// # Errors
    /// 422 where neither is named; 404 for ids out of reach.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let ended = client.sessions().revoke_all(Some("usr_…"), None).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn revoke_all(self, user_id: Option<&str>, tenant_id: Option<&str>) -> Result<SessionsRevoked> {
        let body = json!({ "user_id": user_id, "tenant_id": tenant_id });
        let call = self.post(&["api", "v1", "admin", "sessions", "revoke-all"]).json(&body);
        Ok(call.send::<Enveloped<_>>().await?.data)
    }

    /// The sessions of a tenant, newest first.
    ///
    /// # Errors
    /// 404 where the tenant is out of reach.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let page = client.sessions().of_tenant("tnt_…", &Default::default()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn of_tenant(self, tenant_id: &str, filter: &TenantFilter) -> Result<Page<SessionItem>> {
        let call = paged(self.get(&["api", "v1", "tenants", tenant_id, "sessions"]), filter.page);
        let call = call.query("active_only", Some(!filter.ended_too)).query("user_id", filter.user_id.as_ref());
        Ok(call.send::<EnvelopedPage<_>>().await?.into())
    }

    /// Ends every session of a tenant, at once however many there are.
    ///
    /// # Errors
    /// 404 where the tenant is out of reach.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let ended = client.sessions().revoke_all_of_tenant("tnt_…").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn revoke_all_of_tenant(self, tenant_id: &str) -> Result<SessionsRevoked> {
        Ok(self.post(&["api", "v1", "tenants", tenant_id, "sessions", "revoke-all"]).send::<Enveloped<_>>().await?.data)
    }

    /// Numbers about the sessions of a tenant.
    ///
    /// # Errors
    /// 404 where the tenant is out of reach.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// println!("{} active", client.sessions().stats_of_tenant("tnt_…").await?.active_sessions);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn stats_of_tenant(self, tenant_id: &str) -> Result<SessionStats> {
        Ok(self.get(&["api", "v1", "tenants", tenant_id, "sessions", "stats"]).send::<Enveloped<_>>().await?.data)
    }

    /// The sessions of a user within a tenant; the filter's own user does not count.
    ///
    /// # Errors
    /// 404 where either is out of reach.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let page = client.sessions().of_user_within("tnt_…", "usr_…", &Default::default()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn of_user_within(self, tenant_id: &str, user_id: &str, filter: &TenantFilter) -> Result<Page<SessionItem>> {
        let call = paged(self.get(&["api", "v1", "tenants", tenant_id, "sessions", "users", user_id]), filter.page);
        Ok(call.query("active_only", Some(!filter.ended_too)).send::<EnvelopedPage<_>>().await?.into())
    }

    /// Ends sessions of a user within a tenant.
    ///
    /// # Errors
    /// 404 where either is out of reach.
    ///
    /// ```no_run
    /// # use cloakroom_client::sessions::RevokeWish;
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let ended = client.sessions().revoke_of_user_within("tnt_…", "usr_…", &RevokeWish::all()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn revoke_of_user_within(self, tenant_id: &str, user_id: &str, wish: &RevokeWish) -> Result<SessionsRevoked> {
        let call = self.post(&["api", "v1", "tenants", tenant_id, "sessions", "users", user_id, "revoke"]);
        Ok(call.json(wish).send::<Enveloped<_>>().await?.data)
    }

    /// One session of a tenant.
    ///
    /// # Errors
    /// 404.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let session = client.sessions().get_one_within("tnt_…", "ses_…").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn get_one_within(self, tenant_id: &str, session_id: &str) -> Result<Session> {
        Ok(self.get(&["api", "v1", "tenants", tenant_id, "sessions", session_id]).send::<Enveloped<_>>().await?.data)
    }

    /// Ends one session of a tenant.
    ///
    /// # Errors
    /// 404.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// client.sessions().revoke_within("tnt_…", "ses_…").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn revoke_within(self, tenant_id: &str, session_id: &str) -> Result<()> {
        self.delete(&["api", "v1", "tenants", tenant_id, "sessions", session_id]).send_for_nothing().await
    }
}

fn paged(call: Call<'_>, page: PageNumber) -> Call<'_> {
    call.query("page", Some(page.page)).query("per_page", Some(page.per_page))
}
