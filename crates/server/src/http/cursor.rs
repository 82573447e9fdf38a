//! Places in lists, as clients carry them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloakroom_engine::cursor::Cursor;

use super::declared::parameters::Given;

/// What is said of a text that is no place, or one in another list, of another caller or under other filters.
pub const NO_CURSOR: &str = "is none of this list";

/// How a client is given it.
pub fn text(Cursor(sealed): Cursor) -> String {
    URL_SAFE_NO_PAD.encode(sealed)
}

/// The place that a client shows; whether it is one in the list that is asked for, the engine says.
pub fn parse(text: &str) -> Option<Cursor> {
    let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
    sealed.try_into().ok().map(Cursor)
}

/// The place that a query shows, if it shows one, which the number of a page excludes. `kind` is the surface's word for a bad value.
pub fn taken(
    given: &mut Given,
    name: &'static str,
    shown: Option<String>,
    page: Option<String>,
    kind: &'static str,
) -> Option<Option<Cursor>> {
    let Some(shown) = shown else { return Some(None) };
    match (parse(&shown), page) {
        (None, _) => given.refuse(name, NO_CURSOR, kind),
        (Some(_), Some(_)) => given.refuse(name, "does not go with page", kind),
        (place, None) => return Some(place),
    }
    None
}
