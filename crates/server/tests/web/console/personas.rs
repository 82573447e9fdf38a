//! Every page of the console × every kind of person. Whoever adds a page says here what each is answered.

use std::collections::BTreeSet;

use cloakroom_server::router::documents;

use super::{at, server, session_of};
use crate::browser::{Browser, led_to};

const PERSONAS: [&str; 8] = ["anonymous", "member", "owner", "operator", "tenant_admin", "partner_admin", "root", "zeta_admin"];

/// What they are answered, in the order of [`PERSONAS`]; `{session}` is one in ACME.
const PAGES: &[(&str, [u16; 8])] = &[
    ("GET /console", [303, 403, 403, 200, 200, 200, 200, 200]),
    ("GET /console/confirm", [303, 403, 403, 200, 200, 200, 200, 200]),
    ("POST /console/confirm", [303, 403, 403, 403, 403, 403, 403, 403]),
    ("GET /console/sessions", [303, 403, 403, 200, 200, 200, 200, 200]),
    ("GET /console/sessions/export", [303, 403, 403, 200, 200, 200, 200, 200]),
    ("GET /console/sessions/{session_id}", [303, 403, 403, 200, 200, 200, 200, 404]),
    // Without the token of its page no form is anybody's.
    ("POST /console/sessions/end", [303, 403, 403, 403, 403, 403, 403, 403]),
    ("GET /console/ends", [303, 403, 403, 200, 200, 200, 200, 200]),
    ("GET /console/ends/new", [303, 403, 403, 200, 200, 200, 200, 200]),
    ("POST /console/ends/new", [303, 403, 403, 403, 403, 403, 403, 403]),
    ("GET /console/ends/{mass_end_id}", [303, 403, 403, 404, 404, 404, 404, 404]),
];

/// The links of the navigation that each sees.
const NAVIGATION: &[(&str, &[&str])] = &[
    ("operator", &["/console", "/console/sessions", "/console/ends"]),
    (
        "tenant_admin",
        &[
            "/console",
            "/console/sessions",
            "/console/ends",
            "/console/directory/users",
            "/console/directory/tenants",
            "/console/directory/applications",
            "/console/directory/identity-providers",
            "/console/audit",
        ],
    ),
    (
        "root",
        &[
            "/console",
            "/console/sessions",
            "/console/ends",
            "/console/directory/users",
            "/console/directory/tenants",
            "/console/directory/partners",
            "/console/directory/applications",
            "/console/directory/identity-providers",
            "/console/audit",
            "/console/keys",
            "/console/health",
        ],
    ),
];

#[tokio::test]
async fn every_page_answers_every_persona_as_the_table_says() {
    let server = server().await;
    let (session, _) = session_of(&server, "member").await;
    let mut wrong = Vec::new();
    for (place, persona) in PERSONAS.into_iter().enumerate() {
        let mut browser = if persona == "anonymous" { Browser::of(&server) } else { at(&server, persona).await };
        for (operation, expected) in PAGES {
            let (method, template) = operation.split_once(' ').unwrap();
            let path = template.replace("{session_id}", &session).replace("{mass_end_id}", "end_01J8ZQ4N6WQ3V0R5T7Y9B1D3F5");
            let path = if path.ends_with("/export") { format!("{path}?format=csv") } else { path };
            let answer = browser.send(browser.request(method, &path, String::new())).await;
            if answer.status != expected[place] {
                wrong.push(format!("{persona} {operation}: {} instead of {}", answer.status, expected[place]));
            }
            if answer.status == 403 && method == "GET" {
                assert!(answer.text.contains("The console is for operators and administrators"), "{}", answer.text);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_table_has_every_page_of_the_console() {
    let mut documented = BTreeSet::new();
    for (_, document) in documents() {
        let document = serde_json::to_value(document).unwrap();
        // Those of the directory, the trail, the keys and the health have a table of their own (screens/reaching.rs).
        let is_elsewhere = |path: &str| crate::screens::PAGES_OF_THEIR_OWN.iter().any(|begin| path.starts_with(begin));
        let is_meant = |path: &str| path.starts_with("/console") && !is_elsewhere(path);
        for (path, item) in document["paths"].as_object().unwrap().iter().filter(|(path, _)| is_meant(path)) {
            documented.extend(item.as_object().unwrap().keys().map(|method| format!("{} {path}", method.to_uppercase())));
        }
    }
    let listed: BTreeSet<_> = PAGES.iter().map(|(operation, _)| (*operation).to_owned()).collect();
    assert_eq!(listed, documented);
}

#[tokio::test]
async fn the_navigation_leads_to_what_is_theirs_alone() {
    let server = server().await;
    for (persona, links) in NAVIGATION {
        let mut browser = at(&server, persona).await;
        let page = browser.get("/console").await.text;
        let navigation = page.split("<nav class=\"places\"").nth(1).unwrap().split("</nav>").next().unwrap();
        let shown: Vec<_> = navigation.split("href=\"").skip(1).map(|link| link.split('"').next().unwrap()).collect();
        assert_eq!(shown, *links, "{persona}");
        assert!(navigation.contains("href=\"/console\" aria-current=\"page\""), "{navigation}");
    }
}

#[tokio::test]
async fn the_start_page_leads_each_to_where_they_belong() {
    let server = server().await;
    for (persona, place) in
        [("member", "/account"), ("owner", "/account"), ("operator", "/console"), ("tenant_admin", "/console"), ("root", "/console")]
    {
        let mut browser = at(&server, persona).await;
        assert_eq!(led_to(&browser.get("/").await), place, "{persona}");
    }
    let mut anonymous = Browser::of(&server);
    assert_eq!(led_to(&anonymous.get("/console/sessions?user=ada").await), "/login?return_to=%2Fconsole%2Fsessions%3Fuser%3Dada");
    assert_eq!(led_to(&anonymous.post("/console/sessions/end", &[]).await), "/login?return_to=%2Fconsole");
}

#[tokio::test]
async fn how_far_each_reaches_is_said() {
    let server = server().await;
    for (persona, said) in [
        ("operator", "in the tenant “ACME”"),
        ("tenant_admin", "in the tenant “ACME”"),
        ("partner_admin", "in the tenants of your partner"),
        ("root", "everywhere"),
    ] {
        let page = at(&server, persona).await.get("/console").await.text;
        assert!(page.contains(said), "{persona}: {page}");
    }
}

#[tokio::test]
async fn a_script_whose_session_is_over_loads_the_page_anew() {
    let server = server().await;
    let anonymous = Browser::of(&server);
    let mut request = anonymous.request("GET", "/console/sessions", String::new());
    request.headers_mut().insert("hx-request", "true".parse().unwrap());
    let answer = server.send(request).await;
    assert_eq!((answer.status, answer.header("hx-refresh"), answer.text.as_str()), (200, Some("true"), ""));
}

#[tokio::test]
async fn pages_with_scripts_are_strict_but_for_our_files() {
    let server = server().await;
    let page = at(&server, "root").await.get("/console/sessions").await;
    let policy = page.header("content-security-policy").unwrap();
    assert_eq!(
        policy,
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    assert!(!page.text.contains("style=") && !page.text.contains(" onclick") && page.text.matches("<h1>").count() == 1, "{}", page.text);
    for script in page.text.split("<script src=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        let file = Browser::of(&server).get(script).await;
        assert_eq!((file.status, file.header("content-type")), (200, Some("text/javascript; charset=utf-8")), "{script}");
    }
    assert_eq!(page.text.matches("<script").count(), 2);
}
