//! The types that declarations are made of. Each says in one place what it takes, what it says otherwise, and how it is documented.

use std::marker::PhantomData;
use std::ops::RangeInclusive;

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::directory::changes::Patch;
use cloakroom_engine::policy::Policy;
use cloakroom_engine::secret::Passcode;
use serde_json::json;
use utoipa::openapi::schema::{ArrayBuilder, SchemaType};
use utoipa::openapi::{KnownFormat, Object, RefOr, Schema, SchemaFormat, Type};
use zeroize::Zeroizing;

use super::{About, Field};
use crate::http::fields::{Fields, Value, Wrong, read};
use crate::http::time;

/// Characters that every server wants of a new password; an operator may want more.
pub const LEAST_LENGTH: usize = 8;

/// What is read, or what is wrong with it.
pub type Read<T> = Result<T, Wrong>;

/// A type of JSON values. By itself it is a required field; within `Option` an optional one, within [`Patch`] one that `null` takes away.
pub trait Kind {
    /// What is read.
    type Value;

    /// # Errors
    /// What is wrong with the value.
    fn read(value: Value<'_>, policy: &Policy) -> Read<Self::Value>;

    fn schema() -> Schema;
}

impl<K: Kind> Field for K {
    type Value = K::Value;

    fn take(fields: &mut Fields, name: &'static str) -> Option<K::Value> {
        fields.required(name, K::read)
    }

    fn describe(object: &mut Object, name: &'static str, about: About) {
        object.required.push(name.to_owned());
        insert(object, name, K::schema(), about);
    }
}

impl<K: Kind> Field for Option<K> {
    type Value = Option<K::Value>;

    fn take(fields: &mut Fields, name: &'static str) -> Option<Self::Value> {
        fields.optional(name, K::read)
    }

    fn describe(object: &mut Object, name: &'static str, about: About) {
        insert(object, name, nullable(K::schema()), about);
    }
}

impl<K: Kind> Field for Patch<K> {
    type Value = Patch<K::Value>;

    fn take(fields: &mut Fields, name: &'static str) -> Option<Self::Value> {
        if fields.is_null(name) {
            return Some(Patch::Clear);
        }
        fields.optional(name, K::read).map(|value| value.map_or(Patch::Keep, Patch::Set))
    }

    fn describe(object: &mut Object, name: &'static str, about: About) {
        insert(object, name, nullable(K::schema()), about);
    }
}

/// Adds a property.
pub fn insert(object: &mut Object, name: &'static str, mut schema: Schema, about: About) {
    let text = about.text();
    match &mut schema {
        Schema::Object(object) => {
            object.description = text;
            object.examples.extend(about.example);
        }
        Schema::Array(array) => {
            array.description = text;
            array.examples.extend(about.example);
        }
        _ => {}
    }
    object.properties.insert(name.to_owned(), RefOr::T(schema));
}

/// The same, or `null`, which counts as absent in bodies.
#[must_use]
pub fn nullable(mut schema: Schema) -> Schema {
    let or_null = |kind: &mut SchemaType| {
        if let SchemaType::Type(known) = kind {
            *kind = SchemaType::Array(vec![known.clone(), Type::Null]);
        }
    };
    match &mut schema {
        Schema::Object(object) => {
            or_null(&mut object.schema_type);
            if let Some(values) = &mut object.enum_values {
                values.push(serde_json::Value::Null);
            }
        }
        Schema::Array(array) => or_null(&mut array.schema_type),
        _ => {}
    }
    schema
}

/// A schema of this type.
pub fn schema_of(kind: Type, fill: impl FnOnce(&mut Object)) -> Schema {
    let mut object = Object::with_type(kind);
    fill(&mut object);
    Schema::Object(object)
}

/// Text that is one of these words.
pub fn words_of(words: impl IntoIterator<Item = &'static str>) -> Schema {
    let mut values: Vec<serde_json::Value> = Vec::new();
    for word in words {
        if !values.iter().any(|known| known == word) {
            values.push(word.into());
        }
    }
    string(|text| text.enum_values = Some(values))
}

pub fn string(fill: impl FnOnce(&mut Object)) -> Schema {
    schema_of(Type::String, fill)
}

/// Text of `MIN` to `MAX` characters, none of them a control character.
pub struct Text<const MIN: usize, const MAX: usize>;

impl<const MIN: usize, const MAX: usize> Kind for Text<MIN, MAX> {
    type Value = String;

