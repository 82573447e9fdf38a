//! `/oauth/consent`: whether an application may have what it asks for.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cloakroom_engine::sessions::browser::visit::{Visit, Visitor};
use cloakroom_engine::tokens::scope::{EMAIL, OFFLINE_ACCESS, OPENID, PROFILE, SESSIONS_READ};
use url::Url;

use super::answer::{FormTarget, Refusal};
use super::endpoint::asked_again;
use super::request::{Asking, read};
use crate::http::declared::parameters::parameters;
use crate::web::error::{PageError, PageRefusals};
use crate::web::form::{Filled, Holder, Typed};
use crate::web::language::Language;
use crate::web::pages::{ConsentPage, Frame, page};
use crate::web::surface::FrontDesk;
use crate::web::visitor::Coming;

parameters! {
    /// What somebody says to an application.
    in Form pub struct ConsentForm {
        /// The authorization request.
        request: Typed,
        /// `allow`; anything else denies.
        decision: Typed = "allow",
        /// Made for this session by the page.
        form_token: Typed,
    }
}

/// Say yes or no to an application.
#[utoipa::path(post, path = "/oauth/consent", operation_id = "settleConsent", tag = "openid",
    request_body(content = ConsentForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "To the application, with a code or an error; or to signing in."),
        (status = 403, description = "The form is not ours.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn settle_consent(
    State(desk): State<FrontDesk>,
    coming: Coming,
    Filled(form): Filled<ConsentForm>,
) -> Result<Response, PageError> {
    let asked_anew = || asked_again(&desk, form_urlencoded::parse(form.request.as_bytes()));
    let Some(secret) = &coming.secret else { return Ok(asked_anew()) };
    if !coming.is_ours(&desk, Holder::Session(secret), &form.form_token) {
        return Err(PageError::FORGED);
    }
    let asking = match read(&desk, &form.request).await? {
        Ok(asking) => asking,
        Err(refused) => return Ok(refused),
    };
    if *form.decision != "allow" {
        return Ok(asking.to.refused(&desk, Refusal::AccessDenied, "the user said no"));
    }
    let Visit::SignedIn(visitor) = coming.visit(&desk).await? else { return Ok(asked_anew()) };
    let Asking { to, authorization, .. } = &asking;
    let outcome = desk.engine.authorize(&to.asker, authorization, (&visitor, true), &coming.origin).await?;
    // Where something has come in between, it is looked at anew.
    Ok(outcome.map_or_else(|_| asked_anew(), |code| to.let_in(&desk, &code)))
}

/// The page that asks.
pub(super) fn consent_page(
    desk: &FrontDesk,
    coming: &Coming,
    asking: &Asking,
    (visitor, scope): (&Visitor, &[String]),
) -> Result<Response, PageError> {
    let (door, asker) = (&desk.surface.0, &asking.to.asker);
    let secret = coming.secret.as_ref().ok_or(PageError::FORGED)?;
    let target = Url::parse(asker.redirect_uri()).ok();
    let host = target.as_ref().and_then(Url::host_str).map_or_else(|| asker.redirect_uri().to_owned(), str::to_owned);
    let consent = ConsentPage {
        frame: Frame::of(door, coming.language),
        title: coming.language.say_with("consent-title", &[("application", asker.name().into())]),
        action: door.at("/oauth/consent"),
        form_token: Holder::Session(secret).token(desk.engine.keys()),
        request: asking.query.clone(),
        username: visitor.account.username.clone(),
        host: coming.language.say_with("consent-host", &[("host", host.into())]),
        scope: scope.iter().map(|word| described(coming.language, word)).collect(),
    };
    let mut response = page(StatusCode::OK, &consent);
    if let Some(target) = FormTarget::of(asker) {
        response.extensions_mut().insert(target);
    }
    Ok(response)
}

/// What a scope lets an application have, for people. One of the application's own has no name but its own.
pub fn described(language: Language, word: &str) -> String {
    match word {
        OPENID => language.say("consent-openid"),
        PROFILE => language.say("consent-profile"),
        EMAIL => language.say("consent-email"),
        OFFLINE_ACCESS => language.say("consent-offline"),
        SESSIONS_READ => language.say("consent-sessions"),
        own => language.say_with("consent-own", &[("scope", own.into())]),
    }
}
