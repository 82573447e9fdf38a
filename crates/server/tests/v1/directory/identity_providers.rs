//! Identity providers: what is said of them, who may say it, which domains count, and that a secret stays with its issuer.

use serde_json::{Value, json};

use super::{created, id_of};
use crate::server::{Answer, Server};

const ROOT: &str = "/api/v1/admin/identity-providers";
const SECRET: &str = "Unmistakable-provider-secret-51";

fn provider(code: &str) -> Value {
    json!({ "code": code, "issuer": "https://id.acme.example", "client_id": "us" })
}

fn with(mut body: Value, more: Value) -> Value {
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

async fn patch(server: &Server, token: &str, provider: &str, body: Value) -> Answer {
    server.call("PATCH", &format!("{ROOT}/{provider}"), Some(token), Some(body)).await
}

/// The names of what is wrong.
fn named(answer: &Answer) -> Vec<String> {
    let bad = answer.at("/detail");
    bad.as_array().unwrap_or_else(|| panic!("{answer:?}")).iter().map(|bad| bad["loc"][1].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_is_said_is_shown_changed_and_taken_away() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let acme = id_of(&server, &root, "tenants", "acme").await;
    let said = json!({
        "tenant_id": acme,
        "name": "Acme",
        "scopes": ["openid", "groups"],
        "domains": ["acme.example", "xn--mnchen-3ya.example"],
        "username_claim": "sub",
        "name_claim": "nickname",
        "groups_claim": "groups",
        "group_memberships": [{ "group": "all staff", "tenant_id": acme, "role": "member" }],
        "create_users": true,
        "link_by_verified_email": true,
        "trust_amr": true,
        "exchange_audiences": ["https://app.acme.example"],
        "status": "disabled",
    });
    let mut body = with(with(provider("acme"), said.clone()), json!({ "client_secret": SECRET }));
    body["domains"] = json!(["M\u{fc}nchen.example", "ACME.example", "acme.example"]);
    let made = server.post(ROOT, &root, body).await.expect(201);
    let id = made.text_at("/data/id");
    let shown = server.get(&format!("{ROOT}/{id}"), &root).await.expect(200);
    for (name, value) in said.as_object().unwrap() {
        assert_eq!(shown.at(&format!("/data/{name}")), *value, "{name}");
    }
    assert_eq!(shown.at("/data/has_client_secret"), json!(true));
    assert_eq!(shown.at("/data/approved_domains"), said["domains"]);
    let listed = server.get(&format!("{ROOT}/?search=acm&status=disabled"), &root).await.expect(200);
    assert_eq!(listed.at("/data/0"), shown.at("/data"));
    let change = json!({ "groups_claim": null, "group_memberships": [], "client_secret": null, "status": "active", "name": "Other" });
    let changed = patch(&server, &root, &id, change).await.expect(200);
    for (name, value) in [("groups_claim", json!(null)), ("group_memberships", json!([])), ("has_client_secret", json!(false))] {
        assert_eq!(changed.at(&format!("/data/{name}")), value, "{name}");
    }
    assert_eq!(changed.at("/data/scopes"), said["scopes"], "what is not named stays");
    for answer in [made, shown, listed, changed] {
        assert!(!answer.text.contains(SECRET), "{answer:?}");
    }
    let bare = server.post(ROOT, &root, provider("bare")).await.expect(201);
    for (name, value) in [
        ("name", json!("bare")),
        ("tenant_id", json!(null)),
        ("scopes", json!(["openid", "profile", "email"])),
        ("username_claim", json!("preferred_username")),
        ("name_claim", json!("name")),
        ("create_users", json!(false)),
        ("link_by_verified_email", json!(false)),
        ("trust_amr", json!(false)),
        ("has_client_secret", json!(false)),
        ("status", json!("active")),
    ] {
        assert_eq!(bare.at(&format!("/data/{name}")), value, "{name}");
    }
    assert_eq!(server.delete(&format!("{ROOT}/{id}"), &root).await.status, 204);
    assert_eq!(server.get(&format!("{ROOT}/{id}"), &root).await.text_at("/data/status"), "disabled");
    server.post(ROOT, &root, provider("acme")).await.expect(409);
}

#[tokio::test]
async fn every_field_has_its_bounds_and_names_itself() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let acme = id_of(&server, &root, "tenants", "acme").await;
    let many = |count: usize| (0..count).map(|number| format!("a{number}.example")).collect::<Vec<_>>();
    let group = |more: Value| json!([with(json!({ "group": "staff", "tenant_id": acme, "role": "member" }), more)]);
    let tried = [
        ("code", json!("Acme"), false),
        ("code", json!("a".repeat(65)), false),
        ("code", json!("a".repeat(64)), true),
        ("name", json!("\u{7}"), false),
        ("issuer", json!("http://127.0.0.1:9/realm"), true),
        ("issuer", json!("https://id.example?tenant=a"), false),
        ("issuer", json!("https://id.example/#a"), false),
        ("issuer", json!("id.example"), false),
        ("client_id", json!("a b"), false),
        ("client_id", json!("a".repeat(256)), false),
        ("client_secret", json!(""), false),
        ("client_secret", json!("a".repeat(1025)), false),
        ("scopes", json!(["profile"]), false),
        ("scopes", json!([]), false),
        ("domains", json!(["a b"]), false),
        ("domains", json!(many(64)), true),
        ("domains", json!(many(65)), false),
        ("username_claim", json!(""), false),
        ("groups_claim", json!("a b"), false),
        ("exchange_audiences", json!(["a b"]), false),
        ("create_users", json!("yes"), false),
        ("status", json!("doomed"), false),
        ("group_memberships", group(json!({})), true),
        ("group_memberships", group(json!({ "role": "king" })), false),
        ("group_memberships", group(json!({ "more": 1 })), false),
        ("group_memberships", json!([{ "group": "staff" }]), false),
        ("group_memberships", json!(["staff"]), false),
        ("group_memberships", json!({}), false),
    ];
    for (index, (field, value, fits)) in tried.into_iter().enumerate() {
        let mut body = with(provider(&format!("try-{index}")), json!({ "groups_claim": "groups" }));
        body[field] = value;
        let answer = server.post(ROOT, &root, body).await;
        assert_eq!(answer.status.as_u16(), if fits { 201 } else { 422 }, "{index} {field}: {answer:?}");
        assert!(fits || named(&answer) == [field], "{index} {field}: {answer:?}");
    }
    let claimless = with(provider("claimless"), json!({ "group_memberships": group(json!({})) }));
    assert_eq!(named(&server.post(ROOT, &root, claimless).await), ["group_memberships"]);
    let id = created(&server, &root, "identity-providers", provider("fixed")).await;
    assert_eq!(named(&patch(&server, &root, &id, json!({ "code": "other", "tenant_id": acme })).await), ["code", "tenant_id"]);
}

/// Which domains of it count.
async fn approved(server: &Server, root: &str, id: &str) -> Value {
    server.get(&format!("{ROOT}/{id}"), root).await.expect(200).at("/data/approved_domains")
}

#[tokio::test]
async fn what_a_tenant_says_of_domains_counts_when_the_platform_approved_it_for_this_issuer() {
    let server = Server::start().await;
    let (root, admin) = (server.login("super_admin").await, server.login("tenant_admin_a").await);
    let own = with(provider("own"), json!({ "domains": ["a.example", "b.example"] }));
    let id = created(&server, &admin, "identity-providers", own).await;
    assert_eq!(approved(&server, &root, &id).await, json!([]));
    let approve = async |token: &str, domains: &[&str]| {
        server.post(&format!("{ROOT}/{id}/approved-domains"), token, json!({ "domains": domains })).await
    };
    approve(&admin, &["a.example"]).await.expect(403);
    assert_eq!(named(&approve(&root, &["a.example", "c.example"]).await), ["domains"], "nobody approves what they have not seen");
    approve(&root, &["A.example"]).await.expect(200);
    assert_eq!(approved(&server, &root, &id).await, json!(["a.example"]));
    patch(&server, &admin, &id, json!({ "domains": ["a.example", "c.example"] })).await.expect(200);
    assert_eq!(approved(&server, &root, &id).await, json!(["a.example"]), "what is new waits");
    patch(&server, &root, &id, json!({ "name": "Seen" })).await.expect(200);
    assert_eq!(approved(&server, &root, &id).await, json!(["a.example"]), "renaming approves nothing");
    patch(&server, &admin, &id, json!({ "domains": ["c.example"] })).await.expect(200);
    patch(&server, &admin, &id, json!({ "domains": ["a.example"] })).await.expect(200);
    assert_eq!(approved(&server, &root, &id).await, json!([]), "what went waits when it comes back");
    approve(&root, &["a.example"]).await.expect(200);
    patch(&server, &admin, &id, json!({ "issuer": "https://id.evil.example" })).await.expect(200);
    assert_eq!(approved(&server, &root, &id).await, json!([]), "another issuer was never trusted with it");
    patch(&server, &root, &id, json!({ "domains": ["d.example"] })).await.expect(200);
    assert_eq!(approved(&server, &root, &id).await, json!(["d.example"]), "who may approve approves what they name");
    approve(&root, &[]).await.expect(200);
    assert_eq!(approved(&server, &root, &id).await, json!([]));
    let told = server.trail(&root, "&action=identity_provider.domains_approved").await;
    assert_eq!(told.len(), 3, "{told:?}");
}

#[tokio::test]
async fn a_secret_stays_with_the_issuer_that_it_was_given_for() {
    let server = Server::start().await;
    let admin = server.login("tenant_admin_a").await;
    let id = created(&server, &admin, "identity-providers", with(provider("own"), json!({ "client_secret": SECRET }))).await;
    let elsewhere = json!({ "issuer": "https://id.evil.example" });
    assert_eq!(named(&patch(&server, &admin, &id, elsewhere.clone()).await), ["client_secret"]);
    let unplaced = json!({ "client_secret": "another" });
    assert_eq!(named(&patch(&server, &admin, &id, unplaced.clone()).await), ["client_secret"]);
    assert_eq!(server.get(&format!("{ROOT}/{id}"), &admin).await.text_at("/data/issuer"), "https://id.acme.example");
    patch(&server, &admin, &id, with(elsewhere.clone(), unplaced)).await.expect(200);
    let back = json!({ "issuer": "https://id.acme.example", "client_secret": null });
    let bare = patch(&server, &admin, &id, back).await.expect(200);
    assert_eq!(bare.at("/data/has_client_secret"), json!(false));
    patch(&server, &admin, &id, elsewhere).await.expect(200);
}

#[tokio::test]
async fn nobody_signs_in_people_beyond_their_own_reach() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let admin = server.login("tenant_admin_a").await;
    let (acme, beta) = (id_of(&server, &root, "tenants", "acme").await, id_of(&server, &root, "tenants", "beta").await);
    // Without a word it is the home of whoever makes it.
    let own = server.post(ROOT, &admin, provider("own")).await.expect(201);
    assert_eq!(own.text_at("/data/tenant_id"), acme);
    server.post(ROOT, &admin, with(provider("theirs"), json!({ "tenant_id": beta }))).await.expect(404);
    // That of the platform signs in whomever: neither seen nor touched, not even by an application that reaches everything.
    let platform = created(&server, &root, "identity-providers", provider("everybody")).await;
    patch(&server, &admin, &platform, json!({ "name": "x" })).await.expect(404);
    let machine = server.machine("machine_platform").await;
    patch(&server, &machine, &platform, json!({ "name": "x" })).await.expect(403);
    server.delete(&format!("{ROOT}/{platform}"), &machine).await.expect(403);
    server.post(ROOT, &machine, provider("machines")).await.expect(403);
    assert_eq!(server.get(ROOT, &admin).await.ids(), [own.text_at("/data/id")]);
    assert_eq!(server.get(ROOT, &root).await.number("/pagination/total_items"), 2);
    // Whose a code is stays unsaid.
    server.post(ROOT, &admin, provider("everybody")).await.expect(409);
}