    fn read(value: Value<'_>, _: &Policy) -> Read<String> {
        let text = read::text(value, MAX)?;
        if text.is_empty() && MIN > 0 { Err("must not be empty".into()) } else { Ok(text) }
    }

    fn schema() -> Schema {
        string(|text| {
            text.min_length = (MIN > 0).then_some(MIN);
            text.max_length = Some(MAX);
        })
    }
}

/// Text of 1 to `MAX` **bytes**, any character allowed, wiped from memory when dropped.
pub struct SecretText<const MAX: usize>;

impl<const MAX: usize> Kind for SecretText<MAX> {
    type Value = Zeroizing<String>;

    fn read(value: Value<'_>, _: &Policy) -> Read<Self::Value> {
        read::secret(value, MAX)
    }

    fn schema() -> Schema {
        Text::<1, MAX>::schema()
    }
}

/// A password that somebody shows. Its length is all that is judged: whatever was set must open.
pub struct Password;

impl Kind for Password {
    type Value = Passcode;

    fn read(value: Value<'_>, policy: &Policy) -> Read<Passcode> {
        let text = SecretText::<{ Passcode::MAX_BYTES }>::read(value, policy)?;
        Ok(Passcode::new(text.as_bytes().to_vec()))
    }

    fn schema() -> Schema {
        string(|text| {
            (text.min_length, text.max_length) = (Some(1), Some(Passcode::MAX_BYTES));
            text.format = Some(SchemaFormat::KnownFormat(KnownFormat::Password));
        })
    }
}

/// A password that somebody sets. The engine judges it, which knows whose it is.
pub struct ChosenPassword;

impl Kind for ChosenPassword {
    type Value = Passcode;

    fn read(value: Value<'_>, _: &Policy) -> Read<Passcode> {
        let Value::Text(text) = value else { return Err("must be text".into()) };
        Ok(Passcode::new(text.into_owned().into_bytes()))
    }

    fn schema() -> Schema {
        string(|text| {
            (text.min_length, text.max_length) = (Some(LEAST_LENGTH), Some(Passcode::MAX_BYTES));
            text.format = Some(SchemaFormat::KnownFormat(KnownFormat::Password));
        })
    }
}

/// A whole number from `MIN` to `MAX`; both must be numbers of `T`.
pub struct Whole<T, const MIN: i64, const MAX: i64>(PhantomData<T>);

impl<T: TryFrom<i64>, const MIN: i64, const MAX: i64> Kind for Whole<T, MIN, MAX> {
    type Value = T;

    fn read(value: Value<'_>, _: &Policy) -> Read<T> {
        whole(&value, MIN..=MAX)
    }

    fn schema() -> Schema {
        schema_of(Type::Integer, |number| (number.minimum, number.maximum) = (Some(bound(MIN)), Some(bound(MAX))))
    }
}

fn bound(bound: i64) -> utoipa::Number {
    utoipa::Number::Int(isize::try_from(bound).unwrap_or(isize::MAX))
}

fn whole<T: TryFrom<i64>>(value: &Value<'_>, range: RangeInclusive<i64>) -> Read<T> {
    let number = value.as_i64().filter(|number| range.contains(number)).and_then(|number| T::try_from(number).ok());
    number.ok_or_else(|| format!("must be a whole number from {} to {}", range.start(), range.end()).into())
}

/// Bounds that the operator chooses.
pub trait Bounds {
    fn range(policy: &Policy) -> RangeInclusive<i64>;
}

/// A whole number within bounds that the operator chooses.
pub struct Within<B, T = u32>(PhantomData<(B, T)>);

impl<B: Bounds, T: TryFrom<i64>> Kind for Within<B, T> {
    type Value = T;

    fn read(value: Value<'_>, policy: &Policy) -> Read<T> {
        whole(&value, B::range(policy))
    }

    fn schema() -> Schema {
        schema_of(Type::Integer, |number| number.minimum = Some(bound(1)))
    }
}

/// Any number, moved to the nearest whole one from `MIN` to `MAX`; `DEFAULT` where it is absent. Only what is no number is refused.
pub struct Clamped<const MIN: i64, const MAX: i64, const DEFAULT: i64>;

impl<const MIN: i64, const MAX: i64, const DEFAULT: i64> Field for Clamped<MIN, MAX, DEFAULT> {
    type Value = usize;

