//! The calls of this surface.

use serde_json::json;

use super::{OwnPage, RevokeWish, Session, SessionFilter, SessionItem, SessionStats, SessionsRevoked, TenantFilter};
use crate::client::Client;
use crate::error::Result;
use crate::v1::{Page, V1};

/// The calls of this surface, each with the caller's access token.
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
pub struct Sessions<'c>(pub(crate) &'c Client);

impl Sessions<'_> {
    /// The caller's live sessions, all of them; exactly one is the current one.
    ///
    /// # Errors
    /// 401; 403 for an application.
    pub async fn own(self) -> Result<Vec<SessionItem>> {
        let (mut own, mut cursor) = (Vec::new(), None);
        loop {
            let page = self.own_page(cursor.as_deref(), None).await?;
            own.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                return Ok(own);
            }
        }
    }

    /// The caller's newest live sessions, or what follows a cursor: `per_page` of them, 1 to 100, or 1000.
    ///
    /// # Errors
    /// 401; 403 for an application; 422.
    pub async fn own_page(self, cursor: Option<&str>, per_page: Option<u32>) -> Result<OwnPage> {
        V1.get(self.0, &["me", "sessions"]).query("cursor", cursor).query("per_page", per_page).send().await
    }

    /// Ends one of the caller's sessions.
    ///
    /// # Errors
    /// 404 where the caller has no such live session.
    pub async fn revoke_own(self, session_id: &str) -> Result<SessionsRevoked> {
        V1.delete(self.0, &["me", "sessions", session_id]).data().await
    }

    /// Ends all of the caller's sessions but the current one.
    ///
    /// # Errors
    /// 401.
    pub async fn revoke_own_others(self) -> Result<SessionsRevoked> {
        V1.post(self.0, &["me", "sessions", "revoke-all"]).data().await
    }

    /// The live sessions within reach, newest first, each with its tenant.
    ///
    /// # Errors
    /// 403 where neither role nor scope reach the sessions of others; 404 for ids out of reach; 422.
    pub async fn list(self, filter: &SessionFilter) -> Result<Page<SessionItem>> {
        let call = V1.get(self.0, &["admin", "sessions"]).at(filter.page, filter.cursor.as_ref());
        let call = call.query("user_id", filter.user_id.as_ref()).query("tenant_id", filter.tenant_id.as_ref());
        call.query("partner_id", filter.partner_id.as_ref()).page().await
    }

    /// One session within reach.
    ///
    /// # Errors
    /// 404.
    pub async fn get_one(self, session_id: &str) -> Result<Session> {
        V1.get(self.0, &["admin", "sessions", session_id]).data().await
    }

    /// Ends one session within reach.
    ///
    /// # Errors
    /// 404.
    pub async fn revoke(self, session_id: &str) -> Result<()> {
        V1.delete(self.0, &["admin", "sessions", session_id]).send_for_nothing().await
    }

    /// Ends all sessions of a user, of a tenant, or of a user within a tenant. At least one of them must be named.
    ///
    /// # Errors
    /// 422 where neither is named; 404 for ids out of reach.
    pub async fn revoke_all(self, user_id: Option<&str>, tenant_id: Option<&str>) -> Result<SessionsRevoked> {
        let body = json!({ "user_id": user_id, "tenant_id": tenant_id });
        let call = V1.post(self.0, &["admin", "sessions", "revoke-all"]).json(&body);
        call.data().await
    }

    /// The sessions of a tenant, newest first.
    ///
    /// # Errors
    /// 404 where the tenant is out of reach.
    pub async fn of_tenant(self, tenant_id: &str, filter: &TenantFilter) -> Result<Page<SessionItem>> {
        let call = V1.get(self.0, &["tenants", tenant_id, "sessions"]).at(filter.page, filter.cursor.as_ref());
        let call = call.query("active_only", Some(!filter.ended_too)).query("user_id", filter.user_id.as_ref());
        call.page().await
    }

    /// Ends every session of a tenant, at once however many there are.
    ///
    /// # Errors
    /// 404 where the tenant is out of reach.
    pub async fn revoke_all_of_tenant(self, tenant_id: &str) -> Result<SessionsRevoked> {
        V1.post(self.0, &["tenants", tenant_id, "sessions", "revoke-all"]).data().await
    }

    /// Numbers about the sessions of a tenant.
    ///
    /// # Errors
    /// 404 where the tenant is out of reach.
    pub async fn stats_of_tenant(self, tenant_id: &str) -> Result<SessionStats> {
        V1.get(self.0, &["tenants", tenant_id, "sessions", "stats"]).data().await
    }

    /// The sessions of a user within a tenant; the filter's own user does not count.
    ///
    /// # Errors
    /// 404 where either is out of reach.
    pub async fn of_user_within(self, tenant_id: &str, user_id: &str, filter: &TenantFilter) -> Result<Page<SessionItem>> {
        let call = V1.get(self.0, &["tenants", tenant_id, "sessions", "users", user_id]).at(filter.page, filter.cursor.as_ref());
        call.query("active_only", Some(!filter.ended_too)).page().await
    }

    /// Ends sessions of a user within a tenant.
    ///
    /// # Errors
    /// 404 where either is out of reach.
    pub async fn revoke_of_user_within(self, tenant_id: &str, user_id: &str, wish: &RevokeWish) -> Result<SessionsRevoked> {
        let call = V1.post(self.0, &["tenants", tenant_id, "sessions", "users", user_id, "revoke"]);
        call.json(wish).data().await
    }

    /// One session of a tenant.
    ///
    /// # Errors
    /// 404.
    pub async fn get_one_within(self, tenant_id: &str, session_id: &str) -> Result<Session> {
        V1.get(self.0, &["tenants", tenant_id, "sessions", session_id]).data().await
    }

    /// Ends one session of a tenant.
    ///
    /// # Errors
    /// 404.
    pub async fn revoke_within(self, tenant_id: &str, session_id: &str) -> Result<()> {
        V1.delete(self.0, &["tenants", tenant_id, "sessions", session_id]).send_for_nothing().await
    }
}
