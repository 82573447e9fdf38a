//! What a killed process loses: a lag of extensions, and never a creation or an end.

use cloakroom_engine::directory::{TenantStatus, UserStatus};
use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::EndReason;
use cloakroom_engine::sessions::authenticate::SessionRefusal::{self, Ended, FoundDead};
use cloakroom_engine::sessions::log_out::LogOutReach;

use crate::world::{World, bearer};

#[tokio::test]
async fn a_crash_loses_no_creation_and_at_most_the_lag_of_an_extension() {
    let world = World::peopled(Policy::default()).await;
    let opened = world.open("ada").await;
    for pause in [1, 3, 500, 8, 1800, 1, 1, 2700] {
        for _ in 0..pause {
            world.advance(1);
            world.engine.save_touches(false, 100).await.unwrap();
        }
        let told = world.validate(&opened.secret).await.unwrap().session.activity.expires_at;
        world.engine.save_touches(false, 100).await.unwrap();
        let revived = world.after_a_crash();
        let stored = revived.get(&revived.reference(&opened), false).await.unwrap();
        let lost = told.since(stored.session.activity.expires_at).as_millis();
        assert!(lost <= 10_000 && stored.session.activity.expires_at <= told, "lost {lost} ms");
        assert!(revived.validate(&opened.secret).await.is_ok());
    }
}

#[tokio::test]
async fn a_crash_loses_no_end() {
    let world = World::peopled(Policy::default()).await;
    let (closed, logged_out, out) = (world.open("ada").await, world.open("ada").await, world.open("ada").await);
    let (suspended, under_tenant, untouched) = (world.open("cyd").await, world.open("bob").await, world.open("ada").await);
    for opened in [&closed, &logged_out, &out, &suspended, &under_tenant, &untouched] {
        world.advance(1);
        world.validate(&opened.secret).await.unwrap();
    }
    world.close(&bearer(&closed)).await.unwrap();
    refused(&world.after_a_crash(), &closed, Ended(EndReason::Closed)).await;
    world.engine.log_out(&world.caller(&untouched.secret).await, LogOutReach::OtherDevices, &Default::default()).await.unwrap();
    world.set_user("cyd", UserStatus::Suspended).await;
    world.set_tenant("BETA", TenantStatus::Frozen).await;
    let revived = world.after_a_crash();
    refused(&revived, &logged_out, Ended(EndReason::Revoked)).await;
    refused(&revived, &out, Ended(EndReason::Revoked)).await;
    refused(&revived, &suspended, Ended(EndReason::UserSuspended)).await;
    refused(&revived, &under_tenant, FoundDead(EndReason::TenantClosed)).await;
    assert!(revived.validate(&untouched.secret).await.is_ok());
}

async fn refused(world: &World, opened: &cloakroom_engine::sessions::open::OpenedSession, expected: SessionRefusal) {
    assert_eq!(world.validate(&opened.secret).await, Err(expected));
}
