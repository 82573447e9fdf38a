//! What is seen through a proxy, whichever it is.

use super::application::Application;
use super::curl::{Answer, Browser};
use super::scene::{PASSWORD, Scene};
use crate::support::Client;

/// What a browser sends along that goes to an address.
const NAVIGATION: [(&str, &str); 2] = [("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")];

/// Names that only the proxy may give.
const OURS: [&str; 6] = ["remote-user", "remote-email", "remote-name", "remote-groups", "x-session-id", "x-session-expires"];

fn led(answer: &Answer) -> (u16, String) {
    (answer.status, answer.header("location").unwrap_or_default())
}

pub fn strangers_are_sent_to_the_sign_in(browser: &Browser, application: &Application) {
    let before = application.asked();
    let at = "https://auth.example.com/login?return_to=https%3A%2F%2Fapp.example.com%2Fa%2Fb%3Fc%3Dd%2526e";
    assert_eq!(led(&browser.get("/a/b?c=d%26e", &NAVIGATION)), (302, at.to_owned()));
    let stale = ("Cookie", "__Secure-cloakroom=stale");
    assert_eq!(led(&browser.get("/a/b?c=d%26e", &[NAVIGATION[0], NAVIGATION[1], stale])), (302, at.to_owned()));
    let question = browser.get("/cloakroom-verify", &[("Sec-Fetch-Mode", "cors")]);
    assert!([401, 404].contains(&question.status), "the proxy's question is for nobody else: {question:?}");
    assert_eq!(application.asked(), before);
}

pub fn who_is_signed_in_is_told_to_the_application(browser: &Browser, cookie: &str) {
    let answer = browser.get("/a/b?c=d", &[("Cookie", cookie)]);
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.text.starts_with("GET /a/b?c=d HTTP/"), "{}", answer.text);
    let told = OURS.map(|name| answer.told(name));
    assert_eq!(told[..4], [vec!["ada".to_owned()], vec!["ada@example.com".into()], vec!["Ada Zoë".into()], vec!["ACME:owner".into()]]);
    assert!(told[4][0].starts_with("ses_") && told[5][0].ends_with('Z'), "{told:?}");
    assert_eq!(answer.all("set-cookie").collect::<Vec<_>>(), ["theme=dark"], "the application's own, and none of ours yet");
}

pub fn nobody_says_by_headers_who_they_are(browser: &Browser, scene: &Scene) {
    let cookie = scene.signed_in("bob");
    let claimed = OURS.map(|name| (name, "root"));
    let more = [("REMOTE-USER", "root"), ("Remote_User", "root"), ("Remote-Groups", "super_admin"), ("x_session_id", "root")];
    let sent = [&claimed[..], &more, &[("Cookie", cookie.as_str())]].concat();
    let answer = browser.get("/", &sent);
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.told("remote-user"), ["bob"]);
    assert!(answer.told("remote-name").is_empty() && answer.told("remote-groups").is_empty(), "what bob does not have: {}", answer.text);
    assert!(!answer.text.contains("root") && !answer.text.contains("super_admin"), "{}", answer.text);
    let stranger = browser.get("/", &[&claimed[..], &[("Sec-Fetch-Mode", "cors")]].concat());
    assert_eq!(stranger.status, 401, "{}", stranger.text);
}

pub fn programs_are_told_so(browser: &Browser, scene: &Scene) {
    assert_eq!(browser.get("/", &[("Authorization", "Bearer nonsense"), ("Sec-Fetch-Mode", "cors")]).status, 401);
    let guid = Client::to(scene.address()).sign_in("ada@example.com", PASSWORD).guid();
    let answer = browser.get("/", &[("Authorization", &format!("Session {guid}"))]);
    assert_eq!((answer.status, answer.told("remote-user")), (200, vec!["ada".to_owned()]));
}

pub fn whatever_is_sent_arrives(browser: &Browser, cookie: &str) {
    let body = "x".repeat(100_000);
    let answer = browser.send(&["--request", "POST", "--data", &body], "/form", &[("Cookie", cookie)]);
    assert_eq!((answer.status, answer.text.matches('x').count() >= body.len()), (200, true));
    assert!(answer.text.starts_with("POST /form HTTP/"), "{}", &answer.text[..99]);
}

pub fn who_signs_out_is_out(browser: &Browser, scene: &Scene, cookie: &str, application: &Application) {
    let mut client = Client::to(scene.address());
    let page = client.try_call("GET", "/logout", &[("cookie", cookie)], "").unwrap();
    let token = page.text.split_once("name=\"form_token\" value=\"").unwrap().1.split('"').next().unwrap();
    let headers = [("cookie", cookie), ("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(client.try_call("POST", "/logout", &headers, &format!("form_token={token}")).unwrap().status, 303);
    let before = application.asked();
    let answer = browser.get("/", &[NAVIGATION[0], NAVIGATION[1], ("Cookie", cookie)]);
    assert_eq!((answer.status, application.asked()), (302, before));
}

/// Cloakroom is away: nobody gets through.
pub fn nobody_comes_in_where_nobody_can_tell(browser: &Browser, scene: Scene, application: &Application) {
    let cookie = scene.signed_in("ada");
    assert_eq!(browser.get("/", &[("Cookie", &cookie)]).status, 200);
    scene.kill();
    let before = application.asked();
    let answer = browser.get("/", &[("Cookie", &cookie)]);
    assert!(answer.status >= 500 && application.asked() == before, "{answer:?}");
}
