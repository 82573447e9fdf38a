//! Reading the trail: who sees which entries, and that every filter means what it says.

use serde_json::{Value, json};

use crate::server::{Answer, Server};

const ROUTES: &[&str] = &[
    "/api/v1/admin/audit",
    "/api/v1/admin/audit/",
    "/api/v1/admin/audit/actions",
    "/api/v1/admin/audit/resource-types",
    "/api/v1/admin/audit/head",
    "/api/v1/admin/audit/export",
];

/// Entries of three tenants and of none, from several places and times; and root's token.
async fn eventful() -> (Server, String) {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    for (number, user) in ["end_user", "bob", "gina", "operator"].iter().cycle().take(12).enumerate() {
        let token = server.login_at(&format!("203.0.{}.{}", 112 + number % 3, 7 + number), user).await;
        server.login_at(&format!("2001:db8:{number}::1"), user).await;
        server.advance(61);
        if number % 3 == 0 {
            server.call("POST", "/user/logout", Some(&token), None).await.expect(200);
        }
    }
    let wrong = json!({ "username": "bob", "password": "Wrong-horse-7" });
    server.call("POST", "/user/login", None, Some(wrong)).await.expect(401);
    (server, root)
}

fn text<'v>(entry: &'v Value, pointer: &str) -> &'v str {
    entry.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

#[tokio::test]
async fn only_administrators_read_it() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    for route in ROUTES {
        server.call("GET", route, None, None).await.expect(401);
        for persona in ["end_user", "operator", "homeless_admin", "partnerless_admin"] {
            server.get(route, &server.login(persona).await).await.expect(403);
        }
        for persona in ["tenant_admin_a", "partner_admin"] {
            let is_global = *route == "/api/v1/admin/audit/head";
            server.get(route, &server.login(persona).await).await.expect(if is_global { 403 } else { 200 });
        }
        server.get(route, &root).await.expect(200);
        server.call("PUT", route, Some(&root), None).await.expect(405);
    }
    let served = server.call("GET", "/openapi/audit.yaml", None, None).await.expect(200);
    assert!(ROUTES.iter().all(|route| served.text.contains(route)));
}

#[tokio::test]
async fn each_sees_the_entries_within_reach_and_no_others() {
    let (server, root) = eventful().await;
    let (acme, gamma, beta) = (
        server.whereabouts("end_user", &root).await.1,
        server.whereabouts("gina", &root).await.1,
        server.whereabouts("bob", &root).await.1,
    );
    let all = server.trail(&root, "").await;
    let of = |tenants: &[&String]| -> Vec<Value> {
        all.iter().filter(|entry| tenants.iter().any(|tenant| text(entry, "/tenant_id") == tenant.as_str())).cloned().collect()
    };
    assert!(all.iter().any(|entry| entry["tenant_id"].is_null() && entry["action"] == "partner.created"));
    let (admin, partner) = (server.login("tenant_admin_a").await, server.login("partner_admin").await);
    // What the two log-ins added is newer than what `all` has.
    let older = |mut entries: Vec<Value>| {
        entries.retain(|entry| entry["id"].as_i64() <= all[0]["id"].as_i64());
        entries
    };
    assert_eq!(older(server.trail(&admin, "").await), of(&[&acme]));
    assert_eq!(older(server.trail(&partner, "").await), of(&[&acme, &gamma]));
    assert_eq!(older(server.trail(&root, &format!("&tenant_id={beta}")).await), of(&[&beta]));
    assert_eq!(older(server.trail(&partner, &format!("&tenant_id={gamma}")).await), of(&[&gamma]));
    for (action, resource) in [("user.created", "user"), ("email.added", "user"), ("tenant.created", "tenant")] {
        let told = of(&[&acme]).iter().filter(|entry| entry["action"] == action && entry["resource_type"] == resource).count();
        assert!(told > 0, "{action} belongs to its tenant");
    }
}

#[tokio::test]
async fn what_is_out_of_reach_looks_like_what_does_not_exist() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let beta = server.whereabouts("bob", &root).await.1;
    let admin = server.login("tenant_admin_a").await;
    let seen = |answer: Answer| (answer.status.as_u16(), answer.text, answer.headers);
    for route in ["/api/v1/admin/audit/", "/api/v1/admin/audit/export"] {
        let before = server.trail(&root, "").await.len();
        let theirs = seen(server.get(&format!("{route}?tenant_id={beta}"), &admin).await);
        let none = seen(server.get(&format!("{route}?tenant_id=tnt_01234567890123456789012345"), &admin).await);
        let nonsense = seen(server.get(&format!("{route}?tenant_id=x"), &admin).await);
        assert_eq!((theirs.0, &theirs), (404, &none));
        assert_eq!(none, nonsense);
        server.get(&format!("{route}?partner_id=prt_01234567890123456789012345"), &root).await.expect(404);
        assert_eq!(server.trail(&root, "").await.len(), before, "what is refused is not an export");
    }
}

