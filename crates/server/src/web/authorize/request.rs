//! What an application asks for, read and checked.

use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::openid::authorize::{Asker, Authorization};
use cloakroom_engine::openid::pkce::CodeChallenge;

use super::answer::{Answerable, FormTarget, Refusal};
use super::parameters::{AuthorizationParameters, Once};
use super::pushed;
use crate::http::declared::form::Form;
use crate::web::error::PageError;
use crate::web::surface::FrontDesk;

/// Bytes that a `state` or `nonce` may have.
const LONGEST_ECHO: usize = 1024;

/// What an application asks for.
#[derive(Clone, Debug)]
pub struct Asking {
    pub to: Answerable,
    pub authorization: Authorization,
    /// Whether nobody may be shown anything.
    pub is_silent: bool,
    /// Whether somebody is to sign in anew.
    pub asks_login: bool,
    pub login_hint: Option<String>,
    /// All of it, as it is asked for again.
    pub query: String,
}

/// Reads an authorization request out of a query, or out of what was pushed before. What is wrong is answered: on a page as long as it is not
/// sure who asks.
///
/// # Errors
/// When nobody can tell now whose it is.
pub async fn read(desk: &FrontDesk, query: &str) -> Result<Result<Asking, Response>, PageError> {
    let (query, asked) = match unfolded(desk, query)? {
        Ok(unfolded) => unfolded,
        Err(problem) => return Ok(Err(problem.into_response())),
    };
    let Some(asker) = asker(desk, &asked).await? else {
        return Ok(Err(PageError::NO_APPLICATION.into_response()));
    };
    let to = Answerable { asker, state: asked.state.owned() };
    Ok(match check(&asked) {
        Ok((authorization, Prompt { is_silent, asks_login, .. })) => {
            Ok(Asking { to, authorization, is_silent, asks_login, login_hint: asked.login_hint.owned(), query })
        }
        Err((refusal, description)) => Err(to.refused(desk, refusal, description)),
    })
}

/// The request itself, where it was pushed and the query has its name: then nothing else there counts (RFC 9126 section 4).
fn unfolded(desk: &FrontDesk, query: &str) -> Result<Result<(String, AuthorizationParameters), PageError>, PageError> {
    let asked: AuthorizationParameters = Form::parse(query.as_bytes()).read()?;
    let Some(name) = asked.request_uri.text().filter(|name| pushed::is_name(name)) else { return Ok(Ok((query.to_owned(), asked))) };
    let Some(query) = pushed::behind(desk.engine.keys(), name, desk.clock.now()) else { return Ok(Err(PageError::TOO_LATE)) };
    let behind: AuthorizationParameters = Form::parse(query.as_bytes()).read()?;
    let is_same = behind.client_id.text() == asked.client_id.text();
    Ok(if is_same { Ok((query, behind)) } else { Err(PageError::NO_APPLICATION) })
}

async fn asker(desk: &FrontDesk, asked: &AuthorizationParameters) -> Result<Option<Asker>, PageError> {
    let (Some(client_id), Some(redirect_uri)) = (asked.client_id.text(), asked.redirect_uri.text()) else { return Ok(None) };
    Ok(desk.engine.asking_application(client_id, redirect_uri).await?)
}

/// The application that asks to be let in, where `return_to` is its authorization request.
///
/// # Errors
/// When nobody can tell now.
pub async fn asking(desk: &FrontDesk, return_to: Option<&str>) -> Result<Option<Asker>, PageError> {
    let path = desk.surface.0.at(super::PATH);
    let query = return_to.and_then(|to| to.strip_prefix(&path)?.strip_prefix('?'));
    let Some(query) = query else { return Ok(None) };
    let asked: AuthorizationParameters = Form::parse(query.as_bytes()).read()?;
    asker(desk, &asked).await
}

/// A page whose form leads to the application in the end.
pub fn leading(asker: Option<&Asker>, mut page: Response) -> Response {
    if let Some(target) = asker.and_then(FormTarget::of) {
        page.extensions_mut().insert(target);
    }
    page
}

/// What `prompt` says (OpenID Connect Core 1.0 section 3.1.2.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Prompt {
    is_silent: bool,
    asks_login: bool,
    asks_consent: bool,
}

