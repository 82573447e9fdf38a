//! Doing what ends, and what must then be dead.

use cloakroom_engine::sessions::restored::RestoredSessions;
use serde_json::{Value, json};

use crate::births::Birth;
use crate::classified::Role;
use crate::ends::{By, End, Needs, Reach};
use crate::pages;
use crate::support::Answer;
use crate::world::{Known, World, text};

/// Longer than the reuse interval of refresh tokens.
const PAST_REUSE: u32 = 11;

/// The absolute lifetime in a world where that is what ends.
pub const ABSOLUTE: u32 = 5000;

/// Lifetimes by birth (docs/contracts/README.md).
pub const fn idle(birth: Birth) -> u32 {
    match birth {
        Birth::Usm => 3600,
        Birth::Browser | Birth::IdentityProvider | Birth::Code => 43_200,
        Birth::Login | Birth::Storage => 30 * 86_400,
    }
}

impl World {
    /// Performs the end, and marks in the model what it must have ended.
    pub async fn perform(&mut self, end: &End) {
        if !end.operation.is_empty() {
            self.note(Role::Ends, end.operation);
        }
        let before = self.seen_expiry().await;
        self.believe(false);
        let asked_here = self.remembered().await;
        self.cross().await;
        match end.by {
            By::Time => self.let_time_pass(end.reach).await,
            By::Host => self.server.engine.settle_restored_backup(RestoredSessions::End).await.unwrap(),
            By::File => self.server.apply(&(end.body)(self)).await,
            By::Thief => self.steal(end).await,
            _ => self.ask_for(end).await,
        }
        self.cross().await;
        self.believe(true);
        if end.reason == "expired" && end.by != By::Time {
            self.pass(1);
        }
        self.subject.is_taken_back |= end.needs == Needs::Consent;
        self.mark(end);
        self.ask_at_once(end, &asked_here).await;
        let signed_out = !self.sessions[self.signed["root"].place].lives() || self.age >= self.signed["root"].at + 1200;
        if signed_out {
            self.signs_in("root").await;
        }
        if end.reason == "evicted" {
            self.meet("ada", Birth::Usm).await;
        }
        if !self.shown().lives() {
            self.ended_at =
                if end.reason == "expired" { self.seen_expiry().await } else { text(&self.detail().await["meta"]["timestamp"]) };
            // Time that was up for nobody's doing ends when it was said to.
            assert!(end.by != By::Time || end.reach != Reach::Idle || self.ended_at == before, "{} {before}", self.ended_at);
        }
    }

    async fn ask_for(&mut self, end: &End) {
        let body = match end.by {
            By::Mail => self.mailed().await,
            _ => (end.body)(self),
        };
        let (method, template) = end.operation.split_once(' ').unwrap();
        let path = self.path(template);
        let body = (!body.is_null()).then_some(body);
        let answer = match end.by {
            By::Token(name) => self.bearing(&self.signed[name].credential, method, &path, body.as_ref()).await,
            By::Subject => self.bearing(&self.subject.pair.as_ref().unwrap().access, method, &path, body.as_ref()).await,
            By::Desk => self.ends_at_the_console(&path, body.unwrap()).await,
            By::Browser => self.fill_in(&path, body.unwrap()).await,
            By::Mail if path == "/password/reset" => self.follow_link(&path, &body.unwrap()).await,
            By::Hinted => self.sent_to(&path).await,
            By::Provider => self.server.send(pages::filled(&path, "", &[("logout_token", "ada")])).await,
            By::Machine(client_id) => {
                let granted = self.form(client_id, "/oauth/token", "grant_type=client_credentials").await;
                self.bearing(&text(&granted.body["access_token"]), method, &path, body.as_ref()).await
            }
            By::Keeper(client_id) => self.as_client(client_id, method, &path, &body.unwrap_or_default()).await,
            By::Form(client_id) => {
                let fields = form_urlencoded::Serializer::new(String::new()).append_pair("token", &text(&body.unwrap()["token"])).finish();
                self.form(client_id, &path, &fields).await
            }
            _ => self.server.send(crate::support::call(method, &path, body.unwrap().to_string())).await,
        };
        assert_eq!(answer.status, end.status, "{}: {}", end.name, answer.text);
    }

