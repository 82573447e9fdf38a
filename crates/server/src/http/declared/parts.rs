//! Bodies within bodies.

use std::marker::PhantomData;

use utoipa::openapi::{Object, Ref, RefOr, Schema};

use super::{About, Body, Field};
use crate::http::fields::Fields;

/// The fields of another body, as if they were declared here.
pub struct Flat<B>(PhantomData<B>);

impl<B: Body> Field for Flat<B> {
    type Value = B;

    fn take(fields: &mut Fields, _: &'static str) -> Option<B> {
        B::take(fields)
    }

    fn describe(object: &mut Object, _: &'static str, _: About) {
        B::describe(object);
    }

    fn referred(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        B::referred(schemas);
    }
}

/// An object within the object. Where it is absent, so are its fields.
pub struct Nested<B>(PhantomData<B>);

impl<B: Body> Field for Nested<B> {
    type Value = B;

    fn take(fields: &mut Fields, name: &'static str) -> Option<B> {
        fields.within(name, B::take)
    }

    fn describe(object: &mut Object, name: &'static str, _: About) {
        if matches!(B::schema(), RefOr::T(Schema::Object(inner)) if !inner.required.is_empty()) {
            object.required.push(name.to_owned());
        }
        object.properties.insert(name.to_owned(), RefOr::Ref(Ref::from_schema_name(B::name())));
    }

    fn referred(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        B::schemas(schemas);
        schemas.push((B::name().into_owned(), B::schema()));
    }
}
