//! `/console` itself: who one is here, how far that reaches, and where to go on.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cloakroom_engine::callers::Reach;

use super::cells::ShownId;
use super::frame::{ConsoleFrame, console_page};
use super::guard::AtConsole;
use super::paths::CONSOLE;
use crate::http::declared::parameters::{Params, parameters};
use crate::web::error::{PageError, PageRefusals};
use crate::web::form::Typed;
use crate::web::surface::FrontDesk;

parameters! {
    /// What was just done.
    in Query pub struct OverviewQuery {
        /// What the page says of what was just done: `confirmed`. Any other word says nothing.
        notice: Typed = "confirmed",
    }
}

const NOTICES: [(&str, &str); 1] = [("confirmed", "notice-confirmed")];

#[derive(Template)]
#[template(path = "web/console/overview.html")]
struct OverviewPage {
    frame: ConsoleFrame,
    /// The visitor.
    user: ShownId,
    /// How far the visitor reaches, in words.
    reach: String,
}

/// The console: how far the visitor reaches, and its pages.
#[utoipa::path(get, path = "/console", operation_id = "showConsole", tag = "console",
    params(OverviewQuery),
    responses(
        (status = 200, description = "How far the visitor reaches, and the pages that are theirs.", body = str, content_type = "text/html"),
        (status = 303, description = "On to `/login`, which leads back; or to choosing a password where that has to come first."),
        (status = 403, description = "It is for operators and administrators.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn show(State(desk): State<FrontDesk>, at: AtConsole, Params(query): Params<OverviewQuery>) -> Result<Response, PageError> {
    let language = at.coming.language;
    let home = at.visitor.account.tenant.as_ref().map(|tenant| tenant.code.clone()).unwrap_or_default();
    let reach = match at.operator.reach() {
        Reach::Everything => language.say("reach-everything"),
        Reach::Partner(_) => language.say("reach-partner"),
        Reach::Tenant(_) => language.say_with("reach-tenant", &[("tenant", home.into())]),
    };
    let frame = ConsoleFrame::of(&at, &desk, CONSOLE).with_notice(&NOTICES, &query.notice);
    Ok(console_page(&at, &desk, StatusCode::OK, &OverviewPage { frame, user: ShownId::of(at.caller().user_uid()), reach }))
}
