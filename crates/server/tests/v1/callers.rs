//! Every route × every kind of caller, and what lies outside of a caller's reach.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::server::{Answer, Server};

/// One call: method, path as it is documented, body.
struct Route(&'static str, &'static str, Option<fn(&Target) -> Value>);

/// What is called upon: a session, its user, its tenant.
struct Target {
    tenant: String,
    user: String,
    session: String,
}

const ROUTES: &[Route] = &[
    Route("GET", "/api/v1/admin/sessions/", None),
    Route("GET", "/api/v1/admin/sessions", None),
    Route("POST", "/api/v1/admin/sessions/revoke-all", Some(|target| json!({ "user_id": target.user, "tenant_id": target.tenant }))),
    Route("GET", "/api/v1/admin/sessions/{session_id}", None),
    Route("DELETE", "/api/v1/admin/sessions/{session_id}", None),
    Route("GET", "/api/v1/tenants/{tenant_id}/sessions", None),
    Route("GET", "/api/v1/tenants/{tenant_id}/sessions/stats", None),
    Route("GET", "/api/v1/tenants/{tenant_id}/sessions/users/{user_id}", None),
    Route("POST", "/api/v1/tenants/{tenant_id}/sessions/users/{user_id}/revoke", Some(|_| json!({ "revoke_all": true }))),
    Route("GET", "/api/v1/tenants/{tenant_id}/sessions/{session_id}", None),
    Route("DELETE", "/api/v1/tenants/{tenant_id}/sessions/{session_id}", None),
    Route("GET", "/api/v1/me/sessions", None),
    Route("DELETE", "/api/v1/me/sessions/{session_id}", None),
    Route("POST", "/api/v1/tenants/{tenant_id}/sessions/revoke-all", None),
    // Last: it ends the session that the table itself looks with.
    Route("POST", "/api/v1/me/sessions/revoke-all", None),
];

fn filled(path: &str, target: &Target) -> String {
    path.replace("{tenant_id}", &target.tenant).replace("{user_id}", &target.user).replace("{session_id}", &target.session)
}

async fn call(server: &Server, Route(method, path, body): &Route, token: Option<&str>, target: &Target) -> Answer {
    server.call(method, &filled(path, target), token, body.map(|body| body(target))).await
}

/// A fresh session of gina, who is of GAMMA as nobody else is.
async fn target(server: &Server, root: &str, gina: &(String, String)) -> Target {
    server.open("gina").await;
    let path = format!("/api/v1/tenants/{}/sessions", gina.1);
    let session = server.get(&path, root).await.expect(200).text_at("/data/0/id");
    Target { tenant: gina.1.clone(), user: gina.0.clone(), session }
}

fn expected(persona: &str, Route(method, path, _): &Route) -> u16 {
    let own = path.starts_with("/api/v1/me/");
    let unnamed = matches!(*path, "/api/v1/admin/sessions/" | "/api/v1/admin/sessions");
    match (persona, *method) {
        ("anon", _) => 401,
        // No application is a user, and one within a user's session is nobody here.
        _ if persona == "delegate" || (own && persona.starts_with("machine")) => 403,
        ("machine_unscoped" | "machine_homeless", _) => 403,
        ("machine_reader" | "machine_platform_reader", method) if method != "GET" => 403,
        // Somebody else's session is none of one's own, whoever one is.
        (_, "DELETE") if own => 404,
        _ if own => 200,
        ("end_user" | "operator" | "homeless_admin" | "partnerless_admin", _) => 403,
        ("tenant_admin_a" | "tenant_admin_b" | "machine_reader" | "machine_writer", _) if !unnamed => 404,
        (_, "DELETE") => 204,
        _ => 200,
    }
}

