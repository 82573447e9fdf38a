//! The audit trail, under `/api/v1/admin/audit/`.

mod export;
mod records;

pub use export::{AuditExport, AuditLine};
pub use records::{AuditActor, AuditEntry, AuditFilter, AuditHead};

use crate::client::Client;
use crate::error::Result;
use crate::v1::{Page, V1};

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
pub struct Audit<'c>(pub(crate) &'c Client);

impl Audit<'_> {
    /// Entries within reach, newest first.
    ///
    /// # Errors
    /// 403; 404 for ids out of reach; 422.
    pub async fn list(self, filter: &AuditFilter) -> Result<Page<AuditEntry>> {
        filter.narrow(V1.get(self.0, &["admin", "audit"])).at(filter.page, filter.cursor.as_ref()).page().await
    }

    /// Every action that the trail can record.
    ///
    /// # Errors
    /// 401, 403.
    pub async fn actions(self) -> Result<Vec<String>> {
        V1.get(self.0, &["admin", "audit", "actions"]).data().await
    }

    /// Every type of resource that it can record.
    ///
    /// # Errors
    /// 401, 403.
    pub async fn resource_types(self) -> Result<Vec<String>> {
        V1.get(self.0, &["admin", "audit", "resource-types"]).data().await
    }

    /// The end of the chain; `None` before anything was sealed. For super administrators.
    ///
    /// # Errors
    /// 401, 403.
    pub async fn head(self) -> Result<Option<AuditHead>> {
        V1.get(self.0, &["admin", "audit", "head"]).data().await
    }

    /// Exports what was committed before the call and comes after the link `after` (0: all of it), oldest first.
    ///
    /// # Errors
    /// 403; 404 for ids out of reach; 422.
    pub async fn export(self, filter: &AuditFilter, after: i64) -> Result<AuditExport> {
        let behind = (after > 0).then_some(after);
        let call = filter.narrow(V1.get(self.0, &["admin", "audit", "export"])).query("after", behind).patient();
        call.send_for_stream().await.map(AuditExport::of)
    }
}
