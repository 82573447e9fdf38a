//! What can be done to every noun of the directory.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::client::Client;
use crate::error::Result;
use crate::request::Call;
use crate::v1::{Enveloped, EnvelopedPage, Page, PageNumber, reading};

/// Which entries a list of the directory shows.
///
/// ```
/// use cloakroom_client::{PageNumber, directory::Filter};
///
/// let mut filter = Filter::default();
/// filter.search = Some("ali".into());
/// filter.page = PageNumber::new(1, 100);
/// ```
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
}

/// What can be done to every noun of the directory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noun<'c> {
    pub(super) client: &'c Client,
    pub(super) plural: &'static str,
}

impl<'c> Noun<'c> {
    pub(super) async fn list<T: DeserializeOwned>(self, filter: &Filter) -> Result<Page<T>> {
        let call = Call::get(self.client, &["api", "v1", "admin", self.plural], reading).bearer();
        let call = call.query("page", Some(filter.page.page)).query("per_page", Some(filter.page.per_page));
        let call = call.query("search", filter.search.as_ref()).query("status", filter.status.as_ref());
        let call = call.query("tenant_id", filter.tenant_id.as_ref()).query("partner_id", filter.partner_id.as_ref());
        Ok(call.send::<EnvelopedPage<_>>().await?.into())
    }

    pub(super) async fn create<T: DeserializeOwned>(self, new: &impl Serialize) -> Result<T> {
        let call = Call::post(self.client, &["api", "v1", "admin", self.plural], reading).bearer();
        Ok(call.json(new).send::<Enveloped<_>>().await?.data)
    }

    pub(super) async fn get<T: DeserializeOwned>(self, id: &str) -> Result<T> {
        let call = Call::get(self.client, &["api", "v1", "admin", self.plural, id], reading).bearer();
        Ok(call.send::<Enveloped<_>>().await?.data)
    }

    pub(super) async fn change<T: DeserializeOwned>(self, id: &str, change: &impl Serialize) -> Result<T> {
        let call = Call::patch(self.client, &["api", "v1", "admin", self.plural, id], reading).bearer();
        Ok(call.json(change).send::<Enveloped<_>>().await?.data)
    }

    pub(super) async fn remove(self, id: &str) -> Result<()> {
        Call::delete(self.client, &["api", "v1", "admin", self.plural, id], reading).bearer().send_for_nothing().await
    }

    /// A call on what is below an entry.
    pub(super) async fn below<T: DeserializeOwned>(self, path: &[&'c str], body: &impl Serialize) -> Result<T> {
        let path = [&["api", "v1", "admin", self.plural], path].concat();
        Ok(Call::post(self.client, &path, reading).bearer().json(body).send::<Enveloped<_>>().await?.data)
    }

    pub(super) async fn list_below<T: DeserializeOwned>(self, path: &[&'c str]) -> Result<T> {
        let path = [&["api", "v1", "admin", self.plural], path].concat();
        Ok(Call::get(self.client, &path, reading).bearer().send::<Enveloped<_>>().await?.data)
    }

    pub(super) async fn remove_below(self, path: &[&'c str]) -> Result<()> {
        let path = [&["api", "v1", "admin", self.plural], path].concat();
        Call::delete(self.client, &path, reading).bearer().send_for_nothing().await
    }
}
