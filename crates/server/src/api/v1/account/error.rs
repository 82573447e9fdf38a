//! What these routes refuse, in the words of `/api/v1`.

use axum::http::StatusCode;
use cloakroom_engine::account::change_password::PasswordChangeRefusal;
use cloakroom_engine::account::redeem::{NotRedeemed, ResetRefusal};
use cloakroom_engine::directory::new_password::WeakPassword;

use crate::api::v1::error::V1Error;
use crate::http::fault::seconds_of;

/// Not 401: the access token is good, and a client would throw it away.
const WRONG_PASSWORD: V1Error = V1Error::new(StatusCode::FORBIDDEN, "The current password is another.");
const LOCKED: V1Error = V1Error::new(StatusCode::TOO_MANY_REQUESTS, "Too many failures; try again later.");

impl From<PasswordChangeRefusal> for V1Error {
    fn from(refusal: PasswordChangeRefusal) -> Self {
        match refusal {
            PasswordChangeRefusal::WrongPassword => WRONG_PASSWORD,
            PasswordChangeRefusal::Weak(weak) => weak_password(weak),
            PasswordChangeRefusal::Locked { wait } => LOCKED.retry_after(seconds_of(wait)),
        }
    }
}

fn weak_password(weak: WeakPassword) -> V1Error {
    V1Error::bad_field("new_password", weak.to_string())
}

impl From<ResetRefusal> for V1Error {
    fn from(refusal: ResetRefusal) -> Self {
        match refusal {
            ResetRefusal::NotRedeemed(refusal) => refusal.into(),
            ResetRefusal::Weak(weak) => weak_password(weak),
        }
    }
}

impl From<NotRedeemed> for V1Error {
    fn from(_: NotRedeemed) -> Self {
        Self::bad_field("token", "is not valid, or no longer")
    }
}
