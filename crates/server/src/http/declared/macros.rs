//! The macro that declares bodies.

/// Declares bodies. The fields are read, and their errors told, in the order of declaration.
///
/// A field is `name: Type`, optionally with its name on the wire (`name as "Name": Type`), an example (`= "…"`), and a check that runs
/// as soon as the field was read (`=> |fields| { … }`): it sees the fields up to here as `Option`s, `None` for what was refused, and
/// refuses by `fields.refuse(name, problem)`.
macro_rules! body {
    ($(
        $(#[doc = $doc:literal])*
        $vis:vis struct $name:ident {
            $(
                $(#[doc = $about:literal])*
                $field:ident $(as $wire:literal)? : $kind:ty $(= $example:expr)? $(=> |$fields:ident| $check:block)?
            ),* $(,)?
        }
    )+) => {$(
        $(#[doc = $doc])*
        $vis struct $name {
            $($(#[doc = $about])* pub $field: <$kind as $crate::http::declared::Field>::Value,)*
        }

        impl $crate::http::declared::Body for $name {
            fn take(fields: &mut $crate::http::fields::Fields) -> Option<Self> {
                let before = fields.refused();
                $(
                    let $field = <$kind as $crate::http::declared::Field>::take(
                        fields, $crate::http::declared::wire_name!($field $($wire)?));
                    $({ let $fields = &mut *fields; $check })?
                )*
                if fields.refused() > before {
                    return None;
                }
                Some(Self { $($field: $field?),* })
            }

            fn describe(object: &mut utoipa::openapi::Object) {
                $(<$kind as $crate::http::declared::Field>::describe(
                    object,
                    $crate::http::declared::wire_name!($field $($wire)?),
                    $crate::http::declared::About {
                        description: concat!($($about, "\n"),*),
                        example: $crate::http::declared::example!($($example)?),
                    },
                );)*
                let _ = object;
            }

            fn referred(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
                $(<$kind as $crate::http::declared::Field>::referred(schemas);)*
                let _ = schemas;
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::http::declared::schema::<Self>(concat!($($doc, "\n"),*))
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
                <Self as $crate::http::declared::Body>::referred(schemas);
            }
        }
    )+};
}
pub(crate) use body;

macro_rules! wire_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $wire:literal) => {
        $wire
    };
}
pub(crate) use wire_name;

macro_rules! example {
    () => {
        None
    };
    ($example:expr) => {
        Some(serde_json::json!($example))
    };
}
pub(crate) use example;
