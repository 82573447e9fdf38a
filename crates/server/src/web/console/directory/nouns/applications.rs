//! Applications.

use cloakroom_engine::callers::{DirectoryReader, Refusal};
use cloakroom_engine::directory::admin::Outcome;
use cloakroom_engine::directory::changes::{ApplicationChange, NewApplication, Patch};
use cloakroom_engine::directory::records::{ApplicationRecord, ClientSecretRecord};
use cloakroom_engine::directory::registration::{Registration, RegistrationChange};
use cloakroom_engine::directory::{ApplicationKind, ApplicationStatus};
use cloakroom_engine::ids::{ApplicationUid, TenantUid, UserUid};
use cloakroom_engine::tokens::TokenAlgorithm;

use super::super::cell::{Cell, Reading};
use super::super::noun::Noun;
use super::super::sheet::{Input, Level, Sheet, Spec, ticked};
use super::shown::{Columns, Doing, Made, Part, PartKind, PartRow, Shown, Tried, named};
use crate::http::declared::metadata::MemberNames;
use crate::http::declared::names::{Caption, ClientId, WordList};
use crate::http::declared::web_address::{Origins, Resources, WebAddress, WebAddresses};
use crate::http::declared::words::{Name, OneOf};
use crate::jose::client_keys;
use crate::web::console::cells::ShownId;
use crate::web::surface::FrontDesk;

pub const COLUMNS: Columns = Columns {
    names: &["client_id", "name", "id", "tenant_id", "kind", "status", "created_at"],
    heads: &["field-client-id", "field-name", "field-id", "tenant", "field-kind", "field-status", "field-created"],
};

const KINDS: &[&str] = &["web", "native", "spa", "service"];
const ALGORITHMS: &[&str] = &["RS256", "ES256", "EdDSA"];

const CLIENT_ID: Spec = Spec::new("client_id", Input::Text, "field-client-id", "rule-client-id").required();
const NAME: Spec = Spec::new("name", Input::Text, "field-name", "rule-name-or-code");
const TENANT: Spec = Spec::new("tenant_id", Input::Text, "tenant", "rule-home");
const OWNER: Spec = Spec::new("owner_id", Input::Text, "field-owner", "rule-owner");
const KIND: Spec = Spec::new("kind", Input::Choice(KINDS), "field-kind", "rule-kind").required();
const REDIRECT: Spec = Spec::new("redirect_uris", Input::Lines, "field-redirect-uris", "rule-redirect-uris");
const AFTER_LOGOUT: Spec = Spec::new("post_logout_redirect_uris", Input::Lines, "field-after-logout", "rule-redirect-uris");
const BACK_CHANNEL: Spec = Spec::new("backchannel_logout_uri", Input::Text, "field-backchannel", "rule-backchannel");
const RESOURCES: Spec = Spec::new("resources", Input::Lines, "field-resources", "rule-resources");
const SESSION_CLAIMS: Spec = Spec::new("session_claims", Input::Lines, "field-session-claims", "rule-session-claims");
const ORIGINS: Spec = Spec::new("origins", Input::Lines, "field-origins", "rule-origins");
const FIRST_PARTY: Spec = Spec::new("is_first_party", Input::Check, "field-first-party", "rule-first-party");
const SCOPES: Spec = Spec::new("scopes", Input::Lines, "field-scopes", "rule-scopes");
const SIGNED: Spec = Spec::new("id_token_signed_response_alg", Input::Choice(ALGORITHMS), "field-signed", "rule-signed").required();
const KEYS: Spec = Spec::new("jwks", Input::Text2d, "field-jwks", "rule-jwks");
const PLATFORM: Spec = Spec::new("platform", Input::Check, "field-platform", "rule-platform").of(Level::Platform);
const STATUS: Spec = Spec::new("status", Input::Choice(&["active", "disabled"]), "field-status", "rule-application-status").required();

const ALL: [Spec; 17] = [
    CLIENT_ID,
    NAME,
    KIND,
    TENANT,
    OWNER,
    REDIRECT,
    AFTER_LOGOUT,
    BACK_CHANNEL,
    RESOURCES,
    SESSION_CLAIMS,
    ORIGINS,
    FIRST_PARTY,
    SCOPES,
    SIGNED,
    KEYS,
    PLATFORM,
    STATUS,
];

