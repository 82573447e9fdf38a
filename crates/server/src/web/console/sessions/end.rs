//! Ending one session, or those that were chosen.

use axum::extract::State;
use axum::response::Response;
use cloakroom_engine::ids::SessionUid;

use super::query::SessionsSought;
use crate::http::declared::parameters::parameters;
use crate::web::console::guard::AtConsole;
use crate::web::error::{PageError, PageRefusals};
use crate::web::form::{Filled, Typed, TypedOften};
use crate::web::surface::FrontDesk;

/// Where it is.
pub const PATH: &str = "/console/sessions/end";

/// How many are ended by one form: more than a page shows.
const MOST: usize = 100;

parameters! {
    /// Which sessions are to end.
    in Form pub struct EndChosenForm {
        /// This one, whichever are chosen beside it.
        only: Typed = "ses_01J8ZQ4N6WQ3V0R5T7Y9B1D3F5",
        /// Those that are chosen, each by a field of its own; at most a hundred.
        session: TypedOften = "ses_01J8ZQ4N6WQ3V0R5T7Y9B1D3F5",
        /// What was searched for, as the query of the page.
        back: Typed = "user=ada",
        /// Made for this session by the page.
        form_token: Typed,
    }
}

/// End the sessions that were chosen on the page. One that is not there, or is out of reach, is told as one that ended before.
#[utoipa::path(post, path = "/console/sessions/end", operation_id = "endChosenSessions", tag = "console",
    request_body(content = EndChosenForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "Back to the search, which says how many ended now; or on to `/login`: nobody is signed in."),
        (status = 403, description = "The form is not ours, or the console is not for its sender.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn end(State(desk): State<FrontDesk>, at: AtConsole, Filled(form): Filled<EndChosenForm>) -> Result<Response, PageError> {
    at.sent(&desk, &form.form_token)?;
    let named = if form.only.is_empty() { form.session } else { vec![form.only.to_string()] };
    let chosen: Vec<_> = named.iter().take(MOST).filter_map(|text| SessionUid::parse(text)).collect();
    let outcome = desk.engine.end_chosen_sessions(&at.sessions(), &chosen, &at.coming.origin).await;
    let told = match at.settled(&desk, outcome)? {
        Ok(told) => told,
        Err(led) => return Ok(led),
    };
    let before = told.others + (named.len() - chosen.len()) as u64;
    let (ended, before) = (told.ended.to_string(), before.to_string());
    let to = SessionsSought::of_query(&form.back);
    Ok(at.led_to(&desk, &to.list(&desk.surface.0, [("ended", ended.as_str()), ("before", before.as_str())])))
}
