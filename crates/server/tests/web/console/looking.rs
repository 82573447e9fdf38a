//! The page of one session.

use super::{at, send, server, session_of};

#[tokio::test]
async fn a_session_tells_its_life_and_the_trail_speaks_to_administrators_alone() {
    let server = server().await;
    let (member, guid) = session_of(&server, "member").await;
    server.pass(60);
    assert!(super::lives(&server, &guid).await);
    for (persona, hears) in [("tenant_admin", true), ("root", true), ("operator", false)] {
        let mut browser = at(&server, persona).await;
        let page = browser.get(&format!("/console/sessions/{member}")).await;
        assert_eq!(page.status, 200, "{}", page.text);
        for said in [
            "member@example.com",
            "Born",
            "in an app",
            "Validated last",
            "Expires, unless it is used",
            "2026-01-02 03:05:05 UTC",
            "End this session",
        ] {
            assert!(page.text.contains(said), "{persona} {said}: {}", page.text);
        }
        assert_eq!(page.text.contains("session.created"), hears, "{persona}: {}", page.text);
    }
    let mut admin = at(&server, "tenant_admin").await;
    send(&mut admin, "/console/sessions/end", &[("only", &member)]).await;
    let page = admin.get(&format!("/console/sessions/{member}")).await;
    assert!(page.text.contains("<strong>Ended</strong> · Ended by somebody entitled"), "{}", page.text);
    assert!(page.text.contains("session.ended") && page.text.contains("end_reason: revoked") && !page.text.contains("End this session"));
    for none in ["ses_01J8ZQ4N6WQ3V0R5T7Y9B1D3F5", "ses_", "x"] {
        assert_eq!(admin.get(&format!("/console/sessions/{none}")).await.status, 404);
    }
}

#[tokio::test]
async fn it_speaks_german_too() {
    let server = server().await;
    let (member, _) = session_of(&server, "member").await;
    let mut browser = crate::browser::Browser { language: "de", ..at(&server, "root").await };
    let page = browser.get(&format!("/console/sessions/{member}")).await;
    assert!(page.text.contains("Ihr Leben") && page.text.contains("Geboren"), "{}", page.text);
}