/// A new one is active.
pub const NEW: &[Spec] = {
    let [new @ .., _status] = &ALL;
    new
};

/// A client id never changes.
pub const CHANGE: &[Spec] = {
    let [_client_id, change @ ..] = &ALL;
    change
};

pub fn row(application: &ApplicationRecord, reading: Reading<'_>) -> Vec<Cell> {
    vec![
        reading.name(Noun::Applications, &application.client_id, application.uid),
        Cell::text(Some(&application.name)),
        Cell::Id(ShownId::of(application.uid)),
        reading.other(Noun::Tenants, application.tenant.map(|tenant| tenant.uid)),
        reading.word(application.registration.kind.as_str()),
        reading.state(application.status.as_str()),
        reading.moment(application.created_at),
    ]
}

pub async fn shown(desk: &FrontDesk, reader: &DirectoryReader, uid: &str, reading: Reading<'_>) -> Outcome<Shown> {
    let Ok(uid) = named::<ApplicationUid>(uid) else { return Ok(Err(Refusal::OutOfReach)) };
    let found = desk.engine.application_with_secrets(reader, uid).await?;
    Ok(found.map(|(application, secrets)| {
        let secret = |secret: &ClientSecretRecord| PartRow {
            which: secret.uid.to_string(),
            cells: vec![Cell::Id(ShownId::of(secret.uid)), reading.moment(secret.created_at)],
            deeds: &["remove-secret"],
        };
        let secrets = Part { kind: PartKind::Secrets, rows: secrets.iter().map(secret).collect() };
        Shown {
            title: application.client_id.clone(),
            uid: application.uid.to_string(),
            status: application.status.as_str(),
            facts: facts(&application, reading),
            parts: if application.registration.kind.is_public() { Vec::new() } else { vec![secrets] },
        }
    }))
}

fn facts(application: &ApplicationRecord, reading: Reading<'_>) -> Vec<(&'static str, Cell)> {
    let registration = &application.registration;
    vec![
        ("field-id", Cell::Id(ShownId::of(application.uid))),
        ("field-name", Cell::text(Some(&application.name))),
        ("field-kind", reading.word(registration.kind.as_str())),
        ("field-status", reading.state(application.status.as_str())),
        ("field-since", reading.moment(application.status_since)),
        ("tenant", reading.other(Noun::Tenants, application.tenant.map(|tenant| tenant.uid))),
        ("field-owner", reading.other(Noun::Users, application.owner.map(|owner| owner.uid))),
        ("field-redirect-uris", Cell::lines(registration.redirect_uris.clone())),
        ("field-after-logout", Cell::lines(registration.post_logout_redirect_uris.clone())),
        ("field-backchannel", Cell::text(registration.backchannel_logout_uri.as_deref())),
        ("field-resources", Cell::lines(registration.resources.clone())),
        ("field-session-claims", Cell::lines(registration.session_claims.clone())),
        ("field-origins", Cell::lines(registration.origins.clone())),
        ("field-first-party", reading.truth(registration.is_first_party)),
        ("field-scopes", Cell::lines(application.scopes.clone())),
        ("field-signed", Cell::text(Some(registration.id_token_algorithm.as_str()))),
        ("field-has-keys", reading.truth(application.jwks.is_some())),
        ("field-platform", reading.truth(application.is_platform)),
        ("field-created", reading.moment(application.created_at)),
        ("field-updated", reading.moment(application.updated_at)),
    ]
}

pub async fn filled(desk: &FrontDesk, reader: &DirectoryReader, uid: &str) -> Outcome<Vec<(&'static str, String)>> {
    let Ok(uid) = named::<ApplicationUid>(uid) else { return Ok(Err(Refusal::OutOfReach)) };
    Ok(desk.engine.application(reader, uid).await?.map(|application| {
        let registration = application.registration;
        vec![
            ("name", application.name),
            ("kind", registration.kind.as_str().to_owned()),
            ("tenant_id", application.tenant.map(|tenant| tenant.uid.to_string()).unwrap_or_default()),
            ("owner_id", application.owner.map(|owner| owner.uid.to_string()).unwrap_or_default()),
            ("redirect_uris", registration.redirect_uris.join("\n")),
            ("post_logout_redirect_uris", registration.post_logout_redirect_uris.join("\n")),
            ("backchannel_logout_uri", registration.backchannel_logout_uri.unwrap_or_default()),
            ("resources", registration.resources.join("\n")),
            ("session_claims", registration.session_claims.join("\n")),
            ("origins", registration.origins.join("\n")),
            ("is_first_party", ticked(registration.is_first_party)),
            ("scopes", application.scopes.join("\n")),
            ("id_token_signed_response_alg", registration.id_token_algorithm.as_str().to_owned()),
            ("jwks", application.jwks.unwrap_or_default()),
            ("platform", ticked(application.is_platform)),
            ("status", application.status.as_str().to_owned()),
        ]
    }))
}

