//! A row that holds what it cannot hold is an error or not found, never valid (P6).

use cloakroom_engine::directory::UserStatus;
use cloakroom_engine::page::PageNumber;
use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::get::SessionPointer;
use cloakroom_engine::sessions::log_out::LogOutReach;
use cloakroom_engine::sessions::pages::Side;
use cloakroom_engine::store::Store as _;

use crate::list::query;
use crate::world::{World, bearer};

const DAMAGES: &[&str] = &[
    "UPDATE sessions SET state = 7",
    "UPDATE sessions SET state = -1",
    "UPDATE sessions SET state = 1",
    "UPDATE sessions SET state = 1, ended_at = 5, end_reason = 'bored'",
    "UPDATE sessions SET state = 2, ended_at = 5, end_reason = 'closed'",
    "UPDATE sessions SET birth = 'stork'",
    "UPDATE sessions SET slides = 3",
    "UPDATE sessions SET uid = x'00'",
    "UPDATE sessions SET secret_hash = x'00'",
    "UPDATE sessions SET secret_hash = NULL",
    "UPDATE sessions SET created_at = 'yesterday'",
    "UPDATE sessions SET absolute_expires_at = 'never'",
    "UPDATE sessions SET user_number = 77",
    "UPDATE sessions SET tenant_number = 77",
    "UPDATE sessions SET tenant_epoch = NULL",
    "UPDATE sessions SET tenant_epoch = 9",
    "UPDATE sessions SET server_epoch = 9",
    "UPDATE sessions SET email_number = 2",
    "DELETE FROM session_touches",
    "UPDATE session_touches SET expires_at = 'never'",
    "UPDATE users SET status = 'fine'",
    "UPDATE users SET uid = x'00' WHERE username = 'ada'",
    "UPDATE emails SET status = 'fine'",
    "UPDATE tenants SET status = 'fine'",
    "UPDATE tenants SET epoch = epoch + 1",
    "UPDATE tenants SET epoch = epoch - 1",
    "DELETE FROM server",
];

#[tokio::test]
async fn no_damage_makes_a_session_valid() {
    for damage in DAMAGES {
        let world = World::peopled(Policy::default()).await;
        let opened = world.open("ada").await;
        let caller = world.caller(&opened.secret).await;
        // The address of somebody else, who did not verify it.
        world.sql().execute("UPDATE emails SET status = 'unverified' WHERE number = 2", ()).unwrap();
        assert!(world.sql().execute(damage, ()).unwrap() > 0, "{damage}");
        // What happens beside the store is noticed with the next write, such as the background tasks' every second.
        let _ = world.database.check().await;
        let validated = world.try_validate(&opened.secret).await;
        assert!(!matches!(validated, Ok(Ok(_))), "{damage}: {validated:?}");
        let authenticated = world.engine.authenticate_session(&opened.secret, &Default::default()).await;
        assert!(!matches!(authenticated, Ok(Ok(_))), "{damage}: {authenticated:?}");
        // By reference, the secret's own hash plays no part.
        let looks_live = |pointer: SessionPointer| {
            let engine = world.engine.clone();
            async move { matches!(engine.get_session(&pointer, true).await, Ok(Ok(placed)) if placed.view.end.is_none()) }
        };
        assert!(!looks_live(bearer(&opened)).await, "{damage}");
        if !damage.contains("secret_hash") {
            assert!(!looks_live(world.reference(&opened)).await, "{damage}");
            let listed = world.engine.list_sessions(&caller, &query(Side::Live, None, 8)).await;
            assert!(!listed.is_ok_and(|listed| listed.is_ok_and(|sides| !sides[0].sessions.is_empty())), "{damage}");
            let own = world.engine.own_sessions(&(&caller).into(), PageNumber { page: 1, per_page: 8 }.into()).await;
            assert!(!own.is_ok_and(|own| own.is_ok_and(|page| !page.sessions.is_empty())), "{damage}");
        }
    }
}

/// What the store says of damage names table, column and row, and no value of it.
#[tokio::test]
async fn an_error_tells_where_the_damage_is_and_nothing_of_the_row() {
    let world = World::peopled(Policy::default()).await;
    let opened = world.open("ada").await;
    world.sql().execute("UPDATE sessions SET birth = 'Correct-horse'", ()).unwrap();
    let error = world.try_validate(&opened.secret).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("horse"), "{error:?}");
    assert!(error.to_string().contains("sessions.birth is no ") && error.to_string().contains("(number 1)"), "{error}");
    assert!(!error.is_passing());
}

/// Damage to one row keeps nobody from ending, sweeping or suspending the others.
#[tokio::test]
async fn one_damaged_row_stands_in_nobodys_way() {
    for damage in ["UPDATE sessions SET birth = 'stork' WHERE number = 1", "DELETE FROM session_touches WHERE session_number = 1"] {
        let world = World::peopled(Policy::default()).await;
        for _ in 0..3 {
            world.open("ada").await;
        }
        let known = world.open("ada").await;
        world.sql().execute(damage, ()).unwrap();
        let caller = world.caller(&known.secret).await;
        let own = world.engine.own_sessions(&(&caller).into(), PageNumber { page: 1, per_page: 8 }.into()).await.unwrap().unwrap();
        assert_eq!(own.sessions.len(), 3, "{damage}: the others are shown");
        world.close(&bearer(&known)).await.unwrap();
        world.advance(3601);
        let swept = world.engine.sweep_dead_sessions(1).await.unwrap();
        assert_eq!((swept.ended, swept.rescheduled), (0, 1), "{damage}: the damaged one is first, and out of the way now");
        assert_eq!(world.engine.sweep_dead_sessions(2).await.unwrap().ended, 2, "{damage}");

        let (opened, other) = (world.open("ada").await, world.open("ada").await);
        let caller = world.caller(&opened.secret).await;
        let ended = world.engine.log_out(&caller, LogOutReach::Everywhere, &Default::default()).await.unwrap();
        assert_eq!(ended, 2, "{damage}");
        assert!(world.validate(&other.secret).await.is_err(), "{damage}");
        assert_eq!(world.count("SELECT count(*) FROM sessions WHERE state = 0"), 0, "{damage}");
        assert_eq!(world.set_user("ada", UserStatus::Suspended).await.changed, 1, "{damage}");
    }
}
