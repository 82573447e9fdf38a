//! API keys past HTTP: the trail tells every change and no more, what survives a restart, and what a database file never holds.

use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::callers::{ApiKeyWriter, OrgRefusal, OrgWriter};
use cloakroom_engine::directory::document::{DirectoryDocument, UserEntry};
use cloakroom_engine::directory::{MembershipRole, TenantStatus};
use cloakroom_engine::error::{EngineError, Lapsed, StoreError};
use cloakroom_engine::machine::api_keys::create::{ApiKeyWish, CreatedApiKey};
use cloakroom_engine::machine::api_keys::list::ApiKeyQuery;
use cloakroom_engine::machine::api_keys::text::ShownApiKey;
use cloakroom_engine::machine::api_keys::validate::ApiKeyRefusal;
use cloakroom_engine::machine::service_accounts::ServiceAccount;
use cloakroom_engine::machine::service_accounts::create::ServiceAccountWish;
use cloakroom_engine::machine::store::ApiKeyFilter;
use cloakroom_engine::machine::verdict::ApiKeyEndReason;
use cloakroom_engine::policy::Policy;

use crate::world::World;

pub const ORIGIN: RequestOrigin = RequestOrigin { address: None, user_agent: None, request_id: None };

/// A world in which Ada owns ACME.
pub async fn owned() -> (World, OrgWriter) {
    let world = World::peopled(Policy::default()).await;
    let memberships = Some(vec![("ACME".into(), MembershipRole::Owner)]);
    let ada = UserEntry { username: "ada".into(), memberships, ..UserEntry::default() };
    world.apply(DirectoryDocument { users: vec![ada], ..DirectoryDocument::default() }, true).await;
    let opened = world.open("ada").await;
    let caller = world.caller(&opened.secret).await;
    let owner = world.engine.org_owner(&caller, "ACME").await.unwrap().unwrap().writing().unwrap();
    assert_eq!(world.engine.org_owner(&caller, "BETA").await.unwrap(), Err(OrgRefusal::NotFound));
    (world, owner)
}

/// What the owner may do with the keys of the org.
pub fn keys(owner: &OrgWriter) -> ApiKeyWriter {
    owner.clone().into()
}

pub async fn account(world: &World, owner: &OrgWriter) -> ServiceAccount {
    let wish = ServiceAccountWish { caption: "till".into(), roles: vec!["pvv".into()] };
    world.engine.create_service_account(owner, wish, &ORIGIN).await.unwrap()
}

pub async fn key(world: &World, owner: &OrgWriter, account: &ServiceAccount) -> CreatedApiKey {
    let wish = ApiKeyWish { account: account.uid, caption: None, expires_at: None };
    world.engine.create_api_key(&keys(owner), wish, &ORIGIN).await.unwrap().unwrap()
}

pub async fn dead(world: &World, shown: &ShownApiKey) -> Option<ApiKeyRefusal> {
    world.engine.validate_api_key(shown, None, &RequestOrigin::default()).await.unwrap().err()
}

#[tokio::test]
async fn every_change_is_told_once_and_nothing_else_is() {
    let (world, owner) = owned().await;
    let mut told = world.trail().len();
    let mut gained = || {
        let trail = world.trail();
        let actions: Vec<_> = trail[told..].iter().map(|told| told.action.clone()).collect();
        assert!(trail[told..].iter().all(|told| told.actor_kind == "user" && told.actor_id.is_some()));
        told = trail.len();
        actions
    };
    let engine = &world.engine;
    let account = account(&world, &owner).await;
    assert_eq!(gained(), ["service_account.created"]);
    let made = key(&world, &owner, &account).await;
    assert_eq!(gained(), ["api_key.created"]);
    assert_eq!(dead(&world, &made.shown).await, None);
    engine.save_api_key_uses(true, 10).await.unwrap();
    let query = ApiKeyQuery { account: account.uid, filter: ApiKeyFilter::All, after: None, limit: 9 };
    engine.list_api_keys(&keys(&owner), &query).await.unwrap().unwrap();
    assert_eq!(gained(), [""; 0], "validate, save uses, list");
    for expected in [&["api_key.revoked"][..], &[]] {
        engine.revoke_api_key(&keys(&owner), made.shown.uid, Some("leaked".into()), &ORIGIN).await.unwrap().unwrap();
        assert_eq!(gained(), expected);
    }
    engine.set_api_key_policy(&keys(&owner), Some(7), &ORIGIN).await.unwrap();
    engine.revoke_api_keys(&keys(&owner), Some(account.uid), &ORIGIN).await.unwrap().unwrap();
    engine.revoke_api_keys(&keys(&owner), None, &ORIGIN).await.unwrap().unwrap();
    assert_eq!(gained(), ["api_key_policy.changed", "api_keys.revoked", "api_keys.revoked"]);
    for expected in [&["service_account.status_changed"][..], &[]] {
        engine.doom_service_account(&owner, account.uid, &ORIGIN).await.unwrap().unwrap();
        assert_eq!(gained(), expected);
    }
    let (tenants, within) =
        ("SELECT count(*) FROM audit_log WHERE resource_kind IN ('api_key', 'service_account')", " AND tenant_number = 1");
    assert_eq!(world.count(tenants), world.count(&format!("{tenants}{within}")), "each within its org");
    let text = made.shown.expose();
    let secret = text.split('_').nth(2).unwrap();
    assert!(!world.trail().iter().any(|told| told.detail.to_string().contains(secret)));
}

