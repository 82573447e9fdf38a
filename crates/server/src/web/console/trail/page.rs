//! A page of the trail, newest first.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cloakroom_engine::audit::recorded::RecordedEntry;
use cloakroom_engine::audit::{Action, AuditResult, ResourceKind};
use cloakroom_engine::callers::Reach;
use cloakroom_engine::cursor::{Cursor, PageAsked, Unlisted};
use cloakroom_engine::hex::hex;
use cloakroom_engine::page::PageNumber;

use super::filter::{TrailFilter, problem};
use crate::http::cursor;
use crate::http::declared::parameters::{Flat, Params, parameters};
use crate::http::declared::words::spellings;
use crate::web::console::cells::{Pager, ShownId, grouped};
use crate::web::console::frame::{ConsoleFrame, console_page};
use crate::web::console::guard::{AtConsole, forbidden};
use crate::web::console::paths::AUDIT;
use crate::web::door::with_query;
use crate::web::error::{PageError, PageRefusals};
use crate::web::form::Typed;
use crate::web::pages::{Problem, of_field};
use crate::web::surface::FrontDesk;
use crate::web::words::Moment;

const PER_PAGE: u32 = 50;

parameters! {
    /// Which entries, and which page of them.
    in Query pub struct TrailQuery {
        filter: Flat<TrailFilter>,
        /// Where to go on, as the page before says it.
        cursor: Typed,
    }
}

/// An entry of the trail.
pub struct EntryRow {
    pub at: Moment,
    pub action: String,
    pub result: String,
    pub is_refused: bool,
    pub actor_kind: String,
    pub actor: Option<ShownId>,
    pub resource_kind: String,
    pub resource: Option<ShownId>,
    pub address: Option<String>,
    /// A fact a line.
    pub detail: Vec<String>,
}

/// The facts of an entry as lines; what cannot be read stands as it is.
pub fn facts(detail: &str) -> Vec<String> {
    match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(detail) {
        Ok(facts) => facts.iter().map(|(name, value)| format!("{name}: {}", value.as_str().unwrap_or_default())).collect(),
        Err(_) => vec![detail.to_owned()],
    }
}

#[derive(Template)]
#[template(path = "web/console/trail.html")]
struct TrailPage {
    frame: ConsoleFrame,
    action: String,
    filter: TrailFilter,
    problems: Vec<Problem>,
    actions: Vec<&'static str>,
    kinds: Vec<&'static str>,
    results: Vec<&'static str>,
    total: String,
    /// Where the chain ends, for whoever sees all of it.
    head: Option<(String, String)>,
    rows: Vec<EntryRow>,
    pager: Pager,
    is_narrowed: bool,
}

impl TrailPage {
    /// Where the entries that are chosen are exported.
    fn export_to(&self) -> String {
        with_query(&format!("{}/export", self.action), self.filter.pairs())
    }

    fn problem_of(&self, field: &str) -> Option<&Problem> {
        of_field(&self.problems, field)
    }
}

/// The entries of the audit trail within reach, newest first, fifty a page.
#[utoipa::path(get, path = "/console/audit", operation_id = "showAuditTrail", tag = "console",
    params(TrailQuery),
    responses(
        (status = 200, description = "A page of them, with their number; and where the chain of seals ends, for whoever sees all of it.", body = str, content_type = "text/html"),
        (status = 303, description = "On to `/login`, which leads back; or to choosing a password where that has to come first. Or to the first page: the cursor is none of this list."),
        (status = 403, description = "It is for administrators.", body = str, content_type = "text/html"),
        (status = 404, description = "There is no such tenant or partner within reach.", body = str, content_type = "text/html"),
        (status = 422, description = "Something of the filter cannot be read; the page says what.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn list(State(desk): State<FrontDesk>, at: AtConsole, Params(query): Params<TrailQuery>) -> Result<Response, PageError> {
    let admin = at.trail().ok_or_else(forbidden)?;
    let language = at.coming.language;
    let wanted = match query.filter.query() {
        Ok(wanted) => wanted,
        Err(wrong) => {
            let problems = wrong.into_iter().map(|field| problem(language, field)).collect();
            let page = trail_page(&desk, &at, query, problems, (Vec::new(), 0, None));
            return Ok(console_page(&at, &desk, StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
    };
    let asked: PageAsked = match cursor::parse(&query.cursor) {
        Some(place) => PageAsked::After { place, per_page: PER_PAGE },
        None => PageNumber { page: 1, per_page: PER_PAGE }.into(),
    };
    let found = match desk.engine.list_audit(&admin, wanted, asked).await? {
        Ok(found) => found,
        Err(Unlisted::Cursor(_)) => return Ok(at.led_to(&desk, &desk.surface.0.at(AUDIT))),
        Err(Unlisted::Refused(_)) => return Err(PageError::NOT_FOUND),
    };
    let mut page = trail_page(&desk, &at, query, Vec::new(), (found.rows, found.total, found.next));
    if admin.reach() == Reach::Everything {
        page.head = desk.engine.audit_head().await?.map(|head| (grouped(language, head.position.unsigned_abs()), hex(&head.hash)));
    }
    Ok(console_page(&at, &desk, StatusCode::OK, &page))
}

fn trail_page(
    desk: &FrontDesk,
    at: &AtConsole,
    query: TrailQuery,
    problems: Vec<Problem>,
    (entries, total, next): (Vec<RecordedEntry>, u64, Option<Cursor>),
) -> TrailPage {
    let (door, language, now) = (&desk.surface.0, at.coming.language, desk.clock.now());
    let (here, pairs) = (door.at(AUDIT), query.filter.pairs());
    let row = |entry: RecordedEntry| EntryRow {
        at: Moment::of(language, entry.at, now),
        is_refused: entry.result == AuditResult::Refused.as_str(),
        action: entry.action,
        result: entry.result,
        actor_kind: entry.actor_kind,
        actor: entry.actor_id.map(ShownId::of),
        resource_kind: entry.resource_kind,
        resource: entry.resource_id.map(ShownId::of),
        address: entry.address,
        detail: facts(&entry.detail),
    };
    let count: fluent_bundle::FluentValue<'_> = grouped(language, total).into();
    TrailPage {
        frame: ConsoleFrame::of(at, desk, AUDIT),
        problems,
        actions: spellings::<Action>(),
        kinds: spellings::<ResourceKind>(),
        results: spellings::<AuditResult>(),
        total: language.say_with("table-total", &[("count", count)]),
        head: None,
        rows: entries.into_iter().map(row).collect(),
        pager: Pager {
            newest: (!query.cursor.is_empty()).then(|| with_query(&here, pairs.iter().cloned())),
            older: next.map(|next| with_query(&here, pairs.iter().cloned().chain([("cursor", cursor::text(next))]))),
        },
        is_narrowed: !pairs.is_empty(),
        action: here,
        filter: query.filter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_lines_and_what_is_none_stands_as_it_is() {
        assert_eq!(facts(r#"{"birth":"usm","user_id":"usr_1"}"#), ["birth: usm", "user_id: usr_1"]);
        assert_eq!(facts("damaged"), ["damaged"]);
        assert!(facts("{}").is_empty());
    }
}
