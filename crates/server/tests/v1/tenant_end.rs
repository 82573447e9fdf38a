//! Ending everything under a tenant: at once, exactly counted, and over with it.

use serde_json::json;

use crate::server::Server;

#[tokio::test]
async fn everything_under_the_tenant_is_dead_at_once_and_new_sessions_live() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let (_, tenant) = server.whereabouts("end_user", &root).await;
    let (list, stats) = (format!("/api/v1/tenants/{tenant}/sessions"), format!("/api/v1/tenants/{tenant}/sessions/stats"));
    let expired = server.open("end_user").await;
    server.advance(3601);
    let root = server.login("super_admin").await;
    let tokens = [server.login("end_user").await, server.login("operator").await, server.login("tenant_admin_a").await];
    let guids = [server.open("end_user").await, server.open("operator").await];
    let other = server.login("bob").await;
    // Ended in the very millisecond of the move, for the same reason, by the same hand, and yet not by it.
    let before = server.current(&server.login("end_user").await).await;
    server.delete(&format!("/api/v1/admin/sessions/{before}"), &root).await.expect(204);
    let live = server.get(&list, &root).await.expect(200);
    assert_eq!(live.number("/pagination/total_items"), 5);

    let ended = server.post(&format!("{list}/revoke-all"), &tokens[2], json!({})).await.expect(200);
    assert_eq!(ended.number("/data/revoked_count"), 5);
    assert_eq!(ended.at("/data/session_ids"), json!(live.ids()));
    for token in &tokens {
        server.get("/api/v1/me/sessions", token).await.expect(401);
    }
    for guid in &guids {
        let answer = server.validate(guid).await.expect(401);
        assert_eq!(answer.text_at("/error/major/tag"), "session-doomed");
        assert_eq!(answer.text_at("/error/minor/tag"), "manual");
    }
    server.validate(&expired).await.expect(401);
    server.get("/api/v1/me/sessions", &other).await.expect(200);

    assert_eq!(server.get(&list, &root).await.number("/pagination/total_items"), 0);
    let counted = server.get(&stats, &root).await.expect(200).at("/data");
    assert_eq!((&counted["active_sessions"], &counted["unique_users"]), (&json!(0), &json!(0)));
    // Six of them: the five, and the one before. One expired, one was closed by `whereabouts`.
    assert_eq!(counted["by_end_reason"], json!({ "closed": 1, "expired": 1, "revoked": 6 }));
    assert_eq!((&counted["total_sessions"], &counted["sessions_ended_24h"]), (&json!(8), &json!(8)));
    let everything = server.get(&format!("{list}?active_only=false"), &root).await.expect(200).ids();
    while server.engine.stamp_moved_epochs(3).await.unwrap().1 {}
    assert_eq!(server.get(&stats, &root).await.at("/data"), counted, "recording the ends changes nothing");
    assert_eq!(server.get(&format!("{list}?active_only=false"), &root).await.ids(), everything);

    let again = server.login("end_user").await;
    let guid = server.open("operator").await;
    server.get("/api/v1/me/sessions", &again).await.expect(200);
    server.validate(&guid).await.expect(200);
    assert_eq!(server.get(&list, &root).await.number("/pagination/total_items"), 2);
    let second = server.post("/api/v1/admin/sessions/revoke-all", &root, json!({ "tenant_id": tenant })).await.expect(200);
    assert_eq!(second.number("/data/revoked_count"), 2, "only what was born since");
}

#[tokio::test]
async fn what_was_stamped_before_it_was_counted_counts() {
    use cloakroom_engine::clock::Clock as _;
    use cloakroom_engine::directory::store::DirectoryStore as _;
    use cloakroom_engine::ids::{TenantUid, UserNumber};
    use cloakroom_engine::sessions::store::SessionStore as _;
    use cloakroom_engine::sessions::store::{EndSessionsOfTenant, MovedTenant};
    use cloakroom_engine::sessions::{End, EndReason};

    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let (_, tenant) = server.whereabouts("end_user", &root).await;
    for _ in 0..3 {
        server.open("end_user").await;
    }
    let place = server.database.tenant_place(TenantUid::parse(&tenant).unwrap()).await.unwrap().unwrap();
    let end = End { at: server.clock.now(), reason: EndReason::Revoked, by: Some(UserNumber(1)) };
    let audit = cloakroom_engine::audit::AuditEntry::success(
        end.at,
        cloakroom_engine::audit::Action::SessionsRevoked,
        cloakroom_engine::audit::ResourceKind::Tenant,
        cloakroom_engine::audit::Actor::System("test"),
        Default::default(),
    );
    let ending = EndSessionsOfTenant { tenant: place.number, end, list: 2, audit };
    let MovedTenant { moved, ended } =
        server.database.end_sessions_of_tenant(cloakroom_engine::callers::Authorisation::Server, ending).await.unwrap();
    let before = server.database.ended_with_tenant(moved, 2).await.unwrap();
    assert_eq!(ended, Some(before.clone()), "what was told at once");
    assert_eq!((before.count, before.sessions.len()), (3, 2));
    server.advance(5);
    while server.engine.stamp_moved_epochs(2).await.unwrap().1 {}
    assert_eq!(server.database.ended_with_tenant(moved, 2).await.unwrap(), before);
}

#[tokio::test]
async fn a_user_within_a_tenant_ends_there_alone() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let (user, tenant) = server.whereabouts("end_user", &root).await;
    let (_, other_tenant) = server.whereabouts("bob", &root).await;
    let (own, operator) = (server.login("end_user").await, server.login("operator").await);
    let elsewhere = json!({ "user_id": user, "tenant_id": other_tenant });
    server.post("/api/v1/admin/sessions/revoke-all", &root, elsewhere).await.expect(404);
    let within = json!({ "user_id": user, "tenant_id": tenant });
    let ended = server.post("/api/v1/admin/sessions/revoke-all", &root, within).await.expect(200);
    assert_eq!(ended.number("/data/revoked_count"), 1);
    server.get("/api/v1/me/sessions", &own).await.expect(401);
    server.get("/api/v1/me/sessions", &operator).await.expect(200);
}
