//! What a query under `/api/v1` may say. Every bad value is told; of a name that occurs twice the last value counts.

use std::marker::PhantomData;

use cloakroom_engine::cursor::{Cursor, PageAsked};
use cloakroom_engine::page::PageNumber;
use serde_json::json;
use utoipa::openapi::Type;
use utoipa::openapi::path::{Parameter as Described, ParameterIn};

use super::error::V1Error;
use crate::http::cursor;
use crate::http::declared::About;
use crate::http::declared::parameters::{Given, Parameter, described, parameters};
use crate::http::declared::types::{schema_of, string};
use crate::http::declared::words::{Identified, Named, Word, spellings};

parameters! {
    /// Which page.
    in Query pub struct Paging {
        /// From 1. Numbers shift when entries go or come; a cursor does not.
        page: Count<1, { u64::MAX }>,
        per_page: Count<20, 100>,
        /// The next_cursor of the page before, under the same filters; not with page.
        cursor: ListCursor,
    }
}

impl Paging {
    /// The page that is asked for.
    pub fn asked(&self) -> PageAsked {
        let per_page = u32::try_from(self.per_page).unwrap_or(u32::MAX);
        match self.cursor {
            Some(place) => PageAsked::After { place, per_page },
            None => PageNumber { page: self.page, per_page }.into(),
        }
    }
}

/// Where a list goes on, instead of the number of a page.
pub struct ListCursor;

impl Parameter for ListCursor {
    type Value = Option<Cursor>;

    fn take(given: &mut Given, name: &'static str) -> Option<Option<Cursor>> {
        let (shown, page) = (last(given, name), last(given, "page"));
        cursor::taken(given, name, shown, page, "value_error")
    }

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described> {
        described(name, place, false, string(|_| {}), about)
    }
}

/// The value that counts.
pub fn last(given: &Given, name: &str) -> Option<String> {
    given.all(name).next_back().map(str::to_owned)
}

/// A whole number from 1 to `MOST`; `DEFAULT` where it is absent.
pub struct Count<const DEFAULT: u64, const MOST: u64>;

impl<const DEFAULT: u64, const MOST: u64> Parameter for Count<DEFAULT, MOST> {
    type Value = u64;

    fn take(given: &mut Given, name: &'static str) -> Option<u64> {
        let Some(text) = last(given, name) else { return Some(DEFAULT) };
        match text.trim().parse::<i64>() {
            Err(_) => given.refuse(name, "Input should be a valid integer, unable to parse string as an integer", "int_parsing"),
            Ok(number) if number < 1 => given.refuse(name, "Input should be greater than or equal to 1", "greater_than_equal"),
            Ok(number) if number.unsigned_abs() > MOST => {
                given.refuse(name, format!("Input should be less than or equal to {MOST}"), "less_than_equal");
            }
            Ok(number) => return Some(number.unsigned_abs()),
        }
        None
    }

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described> {
        let number = schema_of(Type::Integer, |number| {
            number.minimum = Some(utoipa::Number::Int(1));
            number.maximum = usize::try_from(MOST).ok().filter(|_| MOST < u64::MAX).map(utoipa::Number::UInt);
            number.default = (DEFAULT > 0).then(|| json!(DEFAULT));
        });
        described(name, place, false, number, about)
    }
}

/// Yes or no; `DEFAULT` where it is absent.
pub struct YesNo<const DEFAULT: bool>;

impl<const DEFAULT: bool> Parameter for YesNo<DEFAULT> {
    type Value = bool;

    fn take(given: &mut Given, name: &'static str) -> Option<bool> {
        let Some(text) = last(given, name) else { return Some(DEFAULT) };
        match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" | "t" | "y" => Some(true),
            "false" | "0" | "no" | "off" | "f" | "n" => Some(false),
            _ => {
                given.refuse(name, "Input should be a valid boolean, unable to interpret input", "bool_parsing");
                None
            }
        }
    }

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described> {
        described(name, place, false, schema_of(Type::Boolean, |flag| flag.default = Some(json!(DEFAULT))), about)
    }
}

/// Any text.
pub struct Words;

impl Parameter for Words {
    type Value = Option<String>;

    fn take(given: &mut Given, name: &'static str) -> Option<Option<String>> {
        Some(last(given, name))
    }

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described> {
        described(name, place, false, string(|_| {}), about)
    }
}

/// One of the words of an enum, to the letter.
pub struct OneOf<T>(PhantomData<T>);

impl<T: Word> Parameter for OneOf<T> {
    type Value = Option<T>;

    fn take(given: &mut Given, name: &'static str) -> Option<Option<T>> {
        let Some(text) = last(given, name) else { return Some(None) };
        let found = T::spelled(&text);
        if found.is_none() {
            given.refuse(name, format!("Input should be one of {}", spellings::<T>().join(", ")), "enum");
        }
        found.map(Some)
    }

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described> {
        let values = spellings::<T>().into_iter().map(Into::into).collect();
        described(name, place, false, string(|word| word.enum_values = Some(values)), about)
    }
}

/// The public id of what a list is narrowed to.
pub struct QueryId<T>(PhantomData<T>);

impl<T: Identified> Parameter for QueryId<T> {
    type Value = Option<Named<T>>;

    fn take(given: &mut Given, name: &'static str) -> Option<Self::Value> {
        Some(last(given, name).map(|text| Named(T::parse(&text))))
    }

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described> {
        let example = about.example.or_else(|| Some(T::EXAMPLE.into()));
        described(name, place, false, string(|_| {}), About { example, ..about })
    }
}

/// An id that may be named, if it is.
///
/// # Errors
/// 404, where it names nothing.
pub fn if_named<T>(id: Option<Named<T>>) -> Result<Option<T>, V1Error> {
    id.map(|id| id.or(V1Error::NOT_FOUND)).transpose()
}