#[tokio::test]
async fn a_tenants_own_makes_nobody_a_member_of_another_tenant() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let (admin, partner_admin) = (server.login("tenant_admin_a").await, server.login("partner_admin").await);
    let (acme, beta) = (id_of(&server, &root, "tenants", "acme").await, id_of(&server, &root, "tenants", "beta").await);
    let north = id_of(&server, &root, "partners", "north").await;
    let sibling = created(&server, &root, "tenants", json!({ "code": "SIBLING", "partner_id": north })).await;
    let mapping = |code: &str, tenant: &str| {
        let groups = json!([{ "group": "staff", "tenant_id": tenant, "role": "owner" }]);
        with(provider(code), json!({ "groups_claim": "groups", "group_memberships": groups }))
    };
    server.post(ROOT, &admin, mapping("one", &beta)).await.expect(404);
    server.post(ROOT, &admin, mapping("two", &sibling)).await.expect(404);
    let id = created(&server, &admin, "identity-providers", mapping("three", &acme)).await;
    let foreign = json!({ "group_memberships": mapping("", &beta)["group_memberships"] });
    patch(&server, &admin, &id, foreign).await.expect(404);
    // Who reaches both tenants maps each by its own provider all the same.
    let crossing = with(mapping("four", &sibling), json!({ "tenant_id": acme }));
    for token in [&partner_admin, &root] {
        assert_eq!(named(&server.post(ROOT, token, crossing.clone()).await), ["group_memberships"]);
    }
    server.post(ROOT, &root, mapping("five", &beta)).await.expect(201);
}
