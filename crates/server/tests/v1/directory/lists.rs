//! Pages: what is within reach, exactly counted, newest first, found by the beginning of a name.

use std::collections::BTreeSet;

use serde_json::json;

use super::{created, fresh_user, id_of};
use crate::server::{Server, USERS};

#[tokio::test]
async fn a_walk_visits_what_is_within_reach_exactly_once() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let (acme, beta) = (id_of(&server, &root, "tenants", "acme").await, id_of(&server, &root, "tenants", "beta").await);
    for number in 0..7 {
        fresh_user(&server, &root, &format!("extra{number}"), if number % 2 == 0 { &acme } else { &beta }).await;
    }
    let (admin, partner) = (server.login("tenant_admin_a").await, server.login("partner_admin").await);
    let at_home = |homes: &[&str]| USERS.iter().filter(|(_, home, ..)| home.is_some_and(|home| homes.contains(&home))).count() as u64;
    let gamma = id_of(&server, &root, "tenants", "gamma").await;
    let (of_acme, of_north) = (vec![Some(acme.clone())], vec![Some(acme.clone()), Some(gamma)]);
    for (token, homes, total) in [
        (&admin, of_acme, at_home(&["ACME"]) + 4),
        (&partner, of_north, at_home(&["ACME", "GAMMA"]) + 4),
        (&root, vec![], USERS.len() as u64 + 7),
    ] {
        for per_page in [1, 3, 100] {
            let (mut seen, mut page) = (Vec::new(), 1);
            loop {
                let listed = server.get(&format!("/api/v1/admin/users/?page={page}&per_page={per_page}"), token).await.expect(200);
                assert_eq!(listed.number("/pagination/total_items"), total);
                for user in listed.at("/data").as_array().unwrap() {
                    let home = user["tenant_id"].as_str().map(str::to_owned);
                    assert!(homes.is_empty() || homes.contains(&home), "{user}");
                }
                let ids = listed.ids();
                if ids.is_empty() {
                    break;
                }
                seen.extend(ids);
                page += 1;
            }
            let distinct: BTreeSet<_> = seen.iter().collect();
            assert_eq!((seen.len() as u64, distinct.len() as u64), (total, total));
        }
    }
    let newest = server.get("/api/v1/admin/users/?per_page=2", &root).await.expect(200);
    assert_eq!((newest.text_at("/data/0/username"), newest.text_at("/data/1/username")), ("extra6".into(), "extra5".into()));
}

#[tokio::test]
async fn a_search_finds_beginnings_and_filters_narrow() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let (acme, north) = (id_of(&server, &root, "tenants", "acme").await, id_of(&server, &root, "partners", "north").await);
    let beta = id_of(&server, &root, "tenants", "beta").await;
    let user = json!({ "username": "zed", "display_name": "Quincy 100%_", "email": "mail@zed.example", "tenant_id": acme });
    let zed = created(&server, &root, "users", user).await;
    let found = async |noun: &str, query: &str| {
        let listed = server.get(&format!("/api/v1/admin/{noun}/?{query}"), &root).await.expect(200);
        assert_eq!(listed.number("/pagination/total_items"), listed.ids().len() as u64);
        listed.ids()
    };
    for search in ["ZED", "quincy%20100%25", "Mail%40Z"] {
        assert_eq!(found("users", &format!("search={search}")).await, [zed.as_str()], "{search}");
    }
    for search in ["uincy", "%25", "_ed", "zedd"] {
        assert!(found("users", &format!("search={search}")).await.is_empty(), "{search}");
    }
    assert_eq!(found("users", &format!("search=zed&tenant_id={acme}&partner_id={north}")).await, [zed.as_str()]);
    assert!(found("users", &format!("search=zed&tenant_id={beta}")).await.is_empty());
    assert!(found("users", &format!("tenant_id={beta}&partner_id={north}")).await.is_empty());
    assert_eq!(found("tenants", &format!("partner_id={north}&search=ac")).await, [acme.as_str()]);
    assert_eq!(found("partners", &format!("tenant_id={acme}")).await, [north]);
    server.delete(&format!("/api/v1/admin/users/{zed}"), &root).await.expect(204);
    assert!(found("users", "search=zed").await.is_empty());
    assert_eq!(found("users", "search=zed&status=doomed").await, [zed]);
    let app = created(&server, &root, "applications", json!({ "client_id": "Shop", "name": "Web shop", "tenant_id": acme })).await;
    for search in ["sHOP", "web%20S"] {
        assert_eq!(found("applications", &format!("search={search}&status=active")).await, [app.as_str()]);
    }
    assert!(found("applications", "status=disabled").await.is_empty());
    let admin = server.login("tenant_admin_a").await;
    for query in [format!("tenant_id={beta}"), "tenant_id=x".into(), format!("partner_id={}", "prt_01234567890123456789012345")] {
        server.get(&format!("/api/v1/admin/users/?{query}"), &admin).await.expect(404);
    }
}
