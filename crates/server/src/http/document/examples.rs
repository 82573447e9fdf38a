//! One example for each body and each answer, put together from what their fields have as examples.

use serde_json::{Map, Value, json};
use utoipa::openapi::schema::{ArrayItems, SchemaFormat, SchemaType};
use utoipa::openapi::{Components, Content, KnownFormat, Object, OpenApi, RefOr, Schema, Type};

use super::operations_mut;

/// Adds an example to everything with a JSON schema that has none.
pub(super) fn add(document: &mut OpenApi) {
    let components = document.components.clone().unwrap_or_default();
    for operation in document.paths.paths.values_mut().flat_map(operations_mut) {
        if let Some(RefOr::T(body)) = &mut operation.request_body {
            body.content.values_mut().for_each(|content| exemplify(content, &components));
        }
        for response in operation.responses.responses.values_mut() {
            if let RefOr::T(response) = response {
                response.content.values_mut().for_each(|content| exemplify(content, &components));
            }
        }
    }
}

fn exemplify(content: &mut RefOr<Content>, components: &Components) {
    let RefOr::T(content) = content else { return };
    if content.example.is_none() && content.examples.is_empty() {
        content.example = content.schema.as_ref().and_then(|schema| of(schema, components));
    }
}

fn of(schema: &RefOr<Schema>, components: &Components) -> Option<Value> {
    match schema {
        RefOr::Ref(reference) => {
            let name = reference.ref_location.rsplit('/').next().unwrap_or_default();
            of(components.schemas.get(name)?, components)
        }
        RefOr::T(Schema::Object(object)) => of_object(object, components),
        RefOr::T(Schema::Array(array)) => {
            let said = array.examples.first().or(array.example.as_ref()).cloned();
            said.or_else(|| match &array.items {
                ArrayItems::RefOrSchema(item) => Some(Value::Array(of(item, components).into_iter().collect())),
                ArrayItems::False => Some(json!([])),
            })
        }
        RefOr::T(Schema::OneOf(choice)) => choice.items.iter().filter_map(|item| of(item, components)).find(|value| !value.is_null()),
        RefOr::T(Schema::AnyOf(choice)) => choice.items.iter().filter_map(|item| of(item, components)).find(|value| !value.is_null()),
        RefOr::T(Schema::AllOf(parts)) => {
            let objects = parts.items.iter().filter_map(|item| of(item, components));
            let joined: Map<_, _> = objects.filter_map(|part| part.as_object().cloned()).flatten().collect();
            Some(Value::Object(joined))
        }
        RefOr::T(_) => None,
    }
}

fn of_object(object: &Object, components: &Components) -> Option<Value> {
    let said = object.examples.first().or(object.example.as_ref()).or(object.default.as_ref());
    if let Some(said) = said.or_else(|| object.enum_values.as_ref()?.first()) {
        return Some(said.clone());
    }
    let kind = match &object.schema_type {
        SchemaType::Type(kind) => kind,
        SchemaType::Array(kinds) => kinds.iter().find(|kind| **kind != Type::Null)?,
        SchemaType::AnyValue => return None,
    };
    Some(match kind {
        Type::Object => {
            let properties = object.properties.iter().filter_map(|(name, schema)| Some((name.clone(), of(schema, components)?)));
            Value::Object(properties.collect())
        }
        Type::String if matches!(object.format, Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))) => {
            json!("2026-01-02T03:04:05.678Z")
        }
        Type::String => json!("text"),
        Type::Boolean => json!(true),
        Type::Integer => object.minimum.as_ref().and_then(|least| serde_json::to_value(least).ok()).unwrap_or_else(|| json!(1)),
        Type::Number => json!(1.5),
        Type::Array => json!([]),
        Type::Null => Value::Null,
    })
}