#[tokio::test]
async fn every_route_answers_every_caller_as_the_table_says() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let gina = server.whereabouts("gina", &root).await;
    // The last one's last call ends the session that the table itself looks with.
    let personas = [
        "anon",
        "end_user",
        "operator",
        "tenant_admin_a",
        "tenant_admin_b",
        "homeless_admin",
        "partnerless_admin",
        "partner_admin",
        "machine_unscoped",
        "machine_reader",
        "machine_writer",
        "machine_homeless",
        "machine_platform_reader",
        "machine_platform",
        "delegate",
        "super_admin",
    ];
    for persona in personas {
        let token = match persona {
            "anon" => None,
            "delegate" => Some(server.delegate("machine_platform", "super_admin").await),
            _ if persona.starts_with("machine") => Some(server.machine(persona).await),
            _ => Some(server.login(persona).await),
        };
        for route in ROUTES {
            let target = target(&server, &root, &gina).await;
            let answer = call(&server, route, token.as_deref(), &target).await;
            assert_eq!(answer.status.as_u16(), expected(persona, route), "{persona} {} {}: {answer:?}", route.0, route.1);
            if persona == "anon" {
                assert_eq!(answer.headers["www-authenticate"], "Bearer");
                assert!(answer.at("/detail").is_string());
            }
        }
    }
}

#[tokio::test]
async fn a_tenant_admin_has_the_run_of_the_own_tenant() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let (user, tenant) = server.whereabouts("end_user", &root).await;
    for route in ROUTES.iter().filter(|route| !route.1.starts_with("/api/v1/me/")) {
        let token = server.login("tenant_admin_a").await;
        let own = server.login("end_user").await;
        let target = Target { tenant: tenant.clone(), user: user.clone(), session: server.current(&own).await };
        let answer = call(&server, route, Some(&token), &target).await;
        assert_eq!(answer.status.as_u16(), if route.0 == "DELETE" { 204 } else { 200 }, "{} {}: {answer:?}", route.0, route.1);
        let ends = route.0 != "GET";
        assert_eq!(server.get("/api/v1/me/sessions", &own).await.status == 401, ends, "{} {}", route.0, route.1);
    }
}

#[tokio::test]
async fn the_table_has_every_documented_route() {
    let documents = cloakroom_server::router::documents();
    let (_, document) = documents.iter().find(|(path, _)| *path == "/api/v1/openapi.json").unwrap();
    let document = serde_json::to_value(document).unwrap();
    let mut documented = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys().filter(|method| ["get", "post", "delete"].contains(&method.as_str())) {
            documented.insert((method.to_uppercase(), path.clone()));
        }
    }
    documented.remove(&("GET".to_owned(), "/api/v1/openapi.json".to_owned()));
    // The list answers without the slash at its end, too.
    assert!(documented.insert(("GET".to_owned(), "/api/v1/admin/sessions".to_owned())));
    let in_the_table: BTreeSet<_> = ROUTES.iter().map(|Route(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(documented, in_the_table);
    let server = Server::start().await;
    let served = server.call("GET", "/api/v1/openapi.json", None, None).await.expect(200);
    assert_eq!(served.json(), document);
}

/// The answer without what names the request.
fn anonymous(mut answer: Answer) -> (u16, String, Vec<(String, String)>) {
    answer.headers.remove("x-request-id");
    let headers = answer.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    (answer.status.as_u16(), answer.text, headers)
}

#[tokio::test]
async fn what_is_out_of_reach_looks_like_what_does_not_exist() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let gina = server.whereabouts("gina", &root).await;
    let foreign = target(&server, &root, &gina).await;
    let id = |prefix: &str| format!("{prefix}_01234567890123456789012345");
    let missing = Target { tenant: id("tnt"), user: id("usr"), session: id("ses") };
    let nonsense = Target { tenant: "x".into(), user: "%ff".into(), session: "ses_%20".into() };
    for persona in ["tenant_admin_a", "tenant_admin_b", "machine_writer"] {
        let is_machine = persona.starts_with("machine");
        let token = if is_machine { server.machine(persona).await } else { server.login(persona).await };
        let takes = |route: &&Route| !is_machine || !route.1.starts_with("/api/v1/me/");
        for route in ROUTES.iter().filter(takes).filter(|route| route.1.contains('{') || route.1 == "/api/v1/admin/sessions/revoke-all") {
            let foreign = anonymous(call(&server, route, Some(&token), &foreign).await);
            assert_eq!(foreign.0, 404, "{persona} {} {}", route.0, route.1);
            assert_eq!(foreign, anonymous(call(&server, route, Some(&token), &missing).await), "{persona} {} {}", route.0, route.1);
            assert_eq!(foreign, anonymous(call(&server, route, Some(&token), &nonsense).await), "{persona} {} {}", route.0, route.1);
        }
        for (name, theirs) in [("user_id", &foreign.user), ("tenant_id", &foreign.tenant)] {
            let theirs = anonymous(server.get(&format!("/api/v1/admin/sessions?{name}={theirs}"), &token).await);
            let none = anonymous(server.get(&format!("/api/v1/admin/sessions?{name}={}", id(&name[..3])), &token).await);
            assert_eq!((theirs.0, &theirs), (404, &none), "{persona} {name}");
        }
    }
    let live = server.get(&format!("/api/v1/admin/sessions/{}", foreign.session), &root).await;
    live.expect(200);
}

