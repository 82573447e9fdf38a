//! Numbered pages of the directory, newest first, with exact totals.

use super::Outcome;
use crate::callers::{DirectoryReader, Reach, Refusal};
use crate::directory::PlatformRole;
use crate::directory::records::{ApplicationRecord, PartnerRecord, TenantRecord, UserRecord};
use crate::directory::store::{DirectoryPage, ListDirectory};
use crate::engine::Engine;
use crate::ids::{PartnerUid, TenantUid};
use crate::page::PageNumber;

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

impl Engine {
    /// The part of the directory that `named` means to `admin`; `None` where nothing can be in it.
    async fn part_of_directory(&self, admin: &DirectoryReader, named: NamedOrganisation) -> Outcome<Option<Reach>> {
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

    async fn directory_list(&self, admin: &DirectoryReader, filter: DirectoryFilter, page: PageNumber) -> Outcome<Option<ListDirectory>> {
        let within = match self.part_of_directory(admin, filter.within).await? {
            Ok(within) => within,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let search = filter.search.map(|text| text.trim().to_ascii_lowercase()).filter(|text| !text.is_empty());
        Ok(Ok(within.map(|within| ListDirectory { within, search, status: filter.status, page })))
    }

    /// The partners within reach: all, or the own one. Tenant administrators have none.
    ///
    /// # Errors
    /// See [`Outcome`]; so all below.
    pub async fn list_partners(
        &self,
        admin: &DirectoryReader,
        filter: DirectoryFilter,
        page: PageNumber,
    ) -> Outcome<DirectoryPage<PartnerRecord>> {
        if let Err(refusal) = admin.authority().at_least(PlatformRole::PartnerAdmin) {
            return Ok(Err(refusal));
        }
        match self.directory_list(admin, filter, page).await? {
            Ok(Some(list)) => Ok(Ok(self.store.list_partners(list).await?)),
            Ok(None) => Ok(Ok(nothing())),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// The tenants within reach.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn list_tenants(
        &self,
        admin: &DirectoryReader,
        filter: DirectoryFilter,
        page: PageNumber,
    ) -> Outcome<DirectoryPage<TenantRecord>> {
        match self.directory_list(admin, filter, page).await? {
            Ok(Some(list)) => Ok(Ok(self.store.list_tenants(list).await?)),
            Ok(None) => Ok(Ok(nothing())),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// The users whose home is within reach.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn list_users(
        &self,
        admin: &DirectoryReader,
        filter: DirectoryFilter,
        page: PageNumber,
    ) -> Outcome<DirectoryPage<UserRecord>> {
        let mut found = match self.directory_list(admin, filter, page).await? {
            Ok(Some(list)) => self.store.list_users(list).await?,
            Ok(None) => nothing(),
            Err(refusal) => return Ok(Err(refusal)),
        };
        found.records = found.records.into_iter().map(|user| user.seen_from(admin.reach())).collect();
        Ok(Ok(found))
    }

    /// The applications of tenants within reach.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn list_applications(
        &self,
        admin: &DirectoryReader,
        filter: DirectoryFilter,
        page: PageNumber,
    ) -> Outcome<DirectoryPage<ApplicationRecord>> {
        let mut found = match self.directory_list(admin, filter, page).await? {
            Ok(Some(list)) => self.store.list_applications(list).await?,
            Ok(None) => nothing(),
            Err(refusal) => return Ok(Err(refusal)),
        };
        found.records = found.records.into_iter().map(|application| application.seen_from(admin.reach())).collect();
        Ok(Ok(found))
    }
}

const fn nothing<R>() -> DirectoryPage<R> {
    DirectoryPage { records: Vec::new(), total: 0 }
}
