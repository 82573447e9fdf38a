//! The pages that links in mails lead to: opening one redeems nothing, its form does, and every link that opens nothing is one page.

use std::sync::Arc;

use cloakroom_engine::account::MailPurpose;
use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::sessions::credentials::SignInName;
use serde_json::json;

use crate::browser::{Browser, behind, form, led_to, set_cookie};
use crate::mailbox::Mailbox;
use crate::support::{ADA_PASSCODE, Answer, Server, Setup, call};

const NEW: &str = "Chosen-by-mail-1";
/// Seconds that each kind of token is good for.
const RESET_TTL: u32 = 1800;
const VERIFICATION_TTL: u32 = 86_400;

struct Scene {
    server: Server,
    mailbox: Arc<Mailbox>,
}

impl Scene {
    /// Ada, who has a password; Una, whose address nobody has confirmed.
    async fn new() -> Self {
        let mailbox = Arc::new(Mailbox::default());
        let server = Server::with(Setup { mail: Some(mailbox.clone()), ..Setup::default() }).await;
        let una = json!({ "username": "una", "email": "una@example.com", "email_status": "unverified", "password": ADA_PASSCODE });
        server.apply(&json!({ "users": [una] })).await;
        Self { server, mailbox }
    }

    /// The token of a new mail to reset Ada's password.
    async fn reset(&self) -> String {
        let nobody = RequestOrigin::default();
        self.server.engine.ask_for_password_reset(&SignInName::Username("ada".into()), &nobody).await.unwrap();
        self.arrived(MailPurpose::PasswordReset).await
    }

    /// The token of a new mail to confirm Una's address.
    async fn verification(&self) -> String {
        self.server.engine.ask_for_verification("una@example.com", &RequestOrigin::default()).await.unwrap();
        self.arrived(MailPurpose::EmailVerification).await
    }

    async fn arrived(&self, purpose: MailPurpose) -> String {
        while self.server.engine.deliver_mails(10).await.unwrap().1 {}
        let mail = self.mailbox.take().pop().unwrap();
        assert_eq!(mail.purpose, purpose);
        mail.token.expose(purpose).to_string()
    }

    async fn is_confirmed(&self) -> bool {
        let mut browser = Browser::of(&self.server);
        browser.sign_in("/login", "una@example.com", ADA_PASSCODE).await.status == 303
    }
}

fn at(path: &str, token: &str) -> String {
    format!("{path}?{}", form(&[("token", token)]))
}

/// Follows the link and sends the form that it finds.
async fn follow(browser: &mut Browser<'_>, path: &str, token: &str, fields: &[(&str, &str)]) -> Answer {
    let fields = [fields, &[("token", token)]].concat();
    browser.fill_in(&at(path, token), &fields).await
}

fn is_void(answer: &Answer) -> bool {
    answer.status == 422 && answer.text.contains("This link opens nothing, or nothing any more")
}

#[tokio::test]
async fn opening_a_link_redeems_nothing_and_its_form_does() {
    let scene = Scene::new().await;
    let token = scene.reset().await;
    for method in ["GET", "HEAD", "GET"] {
        let opened = scene.server.send(call(method, &at("/password/reset", &token), "")).await;
        assert_eq!(opened.status, 200, "{method}: {}", opened.text);
    }
    let mut elsewhere = Browser::signed_in(&scene.server, "ada", ADA_PASSCODE).await;
    let mut browser = Browser::signed_in(&scene.server, "ada", ADA_PASSCODE).await;
    let done = follow(&mut browser, "/password/reset", &token, &[("new_password", NEW)]).await;
    assert_eq!(led_to(&done), "/password/reset/done");
    assert!(browser.held().is_none(), "what this browser held has ended, and it holds it no more");
    assert!(browser.get("/password/reset/done").await.text.contains("Your new password is saved"));
    assert_eq!(led_to(&elsewhere.get("/").await), "/login");
    assert_eq!(Browser::of(&scene.server).sign_in("/login", "ada", ADA_PASSCODE).await.status, 403);
    Browser::signed_in(&scene.server, "ada", NEW).await;
}

#[tokio::test]
async fn an_address_is_confirmed_by_the_form_and_not_by_the_link() {
    let scene = Scene::new().await;
    let token = scene.verification().await;
    let mut browser = Browser::of(&scene.server);
    assert!(browser.get(&at("/email/verify", &token)).await.text.contains("Confirm your address"));
    assert!(!scene.is_confirmed().await);
    assert_eq!(led_to(&follow(&mut browser, "/email/verify", &token, &[]).await), "/email/verify/done");
    assert!(browser.get("/email/verify/done").await.text.contains("Your address is confirmed"));
    assert!(scene.is_confirmed().await);
}

