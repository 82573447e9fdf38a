//! The secrets of applications, each shown once, and the domains of identity providers.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cloakroom_engine::directory::admin::client_secrets::MintedSecret;
use cloakroom_engine::ids::{ApplicationUid, ClientSecretUid, IdentityProviderUid};

use super::at_directory::AtDirectory;
use super::changing::DeedForm;
use super::entry_form::EntryForm;
use super::noun::Noun;
use super::nouns::providers::APPROVAL;
use super::sheet::Sheet;
use crate::http::declared::names::Domains;
use crate::http::declared::parameters::{Params, PathId, parameters};
use crate::web::console::frame::{ConsoleFrame, console_page};
use crate::web::door::with_query;
use crate::web::error::{PageError, PageRefusals};
use crate::web::form::{Filled, Typed};
use crate::web::surface::FrontDesk;

parameters! {
    /// Which application.
    in Path pub struct OneApplicationEntry {
        /// `app_…`
        application_id: PathId<ApplicationUid>,
    }

    /// Which identity provider.
    in Path pub struct OneProviderEntry {
        /// `idp_…`
        identity_provider_id: PathId<IdentityProviderUid>,
    }

    /// Which secret is to go.
    in Form pub struct SecretForm {
        /// One of the application's.
        secret_id: Typed = "csc_01J8ZQ4Y7N3V5K2M6P9R1S0T8W",
        /// Made for this session by the page.
        form_token: Typed,
    }
}

#[derive(Template)]
#[template(path = "web/console/directory/secret.html")]
struct SecretPage {
    frame: ConsoleFrame,
    id: String,
    secret: String,
    back: String,
}

/// A secret, as the answer to its making shows it: the only time that it is seen.
pub fn secret_page(desk: &FrontDesk, visitor: &AtDirectory, back: &str, minted: &MintedSecret) -> Response {
    let shown = SecretPage {
        frame: ConsoleFrame::of(&visitor.at, desk, Noun::Applications.path()),
        id: minted.record.uid.to_string(),
        secret: minted.secret.reveal().to_owned(),
        back: back.to_owned(),
    };
    console_page(&visitor.at, desk, StatusCode::CREATED, &shown)
}

/// Mint a second secret beside the first. The answer shows it, and nothing does again.
#[utoipa::path(post, path = "/console/directory/applications/{application_id}/secrets/add", operation_id = "mintApplicationSecret", tag = "console",
    params(OneApplicationEntry),
    request_body(content = DeedForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 201, description = "The secret.", body = str, content_type = "text/html"),
        (status = 303, description = "Back to the application's page, which says why there is none; or on to `/login` or `/console/confirm`."),
        (status = 403, description = "The form is not ours, or its sender may not do this.", body = str, content_type = "text/html"),
        (status = 404, description = "There is none of this id within reach.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn add(
    State(desk): State<FrontDesk>,
    visitor: AtDirectory,
    Params(one): Params<OneApplicationEntry>,
    Filled(form): Filled<DeedForm>,
) -> Result<Response, PageError> {
    visitor.at.sent(&desk, &form.form_token)?;
    let application = one.application_id.or(PageError::NOT_FOUND)?;
    let page = desk.surface.0.at(&Noun::Applications.entry(application));
    if let Some(proving) = visitor.at.to_prove(&desk, &page) {
        return Ok(proving);
    }
    let outcome = desk.engine.add_client_secret(&visitor.admin, application, &visitor.at.coming.origin).await;
    match visitor.at.settled(&desk, outcome)? {
        Ok(Ok(minted)) => Ok(secret_page(&desk, &visitor, &page, &minted)),
        Ok(Err(refusal)) => visitor.told(&desk, &page, &Err(refusal), ""),
        Err(led) => Ok(led),
    }
}

/// Remove a secret: from then on it opens nothing.
#[utoipa::path(post, path = "/console/directory/applications/{application_id}/secrets/remove", operation_id = "dropApplicationSecret",
    tag = "console",
    params(OneApplicationEntry),
    request_body(content = SecretForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "Back to the application's page, which says what became of it; or on to `/login` or `/console/confirm`."),
        (status = 403, description = "The form is not ours, or its sender may not do this.", body = str, content_type = "text/html"),
        (status = 404, description = "There is none of this id within reach.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn remove(
    State(desk): State<FrontDesk>,
    visitor: AtDirectory,
    Params(one): Params<OneApplicationEntry>,
    Filled(form): Filled<SecretForm>,
) -> Result<Response, PageError> {
    visitor.at.sent(&desk, &form.form_token)?;
    let application = one.application_id.or(PageError::NOT_FOUND)?;
    let page = desk.surface.0.at(&Noun::Applications.entry(application));
    if let Some(proving) = visitor.at.to_prove(&desk, &page) {
        return Ok(proving);
    }
    let secret = ClientSecretUid::parse(&form.secret_id).ok_or(PageError::NOT_FOUND)?;
    let outcome = desk.engine.remove_client_secret(&visitor.admin, application, secret, &visitor.at.coming.origin).await;
    visitor.done(&desk, &page, outcome, "secret-removed")
}

/// Say which of its domains an identity provider may speak for.
#[utoipa::path(post, path = "/console/directory/identity-providers/{identity_provider_id}/domains", operation_id = "settleProviderDomains",
    tag = "console",
    params(OneProviderEntry),
    request_body(content = EntryForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "Back to the provider's page, which says what became of it; or on to `/login` or `/console/confirm`."),
        (status = 403, description = "The form is not ours, or its sender may not do this.", body = str, content_type = "text/html"),
        (status = 404, description = "There is none of this id within reach.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn approve(
    State(desk): State<FrontDesk>,
    visitor: AtDirectory,
    Params(one): Params<OneProviderEntry>,
    Filled(form): Filled<EntryForm>,
) -> Result<Response, PageError> {
    visitor.at.sent(&desk, &form.form_token)?;
    let provider = one.identity_provider_id.or(PageError::NOT_FOUND)?;
    let page = desk.surface.0.at(&Noun::IdentityProviders.entry(provider));
    if let Some(proving) = visitor.at.to_prove(&desk, &page) {
        return Ok(proving);
    }
    let mut sheet = Sheet::new(APPROVAL, visitor.level, &form, desk.engine.policy());
    let Some(domains) = sheet.lines::<Domains>("domains") else {
        return Ok(visitor.at.led_to(&desk, &with_query(&page, [("notice", "refused-value")])));
    };
    let outcome = desk.engine.approve_domains(&visitor.admin, provider, domains, &visitor.at.coming.origin).await;
    visitor.done(&desk, &page, outcome, "saved")
}
