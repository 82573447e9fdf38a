//! What a request may say, declared once: a struct from which reader, limits, schema and messages follow.
//!
//! [`body!`] declares a JSON body, `parameters!` a query or a path. The struct is built only when no value was refused.

pub mod form;
mod macros;
pub mod many;
pub mod metadata;
pub mod names;
pub mod parameter_error;
pub mod parameters;
mod parts;
mod received;
#[cfg(test)]
mod tests;
pub mod types;
pub mod web_address;
pub mod words;

use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::{Object, RefOr, Schema};

pub(crate) use macros::{body, example, wire_name};
pub use parts::{Flat, Nested};
pub use received::{JsonBody, OptionalJsonBody, Sent};

use super::fields::Fields;

/// A JSON object that requests are made of, declared by [`body!`].
pub trait Body: ToSchema + Sized {
    /// Takes its fields out. `None` where one was refused, which `fields` remember.
    fn take(fields: &mut Fields) -> Option<Self>;

    /// Adds its fields to the schema of an object.
    fn describe(object: &mut Object);

    /// The schemas that those of its fields refer to.
    fn referred(schemas: &mut Vec<(String, RefOr<Schema>)>);
}

/// One field of a JSON object, or several that belong together.
pub trait Field {
    /// What is read.
    type Value;

    /// Takes it out. `None` where it was refused, which `fields` remember.
    fn take(fields: &mut Fields, name: &'static str) -> Option<Self::Value>;

    /// Adds it to the schema of its object.
    fn describe(object: &mut Object, name: &'static str, about: About);

    /// The schemas that its own refers to.
    fn referred(_schemas: &mut Vec<(String, RefOr<Schema>)>) {}
}

/// What a declaration says beside the type.
pub struct About {
    /// The doc comment.
    pub description: &'static str,
    pub example: Option<Value>,
}

impl About {
    /// The doc comment without what `///` leaves at its lines' beginnings; `None` where there is none.
    pub fn text(&self) -> Option<String> {
        let lines: Vec<_> = self.description.lines().map(str::trim).collect();
        Some(lines.join("\n").trim().to_owned()).filter(|text| !text.is_empty())
    }
}

/// The schema of a body with this doc comment.
pub fn schema<B: Body>(doc: &'static str) -> RefOr<Schema> {
    let mut object = Object::new();
    B::describe(&mut object);
    object.description = About { description: doc, example: None }.text();
    RefOr::T(Schema::Object(object))
}
