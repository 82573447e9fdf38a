//! A backup that is served again: its sessions end by the server's own epoch, in one row.

use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::EndReason;
use cloakroom_engine::sessions::authenticate::SessionRefusal::{Ended, FoundDead};
use cloakroom_engine::sessions::restored::RestoredSessions;

use crate::world::{START, World, ended, seconds};

#[tokio::test]
async fn all_that_a_backup_held_as_live_is_over() {
    let world = World::peopled(Policy::default()).await;
    let opened = [world.open("ada").await, world.open("cyd").await];
    world.advance(1);
    world.engine.settle_restored_backup(RestoredSessions::End).await.unwrap();
    assert_eq!(world.count("SELECT count(*) FROM sessions WHERE state <> 0"), 0, "no session's row was written");
    world.advance(1);
    for opened in &opened {
        assert_eq!(world.validate(&opened.secret).await, Err(FoundDead(EndReason::Restored)));
        let end = world.get(&world.reference(opened), false).await.unwrap().end;
        assert_eq!(end, ended(START.plus(seconds(1)), EndReason::Restored));
    }
    let new = world.open("ada").await;
    assert!(world.validate(&new.secret).await.is_ok());
    world.engine.settle_restored_backup(RestoredSessions::End).await.unwrap();
    assert_eq!(world.validate(&new.secret).await, Err(FoundDead(EndReason::Restored)));
    assert_eq!(world.validate(&opened[0].secret).await, Err(Ended(EndReason::Restored)));
}

#[tokio::test]
async fn kept_sessions_live_on_and_the_trail_tells_which() {
    let world = World::peopled(Policy::default()).await;
    let opened = world.open("ada").await;
    let before = world.trail().len();
    world.engine.settle_restored_backup(RestoredSessions::Keep).await.unwrap();
    assert!(world.validate(&opened.secret).await.is_ok());
    world.engine.settle_restored_backup(RestoredSessions::End).await.unwrap();
    assert!(world.validate(&opened.secret).await.is_err());
    let trail = world.trail();
    let told: Vec<_> = trail[before..].iter().map(|told| told.action.as_str()).collect();
    assert_eq!(told, ["backup.restored", "backup.restored", "session.ended"]);
    let kept = "SELECT count(*) FROM audit_log WHERE action = 'backup.restored' AND actor_id = 'restore' AND detail LIKE '%\"kept\"%'";
    let moved = "SELECT count(*) FROM audit_log WHERE action = 'backup.restored' AND detail LIKE '%\"epoch\":\"1\"%'";
    assert_eq!((world.count(kept), world.count(moved)), (1, 1));
}
