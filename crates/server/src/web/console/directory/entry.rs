//! The page of one entry.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::at_directory::AtDirectory;
use super::cell::Cell;
use super::noun::{Noun, NounWord};
use super::nouns::shown::Shown;
use super::parts::{Deed, PartShown};
use super::table::notices;
use crate::http::declared::parameters::{Params, parameters};
use crate::web::console::frame::{ConsoleFrame, console_page};
use crate::web::console::sessions;
use crate::web::door::with_query;
use crate::web::error::{PageError, PageRefusals};
use crate::web::form::Typed;
use crate::web::surface::FrontDesk;

parameters! {
    /// Which entry.
    in Path pub struct OneEntry {
        /// What it is.
        noun: NounWord = "users",
        /// Its public id.
        entry_id: Typed = "usr_01J8ZQ4Y7N3V5K2M6P9R1S0T8W",
    }

    /// What was just done.
    in Query pub struct EntryQuery {
        /// What the page says of what was just done: `saved`, or why it was not. Any other word says nothing.
        notice: Typed = "saved",
    }
}

impl OneEntry {
    /// # Errors
    /// [`PageError::NOT_FOUND`] of what is no noun.
    pub fn named(&self) -> Result<(Noun, &str), PageError> {
        Ok((self.noun.ok_or(PageError::NOT_FOUND)?, &self.entry_id))
    }
}

#[derive(Template)]
#[template(path = "web/console/directory/entry.html")]
struct EntryPage {
    frame: ConsoleFrame,
    /// What it is, and where the others are.
    noun: (String, String),
    title: String,
    facts: Vec<(String, Cell)>,
    /// Where it is changed, and what that is called: the first is the page's own deed.
    links: Vec<(String, String)>,
    parts: Vec<PartShown>,
    deeds: Vec<Deed>,
}

const NOTICES: [(&str, &str); 4] = [
    ("saved", "notice-saved"),
    ("locks-lifted", "notice-locks-lifted"),
    ("secret-removed", "notice-secret-removed"),
    ("password-set", "notice-password-set"),
];

/// One entry within reach: what is known of it, and what can be done with it.
#[utoipa::path(get, path = "/console/directory/{noun}/{entry_id}", operation_id = "showDirectoryEntry", tag = "console",
    params(OneEntry, EntryQuery),
    responses(
        (status = 200, description = "The entry.", body = str, content_type = "text/html"),
        (status = 303, description = "On to `/login`, which leads back; or to choosing a password where that has to come first."),
        (status = 403, description = "It is for administrators.", body = str, content_type = "text/html"),
        (status = 404, description = "There is none of this id within reach.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn show(
    State(desk): State<FrontDesk>,
    visitor: AtDirectory,
    Params(one): Params<OneEntry>,
    Params(query): Params<EntryQuery>,
) -> Result<Response, PageError> {
    let (noun, uid) = one.named()?;
    let shown = noun.shown(&desk, &visitor.reader, uid, visitor.reading(&desk)).await?.map_err(|_| PageError::NOT_FOUND)?;
    let page = entry_page(&desk, &visitor, noun, shown, &query.notice);
    Ok(console_page(&visitor.at, &desk, StatusCode::OK, &page))
}

fn entry_page(desk: &FrontDesk, visitor: &AtDirectory, noun: Noun, shown: Shown, notice: &str) -> EntryPage {
    let (door, language) = (&desk.surface.0, visitor.at.coming.language);
    let page = door.at(&noun.entry(&shown.uid));
    let (is_removed, may_edit) = (shown.status == "doomed", visitor.level >= noun.edited_by());
    let mut links = Vec::new();
    if may_edit && !is_removed {
        links.push((format!("{page}/edit"), language.say("entry-edit")));
        if noun == Noun::Users {
            links.push((format!("{page}/password"), language.say("entry-password")));
        }
    }
    let sought = match noun {
        Noun::Users => Some("user"),
        Noun::Tenants => Some("tenant"),
        Noun::Applications => Some("application"),
        Noun::Partners | Noun::IdentityProviders => None,
    };
    let sessions = sought.map(|by| with_query(&door.at(sessions::PATH), [(by, shown.title.as_str())]));
    links.extend(sessions.map(|address| (address, language.say("sessions-title"))));
    let trail = with_query(&door.at(crate::web::console::paths::AUDIT), [("resource_id", &shown.uid)]);
    links.push((trail, language.say("entry-trail")));
    let mut deeds = Vec::new();
    if visitor.level >= noun.changed_by() && !is_removed {
        deeds.extend(Deed::of_status(language, noun, &page, shown.status));
        deeds.push(Deed::of_removal(language, noun, &page));
    }
    let part = |part| PartShown::of(language, &page, part, may_edit && !is_removed, visitor.level);
    EntryPage {
        frame: ConsoleFrame::of(&visitor.at, desk, noun.path()).with_notice(&notices(&NOTICES), notice),
        noun: (language.say(noun.texts().all), door.at(noun.path())),
        title: shown.title,
        facts: shown.facts.into_iter().map(|(name, cell)| (language.say(name), cell)).collect(),
        links,
        parts: shown.parts.into_iter().map(part).collect(),
        deeds,
    }
}