fn registration(sheet: &mut Sheet<'_>) -> RegistrationChange {
    RegistrationChange {
        kind: sheet.required::<OneOf<ApplicationKind>>("kind"),
        redirect_uris: sheet.lines::<WebAddresses>("redirect_uris"),
        post_logout_redirect_uris: sheet.lines::<WebAddresses>("post_logout_redirect_uris"),
        backchannel_logout_uri: sheet.patch::<WebAddress>("backchannel_logout_uri"),
        resources: sheet.lines::<Resources>("resources"),
        session_claims: sheet.lines::<MemberNames>("session_claims"),
        origins: sheet.lines::<Origins>("origins"),
        is_first_party: sheet.check("is_first_party"),
        id_token_algorithm: sheet.required::<OneOf<TokenAlgorithm>>("id_token_signed_response_alg"),
    }
}

fn key_set(sheet: &mut Sheet<'_>) -> Patch<String> {
    let Some(typed) = sheet.text("jwks").filter(|typed| !typed.is_empty()) else { return Patch::Clear };
    let set = serde_json::from_str(typed).ok().and_then(|keys| client_keys::read(&keys).ok());
    if set.is_none() {
        sheet.refuse("jwks");
    }
    set.into()
}

pub async fn make(doing: Doing<'_>, sheet: &mut Sheet<'_>) -> Tried<Made> {
    let Some(new) = new_application(sheet) else { return Ok(None) };
    let made = doing.desk.engine.create_application(doing.admin, new, doing.origin).await?;
    Ok(Some(made.map(|(application, secret)| Made { uid: application.uid.to_string(), secret })))
}

fn new_application(sheet: &mut Sheet<'_>) -> Option<NewApplication> {
    let client_id = sheet.required::<Name<ClientId>>("client_id");
    let new = NewApplication {
        client_id: String::new(),
        name: sheet.optional::<Caption>("name"),
        tenant: sheet.id::<TenantUid>("tenant_id"),
        owner: sheet.id::<UserUid>("owner_id"),
        registration: registration(sheet).over(&Registration::default()),
        scopes: sheet.lines::<WordList>("scopes").unwrap_or_default(),
        jwks: key_set(sheet).over(None),
        is_platform: sheet.check("platform").unwrap_or(false),
        status: ApplicationStatus::Active,
    };
    if sheet.is_wrong() {
        return None;
    }
    Some(NewApplication { client_id: client_id?, ..new })
}

pub async fn change(doing: Doing<'_>, uid: &str, sheet: &mut Sheet<'_>) -> Tried<()> {
    let change = ApplicationChange {
        name: sheet.optional::<Caption>("name"),
        tenant: sheet.patch_id::<TenantUid>("tenant_id"),
        owner: sheet.patch_id::<UserUid>("owner_id"),
        registration: registration(sheet),
        scopes: sheet.lines::<WordList>("scopes"),
        jwks: key_set(sheet),
        is_platform: sheet.check("platform"),
        status: sheet.required::<OneOf<ApplicationStatus>>("status"),
    };
    if sheet.is_wrong() {
        return Ok(None);
    }
    let Ok(application) = named::<ApplicationUid>(uid) else { return Ok(Some(Err(Refusal::OutOfReach))) };
    let changed = doing.desk.engine.change_application(doing.admin, application, change, doing.origin).await?;
    Ok(Some(changed.map(|_| ())))
}

pub async fn remove(doing: Doing<'_>, uid: &str) -> Outcome<()> {
    match named::<ApplicationUid>(uid) {
        Ok(application) => doing.desk.engine.retire_application(doing.admin, application, doing.origin).await,
        Err(refusal) => Ok(Err(refusal)),
    }
}
