//! `/account`: where somebody is signed in, and whom they have let in; ending it, naming it, taking it back.

mod forms;
mod page;
mod show;

use axum::http::HeaderValue;
use axum::response::Response;
use cloakroom_engine::callers::EndUser;
use cloakroom_engine::error::{EngineError, StoreError};
use cloakroom_engine::secret::SessionSecret;
use cloakroom_engine::sessions::browser::visit::{Visit, Visitor};

use super::door::{Door, with_query};
use super::error::PageError;
use super::form::Holder;
use super::surface::FrontDesk;
use super::visitor::{Coming, renewed, sent_on};

pub use self::forms::{__path_end, __path_end_others, __path_name, __path_withdraw, end, end_others, name, withdraw};
pub use self::show::{__path_show, show};

/// Where the page is.
pub const PATH: &str = "/account";

/// What the page says of what was just done, by the word that stands in its address.
pub const NOTICES: [(&str, &str); 7] = [
    ("ended", "notice-ended"),
    ("no-session", "notice-no-session"),
    ("others-ended", "notice-others-ended"),
    ("named", "notice-named"),
    ("withdrawn", "notice-withdrawn"),
    ("no-consent", "notice-no-consent"),
    ("elsewhere", "notice-elsewhere"),
];

/// The page's address, with what was just done and the place in the list where that was.
pub fn address(door: &Door, notice: &'static str, cursor: &str) -> String {
    let pairs = [("notice", notice), ("cursor", cursor)];
    with_query(&door.at(PATH), pairs.into_iter().filter(|(_, value)| !value.is_empty()))
}

/// Where a browser goes that nobody is signed in at.
fn to_login(door: &Door) -> Response {
    sent_on(&with_query(&door.at("/login"), [("return_to", door.at(PATH))]), [])
}

/// Whoever is signed in, with the secret of the session; or where their browser goes first.
async fn signed_in<'c>(desk: &FrontDesk, coming: &'c Coming) -> Result<Result<(Visitor, &'c SessionSecret), Response>, PageError> {
    let door = &desk.surface.0;
    Ok(match (coming.visit(desk).await?, &coming.secret) {
        (Visit::SignedIn(visitor), Some(secret)) => Ok((visitor, secret)),
        (Visit::PasswordDue(_), _) => Err(sent_on(&door.at("/login/password"), [coming.begun(desk, Some(door.at(PATH)))?.1])),
        (Visit::SignedIn(_) | Visit::Nobody, _) => Err(to_login(door)),
    })
}

/// Who sent a form of the page.
struct Sender {
    caller: EndUser,
    /// Of a session that the request renewed.
    cookie: Option<HeaderValue>,
}

impl Sender {
    /// Whoever sent this form, where it is one of ours; or where their browser goes first.
    async fn of(desk: &FrontDesk, coming: &Coming, form_token: &str) -> Result<Result<Self, Response>, PageError> {
        let Some(secret) = &coming.secret else { return Ok(Err(to_login(&desk.surface.0))) };
        if !coming.is_ours(desk, Holder::Session(secret), form_token) {
            return Err(PageError::FORGED);
        }
        let signed_in = signed_in(desk, coming).await?;
        Ok(signed_in.map(|(visitor, secret)| Self { caller: visitor.caller(), cookie: renewed(desk, Some(secret), &visitor) }))
    }

    /// Back to the page, which says what became of the form. A sender whose session ended meanwhile signs in first.
    fn led_back<T, R>(
        self,
        desk: &FrontDesk,
        outcome: Result<Result<T, R>, EngineError>,
        (done, refused): (&'static str, &'static str),
        cursor: &str,
    ) -> Result<Response, PageError> {
        let door = &desk.surface.0;
        let notice = match outcome {
            Err(EngineError::Store(StoreError::Lapsed(_))) => return Ok(to_login(door)),
            Err(error) => return Err(error.into()),
            Ok(Ok(_)) => done,
            Ok(Err(_)) => refused,
        };
        Ok(sent_on(&address(door, notice, cursor), [self.cookie]))
    }
}
