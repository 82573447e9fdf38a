//! Who a client application is: `client_secret_basic` and `client_secret_post` (RFC 6749 section 2.3.1), `private_key_jwt`
//! (RFC 7523 section 2.2), and `none` of public clients (RFC 7591 section 2).

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cloakroom_engine::EngineError;
use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::callers::{ClientApplication, ClientRefusal, Refused};
use cloakroom_engine::machine::assertion_fault::AssertionFault;
use cloakroom_engine::machine::client_assertion::RefusedAssertion;
use cloakroom_engine::secret::ClientSecret;
use zeroize::Zeroizing;

use super::Protocols;
use super::cross_origin::Reader;
use super::error::OauthError;
use super::form::ClientForm;
use crate::http::body;
use crate::http::client_address::origin;
use crate::http::declared::form::Form;
use crate::http::header::Given;
use crate::jose::client_keys;

/// A request of a client application that proved to be itself, or that is public: its form, where it came from.
pub struct ClientCall {
    pub client: ClientApplication,
    pub form: Form,
    pub origin: RequestOrigin,
}

impl FromRequest<Protocols> for ClientCall {
    type Rejection = OauthError;

    async fn from_request(request: Request, desk: &Protocols) -> Result<Self, OauthError> {
        let (parts, body) = request.into_parts();
        let origin = origin(&parts);
        let is_form = content_type(&parts.headers).is_some_and(|kind| kind.eq_ignore_ascii_case("application/x-www-form-urlencoded"));
        let body = body::whole(&parts, body).await?;
        let mut form = Form::parse(if is_form { &body } else { b"" });
        let proof = match proof(&parts.headers, form.read()?)? {
            Ok(proof) => proof,
            Err(unproven) => {
                if let Unproven::Assertion(why) = unproven {
                    tell_fault(None, why, &origin);
                }
                desk.engine.note_malformed(Refused::Client, &origin);
                return Err(OauthError::invalid_client(&parts.headers));
            }
        };
        let client = authenticate(desk, proof, &origin).await?.map_err(|refusal| OauthError::of_client(refusal, &parts.headers))?;
        if let Some(reader) = parts.extensions.get::<Reader>() {
            reader.admit(client.origins());
        }
        // Who it is comes first; only then is the content type judged.
        if !is_form {
            return Err(OauthError::invalid_request("the body must be application/x-www-form-urlencoded"));
        }
        Ok(Self { client, form, origin })
    }
}

/// As [`ClientCall`], of a client that proved to be itself: `none` is no way to authenticate where it is asked for (RFC 7662 section 2.1).
pub struct ProvenCall(pub ClientCall);

impl FromRequest<Protocols> for ProvenCall {
    type Rejection = OauthError;

    async fn from_request(request: Request, desk: &Protocols) -> Result<Self, OauthError> {
        let call = ClientCall::from_request(request, desk).await?;
        if call.client.is_public() { Err(OauthError::UNAUTHENTICATED) } else { Ok(Self(call)) }
    }
}

fn content_type(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or(value).trim())
}

/// How a client proves who it is.
#[derive(Debug)]
enum Proof {
    Secret(String, Zeroizing<String>),
    Assertion(String, Zeroizing<String>),
    /// A client id alone.
    None(String),
}

