//! `/console` itself: who one is here, how far that reaches, what happened there, and where to go on.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cloakroom_engine::callers::Reach;
use cloakroom_engine::sessions::operators::activity::Period;

use super::cells::ShownId;
use super::charts::{ChartAssets, Charts};
use super::frame::{ConsoleFrame, console_page};
use super::guard::AtConsole;
use super::paths::CONSOLE;
use crate::http::declared::parameters::{Params, parameters};
use crate::web::door::with_query;
use crate::web::error::{PageError, PageRefusals};
use crate::web::form::Typed;
use crate::web::surface::FrontDesk;

parameters! {
    /// What is shown, and what was just done.
    in Query pub struct OverviewQuery {
        /// How far back the charts reach: `day` (which any other word means), `week` or `quarter`.
        period: Typed = "week",
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
    periods: Vec<PeriodLink>,
    charts: Charts,
    assets: ChartAssets,
}

/// Shows the charts of another time.
struct PeriodLink {
    address: String,
    text: String,
    is_shown: bool,
}

const PERIODS: [(Period, &str); 3] = [(Period::Day, "period-day"), (Period::Week, "period-week"), (Period::Quarter, "period-quarter")];

/// The console: how far the visitor reaches, what happened to sessions there, and its pages.
#[utoipa::path(get, path = "/console", operation_id = "showConsole", tag = "console",
    params(OverviewQuery),
    responses(
        (status = 200, description = "How far the visitor reaches; charts of sessions that were born and ended, of sign-ins and refusals, of reasons and devices; and the pages that are theirs.", body = str, content_type = "text/html"),
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
    let period = Period::parse(&query.period).unwrap_or(Period::Day);
    let activity = desk.engine.activity(&at.operator, period).await?;
    let door = &desk.surface.0;
    let link = |(of, text): (Period, &str)| PeriodLink {
        address: with_query(&door.at(CONSOLE), [("period", of.as_str())]),
        text: language.say(text),
        is_shown: of == period,
    };
    let overview = OverviewPage {
        frame: ConsoleFrame::of(&at, &desk, CONSOLE).with_notice(&NOTICES, &query.notice),
        user: ShownId::of(at.caller().user_uid()),
        reach,
        periods: PERIODS.into_iter().map(link).collect(),
        charts: Charts::of(language, &activity, period, desk.clock.now()),
        assets: ChartAssets::of(door),
    };
    Ok(console_page(&at, &desk, StatusCode::OK, &overview))
}
