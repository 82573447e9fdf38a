//! Ending all that match: counted, typed, done in the background, found again.

use cloakroom_engine::audit::store::AuditStore as _;

use super::{at, lives, send, server, session_of};
use crate::browser::{Browser, behind, led_to};
use crate::support::Server;

/// Asks for it, with what the page tells.
async fn ask(browser: &mut Browser<'_>, query: &str) -> String {
    let page = browser.get(&format!("/console/ends/new?{query}")).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let told = behind(&page.text, "name=\"told\" value=\"").to_owned();
    let asked = send(browser, "/console/ends/new", &[("sought", query), ("told", &told), ("count", &told)]).await;
    led_to(&asked).to_owned()
}

async fn run(server: &Server, limit: usize) {
    while server.engine.run_mass_ends(limit).await.unwrap().1 {}
}

#[tokio::test]
async fn all_that_match_end_and_nothing_else() {
    let server = server().await;
    let mut members = Vec::new();
    for _ in 0..25 {
        members.push(session_of(&server, "member").await.1);
    }
    let (_, owner) = session_of(&server, "owner").await;
    let (_, stranger) = session_of(&server, "stranger").await;
    let mut admin = at(&server, "tenant_admin").await;
    let page = admin.get("/console/ends/new?user=member").await;
    assert!(page.text.contains("25 sessions will end.") && page.text.contains("To go on, type 25"), "{}", page.text);
    for wrong in ["", "24", "all", "2 5 0"] {
        let refused = send(&mut admin, "/console/ends/new", &[("sought", "user=member"), ("told", "25"), ("count", wrong)]).await;
        assert!(refused.status == 422 && refused.text.contains("This is not the number above."), "{wrong}: {}", refused.text);
        assert!(refused.text.contains(&format!("value=\"{wrong}\"")), "what was typed stays: {}", refused.text);
    }
    run(&server, 10).await;
    assert!(lives(&server, &members[0]).await, "nothing was asked for");
    let job = ask(&mut admin, "user=member").await;
    server.pass(1);
    let later = session_of(&server, "member").await.1;
    let before = admin.get(&job).await;
    assert!(before.text.contains("0 ended of 25") && before.text.contains("Running"), "{}", before.text);
    assert!(before.text.contains("<noscript><meta http-equiv=\"refresh\""), "{}", before.text);
    assert_eq!(server.engine.run_mass_ends(10).await.unwrap(), (10, true));
    let between = admin.get(&job).await;
    assert!(between.text.contains("10 ended of 25") && between.text.contains("<progress max=\"25\" value=\"10\""), "{}", between.text);
    run(&server, 10).await;
    let after = admin.get(&job).await;
    assert!(after.text.contains("25 ended of 25") && after.text.contains("Done") && !after.text.contains("noscript"), "{}", after.text);
    for guid in &members {
        assert!(!lives(&server, guid).await);
    }
    for spared in [&owner, &stranger, &later] {
        assert!(lives(&server, spared).await);
    }
    let listed = admin.get("/console/ends").await;
    assert!(listed.text.contains("25 ended of 25") && listed.text.contains(&job), "{}", listed.text);
}

#[tokio::test]
async fn whoever_asks_is_spared_and_stays_signed_in() {
    let server = server().await;
    let (_, member) = session_of(&server, "member").await;
    let mut admin = at(&server, "tenant_admin").await;
    let job = ask(&mut admin, "").await;
    run(&server, 100).await;
    assert!(!lives(&server, &member).await);
    let page = admin.get(&job).await;
    assert!(page.text.contains("1 ended of 2") && page.text.contains("Done"), "{}", page.text);
}

#[tokio::test]
async fn whoever_may_not_any_more_ends_nothing_more() {
    for fate in ["demoted", "signed out"] {
        let server = server().await;
        let mut members = Vec::new();
        for _ in 0..6 {
            members.push(session_of(&server, "member").await.1);
        }
        let mut admin = at(&server, "tenant_admin").await;
        ask(&mut admin, "user=member").await;
        assert_eq!(server.engine.run_mass_ends(2).await.unwrap(), (2, true), "{fate}");
        if fate == "demoted" {
            let demoted = serde_json::json!({ "users": [{ "username": "tenant_admin", "role": "none", "tenant": "ACME" }] });
            server.apply(&demoted).await;
        } else {
            assert_eq!(admin.fill_in("/logout", &[]).await.status, 303);
        }
        run(&server, 2).await;
        let mut living = 0;
        for guid in &members {
            living += usize::from(lives(&server, guid).await);
        }
        assert_eq!(living, 4, "{fate}");
        let told = at(&server, "root").await.get("/console/ends").await.text;
        assert!(told.contains("Stopped: whoever asked") && told.contains("2 ended of 6"), "{told}");
    }
}

#[tokio::test]
async fn mass_ends_of_others_are_seen_by_those_who_reach_everything_alone() {
    let server = server().await;
    session_of(&server, "member").await;
    let mut admin = at(&server, "tenant_admin").await;
    let job = ask(&mut admin, "user=member&device=unknown").await;
    for (persona, sees) in [("operator", false), ("zeta_admin", false), ("partner_admin", false), ("root", true)] {
        let mut browser = at(&server, persona).await;
        assert_eq!(browser.get(&job).await.status, if sees { 200 } else { 404 }, "{persona}");
        assert_eq!(browser.get("/console/ends").await.text.contains(&job), sees, "{persona}");
    }
    // What is out of reach is not asked for.
    let beyond = send(&mut admin, "/console/ends/new", &[("sought", "tenant=ZETA"), ("told", "1"), ("count", "1")]).await;
    assert_eq!(led_to(&beyond), "/console/sessions?tenant=ZETA");
}

#[tokio::test]
async fn the_trail_tells_who_asked_for_what_and_what_became_of_it() {
    let server = server().await;
    session_of(&server, "member").await;
    let mut admin = at(&server, "tenant_admin").await;
    let job = ask(&mut admin, "user=member").await;
    run(&server, 10).await;
    let uid = job.rsplit('/').next().unwrap();
    let entries = server.database.unsealed_audit(1000).await.unwrap().entries;
    let told: Vec<_> = entries.iter().filter(|entry| entry.resource_id.as_deref() == Some(uid)).collect();
    let actions: Vec<_> = told.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["sessions.end_asked", "sessions.end_settled"]);
    assert!(told[0].detail.contains("\"meant\":\"1\"") && told[0].detail.contains("\"user\":\"member\""), "{}", told[0].detail);
    assert!(told[1].detail.contains("\"state\":\"done\"") && told[1].detail.contains("\"ended\":\"1\""), "{}", told[1].detail);
    let ended: Vec<_> = entries.iter().filter(|entry| entry.action == "session.ended" && entry.detail.contains(uid)).collect();
    assert_eq!((ended.len(), ended[0].actor_kind.as_str(), ended[0].address.as_deref()), (1, "user", Some("192.0.2.7")));
}
