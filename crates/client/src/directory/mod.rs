//! Partners, tenants, users and applications, under `/api/v1/admin/`.

mod applications;
mod noun;
mod partners;
mod tenants;
mod users;

pub use applications::{
    Application, ApplicationChange, Applications, ClientSecret, CreatedApplication, MintedClientSecret, NewApplication,
};
pub use noun::Filter;
pub use partners::{Partner, Partners};
pub use tenants::{NewTenant, Tenant, TenantChange, Tenants};
pub use users::{NewUser, PasswordReset, User, UserChange, UserEmail, Users};

use crate::client::Client;
use noun::Noun;

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
pub struct Directory<'c>(&'c Client);

impl<'c> Directory<'c> {
    pub(crate) const fn of(client: &'c Client) -> Self {
        Self(client)
    }

    /// Those who bring tenants.
    ///
    /// ```
    /// # fn example(client: cloakroom_client::Client) {
    /// let partners = client.directory().partners();
    /// # }
    /// ```
    #[must_use]
    pub const fn partners(self) -> Partners<'c> {
        Partners(Noun { client: self.0, plural: "partners" })
    }

    /// Tenants, which USM calls orgs.
    ///
    /// ```
    /// # fn example(client: cloakroom_client::Client) {
    /// let tenants = client.directory().tenants();
    /// # }
    /// ```
    #[must_use]
    pub const fn tenants(self) -> Tenants<'c> {
        Tenants(Noun { client: self.0, plural: "tenants" })
    }

    /// Users.
    ///
    /// ```
    /// # fn example(client: cloakroom_client::Client) {
    /// let users = client.directory().users();
    /// # }
    /// ```
    #[must_use]
    pub const fn users(self) -> Users<'c> {
        Users(Noun { client: self.0, plural: "users" })
    }

    /// Client applications.
    ///
    /// ```
    /// # fn example(client: cloakroom_client::Client) {
    /// let applications = client.directory().applications();
    /// # }
    /// ```
    #[must_use]
    pub const fn applications(self) -> Applications<'c> {
        Applications(Noun { client: self.0, plural: "applications" })
    }
}
