//! The search.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cloakroom_engine::cursor::Unlisted;
use cloakroom_engine::sessions::admin::search::{Found, SessionSearch};

use super::PATH;
use super::found::FoundRow;
use super::query::{Choices, SessionsSought};
use crate::http::cursor;
use crate::http::declared::parameters::{Flat, Params, parameters};
use crate::web::console::cells::{Pager, grouped};
use crate::web::console::ends;
use crate::web::console::frame::{ConsoleFrame, console_page};
use crate::web::console::guard::AtConsole;
use crate::web::door::Door;
use crate::web::error::{PageError, PageRefusals};
use crate::web::form::Typed;
use crate::web::language::Language;
use crate::web::surface::FrontDesk;
use crate::web::words::Moment;

/// Sessions on a page.
const PER_PAGE: u32 = 50;

parameters! {
    /// Which sessions, from where on, and what was just done.
    in Query pub struct SessionsQuery {
        /// Which sessions.
        sought: Flat<SessionsSought>,
        /// Where to go on, as the page before says it; without it from the first.
        cursor: Typed,
        /// How many sessions were just ended.
        ended: Typed = "3",
        /// How many of those that were chosen had ended before.
        before: Typed = "1",
    }
}

/// What was found; loaded anew while somebody looks.
#[derive(Template)]
#[template(path = "web/console/found.html")]
struct FoundPart {
    frame: ConsoleFrame,
    /// Where chosen ones are sent.
    end: String,
    /// Where it leads back to.
    back: String,
    /// Where all of them can be ended, where they can.
    end_all: Option<String>,
    rows: Vec<FoundRow>,
    /// How many there are, in words.
    total: String,
    at: Moment,
    /// Whether more of the rows had to be looked at than one look takes.
    is_partly: bool,
    /// Nobody and nothing of these names is within reach.
    is_unknown: bool,
    pager: Pager,
    /// How to save it: the address and the word.
    exports: Vec<(String, &'static str)>,
}

#[derive(Template)]
#[template(path = "web/console/sessions.html")]
struct SessionsPage {
    frame: ConsoleFrame,
    action: String,
    sought: SessionsSought,
    choices: Choices,
    /// Where what was found is loaded from anew.
    anew: String,
    found: FoundPart,
}

/// Search the sessions within the visitor's reach.
#[utoipa::path(get, path = "/console/sessions", operation_id = "searchSessions", tag = "console",
    params(SessionsQuery),
    responses(
        (status = 200, description = "The newest fifty that are meant, and how many there are: exactly, or more than so many. To the page's script the part of the page with the table alone.", body = str, content_type = "text/html"),
        (status = 303, description = "On to `/login`, which leads back; or to choosing a password where that has to come first. Or to the first page: the cursor is none of this list."),
        (status = 403, description = "It is for operators and administrators.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn show(State(desk): State<FrontDesk>, at: AtConsole, Params(query): Params<SessionsQuery>) -> Result<Response, PageError> {
    let SessionsQuery { sought, cursor, ended, before } = query;
    let door = &desk.surface.0;
    let place = cursor::parse(&cursor);
    if place.is_none() && !cursor.is_empty() {
        return Ok(at.led_to(&desk, &sought.list(door, [])));
    }
    let searched = desk.engine.search_sessions_of(at.sessions().admin(), &sought.query(), (place, PER_PAGE)).await?;
    let search = match searched {
        Ok(search) => Some(search),
        Err(Unlisted::Refused(_)) => None,
        Err(Unlisted::Cursor(_)) => return Ok(at.led_to(&desk, &sought.list(door, []))),
    };
    let mut part = found_part(&desk, &at, &sought, &cursor, search);
    if at.is_partial {
        return Ok(console_page(&at, &desk, StatusCode::OK, &part));
    }
    let language = at.coming.language;
    part.frame = ConsoleFrame::of(&at, &desk, PATH);
    let mut frame = ConsoleFrame::of(&at, &desk, PATH);
    frame.notice = told(language, &ended, &before);
    let choices = Choices::of(language, &sought);
    let anew = sought.list(door, [("cursor", &**cursor)].into_iter().filter(|_| !cursor.is_empty()));
    Ok(console_page(&at, &desk, StatusCode::OK, &SessionsPage { frame, action: door.at(PATH), choices, anew, found: part, sought }))
}

/// What was just done, in words.
fn told(language: Language, ended: &str, before: &str) -> Option<String> {
    let (ended, before): (u64, u64) = (ended.parse().ok()?, before.parse().unwrap_or(0));
    let said = match ended {
        1 => language.say("sessions-ended-one"),
        _ => language.say_with("sessions-ended-many", &[("count", grouped(language, ended).into())]),
    };
    Some(if before == 0 { said } else { format!("{said} {}", language.say("sessions-ended-before")) })
}

/// How many there are, in words.
pub fn counted(language: Language, found: Found) -> String {
    let number = |count| grouped(language, count).into();
    match found {
        Found::Exactly(1) => language.say("sessions-found-one"),
        Found::Exactly(count) => language.say_with("sessions-found", &[("count", number(count))]),
        Found::MoreThan(0) => language.say("sessions-found-none-yet"),
        Found::MoreThan(count) => language.say_with("sessions-found-more", &[("count", number(count))]),
    }
}

fn found_part(desk: &FrontDesk, at: &AtConsole, sought: &SessionsSought, cursor: &str, search: Option<SessionSearch>) -> FoundPart {
    let (door, language, now): (&Door, _, _) = (&desk.surface.0, at.coming.language, desk.clock.now());
    let is_unknown = search.is_none();
    let search = search.unwrap_or(SessionSearch { sessions: Vec::new(), found: Found::Exactly(0), at: now, next: None });
    let may_end_all = sought.is_for_live() && !search.sessions.is_empty();
    let next = search.next.map(cursor::text);
    let export = |format| sought.address(door, super::export::PATH, [("format", format)]);
    FoundPart {
        frame: ConsoleFrame::of(at, desk, PATH),
        end: door.at(super::end::PATH),
        back: sought.text(),
        end_all: may_end_all.then(|| sought.address(door, ends::NEW, [])),
        rows: search.sessions.iter().map(|shown| FoundRow::of(door, language, shown, now)).collect(),
        total: counted(language, search.found),
        at: Moment::of(language, search.at, now),
        is_partly: matches!(search.found, Found::MoreThan(_)) && cursor.is_empty(),
        is_unknown,
        pager: Pager {
            newest: (!cursor.is_empty()).then(|| sought.list(door, [])),
            older: next.as_deref().map(|next| sought.list(door, [("cursor", next)])),
        },
        exports: vec![(export("csv"), "CSV"), (export("jsonl"), "JSON Lines")],
    }
}