#[tokio::test]
pub async fn keys_their_ends_and_their_last_uses_survive_a_restart() {
    let (mut world, owner) = owned().await;
    let account = account(&world, &owner).await;
    let (kept, revoked) = (key(&world, &owner, &account).await, key(&world, &owner, &account).await);
    world.engine.revoke_api_key(&keys(&owner), revoked.shown.uid, None, &ORIGIN).await.unwrap().unwrap();
    assert_eq!(dead(&world, &kept.shown).await, None);
    world.engine.save_api_key_uses(true, 10).await.unwrap();
    let used_at = world.now();
    world.restart();
    world.advance(60);
    assert_eq!(dead(&world, &revoked.shown).await, Some(ApiKeyRefusal::Dead(ApiKeyEndReason::Revoked)));
    let query = ApiKeyQuery { account: account.uid, filter: ApiKeyFilter::Live, after: None, limit: 9 };
    let listed = world.engine.list_api_keys(&keys(&owner), &query).await.unwrap().unwrap();
    assert_eq!(listed.api_keys.len(), 1);
    assert_eq!(listed.api_keys[0].snapshot.api_key.last_used_at, Some(used_at));
}

#[tokio::test]
async fn an_acknowledged_revocation_survives_a_crash() {
    let (world, owner) = owned().await;
    let account = account(&world, &owner).await;
    let made = key(&world, &owner, &account).await;
    world.engine.revoke_api_keys(&keys(&owner), None, &ORIGIN).await.unwrap().unwrap();
    let after = world.after_a_crash();
    assert_eq!(dead(&after, &made.shown).await, Some(ApiKeyRefusal::Dead(ApiKeyEndReason::RevokedWithOrg)));
}

#[tokio::test]
async fn a_marker_writes_one_row_whatever_the_number_of_keys() {
    let (world, owner) = owned().await;
    let account = account(&world, &owner).await;
    for _ in 0..50 {
        key(&world, &owner, &account).await;
    }
    let before = world.count("SELECT count(revoked_at) + sum(account_epoch) + sum(org_epoch) FROM api_keys");
    world.engine.revoke_api_keys(&keys(&owner), None, &ORIGIN).await.unwrap().unwrap();
    let after = world.count("SELECT count(revoked_at) + sum(account_epoch) + sum(org_epoch) FROM api_keys");
    assert_eq!(before, after, "no key's row was touched");
    assert_eq!(world.count("SELECT api_key_epoch FROM tenants WHERE code = 'ACME'"), 1);
    assert_eq!(world.count("SELECT api_key_epoch FROM tenants WHERE code = 'BETA'"), 0);
    assert_eq!(world.count("SELECT epoch FROM tenants WHERE code = 'ACME'"), 0, "no session ends");
}

/// A key by which a machine of ACME acts as an owner, and what it may do with the keys of the org.
async fn of_an_owner(world: &World, owner: &OrgWriter) -> (ServiceAccount, CreatedApiKey, ApiKeyWriter) {
    let wish = ServiceAccountWish { caption: "keeper".into(), roles: vec!["owner".into()] };
    let keeper = world.engine.create_service_account(owner, wish, &ORIGIN).await.unwrap();
    let made = key(world, owner, &keeper).await;
    let admin = world.engine.api_key_admin(&made.shown, "ACME", &ORIGIN).await.unwrap().unwrap();
    (keeper, made, admin.writing().unwrap())
}

/// What was revoked, aged, narrowed or suspended while a body was still arriving makes no key.
#[tokio::test]
async fn a_key_of_an_owner_is_judged_again_by_every_change() {
    for change in ["revoke", "revoke all", "age", "doom", "narrow", "suspend"] {
        let (world, owner) = owned().await;
        let (keeper, made, admin) = of_an_owner(&world, &owner).await;
        let wish = || ApiKeyWish { account: keeper.uid, caption: None, expires_at: None };
        world.engine.create_api_key(&admin, wish(), &ORIGIN).await.unwrap().unwrap();
        let engine = &world.engine;
        let lapsed = match change {
            "revoke" => engine.revoke_api_key(&keys(&owner), made.shown.uid, None, &ORIGIN).await.map(|_| Lapsed::Unauthenticated),
            "revoke all" => engine.revoke_api_keys(&admin, None, &ORIGIN).await.map(|_| Lapsed::Unauthenticated),
            "age" => {
                engine.set_api_key_policy(&admin, Some(1), &ORIGIN).await.unwrap();
                world.advance(86_400);
                Ok(Lapsed::Unauthenticated)
            }
            "doom" => engine.doom_service_account(&owner, keeper.uid, &ORIGIN).await.map(|_| Lapsed::Unauthenticated),
            "narrow" => {
                world.past().execute("UPDATE service_accounts SET roles = 'pvv'", &[]);
                Ok(Lapsed::Narrowed)
            }
            _ => {
                world.set_tenant("ACME", TenantStatus::Suspended).await;
                Ok(Lapsed::Narrowed)
            }
        };
        let refused = engine.create_api_key(&admin, wish(), &ORIGIN).await;
        let Err(EngineError::Store(StoreError::Lapsed(found))) = refused else { panic!("{change}: {refused:?}") };
        assert_eq!(found, lapsed.unwrap(), "{change}");
    }
}

#[tokio::test]
async fn the_trail_names_the_machine_and_its_key() {
    let (world, owner) = owned().await;
    let (keeper, made, admin) = of_an_owner(&world, &owner).await;
    world.engine.revoke_api_keys(&admin, Some(keeper.uid), &ORIGIN).await.unwrap().unwrap();
    let told = world.trail().pop().unwrap();
    assert_eq!((told.action.as_str(), told.actor_kind.as_str()), ("api_keys.revoked", "service_account"));
    assert_eq!((told.actor_id, told.detail["by_api_key_id"].as_str()), (Some(keeper.uid.to_string()), Some(&*made.shown.uid.to_string())));
}
