//! What can be done to every noun of the directory.

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Filter;
use crate::client::Client;
use crate::error::Result;
use crate::v1::{Page, V1};

/// An entry of the directory.
pub trait Noun: DeserializeOwned {
    /// Its name in URLs.
    const PLURAL: &'static str;
}

/// An entry that is created and changed by a body with many fields.
pub trait Editable: Noun {
    /// The body that creates one.
    type New: Serialize;
    /// The answer to creating one.
    type Created: DeserializeOwned;
    /// The body that changes one.
    type Change: Serialize;
}

/// The calls about one noun of the directory, `N`.
///
/// ```no_run
/// use cloakroom_client::directory::{NewUser, UserChange};
///
/// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
/// let users = client.directory().users();
/// let alice = users.create(&NewUser::new("alice")).await?;
/// let mut change = UserChange::default();
/// change.display_name = Some(Some("Alice".into()));
/// users.change(&alice.id, &change).await?;
/// # Ok(())
/// # }
/// ```
pub struct Entries<'c, N> {
    client: &'c Client,
    noun: PhantomData<fn() -> N>,
}

impl<N> Clone for Entries<'_, N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<N> Copy for Entries<'_, N> {}

impl<N: Noun> std::fmt::Debug for Entries<'_, N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple(N::PLURAL).field(self.client).finish()
    }
}

impl<'c, N: Noun> Entries<'c, N> {
    pub(super) const fn of(client: &'c Client) -> Self {
        Self { client, noun: PhantomData }
    }

    /// Those within reach, newest first.
    ///
    /// # Errors
    /// 403 where neither role nor scope reach so far; 404 for ids out of reach; 422.
    pub async fn list(self, filter: &Filter) -> Result<Page<N>> {
        let call = V1.get(self.client, &["admin", N::PLURAL]).at(filter.page, filter.cursor.as_ref());
        let call = call.query("search", filter.search.as_ref()).query("status", filter.status.as_ref());
        call.query("tenant_id", filter.tenant_id.as_ref()).query("partner_id", filter.partner_id.as_ref()).page().await
    }

    /// One of them.
    ///
    /// # Errors
    /// 404.
    pub async fn get(self, id: &str) -> Result<N> {
        V1.get(self.client, &["admin", N::PLURAL, id]).data().await
    }

    /// Takes one out of use for good; every session under it ends.
    ///
    /// # Errors
    /// 403, 404.
    pub async fn remove(self, id: &str) -> Result<()> {
        V1.delete(self.client, &["admin", N::PLURAL, id]).send_for_nothing().await
    }

    pub(super) async fn create_from<T: DeserializeOwned>(self, new: &impl Serialize) -> Result<T> {
        V1.post(self.client, &["admin", N::PLURAL]).json(new).data().await
    }

    pub(super) async fn change_by(self, id: &str, change: &impl Serialize) -> Result<N> {
        V1.patch(self.client, &["admin", N::PLURAL, id]).json(change).data().await
    }

    /// Changes what is below one of them.
    pub(super) async fn below<T: DeserializeOwned>(self, path: &[&str], body: &impl Serialize) -> Result<T> {
        V1.post(self.client, &[&["admin", N::PLURAL], path].concat()).json(body).data().await
    }

    pub(super) async fn list_below<T: DeserializeOwned>(self, path: &[&str]) -> Result<T> {
        V1.get(self.client, &[&["admin", N::PLURAL], path].concat()).data().await
    }

    pub(super) async fn page_below<T: DeserializeOwned>(self, path: &[&str], filter: &Filter) -> Result<Page<T>> {
        let call = V1.get(self.client, &[&["admin", N::PLURAL], path].concat()).at(filter.page, filter.cursor.as_ref());
        call.query("status", filter.status.as_ref()).page().await
    }

    pub(super) async fn remove_below(self, path: &[&str]) -> Result<()> {
        V1.delete(self.client, &[&["admin", N::PLURAL], path].concat()).send_for_nothing().await
    }
}

impl<N: Editable> Entries<'_, N> {
    /// Creates one.
    ///
    /// # Errors
    /// 403; 409 where the name was ever taken; 422 with each bad value.
    pub async fn create(self, new: &N::New) -> Result<N::Created> {
        self.create_from(new).await
    }

    /// Changes one.
    ///
    /// # Errors
    /// 403, 404, 409, 422.
    pub async fn change(self, id: &str, change: &N::Change) -> Result<N> {
        self.change_by(id, change).await
    }
}