/// Why a request is refused, for the application and for whoever builds it.
pub type Refused = (Refusal, &'static str);

/// What is asked for.
///
/// # Errors
/// When it cannot be asked for so.
pub fn check(asked: &AuthorizationParameters) -> Result<(Authorization, Prompt), Refused> {
    only_once(asked)?;
    for (parameter, refusal) in [(&asked.request, Refusal::RequestNotSupported), (&asked.request_uri, Refusal::RequestUriNotSupported)] {
        if parameter.text().is_some() {
            return Err((refusal, "requests are taken as parameters only"));
        }
    }
    match asked.response_type.text() {
        Some("code") => {}
        Some(_) => return Err((Refusal::UnsupportedResponseType, "response_type has to be code")),
        None => return Err((Refusal::InvalidRequest, "response_type is missing")),
    }
    if asked.response_mode.text().is_some_and(|mode| mode != "query") {
        return Err((Refusal::InvalidRequest, "response_mode has to be query"));
    }
    let is_long = |parameter: &Once| parameter.text().is_some_and(|text| text.len() > LONGEST_ECHO);
    if is_long(&asked.state) || is_long(&asked.nonce) {
        return Err((Refusal::InvalidRequest, "state and nonce may have 1024 bytes"));
    }
    let challenge = challenge(asked)?;
    let prompt = prompt(asked.prompt.text())?;
    let authorization = Authorization {
        scope: asked.scope.owned(),
        resources: asked.resource.clone(),
        nonce: asked.nonce.owned(),
        challenge,
        max_age: number(&asked.max_age, "max_age has to be seconds")?,
        authenticated_since: number(&asked.authenticated_since, "authenticated_since is not as it was")?.map(Timestamp::from_millis),
        asks_consent: prompt.asks_consent,
    };
    Ok((authorization, prompt))
}

fn only_once(asked: &AuthorizationParameters) -> Result<(), Refused> {
    let AuthorizationParameters { response_type, client_id, redirect_uri, scope, state, nonce, .. } = asked;
    let AuthorizationParameters { code_challenge, code_challenge_method, response_mode, prompt, max_age, .. } = asked;
    let AuthorizationParameters { login_hint, authenticated_since, request, request_uri, .. } = asked;
    let first = [response_type, client_id, redirect_uri, scope, state, nonce, code_challenge, code_challenge_method];
    let rest = [response_mode, prompt, max_age, login_hint, authenticated_since, request, request_uri];
    let is_twice = first.into_iter().chain(rest).any(|parameter| *parameter == Once::Often);
    if is_twice { Err((Refusal::InvalidRequest, "a parameter stands twice")) } else { Ok(()) }
}

/// By S256 alone, whoever asks: a client that may leave it out can be made to (RFC 9700 section 2.1.1).
fn challenge(asked: &AuthorizationParameters) -> Result<CodeChallenge, Refused> {
    if asked.code_challenge_method.text() != Some("S256") {
        return Err((Refusal::InvalidRequest, "code_challenge_method has to be S256"));
    }
    let bytes = asked.code_challenge.text().and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    let bytes = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    bytes.map(CodeChallenge::from_bytes).ok_or((Refusal::InvalidRequest, "code_challenge has to be the SHA-256 of a code verifier"))
}

fn prompt(text: Option<&str>) -> Result<Prompt, Refused> {
    let words: Vec<&str> = text.unwrap_or_default().split(' ').filter(|word| !word.is_empty()).collect();
    let mut prompt = Prompt::default();
    for word in &words {
        match *word {
            "none" if words.len() == 1 => prompt.is_silent = true,
            // Whoever is to choose an account signs in with it.
            "login" | "select_account" => prompt.asks_login = true,
            "consent" => prompt.asks_consent = true,
            _ => return Err((Refusal::InvalidRequest, "prompt has to be none, or some of login, consent and select_account")),
        }
    }
    Ok(prompt)
}

fn number<N: std::str::FromStr>(parameter: &Once, otherwise: &'static str) -> Result<Option<N>, Refused> {
    parameter.text().map(N::from_str).transpose().map_err(|_| (Refusal::InvalidRequest, otherwise))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "response_type=code&client_id=shop&redirect_uri=https%3A%2F%2Fshop.test%2F&code_challenge_method=S256\
                        &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn checked(query: &str) -> Result<(Authorization, Prompt), Refused> {
        check(&Form::parse(query.as_bytes()).read().unwrap())
    }

    #[test]
    fn what_is_asked_for_is_read() {
        let (authorization, prompt) = checked(&format!(
            "{GOOD}&scope=openid+email&nonce=n&max_age=60&prompt=consent+login&authenticated_since=7&resource=a:1&resource=&resource=b:2"
        ))
        .unwrap();
        assert_eq!(
            (authorization.scope.as_deref(), &authorization.resources[..]),
            (Some("openid email"), &["a:1".to_owned(), "b:2".to_owned()][..])
        );
        assert_eq!((authorization.nonce.as_deref(), authorization.max_age), (Some("n"), Some(60)));
        assert_eq!(authorization.authenticated_since, Some(Timestamp::from_millis(7)));
        assert_eq!(prompt, Prompt { is_silent: false, asks_login: true, asks_consent: true });
        assert!(checked(&format!("{GOOD}&prompt=none&state=")).unwrap().1.is_silent);
    }

    #[test]
    fn what_is_not_as_it_should_be_is_refused_by_its_name() {
        let refusal = |query: &str| checked(query).unwrap_err().0;
        for (query, expected) in [
            (GOOD.replace("=code&", "=token&"), Refusal::UnsupportedResponseType),
            (GOOD.replace("=code&", "=code+id_token&"), Refusal::UnsupportedResponseType),
            (GOOD.replace("response_type=code&", ""), Refusal::InvalidRequest),
            (GOOD.replace("S256", "plain"), Refusal::InvalidRequest),
            (GOOD.replace("code_challenge_method=S256", ""), Refusal::InvalidRequest),
            (GOOD.replace("-cM", "-c"), Refusal::InvalidRequest),
            (GOOD.replace("-cM", "=="), Refusal::InvalidRequest),
            (format!("{GOOD}&scope=a&scope=b"), Refusal::InvalidRequest),
            (format!("{GOOD}&code_challenge=x"), Refusal::InvalidRequest),
            (format!("{GOOD}&prompt=none+login"), Refusal::InvalidRequest),
            (format!("{GOOD}&prompt=create"), Refusal::InvalidRequest),
            (format!("{GOOD}&max_age=-1"), Refusal::InvalidRequest),
            (format!("{GOOD}&response_mode=fragment"), Refusal::InvalidRequest),
            (format!("{GOOD}&state={}", "s".repeat(1025)), Refusal::InvalidRequest),
            (format!("{GOOD}&request=x"), Refusal::RequestNotSupported),
            (format!("{GOOD}&request_uri=x"), Refusal::RequestUriNotSupported),
        ] {
            assert_eq!(refusal(&query), expected, "{query}");
        }
    }
}
