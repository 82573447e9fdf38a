//! How a session is born, and what its holder then has of it.

use serde_json::json;

use crate::classified::Role;
use crate::world::{World, text};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Birth {
    Usm,
    Login,
    Storage,
}

pub const EXCHANGE: &str = "grant_type=urn:ietf:params:oauth:grant-type:token-exchange";
pub const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
pub const SESSION_GUID: &str = "urn:cloakroom:params:oauth:token-type:session_guid";

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
    /// The bearer secret of USM.
    pub guid: Option<String>,
    /// The user's own tokens.
    pub pair: Option<Pair>,
    /// What the portal was given within it.
    pub given: Option<Pair>,
    /// Tokens of the one who publishes and of one who reads.
    pub published: Option<[String; 2]>,
    /// The application that paths name.
    pub application: &'static str,
}

impl Subject {
    pub const fn new(birth: Birth) -> Self {
        Self { birth, place: 0, guid: None, pair: None, given: None, published: None, application: "portal" }
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
        }
        self.subject.place = self.sessions.len();
        self.meet("ada", birth).await;
        let credential = match birth {
            Birth::Usm => format!("subject_token={}&subject_token_type={SESSION_GUID}", self.subject.guid.as_ref().unwrap()),
            Birth::Login => format!("subject_token={}&subject_token_type={ACCESS_TOKEN}", self.subject.pair.as_ref().unwrap().access),
            Birth::Storage => return,
        };
        let given = self.form("portal", "/oauth/token", &format!("{EXCHANGE}&{credential}")).await;
        assert_eq!(given.status, 200, "{}", given.text);
        let (access, refresh) = (text(&given.body["access_token"]), text(&given.body["refresh_token"]));
        self.subject.given = Some(Pair { access, refresh, redeemed: None });
    }
}
