//! What one process remembers, and another one, or somebody by hand, ends: it is dead at once for both.

use std::sync::Arc;

use cloakroom_engine::directory::TenantStatus;
use cloakroom_engine::directory::document::{ApplicationEntry, DirectoryDocument};
use cloakroom_engine::ids::{ApplicationUid, SessionNumber};
use cloakroom_engine::machine::store::{ClientLookup, MachineStore as _};
use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::open::OpenedSession;
use cloakroom_engine::tokens::store::TokenStore as _;
use cloakroom_engine::tokens::{Generation, GrantNumber};

use crate::accounts::{asked, at_browser};
use crate::api_keys::{ORIGIN, account, dead, key, keys, owned};
use crate::facts::{WAYS, ask_after_ends, end};
use crate::world::{World, user, users};

fn hits(world: &World) -> u64 {
    world.database.live_stats().hits
}

/// Has `here` remember the session: the second time it answers from memory.
async fn remember(here: &World, opened: &OpenedSession) {
    here.validate(&opened.secret).await.unwrap();
    let before = hits(here);
    here.validate(&opened.secret).await.unwrap();
    assert_eq!(hits(here), before + 1);
}

/// A session of a user and a tenant that nobody else has.
async fn somebody(here: &World, number: usize) -> (OpenedSession, String, String) {
    let (name, tenant) = (format!("user{number}"), format!("tenant{number}"));
    here.set_tenant(&tenant, TenantStatus::Verified).await;
    here.apply(users(vec![user(&name, Some(&tenant))]), true).await;
    let opened = here.open(&name).await;
    remember(here, &opened).await;
    (opened, name, tenant)
}

#[tokio::test]
async fn what_another_process_ends_in_any_way_is_dead_here() {
    let here = World::peopled(Policy::default()).await;
    let there = here.after_a_crash();
    for way in 0..WAYS {
        let (opened, name, tenant) = somebody(&here, way).await;
        end(&there, way, &opened, (&name, &tenant)).await;
        assert!(here.validate(&opened.secret).await.is_err(), "{way}");
    }
}

/// As with one process, while both are asked.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_asks_any_process_after_an_acknowledged_end_is_refused() {
    let here = Arc::new(World::peopled(Policy::default()).await);
    let there = Arc::new(here.after_a_crash());
    println!("{}", ask_after_ends(there.clone(), vec![here, there]).await);
}

/// Whatever somebody does by hand to what a session rests on.
const BY_HAND: [&str; 9] = [
    "UPDATE sessions SET state = 1, ended_at = created_at, end_reason = 'closed' WHERE number = {session}",
    "UPDATE session_touches SET expires_at = 1, expiry_edition = expiry_edition + 1 WHERE session_number = {session}",
    "UPDATE sessions SET secret_hash = '\\x00' WHERE number = {session}",
    "DELETE FROM session_touches WHERE session_number = {session}; DELETE FROM sessions WHERE number = {session}",
    "UPDATE users SET status = 'suspended' WHERE number = {user}",
    "UPDATE emails SET status = 'suspended' WHERE user_number = {user}",
    "UPDATE tenants SET status = 'suspended' WHERE number = (SELECT tenant_number FROM users WHERE number = {user})",
    "UPDATE server SET epoch = epoch + 1",
    "TRUNCATE sessions CASCADE",
];

#[tokio::test]
async fn what_is_changed_by_hand_is_believed_at_once() {
    let here = World::peopled(Policy::default()).await;
    for (number, sql) in BY_HAND.iter().enumerate() {
        let (opened, ..) = somebody(&here, number).await;
        let session = &opened.view.session;
        let sql = sql.replace("{session}", &session.number.0.to_string()).replace("{user}", &session.user.0.to_string());
        here.past().batch(&sql);
        assert!(!matches!(here.try_validate(&opened.secret).await, Ok(Ok(_))), "{sql}");
    }
}

/// Whatever somebody does by hand to what an account shows.
const TO_AN_ACCOUNT: [&str; 8] = [
    "UPDATE users SET display_name = 'Ada by hand' WHERE number = {user}",
    "INSERT INTO memberships (user_number, tenant_number, role) SELECT {user}, number, 'member' FROM tenants WHERE code = 'BETA'",
    "UPDATE memberships SET role = 'owner' WHERE user_number = {user}",
    "UPDATE tenants SET code = 'GAMMA' WHERE code = 'BETA'",
    "DELETE FROM memberships WHERE user_number = {user}",
    "INSERT INTO emails (user_number, address, status, status_since, is_primary, created_at)
     SELECT user_number, 'x' || address, status, 0, 0, 0 FROM emails WHERE user_number = {user}",
    "UPDATE emails SET address = 'hand@example.org' WHERE user_number = {user} AND is_primary = 1",
    "DELETE FROM emails WHERE user_number = {user} AND is_primary = 0",
];

