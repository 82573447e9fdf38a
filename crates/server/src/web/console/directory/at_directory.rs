//! Who may be at the directory: administrators.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use cloakroom_engine::callers::{DirectoryAdmin, DirectoryReader, Refusal, TokenCaller};
use cloakroom_engine::error::EngineError;

use super::cell::Reading;
use super::nouns::shown::Doing;
use super::sheet::Level;
use super::words;
use crate::web::console::guard::{AtConsole, forbidden};
use crate::web::door::with_query;
use crate::web::error::PageError;
use crate::web::surface::FrontDesk;

/// A request of an administrator.
pub struct AtDirectory {
    pub at: AtConsole,
    pub reader: DirectoryReader,
    pub admin: DirectoryAdmin,
    pub level: Level,
}

impl FromRequestParts<FrontDesk> for AtDirectory {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, desk: &FrontDesk) -> Result<Self, Response> {
        let at = AtConsole::from_request_parts(parts, desk).await?;
        let caller = TokenCaller::User(at.caller());
        let (Ok(reader), Ok(admin)) = (caller.directory_reader(), caller.directory_admin()) else {
            return Err(forbidden().into_response());
        };
        let level = Level::of(&admin);
        Ok(Self { at, reader, admin, level })
    }
}

impl AtDirectory {
    pub fn reading<'d>(&self, desk: &'d FrontDesk) -> Reading<'d> {
        Reading { language: self.at.coming.language, now: desk.clock.now(), door: &desk.surface.0 }
    }

    pub const fn doing<'a>(&'a self, desk: &'a FrontDesk) -> Doing<'a> {
        Doing { desk, admin: &self.admin, origin: &self.at.coming.origin }
    }

    /// What became of a deed that was asked for on the visitor's word: as [`Self::told`] tells it, or where the browser goes first.
    ///
    /// # Errors
    /// As those of [`Self::told`] and [`AtConsole::settled`].
    pub fn done<T>(
        &self,
        desk: &FrontDesk,
        page: &str,
        outcome: Result<Result<T, Refusal>, EngineError>,
        done: &str,
    ) -> Result<Response, PageError> {
        match self.at.settled(desk, outcome)? {
            Ok(outcome) => self.told(desk, page, &outcome.map(|_| ()), done),
            Err(led) => Ok(led),
        }
    }

    /// Leads to a page, which says what became of a deed; what is not there is told so.
    ///
    /// # Errors
    /// [`PageError::NOT_FOUND`] of what is not within reach.
    pub fn told(&self, desk: &FrontDesk, page: &str, outcome: &Result<(), Refusal>, done: &str) -> Result<Response, PageError> {
        let notice = match outcome {
            Ok(()) => done,
            Err(Refusal::OutOfReach) => return Err(PageError::NOT_FOUND),
            Err(refusal) => words::refused(refusal).0,
        };
        Ok(self.at.led_to(desk, &with_query(page, [("notice", notice)])))
    }
}
