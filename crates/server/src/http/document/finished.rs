//! What completes a document.

use std::collections::BTreeSet;

use serde::Serialize;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::schema::AdditionalProperties;
use utoipa::openapi::{Content, License, OpenApi, RefOr, Schema, Server};

use super::served::describe_itself;
use super::{When, examples, operations, operations_mut, response};
use crate::http::operations::Effect;
use crate::http::surface::Surface;

/// Completes the document of a surface: what every operation refuses by its kind, who may call where it does not say, examples.
pub fn finished<S: Surface>(mut document: OpenApi) -> OpenApi {
    describe_itself(&mut document, S::DOCUMENT);
    let security = document.security.take();
    let mut needed = Vec::new();
    for operation in document.paths.paths.values_mut().flat_map(operations_mut) {
        if let Some(RefOr::T(body)) = &mut operation.request_body {
            body.content.values_mut().for_each(without_null);
        }
        if operation.security.is_none() {
            operation.security.clone_from(&security);
        }
        for refusal in S::REFUSALS.iter().chain(S::ALSO_REFUSED) {
            if !meets(operation, refusal.when) {
                continue;
            }
            let (name, schemas) = (refusal.shape)();
            let response = response(refusal.description, &name);
            operation.responses.responses.entry(refusal.status.to_owned()).or_insert_with(|| response.into());
            needed.extend(schemas);
        }
    }
    document.components.get_or_insert_default().schemas.extend(needed);
    if S::STRICT_BODIES {
        close_bodies(&mut document);
    }
    complete(&mut document);
    document
}

/// `request_body = Option<B>` says that a body may be absent. It may not be `null`, which utoipa adds.
fn without_null(content: &mut RefOr<Content>) {
    let RefOr::T(content) = content else { return };
    if let Some(RefOr::T(Schema::OneOf(choice))) = &content.schema {
        content.schema = choice.items.iter().find(|item| matches!(item, RefOr::Ref(_))).cloned();
    }
}

/// Says of every object that a body is made of that it has no other fields.
fn close_bodies(document: &mut OpenApi) {
    let bodies = document.paths.paths.values().flat_map(operations).filter_map(|operation| operation.request_body.as_ref());
    let mut pending: Vec<String> = bodies.flat_map(referred).collect();
    let Some(components) = &mut document.components else { return };
    while let Some(name) = pending.pop() {
        let Some(RefOr::T(Schema::Object(object))) = components.schemas.get_mut(&name) else { continue };
        if object.additional_properties.is_none() {
            object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
            pending.extend(referred(object));
        }
    }
}

/// What is alike in every document.
pub fn complete(document: &mut OpenApi) {
    let mut license = License::new("Apache-2.0");
    license.identifier = Some("Apache-2.0".into());
    document.info.license = Some(license);
    document.servers = Some(vec![Server::new("/")]);
    drop_unused(document);
    examples::add(document);
}

/// Drops the schemas that nothing refers to: those of generic types stand where they are used.
fn drop_unused(document: &mut OpenApi) {
    let Some(components) = &mut document.components else { return };
    let (mut used, mut pending) = (BTreeSet::new(), referred(&document.paths));
    while let Some(name) = pending.pop() {
        pending.extend(components.schemas.get(&name).filter(|_| !used.contains(&name)).map(referred).unwrap_or_default());
        used.insert(name);
    }
    components.schemas.retain(|name, _| used.contains(name));
}

/// The names of the schemas that this refers to.
fn referred(part: &impl Serialize) -> Vec<String> {
    let text = serde_json::to_string(part).unwrap_or_default();
    let names = text.split("\"#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next());
    names.map(str::to_owned).collect()
}

fn meets(operation: &Operation, when: When) -> bool {
    let has = |place: &ParameterIn| operation.parameters.iter().flatten().any(|parameter| is_in(parameter, place));
    match when {
        When::Always => true,
        When::Secured => operation.security.iter().flatten().any(|requirement| *requirement != Default::default()),
        When::Body => operation.request_body.is_some(),
        When::Query => has(&ParameterIn::Query),
        When::PathId => has(&ParameterIn::Path),
        When::Changes => Effect::of(operation).is_some_and(|effect| effect != Effect::Reads),
    }
}

fn is_in(parameter: &RefOr<utoipa::openapi::path::Parameter>, place: &ParameterIn) -> bool {
    matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == *place)
}
