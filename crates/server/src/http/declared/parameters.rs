//! Parameters of the query and the path, declared as bodies are.

use std::borrow::Cow;
use std::marker::PhantomData;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter as Described, ParameterBuilder, ParameterIn};
use utoipa::openapi::{Required, Schema};
use zeroize::Zeroizing;

use super::About;
use super::parameter_error::ParameterError;
use super::types::string;
use super::words::{Identified, Named};
use crate::http::fault::Fault;
use crate::http::surface::{Desk, Surface};

/// The parameters of a request as they stand there, and what is wrong with those that were read.
pub struct Given {
    /// Wiped when dropped: forms hold secrets.
    pairs: Vec<(String, Zeroizing<String>)>,
    errors: Vec<ParameterError>,
}

impl Given {
    pub(super) fn of(pairs: Vec<(String, Zeroizing<String>)>) -> Self {
        Self { pairs, errors: Vec::new() }
    }

    pub(super) fn take_errors(&mut self) -> Vec<ParameterError> {
        std::mem::take(&mut self.errors)
    }

    /// All of them, in the order in which they stand there.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Every value of a parameter, in the order in which they stand there.
    pub fn all<'g>(&'g self, name: &'g str) -> impl DoubleEndedIterator<Item = &'g str> {
        self.pairs.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a parameter whose name matches in any case.
    pub fn in_any_case<'g>(&'g self, name: &'g str) -> impl Iterator<Item = &'g str> {
        self.pairs.iter().filter(move |(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Every value of a parameter that has several spellings.
    pub fn any_of<'g>(&'g self, names: &'g [&str]) -> impl DoubleEndedIterator<Item = &'g str> {
        self.pairs.iter().filter(move |(given, _)| names.contains(&given.as_str())).map(|(_, value)| value.as_str())
    }

    /// Remembers that a parameter is bad.
    pub fn refuse(&mut self, name: &'static str, problem: impl Into<Cow<'static, str>>, kind: &'static str) {
        self.errors.push(ParameterError { name, problem: problem.into(), kind });
    }

    /// How many are bad.
    #[must_use]
    pub fn refused(&self) -> usize {
        self.errors.len()
    }
}

/// One parameter, or several that belong together.
pub trait Parameter {
    /// What is read.
    type Value;

    /// `None` where it was refused, which `given` remembers.
    fn take(given: &mut Given, name: &'static str) -> Option<Self::Value>;

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described>;
}

/// One parameter in the document.
#[must_use]
pub fn described(name: &'static str, place: ParameterIn, required: bool, schema: Schema, about: About) -> Vec<Described> {
    let parameter = ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(if required { Required::True } else { Required::False })
        .description(about.text())
        .schema(Some(schema));
    let parameter = match about.example {
        Some(example) => parameter.example(Some(example)),
        None => parameter,
    };
    vec![parameter.build()]
}

/// Where parameters stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    Query,
    Path,
    /// In a body that is a form: the document has them as the fields of its schema.
    Form,
}

impl Place {
    #[must_use]
    pub const fn documented(self) -> ParameterIn {
        match self {
            Self::Query | Self::Form => ParameterIn::Query,
            Self::Path => ParameterIn::Path,
        }
    }
}

/// Declared by [`parameters!`].
pub trait Parameters: IntoParams + Sized {
    const PLACE: Place;

    /// `None` where one was refused, which `given` remembers.
    fn take(given: &mut Given) -> Option<Self>;
}

/// The fields of other parameters, as if they were declared here.
pub struct Flat<P>(PhantomData<P>);

impl<P: Parameters> Parameter for Flat<P> {
    type Value = P;

    fn take(given: &mut Given, _: &'static str) -> Option<P> {
        P::take(given)
    }

    fn describe(_: &'static str, _: ParameterIn, _: About) -> Vec<Described> {
        P::into_params(|| None)
    }
}

/// An id in the path.
pub struct PathId<T>(PhantomData<T>);

impl<T: Identified> Parameter for PathId<T> {
    type Value = Named<T>;

    fn take(given: &mut Given, name: &'static str) -> Option<Named<T>> {
        Some(Named(given.all(name).next().and_then(T::parse)))
    }

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described> {
        let example = about.example.or_else(|| Some(T::EXAMPLE.into()));
        described(name, place, true, string(|_| {}), About { example, ..about })
    }
}

/// Declares parameters: `parameters! { /// … in Query pub struct Paging { /// … page: Page = 1, … } }`. They are read, and their errors told,
/// in the order of declaration; checks are as in `body!`.
macro_rules! parameters {
    ($(
        $(#[doc = $doc:literal])*
        in $place:ident $vis:vis struct $name:ident {
            $(
                $(#[doc = $about:literal])*
                $field:ident $(as $wire:literal)? : $kind:ty $(= $example:expr)? $(=> |$given:ident| $check:block)?
            ),* $(,)?
        }
    )+) => {$(
        $(#[doc = $doc])*
        $vis struct $name {
            $($(#[doc = $about])* pub $field: <$kind as $crate::http::declared::parameters::Parameter>::Value,)*
        }

        impl $crate::http::declared::parameters::Parameters for $name {
            const PLACE: $crate::http::declared::parameters::Place = $crate::http::declared::parameters::Place::$place;

            fn take(given: &mut $crate::http::declared::parameters::Given) -> Option<Self> {
                let before = given.refused();
                $(
                    let $field = <$kind as $crate::http::declared::parameters::Parameter>::take(
                        given, $crate::http::declared::wire_name!($field $($wire)?));
                    $({ let $given = &mut *given; $check })?
                )*
                if given.refused() > before {
                    return None;
                }
                Some(Self { $($field: $field?),* })
            }
        }

        impl utoipa::IntoParams for $name {
            fn into_params(
                _: impl Fn() -> Option<utoipa::openapi::path::ParameterIn>,
            ) -> Vec<utoipa::openapi::path::Parameter> {
                let mut described = Vec::new();
                $(described.extend(<$kind as $crate::http::declared::parameters::Parameter>::describe(
                    $crate::http::declared::wire_name!($field $($wire)?),
                    $crate::http::declared::parameters::Place::$place.documented(),
                    $crate::http::declared::About {
                        description: concat!($($about, "\n"),*),
                        example: $crate::http::declared::example!($($example)?),
                    },
                ));)*
                described
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::http::declared::form::schema::<Self>(concat!($($doc, "\n"),*))
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )+};
}
pub(crate) use parameters;

/// The declared parameters of a request.
pub struct Params<P>(pub P);

impl<S: Surface, P: Parameters> FromRequestParts<Desk<S>> for Params<P> {
    type Rejection = S::Error;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk<S>) -> Result<Self, S::Error> {
        let pairs = match P::PLACE {
            Place::Path => {
                let params = RawPathParams::from_request_parts(parts, desk).await.ok();
                let pairs = params.iter().flat_map(RawPathParams::iter);
                pairs.map(|(name, value)| (name.to_owned(), Zeroizing::new(value.to_owned()))).collect()
            }
            Place::Query | Place::Form => {
                let query = parts.uri.query().unwrap_or_default();
                form_urlencoded::parse(query.as_bytes())
                    .map(|(name, value)| (name.into_owned(), Zeroizing::new(value.into_owned())))
                    .collect()
            }
        };
        let mut given = Given::of(pairs);
        P::take(&mut given).map(Self).ok_or_else(|| Fault::Parameters(given.errors).into())
    }
}
