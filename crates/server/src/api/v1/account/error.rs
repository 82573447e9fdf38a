//! What these routes refuse, in the words of `/api/v1`.

use axum::http::StatusCode;
use cloakroom_engine::account::change_password::PasswordChangeRefusal;
use cloakroom_engine::account::redeem::NotRedeemed;

use crate::api::v1::error::{Problem, Refused, V1Error};

/// Not 401: the access token is good, and a client would throw it away.
const WRONG_PASSWORD: Refused = Refused::new(StatusCode::FORBIDDEN, "The current password is another.");
const LOCKED: Refused = Refused::new(StatusCode::TOO_MANY_REQUESTS, "Too many failures; try again later.");

impl From<PasswordChangeRefusal> for V1Error {
    fn from(refusal: PasswordChangeRefusal) -> Self {
        match refusal {
            PasswordChangeRefusal::WrongPassword => WRONG_PASSWORD.into(),
            PasswordChangeRefusal::Locked { wait } => Self::from(LOCKED).retry_after(wait.as_seconds_ceil().max(1)),
        }
    }
}

impl From<NotRedeemed> for V1Error {
    fn from(_: NotRedeemed) -> Self {
        vec![Problem::new("body", Some("token"), "is not valid, or no longer".to_owned(), "value_error")].into()
    }
}
