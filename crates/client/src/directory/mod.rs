//! Partners, tenants, users, applications and identity providers, under `/api/v1/admin/`.

mod applications;
mod entries;
mod identity_providers;
mod partners;
mod tenants;
mod users;

pub use applications::{
    Application, ApplicationChange, Applications, ClientSecret, CreatedApplication, LogoutNotice, MintedClientSecret, NewApplication,
};
pub use entries::Entries;
pub use identity_providers::{
    GroupMembership, IdentityProvider, IdentityProviderChange, IdentityProviders, NewIdentityProvider, ProviderSettings,
};
pub use partners::{Partner, Partners};
pub use tenants::{NewTenant, Tenant, TenantChange, Tenants};
pub use users::{NewUser, PasswordReset, SignInLock, User, UserChange, UserEmail, Users};

use crate::client::Client;
use crate::v1::PageNumber;

/// The calls about who there is, each with the access token of an administrator.
///
/// ```no_run
/// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
/// let directory = client.directory();
/// let tenants = directory.tenants().list(&Default::default()).await?;
/// let users = directory.users().list(&Default::default()).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Directory<'c>(pub(crate) &'c Client);

/// Which entries a list of the directory shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Filter {
    /// The beginning of a name.
    pub search: Option<String>,
    /// Only what has this status; without it all but what is doomed.
    pub status: Option<String>,
    /// Only what belongs to this tenant; not for partners and tenants.
    pub tenant_id: Option<String>,
    /// Only what belongs to this partner; not for partners.
    pub partner_id: Option<String>,
    /// Which page.
    pub page: PageNumber,
    /// The `next_cursor` of the page before, under the same filters, instead of the number.
    pub cursor: Option<String>,
}

impl<'c> Directory<'c> {
    /// Those who bring tenants.
    #[must_use]
    pub const fn partners(self) -> Partners<'c> {
        Entries::of(self.0)
    }

    /// Tenants, which USM calls orgs.
    #[must_use]
    pub const fn tenants(self) -> Tenants<'c> {
        Entries::of(self.0)
    }

    /// Users.
    #[must_use]
    pub const fn users(self) -> Users<'c> {
        Entries::of(self.0)
    }

    /// Client applications.
    #[must_use]
    pub const fn applications(self) -> Applications<'c> {
        Entries::of(self.0)
    }

    /// Who else may say who somebody is.
    #[must_use]
    pub const fn identity_providers(self) -> IdentityProviders<'c> {
        Entries::of(self.0)
    }
}
