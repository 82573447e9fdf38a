//! What the search found, as rows.

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::sessions::SessionView;
use cloakroom_engine::sessions::detail::DetailedView;

use super::PATH;
use crate::web::console::cells::ShownId;
use crate::web::door::{Door, with_query};
use crate::web::language::Language;
use crate::web::words::{Moment, born, device, kind, place, reason};

/// Whether a session lives, in words, and since when it does not.
pub struct ShownState {
    pub is_live: bool,
    pub text: String,
    /// When it ended.
    pub since: Option<Moment>,
}

impl ShownState {
    pub fn of(language: Language, view: &SessionView, now: Timestamp) -> Self {
        Self {
            is_live: view.end.is_none(),
            text: view.end.map_or_else(|| language.say("state-live"), |end| reason(language, end.reason)),
            since: view.end.map(|end| Moment::of(language, end.at, now)),
        }
    }
}

/// A session of the table.
pub struct FoundRow {
    pub id: ShownId,
    /// Where its page is.
    pub page: String,
    pub username: String,
    pub email: Option<String>,
    /// Where the sessions of its user are.
    pub of_user: String,
    pub caption: Option<String>,
    pub device: String,
    pub kind: Option<String>,
    pub place: String,
    pub address: Option<String>,
    pub applications: Vec<String>,
    pub born: String,
    pub created_at: Moment,
    pub used_at: Moment,
    pub state: ShownState,
    /// What its button and its box are called for those who do not see in which row they stand.
    pub end_label: String,
    pub choose_label: String,
}

impl FoundRow {
    pub fn of(door: &Door, language: Language, shown: &DetailedView, now: Timestamp) -> Self {
        let (session, surroundings) = (&shown.view.session, &shown.surroundings);
        let (id, device) = (ShownId::of(session.uid), device(language, &surroundings.whence.agent));
        let label = |text| {
            let filled = [("user", surroundings.username.as_str().into()), ("device", device.as_str().into())];
            language.say_with(text, &filled)
        };
        Self {
            page: door.at(&format!("{PATH}/{}", id.whole)),
            username: surroundings.username.clone(),
            email: surroundings.user_email.clone(),
            of_user: with_query(&door.at(PATH), [("user", session.user_uid.to_string())]),
            caption: session.caption.as_deref().map(str::to_owned),
            kind: kind(language, surroundings.whence.agent.device_type),
            place: place(language, surroundings.whence.location.as_ref()),
            address: session.address.as_deref().map(str::to_owned),
            applications: surroundings.applications.iter().map(|reached| reached.name.clone()).collect(),
            born: born(language, session.birth),
            created_at: Moment::of(language, session.created_at, now),
            used_at: Moment::of(language, session.activity.last_active_at, now),
            state: ShownState::of(language, &shown.view, now),
            end_label: label("sessions-end-label"),
            choose_label: label("sessions-choose-label"),
            device,
            id,
        }
    }
}