    /// The subject's browser sends the form of a page. What it is given instead of its cookie it holds from then on.
    async fn fill_in(&mut self, path: &str, fields: Value) -> Answer {
        let cookie = self.subject.cookie.clone().unwrap();
        let page = if path.starts_with("/account/") { "/account" } else { path.trim_end_matches("/confirm") };
        let page = self.server.send(pages::visit(page, &cookie)).await;
        let token = pages::form_token(&page.text);
        let fields = fields.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap()));
        let fields: Vec<_> = fields.chain([("form_token", token.as_str())]).collect();
        let answer = self.server.send(pages::filled(path, &cookie, &fields)).await;
        if !pages::cookies(&answer.headers).is_empty() {
            self.holds(&answer);
        }
        answer
    }

    /// Root's browser sends a form of the console, and what that asked for is done.
    async fn ends_at_the_console(&self, path: &str, fields: Value) -> Answer {
        let cookie = &self.signed["root's desk"].credential;
        let page = self.server.send(pages::visit("/logout", cookie)).await;
        let token = pages::form_token(&page.text);
        let fields = fields.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap()));
        let fields: Vec<_> = fields.chain([("form_token", token.as_str())]).collect();
        let path = fields.iter().fold(path.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value));
        let answer = self.server.send(pages::filled(&path, cookie, &fields)).await;
        while self.server.engine.run_mass_ends(3).await.unwrap().1 {}
        answer
    }

    /// A browser that knows nobody follows the link of a mail, and sends the form that it finds.
    async fn follow_link(&self, path: &str, fields: &Value) -> Answer {
        let mailed = text(&fields["token"]);
        let page = self.server.send(pages::visit(&format!("{path}?token={mailed}"), "")).await;
        let new_password = text(&fields["new_password"]);
        let fields = [("token", &*mailed), ("new_password", &new_password), ("form_token", &pages::form_token(&page.text))];
        self.server.send(pages::filled(path, &pages::cookies(&page.headers), &fields)).await
    }

    /// The subject's browser goes where the portal sends it, with an ID token of the session, and is sent back.
    async fn sent_to(&self, path: &str) -> Answer {
        let cookie = self.subject.cookie.as_ref().unwrap();
        let hint = pages::id_token(&self.server.engine, "portal", cookie).await;
        let back = "post_logout_redirect_uri=https%3A%2F%2Fportal.example.com%2Fbye";
        self.server.send(pages::visit(&format!("{path}?id_token_hint={hint}&{back}"), cookie)).await
    }

    async fn mailed(&self) -> Value {
        let asked = json!({ "username": "ada" });
        let answer = self.server.send(crate::support::call("POST", "/api/v1/auth/forgot-password", asked.to_string())).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        while self.server.engine.deliver_mails(10).await.unwrap().1 {}
        let mail = self.mailbox.take().pop().unwrap();
        json!({ "token": *mail.token.expose(mail.purpose), "new_password": "Battery-staple-8" })
    }

    /// Redeems a refresh token once, and long after once more.
    async fn steal(&mut self, end: &End) {
        let is_users = end.operation.starts_with("POST /user/");
        let stolen = if is_users { self.subject.pair.clone() } else { self.subject.given.clone() }.unwrap();
        let renewed = if is_users { self.refresh().await } else { self.refresh_given().await };
        assert!(renewed, "{}", end.name);
        self.pass(PAST_REUSE);
        let answer = if is_users {
            let body = json!({ "refreshToken": stolen.refresh });
            self.bearing(&stolen.access, "POST", "/user/refreshToken", Some(&body)).await
        } else {
            self.form("portal", "/oauth/token", &format!("grant_type=refresh_token&refresh_token={}", stolen.refresh)).await
        };
        assert_eq!(answer.status, end.status, "{}: {}", end.name, answer.text);
    }

    async fn let_time_pass(&mut self, reach: Reach) {
        if reach == Reach::Idle {
            // The subject was touched when it was last probed, which was at this moment.
            self.pass(idle(self.subject.birth));
            return;
        }
        self.pass(3000);
        match self.subject.birth {
            Birth::Usm | Birth::Browser | Birth::IdentityProvider | Birth::Code => {
                self.server.with_guid("session/validate", self.subject.guid.as_ref().unwrap()).await.data();
            }
            Birth::Login => assert!(self.refresh().await, "it slides"),
            Birth::Storage => {}
        }
        self.pass(ABSOLUTE - 3000);
    }

    fn mark(&mut self, end: &End) {
        let (place, subject) = (self.subject.place, self.subject.birth);
        let spared = match end.reach {
            Reach::Others(name) => Some(self.signed[name].place),
            Reach::OthersThanSubject => Some(place),
            _ => None,
        };
        for (at, known) in self.sessions.iter_mut().enumerate() {
            if known.lives() && spared != Some(at) && is_reached(end.reach, known, at == place, subject) {
                known.end = Some(end.reason);
            }
        }
    }

    /// The subject as an administrator sees it.
    pub async fn detail(&self) -> Value {
        self.root("GET", &format!("/api/v1/admin/sessions/{}", self.shown().uid), None).await.body
    }

    async fn seen_expiry(&self) -> String {
        text(&self.detail().await["data"]["expires_at"])
    }
}

fn is_reached(reach: Reach, known: &Known, is_subject: bool, subject: Birth) -> bool {
    match reach {
        Reach::Subject => is_subject,
        Reach::User | Reach::Others(_) | Reach::OthersThanSubject => known.user == "ada",
        Reach::Tenant => known.is_in_acme(),
        Reach::Kept => known.birth == Birth::Storage,
        Reach::Everything => true,
        Reach::Idle => idle(known.birth) <= idle(subject),
        Reach::Absolute => known.birth != Birth::Storage,
        Reach::Given => false,
    }
}
