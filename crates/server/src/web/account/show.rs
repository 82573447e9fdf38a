//! The page itself.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cloakroom_engine::cursor::PageAsked;
use cloakroom_engine::page::PageNumber;
use cloakroom_engine::secret::SessionSecret;
use cloakroom_engine::sessions::browser::devices::Devices;
use cloakroom_engine::sessions::browser::visit::Visitor;

use super::page::{AccountPage, Actions, ConsentRow, SessionRow};
use super::{NOTICES, PATH, signed_in};
use crate::http::cursor;
use crate::http::declared::parameters::{Params, parameters};
use crate::web::door::with_query;
use crate::web::error::{PageError, PageRefusals};
use crate::web::form::{Holder, Typed};
use crate::web::pages::{Frame, page};
use crate::web::surface::FrontDesk;
use crate::web::visitor::{Coming, renewed, sent_on, with_cookies};
use crate::web::words::Moment;

/// Sessions on a page.
const PER_PAGE: u32 = 20;

parameters! {
    /// Which sessions, and what was just done.
    in Query pub struct AccountQuery {
        /// Where to go on, as the page before says it; without it from the newest.
        cursor: Typed,
        /// What the page says of what was just done: `ended`, `no-session`, `others-ended`, `named`, `withdrawn`, `no-consent` or `elsewhere`.
        /// Any other word says nothing.
        notice: Typed = "ended",
    }
}

impl AccountQuery {
    fn asked(&self) -> PageAsked {
        match cursor::parse(&self.cursor) {
            Some(place) => PageAsked::After { place, per_page: PER_PAGE },
            None => PageNumber { page: 1, per_page: PER_PAGE }.into(),
        }
    }
}

/// A user's devices: where they are signed in, and which applications they have let in.
#[utoipa::path(get, path = "/account", operation_id = "showAccount", tag = "account",
    params(AccountQuery),
    responses(
        (status = 200, description = "Who is signed in and until when; their live sessions on every surface, twenty a page; and the applications that they let in.", body = str, content_type = "text/html"),
        (status = 303, description = "On to `/login`, which leads back; or to choosing a password where that has to come first. Or to the first page: the cursor is none of this list."),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn show(State(desk): State<FrontDesk>, coming: Coming, Params(query): Params<AccountQuery>) -> Result<Response, PageError> {
    let (visitor, secret) = match signed_in(&desk, &coming).await? {
        Ok(signed_in) => signed_in,
        Err(led) => return Ok(led),
    };
    let cookie = renewed(&desk, Some(secret), &visitor);
    Ok(match desk.engine.own_devices(&visitor.caller(), query.asked()).await? {
        Ok(devices) => with_cookies(account_page(&desk, &coming, &query, (&visitor, secret), &devices), [cookie]),
        Err(_) => sent_on(&desk.surface.0.at(PATH), [cookie]),
    })
}

fn account_page(
    desk: &FrontDesk,
    coming: &Coming,
    query: &AccountQuery,
    (visitor, secret): (&Visitor, &SessionSecret),
    devices: &Devices,
) -> Response {
    let (door, language, now) = (&desk.surface.0, coming.language, desk.clock.now());
    let caller = visitor.caller();
    let at = |path: &str| door.at(&format!("{PATH}{path}"));
    let after = |cursor: String| with_query(&door.at(PATH), [("cursor", cursor)]);
    let notice = NOTICES.into_iter().find(|(word, _)| *word == &**query.notice);
    let account = AccountPage {
        frame: Frame::of(door, language),
        notice: notice.map(|(_, text)| language.say(text)),
        username: visitor.account.username.clone(),
        display_name: visitor.account.display_name.clone(),
        ends_at: Moment::of(language, visitor.session.ends_at(), now),
        form_token: Holder::Session(secret).token(desk.engine.keys()),
        actions: Actions {
            leave: door.at("/logout"),
            password: devices.has_password.then(|| door.at("/login/password")),
            end: at("/sessions/end"),
            end_others: at("/sessions/end-others"),
            name: at("/sessions/name"),
            withdraw: at("/consents/withdraw"),
        },
        sessions: (devices.page.sessions.iter().zip(&devices.kept))
            .map(|(shown, kept)| SessionRow::of(language, shown, kept, caller.is(&shown.view), now))
            .collect(),
        others: devices.live.saturating_sub(1),
        cursor: query.cursor.to_string(),
        newest: door.at(PATH),
        older: devices.page.next.map(|next| after(cursor::text(next))),
        consents: devices.consents.iter().map(|consent| ConsentRow::of(language, consent, now)).collect(),
    };
    page(StatusCode::OK, &account)
}