#[tokio::test]
async fn an_account_is_told_as_it_stands_however_it_is_changed_elsewhere() {
    let here = World::peopled(Policy::default()).await;
    let there = here.after_a_crash();
    let opened = at_browser(&here, "ada").await;
    for change in TO_AN_ACCOUNT {
        let before = asked(&here, &opened.secret).await.unwrap();
        here.past().batch(&change.replace("{user}", &opened.view.session.user.0.to_string()));
        let after = asked(&here, &opened.secret).await.unwrap();
        assert_ne!(before, after, "{change}");
        assert_eq!(after, asked(&there, &opened.secret).await.unwrap(), "{change}");
    }
    there.set_user("ada", cloakroom_engine::directory::UserStatus::Suspended).await;
    assert!(asked(&here, &opened.secret).await.is_err());
}

#[tokio::test]
async fn api_keys_end_here_however_they_end_there() {
    let (here, owner) = owned().await;
    let there = here.after_a_crash();
    for how in 0..7 {
        let account = account(&here, &owner).await;
        let key = key(&here, &owner, &account).await;
        let writer = keys(&owner);
        for _ in 0..2 {
            assert_eq!(dead(&here, &key.shown).await, None, "{how}");
        }
        let before = hits(&here);
        here.engine.save_api_key_uses(true, 10).await.unwrap();
        assert_eq!(dead(&here, &key.shown).await, None, "{how}");
        assert_eq!(hits(&here), before + 1, "a last use changes nothing");
        match how {
            0 => drop(there.engine.revoke_api_key(&writer, key.shown.uid, None, &ORIGIN).await.unwrap().unwrap()),
            1 => drop(there.engine.revoke_api_keys(&writer, Some(account.uid), &ORIGIN).await.unwrap().unwrap()),
            2 => drop(there.engine.revoke_api_keys(&writer, None, &ORIGIN).await.unwrap().unwrap()),
            3 => drop(there.engine.doom_service_account(&owner, account.uid, &ORIGIN).await.unwrap().unwrap()),
            4 => here.past().batch("UPDATE api_keys SET revoked_at = 1"),
            5 => here.past().batch("DELETE FROM api_keys"),
            _ => drop(there.set_tenant("ACME", TenantStatus::Doomed).await),
        }
        assert!(dead(&here, &key.shown).await.is_some(), "{how}");
    }
}

fn portal() -> DirectoryDocument {
    let application = ApplicationEntry { client_id: "portal".into(), ..ApplicationEntry::default() };
    DirectoryDocument { applications: vec![application], ..DirectoryDocument::default() }
}

async fn client(world: &World, lookup: ClientLookup) -> Option<(ApplicationUid, usize, bool)> {
    let found = world.database.client(lookup).await.unwrap();
    found.map(|client| (client.uid, client.secrets.len(), client.may_act()))
}

#[tokio::test]
async fn applications_their_secrets_and_their_tokens_are_as_they_stand_in_the_database() {
    let here = World::peopled(Policy::default()).await;
    here.apply(portal(), true).await;
    let named = || ClientLookup::ClientId("portal".into());
    let (uid, secrets, _) = client(&here, named()).await.unwrap();
    let by_token = || ClientLookup::Token(uid, [7; 16]);
    for lookup in [named(), by_token(), ClientLookup::Uid(uid)] {
        client(&here, lookup.clone()).await.unwrap();
        let before = hits(&here);
        client(&here, lookup).await.unwrap();
        assert_eq!(hits(&here), before + 1);
    }
    let past = here.past();
    past.batch("INSERT INTO client_secrets (application_number, hash, created_at) VALUES (1, decode(repeat('00', 32), 'hex'), 0)");
    assert_eq!(client(&here, named()).await, Some((uid, secrets + 1, true)));
    past.batch("DELETE FROM client_secrets");
    assert_eq!(client(&here, named()).await, Some((uid, 0, true)));
    past.batch("INSERT INTO revoked_tokens (token_uid, expires_at) VALUES (decode(repeat('07', 16), 'hex'), 0)");
    assert_eq!(client(&here, by_token()).await, None, "the token is revoked");
    past.batch("UPDATE applications SET status = 'disabled'");
    assert_eq!(client(&here, ClientLookup::Uid(uid)).await, Some((uid, 0, false)));
}

#[tokio::test]
async fn a_grant_is_at_the_generation_that_the_database_says() {
    let here = World::peopled(Policy::default()).await;
    let opened = here.open("ada").await;
    let (grant, session) = (GrantNumber(77), SessionNumber(opened.view.session.number.0));
    here.past().batch(&format!(
        "INSERT INTO session_grants (number, session_number, refresh_hash, generation, reached_at)
         VALUES (77, {}, decode(repeat('00', 32), 'hex'), 0, {})",
        session.0,
        here.now().as_millis()
    ));
    let generation = async || here.database.live_grant(grant, here.now()).await.unwrap().map(|grant| grant.generation);
    assert_eq!(generation().await, Some(Generation(0)));
    let before = hits(&here);
    assert_eq!(generation().await, Some(Generation(0)));
    assert_eq!(hits(&here), before + 1);
    here.past().batch("UPDATE session_grants SET generation = 1");
    assert_eq!(generation().await, Some(Generation(1)));
    here.past().batch("DELETE FROM session_grants");
    assert_eq!(generation().await, None);
}
