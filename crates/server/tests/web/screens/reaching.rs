//! Every page × every kind of person, and what lies beyond their reach.

use std::collections::BTreeSet;

use cloakroom_server::router::documents;

use super::{PAGES_OF_THEIR_OWN, at, entry, send, server};
use crate::browser::Browser;

const PERSONAS: [&str; 8] = ["anonymous", "member", "owner", "operator", "tenant_admin", "partner_admin", "root", "zeta_admin"];

/// What they are answered, in the order of [`PERSONAS`]; entries are those of ACME.
const PAGES: &[(&str, [u16; 8])] = &[
    ("GET /console/directory/users", [303, 403, 403, 403, 200, 200, 200, 200]),
    ("GET /console/directory/tenants", [303, 403, 403, 403, 200, 200, 200, 200]),
    ("GET /console/directory/partners", [303, 403, 403, 403, 403, 200, 200, 403]),
    ("GET /console/directory/applications", [303, 403, 403, 403, 200, 200, 200, 200]),
    ("GET /console/directory/identity-providers", [303, 403, 403, 403, 200, 200, 200, 200]),
    ("GET /console/directory/elsewhere", [303, 403, 403, 403, 404, 404, 404, 404]),
    ("GET /console/directory/users/export", [303, 403, 403, 403, 200, 200, 200, 200]),
    ("GET /console/directory/partners/export", [303, 403, 403, 403, 403, 200, 200, 403]),
    ("GET /console/directory/users/new", [303, 403, 403, 403, 200, 200, 200, 200]),
    ("GET /console/directory/tenants/new", [303, 403, 403, 403, 403, 200, 200, 403]),
    ("GET /console/directory/partners/new", [303, 403, 403, 403, 403, 403, 200, 403]),
    ("GET {user}", [303, 403, 403, 403, 200, 200, 200, 404]),
    ("GET {tenant}", [303, 403, 403, 403, 200, 200, 200, 404]),
    ("GET {partner}", [303, 403, 403, 403, 404, 200, 200, 404]),
    ("GET {application}", [303, 403, 403, 403, 200, 200, 200, 404]),
    ("GET {provider}", [303, 403, 403, 403, 200, 200, 200, 404]),
    ("GET {user}/edit", [303, 403, 403, 403, 200, 200, 200, 404]),
    ("GET {tenant}/edit", [303, 403, 403, 403, 200, 200, 200, 404]),
    ("GET {partner}/edit", [303, 403, 403, 403, 403, 403, 200, 403]),
    ("GET {application}/edit", [303, 403, 403, 403, 200, 200, 200, 404]),
    ("GET {provider}/edit", [303, 403, 403, 403, 200, 200, 200, 404]),
    ("GET {user}/password", [303, 403, 403, 403, 200, 200, 200, 404]),
    // Without the token of its page no form is anybody's.
    ("POST /console/directory/users/new", [303, 403, 403, 403, 403, 403, 403, 403]),
    ("POST {user}/edit", [303, 403, 403, 403, 403, 403, 403, 403]),
    ("POST {user}/remove", [303, 403, 403, 403, 403, 403, 403, 403]),
    ("POST {user}/status", [303, 403, 403, 403, 403, 403, 403, 403]),
    ("POST {user}/password", [303, 403, 403, 403, 403, 403, 403, 403]),
    ("POST {user}/locks/lift", [303, 403, 403, 403, 403, 403, 403, 403]),
    ("POST {user}/emails", [303, 403, 403, 403, 403, 403, 403, 403]),
    ("POST {application}/secrets/add", [303, 403, 403, 403, 403, 403, 403, 403]),
    ("POST {application}/secrets/remove", [303, 403, 403, 403, 403, 403, 403, 403]),
    ("POST {provider}/domains", [303, 403, 403, 403, 403, 403, 403, 403]),
    ("GET /console/audit", [303, 403, 403, 403, 200, 200, 200, 200]),
    ("POST /console/audit/export", [303, 403, 403, 403, 403, 403, 403, 403]),
    ("GET /console/keys", [303, 403, 403, 403, 403, 403, 200, 403]),
    ("GET /console/health", [303, 403, 403, 403, 403, 403, 200, 403]),
];

/// The entries of ACME that the paths of the table name.
async fn entries(server: &crate::support::Server) -> Vec<(&'static str, String)> {
    let mut entries = Vec::new();
    for (name, noun, of) in [
        ("{user}", "users", "member"),
        ("{tenant}", "tenants", "ACME"),
        ("{partner}", "partners", "north"),
        ("{application}", "applications", "shop"),
        ("{provider}", "identity-providers", "staff"),
    ] {
        entries.push((name, entry(server, noun, of).await));
    }
    entries
}

