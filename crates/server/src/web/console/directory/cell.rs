//! What stands in the cells of the directory's tables and facts, on pages and in files alike.

use cloakroom_engine::clock::Timestamp;
use serde_json::Value;

use super::words;
use crate::web::console::cells::ShownId;
use crate::web::language::Language;
use crate::web::words::Moment;

/// A cell.
pub enum Cell {
    Nothing,
    Text(String),
    /// The name of an entry, which leads to its page.
    Name {
        text: String,
        address: String,
    },
    Id(ShownId),
    /// Of another entry, which leads to its page.
    Other {
        shown: ShownId,
        address: String,
    },
    /// A role or a kind.
    Word {
        word: &'static str,
        text: String,
    },
    State {
        word: &'static str,
        text: String,
        is_dead: bool,
    },
    Moment(Moment),
    Lines(Vec<String>),
    Truth {
        is_so: bool,
        text: String,
    },
}

impl Cell {
    pub fn text(text: Option<&str>) -> Self {
        text.filter(|text| !text.is_empty()).map_or(Self::Nothing, |text| Self::Text(text.to_owned()))
    }

    /// Several, one a line.
    pub fn lines(items: Vec<String>) -> Self {
        if items.is_empty() { Self::Nothing } else { Self::Lines(items) }
    }

    pub fn number(number: Option<impl ToString>) -> Self {
        number.map_or(Self::Nothing, |number| Self::Text(number.to_string()))
    }

    pub fn state(language: Language, word: &'static str) -> Self {
        Self::State { word, text: words::word(language, word), is_dead: words::is_dead(word) }
    }

    pub fn truth(language: Language, is_so: bool) -> Self {
        Self::Truth { is_so, text: words::word(language, if is_so { "yes" } else { "no" }) }
    }

    pub fn moment(language: Language, at: Timestamp, now: Timestamp) -> Self {
        Self::Moment(Moment::of(language, at, now))
    }

    /// As files have it.
    pub fn exported(self) -> Value {
        match self {
            Self::Nothing => Value::Null,
            Self::Text(text) | Self::Name { text, .. } => text.into(),
            Self::Id(shown) | Self::Other { shown, .. } => shown.whole.into(),
            Self::State { word, .. } | Self::Word { word, .. } => word.into(),
            Self::Moment(moment) => moment.machine.into(),
            Self::Lines(lines) => lines.join(" ").into(),
            Self::Truth { is_so, .. } => is_so.into(),
        }
    }
}

/// Where and when cells are read.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    pub language: Language,
    pub now: Timestamp,
    pub door: &'a crate::web::door::Door,
}

impl Reading<'_> {
    pub fn state(self, word: &'static str) -> Cell {
        Cell::state(self.language, word)
    }

    pub fn word(self, word: &'static str) -> Cell {
        Cell::Word { word, text: words::word(self.language, word) }
    }

    pub fn moment(self, at: Timestamp) -> Cell {
        Cell::moment(self.language, at, self.now)
    }

    pub fn truth(self, is_so: bool) -> Cell {
        Cell::truth(self.language, is_so)
    }

    /// The page of another entry.
    pub fn other(self, noun: super::noun::Noun, uid: Option<impl ToString>) -> Cell {
        uid.map_or(Cell::Nothing, |uid| {
            let shown = ShownId::of(uid);
            Cell::Other { address: self.door.at(&noun.entry(&shown.whole)), shown }
        })
    }

    pub fn name(self, noun: super::noun::Noun, text: &str, uid: impl std::fmt::Display) -> Cell {
        Cell::Name { text: text.to_owned(), address: self.door.at(&noun.entry(uid)) }
    }
}