/// What is no proof.
#[derive(Debug)]
enum Unproven {
    /// No credential, or one that cannot be read.
    Credential,
    /// An assertion that says of no client that it is from it, and why.
    Assertion(&'static str),
}

/// The one kind of assertion that is taken (RFC 7523 section 2.2).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

async fn authenticate(
    desk: &Protocols,
    proof: Proof,
    origin: &RequestOrigin,
) -> Result<Result<ClientApplication, ClientRefusal>, EngineError> {
    match proof {
        Proof::Secret(client_id, secret) => {
            desk.engine.authenticate_client(&client_id, &ClientSecret::new(secret.to_string()), origin).await
        }
        Proof::None(client_id) => desk.engine.identify_public_client(&client_id, origin).await,
        Proof::Assertion(client_id, assertion) => {
            let shown = desk.engine.authenticate_client_by_assertion(&client_id, &assertion, origin).await?;
            Ok(shown.map_err(|RefusedAssertion { refusal, fault }| {
                if let Some(fault) = fault {
                    // A name that nobody has may be anything, a secret in the wrong place included.
                    let known = (fault != AssertionFault::UnknownClient).then_some(client_id.as_str());
                    tell_fault(known, fault.as_str(), origin);
                }
                refusal
            }))
        }
    }
}

/// Tells whoever runs the server why an assertion is refused. The client is told nothing of it, and the assertion is told to nobody.
fn tell_fault(client_id: Option<&str>, why: &'static str, origin: &RequestOrigin) {
    let request_id = origin.request_id.as_deref();
    tracing::info!(client_id, why, request_id, "a client assertion is refused");
}

/// Id with secret or assertion, from the header or the body, never two of them at once (RFC 6749 section 2.3).
fn proof(headers: &HeaderMap, form: ClientForm) -> Result<Result<Proof, Unproven>, OauthError> {
    let ClientForm { client_id: id, client_secret: secret, client_assertion: assertion, client_assertion_type: kind } = form;
    let is_it = |named: &String| id.as_ref().is_none_or(|id| **id == *named);
    let header = Given::of(headers, header::AUTHORIZATION);
    if header == Given::Often {
        return Err(OauthError::invalid_request("there are several headers Authorization"));
    }
    if usize::from(header != Given::Never) + usize::from(secret.is_some()) + usize::from(assertion.is_some()) > 1 {
        return Err(OauthError::invalid_request("the client authenticates in more than one way"));
    }
    if header != Given::Never {
        let shown = header.text().and_then(basic).filter(|(named, _)| is_it(named));
        return Ok(shown.map(|(id, secret)| Proof::Secret(id, secret)).ok_or(Unproven::Credential));
    }
    if let Some(assertion) = assertion {
        return Ok(match client_keys::claimed_client(&assertion) {
            None => Err(Unproven::Assertion(AssertionFault::Malformed.as_str())),
            Some(claimed) if !is_it(&claimed) => Err(Unproven::Assertion("its sub is not the client_id beside it")),
            Some(_) if kind.is_none_or(|kind| *kind != ASSERTION_TYPE) => {
                Err(Unproven::Assertion("its client_assertion_type is not jwt-bearer"))
            }
            Some(claimed) => Ok(Proof::Assertion(claimed, assertion)),
        });
    }
    Ok(match (id, secret) {
        (Some(id), Some(secret)) => Ok(Proof::Secret(id.to_string(), secret)),
        (Some(id), None) => Ok(Proof::None(id.to_string())),
        (None, _) => Err(Unproven::Credential),
    })
}

/// `Basic`, both parts form-encoded before they were joined (RFC 6749 section 2.3.1).
fn basic(value: &str) -> Option<(String, Zeroizing<String>)> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = Zeroizing::new(String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?);
    let (id, secret) = text.split_once(':')?;
    Some((decoded(id), Zeroizing::new(decoded(secret))))
}

fn decoded(text: &str) -> String {
    // A pair without a value: the name alone, decoded. `=` and `&` only stand here unescaped when a client did not encode.
    if text.contains(['=', '&']) {
        return text.to_owned();
    }
    form_urlencoded::parse(text.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_credentials_are_decoded_twice() {
        let header = format!("bASIC {}", STANDARD.encode("web%20shop:s%3Acr%2Bt"));
        let (id, secret) = basic(&header).unwrap();
        assert_eq!((id.as_str(), secret.as_str()), ("web shop", "s:cr+t"));
        assert!(basic("Bearer abc").is_none() && basic("Basic ***").is_none());
    }

    fn proven(headers: &HeaderMap, body: &[u8]) -> Result<Result<Proof, Unproven>, OauthError> {
        proof(headers, Form::parse(body).read()?)
    }

    #[test]
    fn two_ways_at_once_are_refused() {
        let form = b"client_id=a&client_secret=b";
        let headers: HeaderMap = [(header::AUTHORIZATION, "Basic YTpi".parse().unwrap())].into_iter().collect();
        assert!(proven(&headers, form).is_err());
        let (twice, value) = (["Basic YTpi", "Basic Yzpk"], |text: &str| (header::AUTHORIZATION, text.parse().unwrap()));
        assert!(proven(&twice.map(value).into_iter().collect(), b"").is_err());
        assert!(proven(&headers, b"client_assertion=x").is_err());
        assert!(proven(&HeaderMap::new(), b"client_id=a&client_secret=b&client_assertion=x").is_err());
        assert!(proven(&HeaderMap::new(), b"client_id=a&client_id=b").is_err());
        assert!(matches!(proven(&HeaderMap::new(), form).unwrap(), Ok(Proof::Secret(id, _)) if id == "a"));
        assert!(matches!(proven(&HeaderMap::new(), b"client_id=a").unwrap(), Ok(Proof::None(id)) if id == "a"));
        assert!(proven(&HeaderMap::new(), b"client_secret=a").unwrap().is_err());
    }

    #[test]
    fn an_assertion_needs_its_type_and_names_the_client() {
        let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(r#"{"sub":"a"}"#);
        let of = |rest: &str| proven(&HeaderMap::new(), format!("client_assertion=x.{claims}.x{rest}").as_bytes()).unwrap();
        let kind = format!("&client_assertion_type={ASSERTION_TYPE}");
        assert!(matches!(of(&kind), Ok(Proof::Assertion(id, _)) if id == "a"));
        assert!(of("").is_err() && of("&client_assertion_type=other").is_err() && of(&format!("{kind}&client_id=b")).is_err());
    }
}
