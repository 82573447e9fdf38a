//! Which use case does what is wanted of a noun.

use cloakroom_engine::callers::DirectoryReader;
use cloakroom_engine::cursor::PageAsked;
use cloakroom_engine::directory::admin::Outcome;
use cloakroom_engine::directory::admin::list::DirectoryFilter;

use super::cell::Reading;
use super::noun::Noun;
use super::nouns::shown::{Columns, Doing, Made, Shown, Tried, Window, rows};
use super::nouns::{applications, partners, providers, tenants, users};
use super::sheet::{Sheet, Spec};
use crate::web::surface::FrontDesk;

impl Noun {
    pub const fn columns(self) -> Columns {
        match self {
            Self::Users => users::COLUMNS,
            Self::Tenants => tenants::COLUMNS,
            Self::Partners => partners::COLUMNS,
            Self::Applications => applications::COLUMNS,
            Self::IdentityProviders => providers::COLUMNS,
        }
    }

    /// The fields of a form that makes one, or changes one that is there.
    pub const fn specs(self, is_new: bool) -> &'static [Spec] {
        match (self, is_new) {
            (Self::Users, true) => users::NEW,
            (Self::Users, false) => users::CHANGE,
            (Self::Tenants, true) => tenants::NEW,
            (Self::Tenants, false) => tenants::CHANGE,
            (Self::Partners, true) => partners::NEW,
            (Self::Partners, false) => partners::CHANGE,
            (Self::Applications, true) => applications::NEW,
            (Self::Applications, false) => applications::CHANGE,
            (Self::IdentityProviders, true) => providers::NEW,
            (Self::IdentityProviders, false) => providers::CHANGE,
        }
    }

    pub async fn window(
        self,
        desk: &FrontDesk,
        reader: &DirectoryReader,
        (filter, page): (DirectoryFilter, PageAsked),
        reading: Reading<'_>,
    ) -> Window {
        let engine = &desk.engine;
        Ok(match self {
            Self::Users => rows(engine.list_users(reader, filter, page).await?, |user| users::row(user, reading)),
            Self::Tenants => rows(engine.list_tenants(reader, filter, page).await?, |tenant| tenants::row(tenant, reading)),
            Self::Partners => rows(engine.list_partners(reader, filter, page).await?, |partner| partners::row(partner, reading)),
            Self::Applications => rows(engine.list_applications(reader, filter, page).await?, |found| applications::row(found, reading)),
            Self::IdentityProviders => {
                rows(engine.list_identity_providers(reader, filter, page).await?, |found| providers::row(found, reading))
            }
        })
    }

    /// The entry, as its page shows it.
    pub async fn shown(self, desk: &FrontDesk, reader: &DirectoryReader, uid: &str, reading: Reading<'_>) -> Outcome<Shown> {
        match self {
            Self::Users => users::shown(desk, reader, uid, reading).await,
            Self::Tenants => tenants::shown(desk, reader, uid, reading).await,
            Self::Partners => partners::shown(desk, reader, uid, reading).await,
            Self::Applications => applications::shown(desk, reader, uid, reading).await,
            Self::IdentityProviders => providers::shown(desk, reader, uid, reading).await,
        }
    }

    /// What stands in the fields of the form that changes it, by name.
    pub async fn filled(self, desk: &FrontDesk, reader: &DirectoryReader, uid: &str) -> Outcome<Vec<(&'static str, String)>> {
        match self {
            Self::Users => users::filled(desk, reader, uid).await,
            Self::Tenants => tenants::filled(desk, reader, uid).await,
            Self::Partners => partners::filled(desk, reader, uid).await,
            Self::Applications => applications::filled(desk, reader, uid).await,
            Self::IdentityProviders => providers::filled(desk, reader, uid).await,
        }
    }

    /// What stands in the fields of a new one.
    pub fn blank(self) -> Vec<(&'static str, String)> {
        let texts: &[(&'static str, &'static str)] = match self {
            Self::Users => &[("role", "none")],
            Self::Tenants => &[("status", "verified")],
            Self::Partners => &[],
            Self::Applications => &[("kind", "web"), ("id_token_signed_response_alg", "RS256")],
            Self::IdentityProviders => &[
                ("scopes", "openid\nprofile\nemail"),
                ("username_claim", "preferred_username"),
                ("name_claim", "name"),
                ("status", "active"),
            ],
        };
        texts.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
    }

    pub async fn make(self, doing: Doing<'_>, sheet: &mut Sheet<'_>) -> Tried<Made> {
        match self {
            Self::Users => users::make(doing, sheet).await,
            Self::Tenants => tenants::make(doing, sheet).await,
            Self::Partners => partners::make(doing, sheet).await,
            Self::Applications => applications::make(doing, sheet).await,
            Self::IdentityProviders => providers::make(doing, sheet).await,
        }
    }

    pub async fn change(self, doing: Doing<'_>, uid: &str, sheet: &mut Sheet<'_>) -> Tried<()> {
        match self {
            Self::Users => users::change(doing, uid, sheet).await,
            Self::Tenants => tenants::change(doing, uid, sheet).await,
            Self::Partners => partners::change(doing, uid, sheet).await,
            Self::Applications => applications::change(doing, uid, sheet).await,
            Self::IdentityProviders => providers::change(doing, uid, sheet).await,
        }
    }

    /// Dooms or retires it.
    pub async fn remove(self, doing: Doing<'_>, uid: &str) -> Outcome<()> {
        match self {
            Self::Users => users::remove(doing, uid).await,
            Self::Tenants => tenants::remove(doing, uid).await,
            Self::Partners => partners::remove(doing, uid).await,
            Self::Applications => applications::remove(doing, uid).await,
            Self::IdentityProviders => providers::remove(doing, uid).await,
        }
    }
}
