//! What stands around every page of the console.

use std::ops::Deref;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::guard::AtConsole;
use super::paths::Scripted;
use super::places::{PLACES, Place};
use crate::web::pages::{Frame, page};
use crate::web::surface::FrontDesk;
use crate::web::visitor::with_cookies;

/// A link of the navigation.
pub struct Link {
    pub address: String,
    pub text: String,
    pub hint: String,
    pub is_here: bool,
}

/// The frame of a page of the console: that of every page, and the navigation.
pub struct ConsoleFrame {
    frame: Frame,
    pub console_style: String,
    pub script: String,
    pub htmx: String,
    pub links: Vec<Link>,
    /// Who is signed in.
    pub username: String,
    pub account: String,
    pub leave: String,
    /// Of every form of the page.
    pub form_token: String,
    /// What was just done.
    pub notice: Option<String>,
}

impl Deref for ConsoleFrame {
    type Target = Frame;

    fn deref(&self) -> &Frame {
        &self.frame
    }
}

impl ConsoleFrame {
    /// Of the page at `here`, a path of [`PLACES`] or one below it.
    pub fn of(at: &AtConsole, desk: &FrontDesk, here: &str) -> Self {
        let (door, language) = (&desk.surface.0, at.coming.language);
        let seen = PLACES.iter().filter(|place| (place.is_for)(at));
        // Of two places of which one is above the other, the one below is meant.
        let nearest = seen.clone().filter(|place| here.starts_with(place.path)).max_by_key(|place| place.path.len());
        let link = |place: &Place| Link {
            address: door.at(place.path),
            text: language.say(place.text),
            hint: language.say(place.hint),
            is_here: nearest.is_some_and(|nearest| nearest.path == place.path),
        };
        Self {
            console_style: door.at(door.assets.console_style.path()),
            script: door.at(door.assets.console_script.path()),
            htmx: door.at(door.assets.htmx.path()),
            links: seen.map(link).collect(),
            username: at.visitor.account.username.clone(),
            account: door.at("/account"),
            leave: door.at("/logout"),
            form_token: at.form_token(desk),
            notice: None,
            frame: Frame::of(door, language),
        }
    }

    /// Saying what was just done: the text of the word that stands in the page's address, among those that `notices` lists.
    #[must_use]
    pub fn with_notice(mut self, notices: &[(&str, &str)], word: &str) -> Self {
        self.notice = notices.iter().find(|(known, _)| *known == word).map(|(_, text)| self.frame.say(text));
        self
    }
}

/// A page of the console, or a part of one, as an answer.
pub fn console_page(at: &AtConsole, desk: &FrontDesk, status: StatusCode, template: &impl Template) -> Response {
    let mut response = with_cookies(page(status, template), [at.cookie(desk)]);
    response.extensions_mut().insert(Scripted);
    response
}
