//! How lists are asked for and go on.

use cloakroom_engine::cursor::Cursor;
use cloakroom_engine::policy::Policy;
use serde_json::json;
use utoipa::openapi::{Object, Schema};

use crate::http::cursor;
use crate::http::declared::types::{Kind, Read, Text, insert, nullable, words_of};
use crate::http::declared::words::{Named, Word, spellings};
use crate::http::declared::{About, Field, body};
use crate::http::fields::{Fields, Value};

/// What a list shows, as the caller put it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ListStatus {
    Active,
    Doomed,
    All,
}

impl Word for ListStatus {
    const ALL: &'static [Self] = &[Self::Active, Self::Doomed, Self::All];

    fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Doomed => "doomed",
            Self::All => "all",
        }
    }
}

impl ListStatus {
    /// The field that a side of such a list goes on by.
    pub const fn token_field(self, active: bool) -> &'static str {
        match self {
            Self::All if active => "active_next_token",
            Self::All => "doomed_next_token",
            Self::Active | Self::Doomed => "next_token",
        }
    }
}

/// The field `status` of a list; what is none of the words has a refusal of its own, after all other fields.
pub struct Status;

impl Field for Status {
    type Value = Named<ListStatus>;

    fn take(fields: &mut Fields, name: &'static str) -> Option<Named<ListStatus>> {
        let text = <Option<Text<0, 64>> as Field>::take(fields, name)?;
        let found = |text: String| ListStatus::ALL.iter().copied().find(|status| status.as_str() == text);
        Some(Named(text.map_or(Some(ListStatus::Active), found)))
    }

    fn describe(object: &mut Object, name: &'static str, about: About) {
        let mut status = nullable(words_of(spellings::<ListStatus>()));
        if let Schema::Object(status) = &mut status {
            status.default = Some(json!(ListStatus::Active.as_str()));
        }
        insert(object, name, status, about);
    }
}

/// A cursor.
pub struct PageCursor;

impl Kind for PageCursor {
    type Value = Cursor;

    fn read(value: Value<'_>, policy: &Policy) -> Read<Cursor> {
        let text = Text::<0, 256>::read(value, policy)?;
        cursor::parse(&text).ok_or_else(|| "is not a cursor".into())
    }

    fn schema() -> Schema {
        Text::<0, 256>::schema()
    }
}

body! {
    /// Which sides of a list with split cursors, and where each goes on.
    pub struct Sides {
        /// Which side is shown.
        status: Status,
        /// From the reply before; not with `all`.
        next_token: Option<PageCursor>,
        /// From the reply before, with `all`.
        active_next_token: Option<PageCursor>,
        /// From the reply before, with `all`.
        doomed_next_token: Option<PageCursor> => |fields| {
            if status == Some(Named(Some(ListStatus::All))) {
                if next_token.flatten().is_some() {
                    fields.refuse("next_token", "does not go with status all; there are active_next_token and doomed_next_token");
                }
            } else {
                for (field, token) in [("active_next_token", active_next_token), ("doomed_next_token", doomed_next_token)] {
                    if token.flatten().is_some() {
                        fields.refuse(field, "goes with status all; here it is next_token");
                    }
                }
            }
        },
    }
}

impl Sides {
    /// What is to be shown of the two sides, and from where. With `all`, a walk that sends one cursor only gets that side.
    pub fn shown<S>(&self, status: ListStatus, active: S, doomed: S) -> Vec<(S, Option<Cursor>)> {
        match status {
            ListStatus::Active => vec![(active, self.next_token)],
            ListStatus::Doomed => vec![(doomed, self.next_token)],
            ListStatus::All => {
                let walking = self.active_next_token.is_some() || self.doomed_next_token.is_some();
                let sides = [(active, self.active_next_token), (doomed, self.doomed_next_token)];
                sides.into_iter().filter(|(_, after)| after.is_some() || !walking).collect()
            }
        }
    }
}

/// The two standings of whatever can be doomed.
pub fn standing() -> Schema {
    words_of(["active", "doomed"])
}
