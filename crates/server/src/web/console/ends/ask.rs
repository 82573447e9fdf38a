//! Asking for one: the page says how many will end, and wants that number typed.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cloakroom_engine::sessions::admin::search::Found;

use super::{NEW, PATH};
use crate::http::declared::parameters::{Params, parameters};
use crate::web::console::cells::grouped;
use crate::web::console::frame::{ConsoleFrame, console_page};
use crate::web::console::guard::AtConsole;
use crate::web::console::sessions::query::SessionsSought;
use crate::web::error::{PageError, PageRefusals};
use crate::web::form::{Filled, Typed};
use crate::web::pages::{Problem, of_field};
use crate::web::surface::FrontDesk;

parameters! {
    /// That all are to end.
    in Form pub struct EndAllForm {
        /// Which sessions, as the query of a search.
        sought: Typed = "tenant=ACME",
        /// How many the page told.
        told: Typed = "1234",
        /// The same number, typed.
        count: Typed = "1,234",
        /// Made for this session by the page.
        form_token: Typed,
    }
}

#[derive(Template)]
#[template(path = "web/console/end_all.html")]
struct EndAllPage {
    frame: ConsoleFrame,
    action: String,
    /// Which sessions, by the names of the search and what was typed there.
    sought: Vec<(String, String)>,
    text: String,
    /// How many, in words.
    question: String,
    told: u64,
    /// The number as it is to be typed.
    shown: String,
    typed: String,
    back: String,
    problems: Vec<Problem>,
}

/// The page that says how many sessions will end, and asks to type that.
#[utoipa::path(get, path = "/console/ends/new", operation_id = "showMassEndForm", tag = "console",
    params(SessionsSought),
    responses(
        (status = 200, description = "What will end, and the form.", body = str, content_type = "text/html"),
        (status = 303, description = "On to proving who one is, where that was long ago; back to the search where nobody and nothing of these names is within reach; or to `/login`, which leads back."),
        (status = 403, description = "It is for operators and administrators.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn show(State(desk): State<FrontDesk>, at: AtConsole, Params(sought): Params<SessionsSought>) -> Result<Response, PageError> {
    if let Some(led) = at.to_prove(&desk, &at.asked) {
        return Ok(led);
    }
    end_all_page(&desk, &at, StatusCode::OK, &sought, "", Vec::new()).await
}

/// Ask that all be ended. It is done in the background; whoever asked has to stay signed in until then.
#[utoipa::path(post, path = "/console/ends/new", operation_id = "askMassEnd", tag = "console",
    request_body(content = EndAllForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "On to the page that says how far it is; to proving who one is, where that was long ago; or to `/login`: nobody is signed in."),
        (status = 403, description = "The form is not ours, or the console is not for its sender.", body = str, content_type = "text/html"),
        (status = 422, description = "What was typed is another number.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn ask(State(desk): State<FrontDesk>, at: AtConsole, Filled(form): Filled<EndAllForm>) -> Result<Response, PageError> {
    at.sent(&desk, &form.form_token)?;
    let door = &desk.surface.0;
    let sought = SessionsSought::of_query(&form.sought);
    if let Some(led) = at.to_prove(&desk, &sought.address(door, NEW, [])) {
        return Ok(led);
    }
    let (told, typed) = (number(&form.told), number(&form.count));
    let Some(meant) = typed.filter(|_| typed == told) else {
        let problem = Problem { field: "count", text: at.coming.language.say("end-all-wrong") };
        return end_all_page(&desk, &at, StatusCode::UNPROCESSABLE_ENTITY, &sought, &form.count, vec![problem]).await;
    };
    let outcome = desk.engine.ask_mass_end(&at.sessions(), &sought.query(), meant, &at.coming.origin).await;
    let asked = match at.settled(&desk, outcome)? {
        Ok(asked) => asked,
        Err(led) => return Ok(led),
    };
    Ok(match asked {
        Ok(uid) => at.led_to(&desk, &door.at(&format!("{PATH}/{uid}"))),
        Err(_) => at.led_to(&desk, &sought.list(door, [])),
    })
}

/// A number as people type it, its thousands apart or not.
fn number(typed: &str) -> Option<u64> {
    let digits: String = typed.chars().filter(|letter| !matches!(letter, ',' | '.' | '\'' | '’') && !letter.is_whitespace()).collect();
    digits.parse().ok()
}

async fn end_all_page(
    desk: &FrontDesk,
    at: &AtConsole,
    status: StatusCode,
    sought: &SessionsSought,
    typed: &str,
    problems: Vec<Problem>,
) -> Result<Response, PageError> {
    let (door, language) = (&desk.surface.0, at.coming.language);
    let Ok(found) = desk.engine.count_mass_end(&at.sessions(), &sought.query()).await? else {
        return Ok(at.led_to(desk, &sought.list(door, [])));
    };
    let shown = grouped(language, found.number());
    let question = match found {
        Found::Exactly(_) => "end-all-question",
        Found::MoreThan(_) => "end-all-question-more",
    };
    let label = |name: &str| match name {
        "user" => language.say("sessions-user"),
        "tenant" => language.say("sessions-tenant"),
        "application" => language.say("account-application"),
        "address" => language.say("sessions-address"),
        "device" => language.say("account-device"),
        _ => language.say("sessions-age"),
    };
    let page = EndAllPage {
        frame: ConsoleFrame::of(at, desk, PATH),
        action: door.at(NEW),
        sought: sought
            .pairs()
            .into_iter()
            .filter(|(name, _)| *name != "state")
            .map(|(name, value)| (label(name), value.to_owned()))
            .collect(),
        text: sought.text(),
        question: language.say_with(question, &[("count", shown.clone().into())]),
        told: found.number(),
        shown,
        typed: typed.to_owned(),
        back: sought.list(door, []),
        problems,
    };
    Ok(console_page(at, desk, status, &page))
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_typed_in_many_ways() {
        for typed in ["1234567", "1,234,567", "1.234.567", " 1 234 567 ", "1’234’567"] {
            assert_eq!(number(typed), Some(1_234_567), "{typed}");
        }
        for typed in ["", "all", "-1", "1e3", "12x"] {
            assert_eq!(number(typed), None, "{typed}");
        }
    }
}