#[tokio::test]
async fn every_page_answers_every_persona_as_the_table_says() {
    let server = server().await;
    let entries = entries(&server).await;
    let mut wrong = Vec::new();
    for (place, persona) in PERSONAS.into_iter().enumerate() {
        let mut browser = if persona == "anonymous" { Browser::of(&server) } else { at(&server, persona).await };
        for (operation, expected) in PAGES {
            let (method, path) = operation.split_once(' ').unwrap();
            let path = entries.iter().fold(path.to_owned(), |path, (name, page)| path.replace(name, page));
            let path = if path.ends_with("/export") && method == "GET" { format!("{path}?format=csv") } else { path };
            let answer = browser.send(browser.request(method, &path, String::new())).await;
            if answer.status != expected[place] {
                wrong.push(format!("{persona} {operation}: {} instead of {}", answer.status, expected[place]));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_table_has_every_operation_of_these_pages() {
    let mut documented = BTreeSet::new();
    for (_, document) in documents() {
        let document = serde_json::to_value(document).unwrap();
        let is_ours = |path: &str| PAGES_OF_THEIR_OWN.iter().any(|begin| path.starts_with(begin));
        for (path, item) in document["paths"].as_object().unwrap().iter().filter(|(path, _)| is_ours(path)) {
            documented.extend(item.as_object().unwrap().keys().map(|method| format!("{} {}", method.to_uppercase(), shape(path))));
        }
    }
    let listed: BTreeSet<_> = PAGES.iter().map(|(operation, _)| shape(operation)).collect();
    let missing: Vec<_> = documented.difference(&listed).collect();
    assert!(missing.is_empty(), "say in PAGES who may: {missing:?}");
}

/// A path without what stands in for its parameters, whether the table or the document wrote it.
fn shape(path: &str) -> String {
    let nouns = ["users", "tenants", "partners", "applications", "identity-providers", "elsewhere"];
    let named = nouns.iter().fold(path.to_owned(), |path, noun| path.replace(&format!("/directory/{noun}"), "/directory/*"));
    let named = ["{user}", "{tenant}", "{partner}", "{application}", "{provider}"]
        .iter()
        .fold(named, |path, entry| path.replace(entry, "/console/directory/*/*"));
    ["{noun}", "{entry_id}", "{user_id}", "{application_id}", "{identity_provider_id}"]
        .iter()
        .fold(named, |path, parameter| path.replace(parameter, "*"))
}

#[tokio::test]
async fn another_tenants_entries_are_like_none_and_stay_as_they_are() {
    let server = server().await;
    let entries = entries(&server).await;
    let mut zeta = at(&server, "zeta_admin").await;
    for (name, page) in entries.iter().filter(|(name, _)| *name != "{partner}") {
        for deed in ["remove", "edit"] {
            let missing = format!("{}0000000000", &page[..page.len() - 10]);
            let fields = [
                ("role", "none"),
                ("status", "active"),
                ("kind", "web"),
                ("id_token_signed_response_alg", "RS256"),
                ("issuer", "https://id.example"),
                ("client_id", "x"),
                ("username_claim", "sub"),
                ("name_claim", "name"),
            ];
            let foreign = send(&mut zeta, &format!("{page}/{deed}"), &fields).await;
            let none = send(&mut zeta, &format!("{missing}/{deed}"), &fields).await;
            assert_eq!(foreign.status, none.status, "{name} {deed}: {}", foreign.text);
            // A tenant's status is its partner's to set, and so is its end.
            assert!([404, 422, 403, 303].contains(&foreign.status), "{name} {deed}: {}", foreign.text);
        }
    }
    let user = &entries[0].1;
    for (deed, field) in
        [("status", ("status", "suspended")), ("password", ("password", "Another-fine-7-horse")), ("emails", ("email", "x@example.com"))]
    {
        let answer = send(&mut zeta, &format!("{user}/{deed}"), &[field, ("deed", "add")]).await;
        assert_eq!(answer.status, 404, "{deed}: {}", answer.text);
    }
    assert_eq!(send(&mut zeta, &format!("{}/secrets/add", entries[3].1), &[]).await.status, 404);
    let mut root = at(&server, "root").await;
    for (name, page) in &entries {
        let shown = root.get(page).await.text;
        assert!(!shown.contains("data-state=\"doomed\"") && !shown.contains("data-state=\"suspended\""), "{name}: {shown}");
    }
}

#[tokio::test]
async fn whoever_is_lower_gives_nothing_that_is_above() {
    let server = server().await;
    let mut admin = at(&server, "tenant_admin").await;
    let fields = |role| vec![("username", "climber"), ("role", role)];
    let refused = send(&mut admin, "/console/directory/users/new", &fields("super_admin")).await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    assert!(refused.text.contains("This stands above your role.") || refused.text.contains("Your role does not allow this."));
    assert!(refused.text.contains("value=\"climber\""), "what was typed stays: {}", refused.text);
    // The form has no box for it, and a box that is sent all the same says nothing.
    assert!(!admin.get("/console/directory/users/new").await.text.contains("is_operator"));
    let made = send(&mut admin, "/console/directory/users/new", &[&fields("none")[..], &[("is_operator", "true")]].concat()).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let page = at(&server, "root").await.get(&entry(&server, "users", "climber").await).await.text;
    let operator = page.split_once("<dt>Operator</dt><dd>").unwrap().1;
    assert!(operator.starts_with("<span data-is=\"false\">"), "{operator}");
}
