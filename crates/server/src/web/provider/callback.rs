//! `/login/idp/{code}/callback`: what a browser brings back from a provider.

use axum::extract::{Path, State};
use axum::response::Response;
use cloakroom_engine::federation::sign_in::ProviderAnswer;

use super::redirect_uri;
use crate::http::declared::parameters::{Params, parameters};
use crate::web::error::{PageError, PageRefusals};
use crate::web::form::Typed;
use crate::web::surface::FrontDesk;
use crate::web::visitor::{Coming, signed_in};

/// Bytes that a code of a provider may have.
const LONGEST_CODE: usize = 4096;

parameters! {
    /// What the provider says (RFC 6749 section 4.1.2, RFC 9207). Whatever else it says is not read, and nothing of it is ever shown.
    in Query pub struct Brought {
        /// What this server sent along.
        state: Typed,
        /// For the ID token.
        code: Typed,
        /// Whose answer it is.
        iss: Typed = "https://id.example.com",
    }
}

/// Finish signing in through an identity provider.
#[utoipa::path(get, path = "/login/idp/{code}/callback", operation_id = "finishProviderSignIn", tag = "pages",
    params(("code" = String, Path, description = "The provider's code.", example = "acme"), Brought),
    responses(
        (status = 303, description = "Signed in, with the cookie; on to where the sign-in began, or to `/`."),
        (status = 403, description = "Not signed in: the answer is none that this browser was sent for, is not believed, says no, or nobody here may sign in by it.", body = str, content_type = "text/html"),
        (status = 404, description = "There is no such provider, or it serves nobody.", body = str, content_type = "text/html"),
        (status = 409, description = "The user has as many sessions as allowed, or cannot be created.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("changes")), ("x-rate" = json!("sign-ins")))
)]
pub async fn come_back(
    State(desk): State<FrontDesk>,
    coming: Coming,
    Path(provider): Path<String>,
    Params(Brought { state, code, iss }): Params<Brought>,
) -> Result<Response, PageError> {
    let redirect_uri = redirect_uri(&desk.surface.0, &provider);
    let answer = ProviderAnswer {
        provider: &provider,
        state: &state,
        code: Some(code.as_str()).filter(|code| !code.is_empty() && code.len() <= LONGEST_CODE),
        issuer: Some(iss.as_str()).filter(|issuer| !issuer.is_empty()),
        redirect_uri: &redirect_uri,
    };
    let attempt = coming.flow.as_ref().and_then(|flow| flow.attempt.as_ref());
    let held = desk.engine.sign_in_through_provider(answer, attempt, coming.secret.as_ref(), coming.origin.clone()).await??;
    Ok(signed_in(&desk, coming.return_to(), &held))
}
