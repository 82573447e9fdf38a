//! What weighs much asks for the password again.

use super::{PASSWORD, at, send, server, session_of};
use crate::browser::led_to;

const QUARTER: u32 = 15 * 60;

#[tokio::test]
async fn a_mass_end_wants_a_proof_of_the_last_quarter_of_an_hour_and_leads_back() {
    let server = server().await;
    let mut admin = at(&server, "tenant_admin").await;
    server.pass(QUARTER);
    assert_eq!(admin.get("/console/ends/new?user=member").await.status, 200);
    server.pass(1);
    let led = admin.get("/console/ends/new?user=member").await;
    assert_eq!(led_to(&led), "/console/confirm?return_to=%2Fconsole%2Fends%2Fnew%3Fuser%3Dmember");
    let (_, guid) = session_of(&server, "member").await;
    let sent = send(&mut admin, "/console/ends/new", &[("sought", "user=member"), ("told", "1"), ("count", "1")]).await;
    assert_eq!(led_to(&sent), "/console/confirm?return_to=%2Fconsole%2Fends%2Fnew%3Fuser%3Dmember");
    while server.engine.run_mass_ends(10).await.unwrap().1 {}
    assert!(super::lives(&server, &guid).await, "nothing was asked for");
    let before = admin.held().unwrap().clone();
    let page = led_to(&led).to_owned();
    let refused = admin.fill_in(&page, &[("password", "wrong-password-1"), ("return_to", "/console/ends/new?user=member")]).await;
    assert!(refused.status == 403 && refused.text.contains("This is not your password."), "{}", refused.text);
    let confirmed = admin.fill_in(&page, &[("password", PASSWORD), ("return_to", "/console/ends/new?user=member")]).await;
    assert_eq!(led_to(&confirmed), "/console/ends/new?user=member");
    assert_ne!(admin.held(), Some(&before), "a new secret after every proof");
    assert_eq!(admin.get(led_to(&confirmed)).await.status, 200);
}

#[tokio::test]
async fn it_leads_to_the_console_and_nowhere_else() {
    let server = server().await;
    let mut root = at(&server, "root").await;
    for elsewhere in ["https://evil.test/", "//evil.test", "/account", "/consolex", "/console/../account", "", "/login"] {
        let answer = send(&mut root, "/console/confirm", &[("password", PASSWORD), ("return_to", elsewhere)]).await;
        assert_eq!(led_to(&answer), "/console?notice=confirmed", "{elsewhere}");
    }
    assert!(root.get("/console?notice=confirmed").await.text.contains("for 15 minutes"));
    let answer = send(&mut root, "/console/confirm", &[("password", PASSWORD), ("return_to", "/console/sessions?user=ada")]).await;
    assert_eq!(led_to(&answer), "/console/sessions?user=ada");
}

#[tokio::test]
async fn a_form_of_another_page_or_site_confirms_nothing() {
    let server = server().await;
    let mut root = at(&server, "root").await;
    let mut other = at(&server, "tenant_admin").await;
    let foreign = crate::browser::form_token(&other.get("/console/confirm").await);
    for token in ["", "x", foreign.as_str()] {
        for path in ["/console/confirm", "/console/sessions/end", "/console/ends/new"] {
            let answer = root.post(path, &[("password", PASSWORD), ("form_token", token)]).await;
            assert!(answer.status == 403 && answer.text.contains("This form is too old"), "{path}: {}", answer.text);
        }
    }
    let token = crate::browser::form_token(&root.get("/console/confirm").await);
    let mut crossing = root.request("POST", "/console/confirm", crate::browser::form(&[("password", PASSWORD), ("form_token", &token)]));
    crossing.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(root.send(crossing).await.status, 403);
}
