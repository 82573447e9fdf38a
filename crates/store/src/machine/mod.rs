//! Machine identities as rows.

mod api_keys;
mod clients;
mod orgs;
mod service_accounts;

use async_trait::async_trait;
use cloakroom_engine::callers::OrgStanding;
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{ApiKeyUid, ServiceAccountNumber, UserNumber};
use cloakroom_engine::machine::api_keys::uses::ApiKeyUse;
use cloakroom_engine::machine::application::ClientRecord;
use cloakroom_engine::machine::service_accounts::ServiceAccount;
use cloakroom_engine::machine::store::{
    ClientLookup, DoomServiceAccount, ListApiKeys, ListServiceAccounts, MachineStore, NewApiKey, NewApiKeyOutcome, NewServiceAccount, Page,
    RevokeApiKey, RevokeApiKeys, SetApiKeyPolicy, SpentAssertion, StoredApiKey,
};
use cloakroom_engine::machine::verdict::ApiKeySnapshot;

pub(crate) use clients::by_number;

use crate::Database;
use crate::driver::WriteClass;

#[async_trait]
impl MachineStore for Database {
    async fn org_standing(&self, user: UserNumber, code: &str) -> Result<Option<OrgStanding>, StoreError> {
        self.driver.read_point(|conn| Box::pin(orgs::standing(conn, user, code))).await
    }

    async fn create_service_account(&self, new: NewServiceAccount) -> Result<ServiceAccountNumber, StoreError> {
        self.write(WriteClass::Ordinary, move |conn, _| Box::pin(async move { service_accounts::create(conn, &new).await })).await
    }

    async fn list_service_accounts(&self, list: ListServiceAccounts) -> Result<Page<ServiceAccount>, StoreError> {
        self.driver.read(move |conn| Box::pin(service_accounts::page(conn, list))).await
    }

    async fn doom_service_account(&self, doom: DoomServiceAccount) -> Result<Option<ServiceAccount>, StoreError> {
        self.write(WriteClass::End, move |conn, _| Box::pin(async move { service_accounts::doom(conn, &doom).await })).await
    }

    async fn create_api_key(&self, new: NewApiKey) -> Result<NewApiKeyOutcome, StoreError> {
        self.write(WriteClass::Ordinary, move |conn, _| Box::pin(async move { api_keys::create(conn, &new).await })).await
    }

    async fn api_key(&self, api_key: ApiKeyUid) -> Result<Option<StoredApiKey>, StoreError> {
        self.driver.read_point(|conn| Box::pin(api_keys::find(conn, api_key))).await
    }

    async fn list_api_keys(&self, list: ListApiKeys) -> Result<Option<Page<ApiKeySnapshot>>, StoreError> {
        self.driver.read(move |conn| Box::pin(api_keys::page(conn, list))).await
    }

    async fn revoke_api_key(&self, revoke: RevokeApiKey) -> Result<Option<ApiKeySnapshot>, StoreError> {
        self.write(WriteClass::End, move |conn, _| Box::pin(async move { api_keys::revoke(conn, &revoke).await })).await
    }

    async fn revoke_api_keys(&self, revoke: RevokeApiKeys) -> Result<Option<Timestamp>, StoreError> {
        self.write(WriteClass::End, move |conn, _| Box::pin(async move { orgs::revoke_api_keys(conn, &revoke).await })).await
    }

    async fn set_api_key_policy(&self, policy: SetApiKeyPolicy) -> Result<(), StoreError> {
        self.write(WriteClass::Ordinary, move |conn, _| Box::pin(async move { orgs::set_api_key_policy(conn, &policy).await })).await
    }

    async fn save_api_key_uses(&self, uses: Vec<ApiKeyUse>) -> Result<(), StoreError> {
        self.write(WriteClass::Ordinary, move |conn, _| Box::pin(async move { api_keys::save_uses(conn, &uses).await })).await
    }

    async fn client(&self, lookup: ClientLookup) -> Result<Option<ClientRecord>, StoreError> {
        self.driver.read_point(|conn| Box::pin(clients::client(conn, &lookup))).await
    }

    async fn spend_assertion(&self, spent: SpentAssertion) -> Result<bool, StoreError> {
        self.write(WriteClass::Ordinary, move |conn, _| Box::pin(async move { clients::spend_assertion(conn, &spent).await })).await
    }
}
