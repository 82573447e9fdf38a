//! Which sessions: one's own, or those of others.

use std::collections::BTreeMap;

use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use cloakroom_client::sessions::{SessionFilter, SessionItem};
use cloakroom_client::{Client, Page};

use super::super::names::{self, Noun};
use super::super::remote::{PageArgs, Shown};
use super::super::{Failure, complete};

#[derive(Debug, Args)]
pub(super) struct Which {
    /// Only this user's: a username, an address, or `usr_…`.
    #[arg(long, value_name = "USER", add = ArgValueCompleter::new(complete::users))]
    user: Option<String>,
    /// Only this tenant's: its code, or `tnt_…`.
    #[arg(long, value_name = "TENANT", add = ArgValueCompleter::new(complete::tenants))]
    tenant: Option<String>,
    /// Only those of this partner's tenants: its code, or `prt_…`.
    #[arg(long, value_name = "PARTNER", add = ArgValueCompleter::new(complete::partners))]
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

    /// Which are meant; `None`: one's own.
    async fn filter(&self, client: &Client, page: PageArgs) -> Result<Option<SessionFilter>, Failure> {
        if self.is_own() {
            return Ok(None);
        }
        let mut filter = SessionFilter::default();
        filter.user_id = names::id_if(client, Noun::User, self.user.as_ref()).await?;
        filter.tenant_id = names::id_if(client, Noun::Tenant, self.tenant.as_ref()).await?;
        filter.partner_id = names::id_if(client, Noun::Partner, self.partner.as_ref()).await?;
        filter.page = page.number();
        Ok(Some(filter))
    }

    /// Looks names up, once for as many looks as there will be.
    pub(super) async fn sought<'c>(&self, client: &'c Client, page: PageArgs) -> Result<Seeker<'c>, Failure> {
        Ok(Seeker { client, page, filter: self.filter(client, page).await? })
    }

    pub(super) async fn list(&self, client: &Client, page: PageArgs) -> Result<Shown, Failure> {
        let seeker = self.sought(client, page).await?;
        match &seeker.filter {
            None => Ok(Shown::list(&client.sessions().own().await?, COLUMNS, None)),
            Some(filter) => Ok(Shown::page(&seeker.listed(filter).await?, COLUMNS)),
        }
    }
}

/// Looks for sessions, again and again.
pub(super) struct Seeker<'c> {
    client: &'c Client,
    page: PageArgs,
    filter: Option<SessionFilter>,
}

impl Seeker<'_> {
    async fn listed(&self, filter: &SessionFilter) -> Result<Page<SessionItem>, Failure> {
        let from = async |cursor| {
            let mut filter = filter.clone();
            filter.cursor = cursor;
            self.client.sessions().list(&filter).await
        };
        Ok(self.page.list(from).await?)
    }

    /// Every one of them.
    pub(super) async fn all(&self) -> Result<BTreeMap<String, SessionItem>, Failure> {
        let items = match &self.filter {
            None => self.client.sessions().own().await?,
            Some(filter) => self.listed(filter).await?.items,
        };
        Ok(items.into_iter().map(|item| (item.id.clone(), item)).collect())
    }
}
