//! Which sessions: one's own, or those of others.

use std::collections::BTreeMap;

use clap::Args;
use cloakroom_client::sessions::{SessionFilter, SessionItem};
use cloakroom_client::{Client, Page};

use super::super::Failure;
use super::super::remote::{PageArgs, Shown, refused};

#[derive(Debug, Args)]
pub(super) struct Which {
    /// Only this user's, `usr_…`.
    #[arg(long, value_name = "USER_ID")]
    user: Option<String>,
    /// Only this tenant's, `tnt_…`.
    #[arg(long, value_name = "TENANT_ID")]
    tenant: Option<String>,
    /// Only those of this partner's tenants, `prt_…`.
    #[arg(long, value_name = "PARTNER_ID")]
    partner: Option<String>,
    /// All within reach.
    #[arg(long)]
    everyone: bool,
}

const COLUMNS: &[&str] = &["id", "user_email", "device_type", "ip_address", "created_at", "last_activity_at", "expires_at", "is_current"];

impl Which {
    const fn is_own(&self) -> bool {
        self.user.is_none() && self.tenant.is_none() && self.partner.is_none() && !self.everyone
    }

    fn filter(&self, page: PageArgs, cursor: Option<String>) -> SessionFilter {
        let mut filter = SessionFilter::default();
        filter.user_id.clone_from(&self.user);
        filter.tenant_id.clone_from(&self.tenant);
        filter.partner_id.clone_from(&self.partner);
        (filter.page, filter.cursor) = (page.number(), cursor);
        filter
    }

    pub(super) async fn list(&self, client: &Client, page: PageArgs) -> Result<Shown, Failure> {
        if self.is_own() {
            let own = client.sessions().own().await.map_err(refused)?;
            return Ok(Shown::list(&own, COLUMNS, None));
        }
        Ok(Shown::page(&self.listed(client, page).await?, COLUMNS))
    }

    async fn listed(&self, client: &Client, page: PageArgs) -> Result<Page<SessionItem>, Failure> {
        page.list(async |cursor| client.sessions().list(&self.filter(page, cursor)).await).await.map_err(refused)
    }

    /// Every one of them, whatever the number of pages.
    pub(super) async fn all(&self, client: &Client) -> Result<BTreeMap<String, SessionItem>, Failure> {
        let items = match self.is_own() {
            true => client.sessions().own().await.map_err(refused)?,
            false => self.listed(client, PageArgs::everything()).await?.items,
        };
        Ok(items.into_iter().map(|item| (item.id.clone(), item)).collect())
    }
}