#[tokio::test]
async fn role_comes_before_validation_and_validation_before_existence() {
    let server = Server::start().await;
    let (plain, admin) = (server.login("end_user").await, server.login("tenant_admin_a").await);
    let bad = "/api/v1/tenants/tnt_nothing/sessions?page=0";
    server.call("GET", bad, None, None).await.expect(401);
    server.get(bad, &plain).await.expect(403);
    server.get(bad, &admin).await.expect(422);
    server.get("/api/v1/tenants/tnt_nothing/sessions", &admin).await.expect(404);
    let revoke = "/api/v1/tenants/tnt_nothing/sessions/users/usr_nothing/revoke";
    server.call("POST", revoke, Some(&plain), None).await.expect(403);
    server.call("POST", revoke, Some(&admin), None).await.expect(422);
    server.call("PUT", bad, Some(&admin), None).await.expect(405).at("/detail");
    server.call("GET", "/api/v1/me/sessions", Some("nonsense"), None).await.expect(401);
}

#[tokio::test]
async fn a_list_shows_what_is_within_reach_and_nothing_else() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let (acme, gamma) = (server.whereabouts("end_user", &root).await, server.whereabouts("gina", &root).await);
    let (beta, bob) = (server.login("bob").await, server.whereabouts("bob", &root).await);
    server.login("gina").await;
    let tenants = async |token: &str, query: &str| {
        let answer = server.get(&format!("/api/v1/admin/sessions/?per_page=100{query}"), token).await.expect(200);
        let items = answer.at("/data").as_array().unwrap().clone();
        assert_eq!(answer.number("/pagination/total_items"), items.len() as u64);
        items.iter().map(|item| item["tenant_id"].as_str().unwrap_or("none").to_owned()).collect::<BTreeSet<_>>()
    };
    let set = |of: &[&str]| of.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
    let (admin, partner) = (server.login("tenant_admin_a").await, server.login("partner_admin").await);
    assert_eq!(tenants(&admin, "").await, set(&[&acme.1]));
    assert_eq!(tenants(&partner, "").await, set(&[&acme.1, &gamma.1]));
    assert_eq!(tenants(&root, "").await, set(&[&acme.1, &gamma.1, &bob.1, "none"]));
    assert_eq!(tenants(&root, &format!("&tenant_id={}", bob.1)).await, set(&[&bob.1]));
    assert_eq!(tenants(&root, &format!("&user_id={}&tenant_id={}", gamma.0, gamma.1)).await, set(&[&gamma.1]));
    assert_eq!(tenants(&partner, &format!("&user_id={}", gamma.0)).await, set(&[&gamma.1]));
    // A whole user, as far as the reach goes: another partner's user is out of it, and stays.
    let body = json!({ "user_id": bob.0 });
    server.post("/api/v1/admin/sessions/revoke-all", &partner, body).await.expect(404);
    server.get("/api/v1/me/sessions", &beta).await.expect(200);
    let body = json!({ "user_id": gamma.0 });
    assert_eq!(server.post("/api/v1/admin/sessions/revoke-all", &partner, body).await.expect(200).number("/data/revoked_count"), 1);
}
