//! Partners, `prt_…`.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::noun::{Filter, Noun};
use crate::error::Result;
use crate::v1::Page;

/// The calls about partners.
///
/// ```
/// # fn example(client: cloakroom_client::Client) {
/// let partners = client.directory().partners();
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Partners<'c>(pub(super) Noun<'c>);

/// Somebody who brings tenants. Times are RFC 3339 in UTC.
///
/// ```no_run
/// # use cloakroom_client::directory::Partner;
/// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
/// let partner: Partner = client.directory().partners().get("prt_…").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Partner {
    /// `prt_…`
    pub id: String,
    /// Unique, for programs.
    pub code: String,
    /// For people.
    pub name: String,
    /// `active` or `doomed`.
    pub status: String,
    /// When it was created.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
}

impl Partners<'_> {
    /// The partners within reach, newest first.
    ///
    /// # Errors
    /// 403 where neither role nor scope reach so far; 404 for ids out of reach; 422.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let page = client.directory().partners().list(&Default::default()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn list(self, filter: &Filter) -> Result<Page<Partner>> {
        self.0.list(filter).await
    }

    /// Creates a partner; without a name it is called by its code.
    ///
    /// # Errors
    /// 403; 409 where the code was ever taken; 422 with each bad value.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let partner = client.directory().partners().create("north", Some("North Partners")).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create(self, code: &str, name: Option<&str>) -> Result<Partner> {
        let new = name.map_or_else(|| json!({ "code": code }), |name| json!({ "code": code, "name": name }));
        self.0.create(&new).await
    }

    /// One partner.
    ///
    /// # Errors
    /// 404.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let partner = client.directory().partners().get("prt_…").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn get(self, partner_id: &str) -> Result<Partner> {
        self.0.get(partner_id).await
    }

    /// Gives a partner another name.
    ///
    /// # Errors
    /// 403, 404, 422.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// client.directory().partners().rename("prt_…", "Northern Partners").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn rename(self, partner_id: &str, name: &str) -> Result<Partner> {
        self.0.change(partner_id, &json!({ "name": name })).await
    }

    /// Takes a partner out of use for good; every session under it ends.
    ///
    /// # Errors
    /// 403, 404.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// client.directory().partners().remove("prt_…").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn remove(self, partner_id: &str) -> Result<()> {
        self.0.remove(partner_id).await
    }
}
