//! One session with its whole life.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use cloakroom_engine::audit::recorded::RecordedEntry;
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::ids::SessionUid;
use cloakroom_engine::sessions::admin::life::SessionLife;
use serde_json::{Map, Value};

use super::PATH;
use super::found::FoundRow;
use crate::web::console::cells::{ShownId, grouped};
use crate::web::console::frame::{ConsoleFrame, console_page};
use crate::web::console::guard::AtConsole;
use crate::web::door::with_query;
use crate::web::error::{PageError, PageRefusals};
use crate::web::language::Language;
use crate::web::surface::FrontDesk;
use crate::web::words::{Moment, value_said};

/// A line of the trail.
struct Line {
    at: Moment,
    action: String,
    result: String,
    actor_kind: String,
    actor: Option<ShownId>,
    address: Option<String>,
    /// Further facts by name.
    detail: Vec<(String, String)>,
}

/// Something that happened to the session, or will.
struct Event {
    text: String,
    at: Moment,
    /// What goes with it.
    more: String,
}

#[derive(Template)]
#[template(path = "web/console/session.html")]
struct SessionPage {
    frame: ConsoleFrame,
    row: FoundRow,
    /// What applications keep with it, by name.
    kept: Vec<(String, String)>,
    user: ShownId,
    tenant: Option<ShownId>,
    /// Where the sessions of its tenant are.
    of_tenant: Option<String>,
    events: Vec<Event>,
    /// Whether the visitor may read the trail.
    is_told: bool,
    lines: Vec<Line>,
    /// How many lines there are, in words, where not all are shown.
    more_lines: Option<String>,
    end: String,
    /// What is searched for when its end leads back.
    back: String,
    list: String,
}

/// One session: how it was born, used and ended, the applications that it reached, and what the trail says of it.
#[utoipa::path(get, path = "/console/sessions/{session_id}", operation_id = "showSession", tag = "console",
    params(("session_id" = String, Path, description = "Its id.", example = "ses_01J8ZQ4N6WQ3V0R5T7Y9B1D3F5")),
    responses(
        (status = 200, description = "Its life, and the latest hundred lines of the trail about it.", body = str, content_type = "text/html"),
        (status = 303, description = "On to `/login`, which leads back; or to choosing a password where that has to come first."),
        (status = 403, description = "It is for operators and administrators.", body = str, content_type = "text/html"),
        (status = 404, description = "There is none within reach.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn show(State(desk): State<FrontDesk>, at: AtConsole, Path(session): Path<String>) -> Result<Response, PageError> {
    let session = SessionUid::parse(&session).ok_or(PageError::NOT_FOUND)?;
    let life = desk.engine.session_life(at.sessions().admin(), at.trail().as_ref(), session).await?.map_err(|_| PageError::NOT_FOUND)?;
    Ok(console_page(&at, &desk, StatusCode::OK, &session_page(&desk, &at, &life)))
}

fn session_page(desk: &FrontDesk, at: &AtConsole, life: &SessionLife) -> SessionPage {
    let (door, language, now) = (&desk.surface.0, at.coming.language, desk.clock.now());
    let (session, surroundings) = (&life.session.view.session, &life.session.surroundings);
    let user = session.user_uid.to_string();
    let tenant = surroundings.tenant.map(|tenant| tenant.uid.to_string());
    let all = grouped(language, life.total);
    SessionPage {
        frame: ConsoleFrame::of(at, desk, PATH),
        row: FoundRow::of(door, language, &life.session, now),
        kept: life.metadata.members().map(|(name, value)| (name.to_owned(), value_said(value))).collect(),
        of_tenant: tenant.as_ref().map(|tenant| with_query(&door.at(PATH), [("tenant", tenant)])),
        tenant: tenant.map(ShownId::of),
        events: events(language, life, now),
        is_told: at.trail().is_some(),
        lines: life.lines.iter().map(|entry| line(language, entry, now)).collect(),
        more_lines: (life.total > life.lines.len() as u64).then(|| language.say_with("session-more-lines", &[("count", all.into())])),
        end: door.at(super::end::PATH),
        back: form_urlencoded::Serializer::new(String::new()).append_pair("user", &user).finish(),
        user: ShownId::of(user),
        list: door.at(PATH),
    }
}

/// Its life, in the order of time.
fn events(language: Language, life: &SessionLife, now: Timestamp) -> Vec<Event> {
    let session = &life.session.view.session;
    let mut events = Vec::new();
    let mut happened = |text: &str, at: Option<Timestamp>, more: String| {
        events.extend(at.map(|at| (at, Event { text: language.say(text), at: Moment::of(language, at, now), more })));
    };
    happened("life-born", Some(session.created_at), crate::web::words::born(language, session.birth));
    let proof = session.authentication;
    happened("life-proven", proof.map(|proof| proof.at), proof.map(|proof| proof.methods.to_string()).unwrap_or_default());
    happened("life-validated", session.activity.last_validated_at, String::new());
    happened("life-used", Some(session.activity.last_active_at), String::new());
    for reached in &life.session.surroundings.applications {
        happened("life-reached", Some(reached.accessed_at), reached.name.clone());
    }
    match life.session.view.end {
        Some(end) => happened("life-ended", Some(end.at), crate::web::words::reason(language, end.reason)),
        None => happened("life-expires", Some(session.ends_at()), String::new()),
    }
    happened("life-archived", session.state.archived_at(), String::new());
    events.sort_by_key(|(at, _)| *at);
    events.into_iter().map(|(_, event)| event).collect()
}

fn line(language: Language, entry: &RecordedEntry, now: Timestamp) -> Line {
    let detail: Map<String, Value> = serde_json::from_str(&entry.detail).unwrap_or_default();
    let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Line {
        at: Moment::of(language, entry.at, now),
        action: entry.action.clone(),
        result: entry.result.clone(),
        actor_kind: entry.actor_kind.clone(),
        actor: entry.actor_id.as_ref().map(ShownId::of),
        address: entry.address.clone(),
        detail: detail.into_iter().map(|(name, value)| (name, text(value))).collect(),
    }
}
