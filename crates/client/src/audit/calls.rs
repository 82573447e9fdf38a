//! The calls, and what they are asked with.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::export::AuditExport;
use crate::client::Client;
use crate::error::Result;
use crate::request::Call;
use crate::v1::{Enveloped, EnvelopedPage, Page, PageNumber, reading};

/// The calls about the trail, each with the access token of an administrator.
///
/// ```no_run
/// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
/// for entry in client.audit().list(&Default::default()).await?.items {
///     println!("{} {} {}", entry.at, entry.action, entry.result);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Audit<'c>(&'c Client);

/// Which entries of the trail.
///
/// ```
/// let mut filter = cloakroom_client::audit::AuditFilter::default();
/// filter.action = Some("session.ended".into());
/// filter.start_time = Some("2026-01-01T00:00:00Z".into());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditFilter {
    /// Only this tenant's.
    pub tenant_id: Option<String>,
    /// Only those of this partner's tenants.
    pub partner_id: Option<String>,
    /// `usr_…`, `app_…`, or the name of a task or command.
    pub actor_id: Option<String>,
    /// One of [`Audit::actions`].
    pub action: Option<String>,
    /// One of [`Audit::resource_types`].
    pub resource_type: Option<String>,
    /// The public id of what it happened to.
    pub resource_id: Option<String>,
    /// `success` or `refused`.
    pub result: Option<String>,
    /// Not before (RFC 3339).
    pub start_time: Option<String>,
    /// Before (RFC 3339).
    pub end_time: Option<String>,
    /// An address or a network.
    pub ip_address: Option<String>,
    /// Which page; of no meaning to an export.
    pub page: PageNumber,
}

/// Who did it.
///
/// ```no_run
/// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
/// let actors = client.audit().list(&Default::default()).await?.items.into_iter().map(|entry| entry.actor);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct AuditActor {
    /// `user`, `application`, `system` or `stranger`.
    pub kind: String,
    /// `usr_…`, `app_…`, or the name of a task or command.
    pub id: Option<String>,
}

/// An entry of the trail.
///
/// ```no_run
/// # use cloakroom_client::audit::AuditEntry;
/// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
/// let newest: Option<AuditEntry> = client.audit().list(&Default::default()).await?.items.into_iter().next();
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct AuditEntry {
    /// Later entries have greater ones.
    pub id: i64,
    /// When (RFC 3339).
    pub at: String,
    /// What happened.
    pub action: String,
    /// `success` or `refused`.
    pub result: String,
    /// Who did it.
    pub actor: AuditActor,
    /// `tnt_…`
    pub tenant_id: Option<String>,
    /// What sort of thing it happened to.
    pub resource_type: String,
    /// Its public id.
    pub resource_id: Option<String>,
    /// An address; after its minimisation the network that it was of.
    pub ip_address: Option<String>,
    /// What the caller calls itself.
    pub user_agent: Option<String>,
    /// What finds the call in the server's log.
    pub request_id: Option<String>,
    /// Further facts.
    pub detail: BTreeMap<String, String>,
}

/// Where the chain of hashes over the trail ends.
///
/// ```no_run
/// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
/// if let Some(head) = client.audit().head().await? {
///     println!("note elsewhere: {}", head.hash);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct AuditHead {
    /// Of the last link.
    pub position: i64,
    /// Of its entry.
    pub id: i64,
    /// SHA-256 in hex.
    pub hash: String,
}

impl<'c> Audit<'c> {
    pub(crate) const fn of(client: &'c Client) -> Self {
        Self(client)
    }

    fn get(self, below: &[&'c str]) -> Call<'c> {
        Call::get(self.0, &[&["api", "v1", "admin", "audit"], below].concat(), reading).bearer()
    }

    /// Entries within reach, newest first.
    ///
    /// # Errors
    /// 403; 404 for ids out of reach; 422.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let page = client.audit().list(&Default::default()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn list(self, filter: &AuditFilter) -> Result<Page<AuditEntry>> {
        let call = filter.narrow(self.get(&[]));
        let call = call.query("page", Some(filter.page.page)).query("per_page", Some(filter.page.per_page));
        Ok(call.send::<EnvelopedPage<_>>().await?.into())
    }

    /// Everything that the trail may say happened.
    ///
    /// # Errors
    /// 401, 403.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let actions = client.audit().actions().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn actions(self) -> Result<Vec<String>> {
        Ok(self.get(&["actions"]).send::<Enveloped<_>>().await?.data)
    }

    /// Every sort of thing that it may happen to.
    ///
    /// # Errors
    /// 401, 403.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let types = client.audit().resource_types().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn resource_types(self) -> Result<Vec<String>> {
        Ok(self.get(&["resource-types"]).send::<Enveloped<_>>().await?.data)
    }

    /// The end of the chain; `None` before anything was sealed. For super administrators.
    ///
    /// # Errors
    /// 401, 403.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let head = client.audit().head().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn head(self) -> Result<Option<AuditHead>> {
        Ok(self.get(&["head"]).send::<Enveloped<_>>().await?.data)
    }

    /// Exports what was committed before the call and stands behind the link `after` (0: all of it), oldest first.
    ///
    /// # Errors
    /// 403; 404 for ids out of reach; 422.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let mut export = client.audit().export(&Default::default(), 0).await?;
    /// while let Some(line) = export.next().await? {
    ///     println!("{}", line.position);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn export(self, filter: &AuditFilter, after: i64) -> Result<AuditExport> {
        let behind = (after > 0).then_some(after);
        let call = filter.narrow(self.get(&["export"])).query("after", behind).patient();
        call.send_for_stream().await.map(AuditExport::of)
    }
}

impl AuditFilter {
    fn narrow<'c>(&self, call: Call<'c>) -> Call<'c> {
        [
            ("tenant_id", &self.tenant_id),
            ("partner_id", &self.partner_id),
            ("actor_id", &self.actor_id),
            ("action", &self.action),
            ("resource_type", &self.resource_type),
            ("resource_id", &self.resource_id),
            ("result", &self.result),
            ("start_time", &self.start_time),
            ("end_time", &self.end_time),
            ("ip_address", &self.ip_address),
        ]
        .into_iter()
        .fold(call, |call, (name, value)| call.query(name, value.as_ref()))
    }
}