#[tokio::test]
async fn every_filter_narrows_to_exactly_what_it_says() {
    let (server, root) = eventful().await;
    let all = server.trail(&root, "").await;
    let newest_first = |entries: &[Value]| entries.windows(2).all(|pair| pair[0]["id"].as_i64() > pair[1]["id"].as_i64());
    assert!(all.len() > 50 && newest_first(&all), "{}", all.len());
    let middle = &all[20];
    type Meets = Box<dyn Fn(&Value) -> bool>;
    let equals = |pointer: &'static str| -> (String, Meets) {
        let wanted = text(middle, pointer).to_owned();
        (wanted.clone(), Box::new(move |entry| text(entry, pointer) == wanted))
    };
    let (at, (actor, is_actor)) = (text(middle, "/at").to_owned(), equals("/actor/id"));
    let (since, until) = (at.clone(), at.clone());
    let ((action, is_action), (resource, is_resource), (kind, is_kind)) =
        (equals("/action"), equals("/resource_id"), equals("/resource_type"));
    let from_one = "203.0.113.8";
    let cases: Vec<(String, Meets)> = vec![
        (format!("actor_id={actor}"), is_actor),
        (format!("action={action}"), is_action),
        (format!("resource_id={resource}"), is_resource),
        (format!("resource_type={kind}"), is_kind),
        ("result=refused".into(), Box::new(|entry| entry["result"] == "refused")),
        (format!("start_time={at}"), Box::new(move |entry| text(entry, "/at") >= since.as_str())),
        (format!("end_time={at}"), Box::new(move |entry| text(entry, "/at") < until.as_str())),
        (format!("ip_address={from_one}"), Box::new(move |entry| text(entry, "/ip_address") == from_one)),
        ("ip_address=203.0.113.0/24".into(), Box::new(|entry| text(entry, "/ip_address").starts_with("203.0.113."))),
        (
            "ip_address=203.0.112.0/23".into(),
            Box::new(|entry| ["203.0.112.", "203.0.113."].iter().any(|net| text(entry, "/ip_address").starts_with(net))),
        ),
        ("ip_address=2001:db8:3::/48".into(), Box::new(|entry| text(entry, "/ip_address") == "2001:db8:3::1")),
        ("ip_address=0.0.0.0/0".into(), Box::new(|entry| text(entry, "/ip_address").contains('.'))),
        ("ip_address=198.51.100.1".into(), Box::new(|_| false)),
        ("actor_id=nobody".into(), Box::new(|_| false)),
        ("action=session.created&result=success&actor_id=test".into(), Box::new(|_| false)),
    ];
    for (query, meets) in &cases {
        let wanted: Vec<&Value> = all.iter().filter(|entry| meets(entry)).collect();
        assert_eq!(server.trail(&root, &format!("&{query}")).await.iter().collect::<Vec<_>>(), wanted, "{query}");
        let empty_on_purpose = query.contains("nobody") || query.contains("198.51") || query.contains("actor_id=test");
        assert_ne!(wanted.is_empty(), !empty_on_purpose, "{query} tries nothing");
        assert!(wanted.len() < all.len(), "{query} narrows nothing");
    }
    let both = format!("&resource_type={kind}&ip_address=203.0.113.0/24&start_time={at}&actor_id={actor}");
    let wanted = all.iter().filter(|entry| [0, 3, 5, 8].iter().all(|case| cases[*case].1(entry))).count();
    assert_eq!(server.trail(&root, &both).await.len(), wanted);
}

#[tokio::test]
async fn bad_values_are_all_told() {
    let server = Server::start().await;
    let admin = server.login("tenant_admin_a").await;
    let query = "page=0&action=x&resource_type=x&result=x&start_time=today&end_time=2026-01-01%2000:00:00Z&ip_address=1.2.3.4/33";
    let told = server.get(&format!("/api/v1/admin/audit/?{query}"), &admin).await.expect(422).at("/detail");
    let names: Vec<_> = told.as_array().unwrap().iter().map(|problem| problem["loc"][1].as_str().unwrap()).collect();
    assert_eq!(names, ["page", "action", "resource_type", "result", "start_time", "end_time", "ip_address"]);
    server.get("/api/v1/admin/audit/export?after=-1", &admin).await.expect(422);
}

#[tokio::test]
async fn an_entry_tells_who_did_what_to_what_and_from_where() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let (user, tenant) = server.whereabouts("end_user", &root).await;
    let token = server.login_at("203.0.113.9", "end_user").await;
    let session = server.current(&token).await;
    let answer = server.get(&format!("/api/v1/admin/audit/?resource_id={session}"), &root).await.expect(200);
    let entry = answer.at("/data/0");
    assert_eq!(answer.number("/pagination/total_items"), 1);
    assert_eq!(entry["actor"], json!({ "kind": "user", "id": user }));
    assert_eq!((text(&entry, "/action"), text(&entry, "/result")), ("session.created", "success"));
    assert_eq!((text(&entry, "/resource_type"), text(&entry, "/tenant_id")), ("session", tenant.as_str()));
    assert_eq!((text(&entry, "/ip_address"), text(&entry, "/request_id")), ("203.0.113.9", "minted"));
    assert!(text(&entry, "/user_agent").contains("iPhone") && entry["detail"].is_object());
    let actions = server.get("/api/v1/admin/audit/actions", &root).await.at("/data");
    let kinds = server.get("/api/v1/admin/audit/resource-types", &root).await.at("/data");
    for entry in server.trail(&root, "").await {
        assert!(actions.as_array().unwrap().contains(&entry["action"]) && kinds.as_array().unwrap().contains(&entry["resource_type"]));
    }
}
