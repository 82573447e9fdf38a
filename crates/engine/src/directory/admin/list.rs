//! Pages of the directory, newest first, with exact totals.

use crate::callers::{DirectoryReader, Reach, Refusal};
use crate::cursor::{Binding, Cursor, ListKind, PageAsked, Unlisted};
use crate::directory::PlatformRole;
use crate::directory::identity_provider::IdentityProviderRecord;
use crate::directory::records::{ApplicationRecord, PartnerRecord, TenantRecord, UserRecord};
use crate::directory::store::{DirectoryPage, ListDirectory};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::{PartnerUid, TenantUid};
use crate::page::ListPage;

/// Selects a part of the directory by every given condition.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct NamedOrganisation {
    pub tenant: Option<TenantUid>,
    pub partner: Option<PartnerUid>,
}

/// Which entries are selected.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DirectoryFilter {
    pub within: NamedOrganisation,
    /// The beginning of a name; the case of ASCII letters makes no difference.
    pub search: Option<String>,
    /// `None`: all but what is doomed.
    pub status: Option<&'static str>,
}

/// What is listed, or why nothing is.
pub type Listed<R> = Result<Result<ListPage<R, Cursor>, Unlisted<Refusal>>, EngineError>;

/// A list that somebody may see, and what its places are bound to. Nothing can be in it where there is no list.
type Prepared = (Binding, Option<ListDirectory>);

impl Engine {
    /// The part of the directory that `named` means to `admin`; `None` where nothing can be in it.
    async fn part_of_directory(
        &self,
        admin: &DirectoryReader,
        named: NamedOrganisation,
    ) -> Result<Result<Option<Reach>, Refusal>, EngineError> {
        let mut within = admin.reach();
        if let Some(partner) = named.partner {
            match self.store.partner_number(partner).await?.filter(|partner| admin.reach().covers_partner(*partner)) {
                Some(partner) => within = Reach::Partner(partner),
                None => return Ok(Err(Refusal::OutOfReach)),
            }
        }
        if let Some(tenant) = named.tenant {
            match self.store.tenant_place(tenant).await?.filter(|place| admin.reach().covers(Some(place))) {
                Some(place) if within.covers(Some(&place)) => within = Reach::Tenant(place.number),
                Some(_) => return Ok(Ok(None)),
                None => return Ok(Err(Refusal::OutOfReach)),
            }
        }
        Ok(Ok(Some(within)))
    }

    async fn directory_list(
        &self,
        admin: &DirectoryReader,
        list: ListKind,
        filter: DirectoryFilter,
        page: PageAsked,
    ) -> Result<Result<Prepared, Unlisted<Refusal>>, EngineError> {
        let within = match self.part_of_directory(admin, filter.within).await? {
            Ok(within) => within,
            Err(refusal) => return Ok(Err(Unlisted::Refused(refusal))),
        };
        let search = filter.search.map(|text| text.trim().to_ascii_lowercase()).filter(|text| !text.is_empty());
        let mut binding = admin.binding(list).if_text(search.as_deref()).if_text(filter.status).byte(u8::from(within.is_some()));
        if let Some(within) = within {
            binding = within.bind(binding);
        }
        let page = match binding.place(&self.keys, page) {
            Ok(page) => page,
            Err(not) => return Ok(Err(not.into())),
        };
        let list = within.map(|within| ListDirectory { within, search, status: filter.status, page });
        Ok(Ok((binding, list)))
    }

    /// The partners within reach: all, or the own one. Tenant administrators have none.
    ///
    /// # Errors
    /// When the store cannot be relied on; so all below.
    pub async fn list_partners(&self, admin: &DirectoryReader, filter: DirectoryFilter, page: PageAsked) -> Listed<PartnerRecord> {
        if let Err(refusal) = admin.authority().at_least(PlatformRole::PartnerAdmin) {
            return Ok(Err(Unlisted::Refused(refusal)));
        }
        self.listed(admin, (ListKind::Partners, filter, page), async |list| Ok(self.store.list_partners(list).await?)).await
    }

    /// The tenants within reach.
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn list_tenants(&self, admin: &DirectoryReader, filter: DirectoryFilter, page: PageAsked) -> Listed<TenantRecord> {
        self.listed(admin, (ListKind::Tenants, filter, page), async |list| Ok(self.store.list_tenants(list).await?)).await
    }

    /// The users whose home is within reach.
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn list_users(&self, admin: &DirectoryReader, filter: DirectoryFilter, page: PageAsked) -> Listed<UserRecord> {
        let find = async |list| self.store.list_users(list).await?.try_map(|user| Ok(user.seen_from(admin.reach())));
        self.listed(admin, (ListKind::Users, filter, page), find).await
    }

    /// The applications of tenants within reach.
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn list_applications(&self, admin: &DirectoryReader, filter: DirectoryFilter, page: PageAsked) -> Listed<ApplicationRecord> {
        let find = async |list| self.store.list_applications(list).await?.try_map(|application| Ok(application.seen_from(admin.reach())));
        self.listed(admin, (ListKind::Applications, filter, page), find).await
    }

    /// The identity providers of tenants within reach; those of the platform where everything is.
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn list_identity_providers(
        &self,
        admin: &DirectoryReader,
        filter: DirectoryFilter,
        page: PageAsked,
    ) -> Listed<IdentityProviderRecord> {
        let find = async |list| Ok(self.store.list_identity_providers(list).await?);
        self.listed(admin, (ListKind::IdentityProviders, filter, page), find).await
    }

    async fn listed<R>(
        &self,
        admin: &DirectoryReader,
        (list, filter, page): (ListKind, DirectoryFilter, PageAsked),
        find: impl AsyncFnOnce(ListDirectory) -> Result<DirectoryPage<R>, EngineError>,
    ) -> Listed<R> {
        match self.directory_list(admin, list, filter, page).await? {
            Ok((binding, Some(list))) => Ok(Ok(binding.shown(&self.keys, find(list).await?))),
            Ok((_, None)) => Ok(Ok(ListPage::EMPTY)),
            Err(unlisted) => Ok(Err(unlisted)),
        }
    }
}
