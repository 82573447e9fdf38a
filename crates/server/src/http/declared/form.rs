//! Forms (`application/x-www-form-urlencoded`), declared as parameters are: `parameters! { in Form pub struct … }`. What must be known
//! first, such as who sends it, is declared by itself and read before the rest.

use std::borrow::Cow;
use std::marker::PhantomData;

use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{Object, RefOr, Required, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use zeroize::Zeroizing;

use super::About;
use super::parameters::{Given, Parameters};
use crate::http::fault::Fault;

/// A form as it was sent.
pub struct Form(Given);

impl Form {
    #[must_use]
    pub fn parse(body: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), Zeroizing::new(value.into_owned())));
        Self(Given::of(pairs.collect()))
    }

    /// All that it says but under these names, as a query that says once more what `instead` says in the place of the form.
    #[must_use]
    pub fn without(&self, names: &[&str], instead: (&str, &str)) -> String {
        let is_kept = |name: &str| name != instead.0 && !names.contains(&name);
        let kept = self.0.pairs().filter(|(name, _)| is_kept(name));
        form_urlencoded::Serializer::new(String::new()).extend_pairs(kept.chain([instead])).finish()
    }

    /// What it says under these names; it may say more.
    ///
    /// # Errors
    /// [`Fault::Parameters`] with every bad one.
    pub fn read<P: Parameters>(&mut self) -> Result<P, Fault> {
        let read = P::take(&mut self.0);
        let errors = self.0.take_errors();
        read.ok_or(Fault::Parameters(errors))
    }
}

/// The parameters of two forms in one document: what one endpoint takes is read piece by piece.
pub struct Joined<A, B>(PhantomData<(A, B)>);

impl<A: IntoParams, B: IntoParams> IntoParams for Joined<A, B> {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        [A::into_params(&place), B::into_params(&place)].concat()
    }
}

impl<A: IntoParams + ToSchema, B: IntoParams> PartialSchema for Joined<A, B> {
    fn schema() -> RefOr<Schema> {
        schema::<Self>("")
    }
}

impl<A: IntoParams + ToSchema, B: IntoParams> ToSchema for Joined<A, B> {
    fn name() -> Cow<'static, str> {
        A::name()
    }
}

/// The schema of a form with this doc comment.
pub fn schema<P: IntoParams>(doc: &'static str) -> RefOr<Schema> {
    let mut object = Object::new();
    object.description = About { description: doc, example: None }.text();
    for parameter in P::into_params(|| None) {
        // The builder keeps examples to itself.
        let example = serde_json::to_value(&parameter).ok().and_then(|described| described.get("example").cloned());
        let Some(RefOr::T(mut schema)) = parameter.schema else { continue };
        if let Schema::Object(field) = &mut schema {
            field.description = parameter.description;
            field.examples.extend(example);
        }
        if parameter.required == Required::True {
            object.required.push(parameter.name.clone());
        }
        object.properties.insert(parameter.name, RefOr::T(schema));
    }
    RefOr::T(Schema::Object(object))
}