#[tokio::test]
async fn every_link_that_opens_nothing_is_one_page() {
    let scene = Scene::new().await;
    let (replaced, used) = (scene.reset().await, scene.reset().await);
    let mut browser = Browser::of(&scene.server);
    let reset = async |browser: &mut Browser<'_>, token: &str| follow(browser, "/password/reset", token, &[("new_password", NEW)]).await;
    assert_eq!(reset(&mut browser, &used).await.status, 303);
    scene.server.pass(3601);
    let expired = scene.reset().await;
    scene.server.pass(RESET_TTL);
    let unknown = cloakroom_engine::account::mail_token::MailToken::parse(MailPurpose::PasswordReset, &expired).unwrap();
    let of_another_purpose = unknown.expose(MailPurpose::EmailVerification).to_string();
    let mut pages = Vec::new();
    for token in [&replaced, &used, &expired] {
        pages.push(reset(&mut browser, token).await);
    }
    for token in ["", "clp_nonsense", &of_another_purpose, "<b>x"] {
        pages.push(browser.get(&at("/password/reset", token)).await);
    }
    pages.push(browser.get("/password/reset").await);
    let verification = scene.verification().await;
    scene.server.pass(VERIFICATION_TTL);
    pages.push(follow(&mut browser, "/email/verify", &verification, &[]).await);
    pages.push(browser.get(&at("/email/verify", &expired)).await);
    assert!(pages.iter().all(is_void), "{pages:?}");
    let mut texts: Vec<_> = pages.into_iter().map(|page| page.text).collect();
    texts.dedup();
    assert_eq!(texts.len(), 1, "{texts:?}");
}

#[tokio::test]
async fn a_password_that_may_not_be_one_costs_no_link() {
    let scene = Scene::new().await;
    let token = scene.reset().await;
    let mut browser = Browser::of(&scene.server);
    for weak in ["", "short", "password", "ada@example.com", &"x".repeat(1025)] {
        let answer = follow(&mut browser, "/password/reset", &token, &[("new_password", weak)]).await;
        assert!(answer.status == 422 && answer.text.contains("Choose a longer or less common password."), "{weak}: {}", answer.text);
        assert!(!answer.text.contains("value=\"short\"") && answer.text.contains("At least 8 characters"), "{}", answer.text);
        assert_eq!(behind(&answer.text, "name=\"token\" value=\""), token, "the form is good for another try");
    }
    assert_eq!(follow(&mut browser, "/password/reset", &token, &[("new_password", NEW)]).await.status, 303);
}

#[tokio::test]
async fn a_form_that_is_not_of_this_browser_redeems_nothing() {
    let scene = Scene::new().await;
    let (reset, verification) = (scene.reset().await, scene.verification().await);
    for (path, token) in [("/password/reset", &reset), ("/email/verify", &verification)] {
        let fields = |form_token: &str| form(&[("token", token), ("new_password", NEW), ("form_token", form_token)]);
        let mut browser = Browser::of(&scene.server);
        let form_token = crate::browser::form_token(&browser.get(&at(path, token)).await);
        let stranger = Browser::of(&scene.server);
        let mut cross_site = browser.request("POST", path, fields(&form_token));
        cross_site.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
        for request in [
            stranger.request("POST", path, fields(&form_token)),
            stranger.request("POST", path, fields("")),
            browser.request("POST", path, fields("AAAA")),
            cross_site,
        ] {
            assert_eq!(scene.server.send(request).await.status, 403, "{path}");
        }
        assert_eq!(browser.send(browser.request("POST", path, fields(&form_token))).await.status, 303, "and then by its own form");
    }
}

/// Browsers tell what a page loads where the page stands.
#[tokio::test]
async fn the_page_tells_nobody_its_address() {
    let scene = Scene::new().await;
    for (path, token) in [("/password/reset", scene.reset().await), ("/email/verify", scene.verification().await)] {
        let mut browser = Browser::of(&scene.server);
        let page = browser.get(&at(path, &token)).await;
        assert_eq!((page.header("referrer-policy"), page.header("cache-control")), (Some("strict-origin"), Some("no-store")));
        assert_eq!(page.text.matches(&token).count(), 1, "in the form alone: {}", page.text);
        assert!(!page.text.contains("<script") && set_cookie(&page, "__Host-cloakroom-flow").is_some_and(|set| !set.contains(&token)));
        browser.language = "de";
        let german = browser.get(&at(path, &token)).await;
        assert!(german.text.contains("lang=\"de\""), "{}", german.text);
    }
}
