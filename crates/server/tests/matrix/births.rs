//! How a session is born, and what its holder then has of it.

use serde_json::json;

use crate::classified::Role;
use crate::pages;
use crate::people::PASSWORD;
use crate::support::Answer;
use crate::vouching;
use crate::world::{World, text};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Birth {
    Usm,
    Login,
    Storage,
    Browser,
    /// A browser's, which an identity provider vouched for.
    IdentityProvider,
    /// As [`Birth::Browser`], and the portal is let in by a code.
    Code,
}

/// Where the portal is sent back to.
pub const CALLBACK: &str = "https://portal.test/";
/// Where the watch is.
pub const WATCH_CALLBACK: &str = "https://watch.test/";
/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub const EXCHANGE: &str = "grant_type=urn:ietf:params:oauth:grant-type:token-exchange";
pub const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
pub const SESSION_GUID: &str = "urn:cloakroom:params:oauth:token-type:session_guid";

/// What an application asks with to be let in.
pub fn authorization(client_id: &str, callback: &str) -> String {
    let scope = "openid%20profile%20offline_access";
    format!(
        "response_type=code&client_id={client_id}&redirect_uri={callback}&scope={scope}&code_challenge={CHALLENGE}&code_challenge_method=S256"
    )
}

/// An access token with its refresh token, and the refresh token before it.
#[derive(Clone, Debug)]
pub struct Pair {
    pub access: String,
    pub refresh: String,
    pub redeemed: Option<String>,
}

/// The session that a cell is about, and every credential of it.
pub struct Subject {
    pub birth: Birth,
    /// Its place in `World::sessions`.
    pub place: usize,
    /// The bearer secret of USM, or what a browser's cookie holds, as USM writes it.
    pub guid: Option<String>,
    /// The cookie of a browser.
    pub cookie: Option<String>,
    /// The user's own tokens.
    pub pair: Option<Pair>,
    /// What the portal was given within it.
    pub given: Option<Pair>,
    /// Whether its user took that back: nothing is left of it.
    pub is_taken_back: bool,
    /// Tokens of the one who publishes and of one who reads.
    pub published: Option<[String; 2]>,
    /// The application that paths name.
    pub application: &'static str,
}

impl Subject {
    pub const fn new(birth: Birth) -> Self {
        Self {
            birth,
            place: 0,
            guid: None,
            cookie: None,
            pair: None,
            given: None,
            is_taken_back: false,
            published: None,
            application: "portal",
        }
    }
}

impl World {
    /// The session that the cell is about is born, and the portal is given tokens within it where its birth leaves something to
    /// exchange: a stored session has no such credential.
    pub async fn be_born(&mut self, birth: Birth) {
        match birth {
            Birth::Usm => {
                let record = self.opened("ada", &json!({})).await;
                self.subject.guid = Some(text(&record["session_guid"]));
            }
            Birth::Login => {
                let (access, refresh) = self.logged_in("ada").await;
                self.subject.pair = Some(Pair { access, refresh, redeemed: None });
            }
            Birth::Storage => {
                let wish = json!({ "data": { "subscriber_count": 1 } });
                let made = self.as_client("keeper", "POST", "/session-storage/sessions", &wish).await;
                assert_eq!(made.status, 201, "{}", made.text);
                self.note(Role::Births, "POST /session-storage/sessions");
                self.subject.published = Some([&made.body["data"]["publisher"], &made.body["data"]["subscriber"][0]].map(text));
                self.subject.application = "keeper";
            }
            Birth::IdentityProvider => {
                let sent = self.server.send(pages::visit(&format!("/login/idp/{}", vouching::CODE), "")).await;
                let state = vouching::state(sent.header("location").unwrap()).to_owned();
                let callback = format!("/login/idp/{}/callback?state={state}&code=ada", vouching::CODE);
                let answer = self.server.send(pages::visit(&callback, &pages::cookies(&sent.headers))).await;
                assert_eq!(answer.status, 303, "{}", answer.text);
                self.note(Role::Births, "GET /login/idp/{code}/callback");
                self.holds(&answer);
            }
            Birth::Browser | Birth::Code => {
                let page = self.server.send(pages::visit("/login", "")).await;
                let fields = [("username", "ada"), ("password", PASSWORD), ("form_token", &pages::form_token(&page.text))];
                let answer = self.server.send(pages::filled("/login", &pages::cookies(&page.headers), &fields)).await;
                assert_eq!(answer.status, 303, "{}", answer.text);
                self.note(Role::Births, "POST /login");
                self.holds(&answer);
            }
        }
        self.subject.place = self.sessions.len();
        self.meet("ada", birth).await;
        let credential = match birth {
            Birth::Usm | Birth::Browser | Birth::IdentityProvider => {
                format!("subject_token={}&subject_token_type={SESSION_GUID}", self.subject.guid.as_ref().unwrap())
            }
            Birth::Login => format!("subject_token={}&subject_token_type={ACCESS_TOKEN}", self.subject.pair.as_ref().unwrap().access),
            Birth::Code => {
                let code = self.let_in().await;
                return self
                    .gives(&format!("grant_type=authorization_code&code={code}&redirect_uri={CALLBACK}&code_verifier={VERIFIER}"))
                    .await;
            }
            Birth::Storage => return,
        };
        self.gives(&format!("{EXCHANGE}&{credential}")).await;
    }

    /// The subject's browser lets the portal in, whose user says so; the code.
    async fn let_in(&self) -> String {
        let (asked, cookie) = (authorization("portal", CALLBACK), self.subject.cookie.as_ref().unwrap());
        let page = self.server.send(pages::visit("/logout", cookie)).await;
        let said = [("request", asked.as_str()), ("decision", "allow"), ("form_token", &pages::form_token(&page.text))];
        let answer = self.server.send(pages::filled("/oauth/consent", cookie, &said)).await;
        let to = answer.header("location").unwrap_or_else(|| panic!("{}", answer.text)).to_owned();
        let code = to.split_once("code=").unwrap_or_else(|| panic!("{to}")).1;
        code.split('&').next().unwrap().to_owned()
    }

    /// The portal is given tokens within the subject's session.
    async fn gives(&mut self, form: &str) {
        let given = self.form("portal", "/oauth/token", form).await;
        assert_eq!(given.status, 200, "{}", given.text);
        let (access, refresh) = (text(&given.body["access_token"]), text(&given.body["refresh_token"]));
        self.subject.given = Some(Pair { access, refresh, redeemed: None });
    }

    /// The subject's browser got a cookie.
    pub fn holds(&mut self, answer: &Answer) {
        let cookie = pages::cookies(&answer.headers);
        self.subject.guid = Some(pages::session_guid(&cookie));
        self.subject.cookie = Some(cookie);
    }
}