    fn take(fields: &mut Fields, name: &'static str) -> Option<usize> {
        let number = fields.optional(name, |value, _| match value {
            Value::Number(number) => Ok(read::clamp(&number, &(MIN..=MAX))),
            _ => Err("must be a number".into()),
        });
        number.map(|number| usize::try_from(number.unwrap_or(DEFAULT)).unwrap_or_default())
    }

    fn describe(object: &mut Object, name: &'static str, about: About) {
        insert(object, name, nullable(schema_of(Type::Integer, |number| number.default = Some(json!(DEFAULT)))), about);
    }
}

/// `true` or `false`.
pub struct Bool;

impl Kind for Bool {
    type Value = bool;

    fn read(value: Value<'_>, _: &Policy) -> Read<bool> {
        value.as_bool().ok_or("must be true or false".into())
    }

    fn schema() -> Schema {
        Schema::Object(Object::with_type(Type::Boolean))
    }
}

/// `true` or `false`; `DEFAULT` where it is absent.
pub struct Flag<const DEFAULT: bool>;

impl<const DEFAULT: bool> Field for Flag<DEFAULT> {
    type Value = bool;

    fn take(fields: &mut Fields, name: &'static str) -> Option<bool> {
        fields.optional(name, Bool::read).map(|flag| flag.unwrap_or(DEFAULT))
    }

    fn describe(object: &mut Object, name: &'static str, about: About) {
        insert(object, name, nullable(schema_of(Type::Boolean, |flag| flag.default = Some(json!(DEFAULT)))), about);
    }
}

/// A GUID in its hyphenated form (RFC 9562 §4), upper or lower case, without braces.
pub struct Guid;

impl Kind for Guid {
    type Value = [u8; 16];

    fn read(value: Value<'_>, _: &Policy) -> Read<[u8; 16]> {
        read::guid(&value)
    }

    fn schema() -> Schema {
        string(|guid| {
            guid.pattern = Some("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$".to_owned());
            guid.examples = vec![json!("0b6f6a9e-5c1d-4e0f-9d3a-7c2b1a4e8f60")];
        })
    }
}

/// An RFC 3339 time.
pub struct Time;

impl Kind for Time {
    type Value = Timestamp;

    fn read(value: Value<'_>, _: &Policy) -> Read<Timestamp> {
        let time = value.as_str().and_then(time::parse).map(Timestamp::from_millis);
        time.ok_or("must be an RFC 3339 time, such as 2026-01-02T03:04:05Z".into())
    }

    fn schema() -> Schema {
        string(|time| {
            time.format = Some(SchemaFormat::KnownFormat(KnownFormat::DateTime));
            time.examples = vec![json!("2026-01-02T03:04:05Z")];
        })
    }
}

/// A list of at most `ITEMS` texts, each of 1 to `MAX` characters, none of them a control character.
pub struct Texts<const ITEMS: usize, const MAX: usize>;

impl<const ITEMS: usize, const MAX: usize> Kind for Texts<ITEMS, MAX> {
    type Value = Vec<String>;

    fn read(value: Value<'_>, _: &Policy) -> Read<Vec<String>> {
        read::text_list(value, ITEMS, MAX)
    }

    fn schema() -> Schema {
        Schema::Array(ArrayBuilder::new().items(RefOr::T(Text::<1, MAX>::schema())).max_items(Some(ITEMS)).build())
    }
}

/// An object of at most `ITEMS` texts, by name; names and texts have at most `MAX` characters.
pub struct TextMap<const ITEMS: usize, const MAX: usize>;

impl<const ITEMS: usize, const MAX: usize> Kind for TextMap<ITEMS, MAX> {
    type Value = Vec<(String, String)>;

    fn read(value: Value<'_>, _: &Policy) -> Read<Self::Value> {
        read::text_map(value, ITEMS, MAX)
    }

    fn schema() -> Schema {
        let texts = utoipa::openapi::schema::AdditionalProperties::RefOr(RefOr::T(Text::<0, MAX>::schema()));
        schema_of(Type::Object, |map| (map.additional_properties, map.max_properties) = (Some(Box::new(texts)), Some(ITEMS)))
    }
}
