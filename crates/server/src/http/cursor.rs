//! Places in lists, as clients carry them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloakroom_engine::cursor::Cursor;

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
