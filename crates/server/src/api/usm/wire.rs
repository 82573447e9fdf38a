//! What the shapes of this surface share: times, and how lists are asked for. None of it leaves this folder.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::cursor::Cursor;

use crate::http::fields::Fields;
use crate::http::time::millis;

/// Rendered with exactly three fractional digits and `Z`.
pub fn time(at: Timestamp) -> String {
    millis(at.as_millis())
}

/// What a list shows, as the caller put it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ListStatus {
    Active,
    Doomed,
    All,
}

impl ListStatus {
    /// The field `status`, `active` when absent; `None` when it is none of the listed values.
    pub fn read(fields: &mut Fields) -> Option<Self> {
        match fields.optional_text("status", 64).as_deref() {
            None | Some("active") => Some(Self::Active),
            Some("doomed") => Some(Self::Doomed),
            Some("all") => Some(Self::All),
            Some(_) => None,
        }
    }

    /// The field that a side of such a list goes on by.
    pub const fn token_field(self, active: bool) -> &'static str {
        match self {
            Self::All if active => ACTIVE_NEXT_TOKEN,
            Self::All => DOOMED_NEXT_TOKEN,
            Self::Active | Self::Doomed => NEXT_TOKEN,
        }
    }
}

const NEXT_TOKEN: &str = "next_token";
const ACTIVE_NEXT_TOKEN: &str = "active_next_token";
const DOOMED_NEXT_TOKEN: &str = "doomed_next_token";

/// The field `limit`: 8 when absent, clamped to 1 to 256.
pub fn limit(fields: &mut Fields) -> usize {
    usize::try_from(fields.clamped_integer("limit", 1..=256, 8)).unwrap_or(8)
}

/// The sides that a list with split cursors is to show, and where each goes on. With `all`, a walk that sends one cursor only gets
/// that side.
pub fn sides<S>(fields: &mut Fields, status: ListStatus, active: S, doomed: S) -> Vec<(S, Option<Cursor>)> {
    let next = cursor(fields, NEXT_TOKEN);
    let after_active = cursor(fields, ACTIVE_NEXT_TOKEN);
    let after_doomed = cursor(fields, DOOMED_NEXT_TOKEN);
    if status != ListStatus::All {
        for (field, token) in [(ACTIVE_NEXT_TOKEN, after_active), (DOOMED_NEXT_TOKEN, after_doomed)] {
            if token.is_some() {
                fields.refuse(field, "goes with status all; here it is next_token");
            }
        }
        return vec![(if status == ListStatus::Active { active } else { doomed }, next)];
    }
    if next.is_some() {
        fields.refuse(NEXT_TOKEN, "does not go with status all; there are active_next_token and doomed_next_token");
    }
    let walking = after_active.is_some() || after_doomed.is_some();
    let sides = [(active, after_active), (doomed, after_doomed)];
    sides.into_iter().filter(|(_, after)| after.is_some() || !walking).collect()
}

/// A cursor in the field of this name.
pub fn cursor(fields: &mut Fields, name: &'static str) -> Option<Cursor> {
    let text = fields.optional_text(name, 256)?;
    let sealed = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    if sealed.is_none() {
        fields.refuse(name, "is not a cursor");
    }
    sealed.map(Cursor)
}

/// A cursor as clients carry it.
pub fn token(Cursor(sealed): Cursor) -> String {
    URL_SAFE_NO_PAD.encode(sealed)
}
