//! Numbered pages: at rest a walk visits everything exactly once, newest first, and the total is exact.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::server::Server;

/// Sessions of ACME, BETA and of nobody's tenant, some ended, some born in the same millisecond; and root's token.
async fn populated() -> (Server, String, String) {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let (_, tenant) = server.whereabouts("end_user", &root).await;
    for (number, user) in ["end_user", "bob", "operator", "super_admin", "end_user"].iter().cycle().take(25).enumerate() {
        let guid = server.open(user).await;
        if number % 3 == 0 {
            server.advance(1);
        }
        if number % 4 == 0 {
            let body = serde_json::json!({ "session_guid": guid });
            server.call("POST", "/usm/session/close", None, Some(body)).await.expect(200);
        }
    }
    (server, root, tenant)
}

#[test]
fn a_walk_visits_everything_exactly_once() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (server, root, tenant) = runtime.block_on(populated());
    let mut runner = TestRunner::new(Config { cases: 40, ..Config::default() });
    let asked = (1_usize..=12, any::<bool>(), any::<bool>());
    let walk = async |per_page: usize, active_only: bool, all_tenants: bool| {
        let (path, query) = match all_tenants {
            true => ("/api/v1/admin/sessions/".to_owned(), String::new()),
            false => (format!("/api/v1/tenants/{tenant}/sessions"), format!("&active_only={active_only}")),
        };
        let (mut seen, mut born, mut page, mut total) = (Vec::new(), Vec::new(), 1, 0);
        loop {
            let answer = server.get(&format!("{path}?page={page}&per_page={per_page}{query}"), &root).await.expect(200);
            let ids = answer.ids();
            total = usize::try_from(answer.number("/pagination/total_items")).unwrap().max(total);
            assert_eq!(answer.number("/pagination/total_pages"), total.div_ceil(per_page) as u64);
            if ids.is_empty() {
                return (seen, born, total);
            }
            assert!(ids.len() == per_page || seen.len() + ids.len() == total);
            seen.extend(ids);
            born.extend(answer.at("/data").as_array().unwrap().iter().map(|item| item["created_at"].as_str().unwrap().to_owned()));
            page += 1;
        }
    };
    let checked = runner.run(&asked, |(per_page, active_only, all_tenants)| {
        let (seen, born, total) = runtime.block_on(walk(per_page, active_only, all_tenants));
        prop_assert_eq!(seen.len(), total);
        prop_assert!(born.is_sorted_by(|newer, older| newer >= older));
        let mut distinct = seen.clone();
        distinct.sort();
        distinct.dedup();
        prop_assert_eq!(distinct.len(), total);
        let (whole, ..) = runtime.block_on(walk(100, active_only, all_tenants));
        prop_assert_eq!(seen, whole);
        Ok(())
    });
    checked.unwrap();
}

#[tokio::test]
async fn a_session_that_only_a_pending_touch_keeps_alive_is_listed_and_counted() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let (_, tenant) = server.whereabouts("end_user", &root).await;
    let guid = server.open("end_user").await;
    let expired = server.open("end_user").await;
    // No task saves touches here: the stored expiry passes, the answered one does not.
    server.advance(3000);
    server.validate(&guid).await.expect(200);
    server.advance(1000);
    let root = server.login("super_admin").await;
    let listed = server.get(&format!("/api/v1/tenants/{tenant}/sessions"), &root).await.expect(200);
    assert_eq!((listed.ids().len(), listed.number("/pagination/total_items")), (1, 1));
    let stats = server.get(&format!("/api/v1/tenants/{tenant}/sessions/stats"), &root).await.expect(200);
    assert_eq!((stats.number("/data/active_sessions"), stats.number("/data/by_end_reason/expired")), (1, 1));
    server.validate(&expired).await.expect(401);
}
