//! What the claims of ID and logout tokens must be, and what they say (OpenID Connect Core 1.0 section 3.1.3.7, Back-Channel Logout 1.0
//! section 2.6).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloakroom_engine::clock::{Span, Timestamp};
use cloakroom_engine::federation::protocol::{ClaimNames, ClaimedOrigin, ProviderIdentity, ProviderLogout};
use serde_json::{Map, Value};

use super::signed::Signed;
use crate::jose::numeric_date::NumericDate;

/// The claims of a token whose signature was verified.
pub type Claims = Map<String, Value>;

/// How far a provider's clock may be off.
const LEEWAY: Span = Span::from_seconds(60);

/// How long ago a logout token that does not say when it expires may have been made.
const LOGOUT_LIFE: Span = Span::from_seconds(120);

/// Bytes of a subject (OpenID Connect Core 1.0 section 2), a session's id and other names.
const LONGEST_NAME: usize = 255;

/// Groups that are looked at, each of at most [`LONGEST_NAME`] bytes.
const MOST_GROUPS: usize = 512;

/// The event of a logout token (Back-Channel Logout 1.0 section 2.4).
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// For whom a token must be.
#[derive(Clone, Copy)]
pub struct Expected<'e> {
    pub issuer: &'e str,
    pub client_id: &'e str,
    /// Whom else it may be for, each alone.
    pub further_audiences: &'e [String],
    pub now: Timestamp,
}

/// A text that is neither empty nor long.
fn text(claims: &Claims, name: &str) -> Option<String> {
    let text = claims.get(name)?.as_str()?;
    (!text.is_empty() && text.len() <= LONGEST_NAME && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

pub fn time(claims: &Claims, name: &str) -> Option<Timestamp> {
    serde_json::from_value::<NumericDate>(claims.get(name)?.clone()).ok().map(|date| date.0)
}

/// A claim that is one text or a list of them.
fn texts(claims: &Claims, name: &str) -> Option<Vec<String>> {
    match claims.get(name)? {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Array(values) => values.iter().map(|value| value.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

/// Whom it is from, whom it is for, and since when: what ID and logout tokens have alike.
fn judged(claims: &Claims, expected: Expected<'_>) -> Result<(), &'static str> {
    let Expected { issuer, client_id, further_audiences, now } = expected;
    if claims.get("iss").and_then(Value::as_str) != Some(issuer) {
        return Err("the token is of another issuer");
    }
    let audiences = texts(claims, "aud").filter(|audiences| !audiences.is_empty()).ok_or("the token is for nobody")?;
    let is_ours = |audience: &String| audience == client_id || further_audiences.contains(audience);
    if !audiences.iter().all(is_ours) {
        return Err("the token is for others");
    }
    let issued_at = time(claims, "iat").ok_or("the token does not say when it was made")?;
    if issued_at > now.plus(LEEWAY) {
        return Err("the token was made later");
    }
    match (claims.get("exp"), time(claims, "exp")) {
        (Some(_), None) => Err("the token does not say when it expires"),
        (_, Some(expires_at)) if expires_at.plus(LEEWAY) <= now => Err("the token has expired"),
        _ => Ok(()),
    }
}

/// Judges the claims of an ID token. `nonce`: what the browser was sent with; `None` where no browser was.
///
/// # Errors
/// Why it is not believed.
pub fn judge_id_token(claims: &Claims, expected: Expected<'_>, nonce: Option<&str>) -> Result<(), &'static str> {
    judged(claims, expected)?;
    if !claims.contains_key("exp") {
        return Err("the token does not say when it expires");
    }
    let party = claims.get("azp");
    if party.is_some_and(|party| {
        !party.as_str().is_some_and(|party| party == expected.client_id || expected.further_audiences.iter().any(|known| known == party))
    }) {
        return Err("the token was given to others");
    }
    if nonce.is_some_and(|nonce| claims.get("nonce").and_then(Value::as_str) != Some(nonce)) {
        return Err("the token was made for another sign-in");
    }
    if text(claims, "sub").is_none() {
        return Err("the token says of nobody who it is of");
    }
    Ok(())
}

/// Judges the claims of a logout token, and what it says.
///
/// # Errors
/// Why it is not believed.
pub fn judge_logout_token(claims: &Claims, expected: Expected<'_>) -> Result<ProviderLogout, &'static str> {
    judged(claims, expected)?;
    let issued_at = time(claims, "iat").unwrap_or(expected.now);
    let expires_at = time(claims, "exp").unwrap_or_else(|| issued_at.plus(LOGOUT_LIFE));
    if expires_at.plus(LEEWAY) <= expected.now {
        return Err("the token has expired");
    }
    if !claims.get("events").and_then(|events| events.get(LOGOUT_EVENT)).is_some_and(Value::is_object) {
        return Err("the token tells of no logout");
    }
    // It would be an ID token (Back-Channel Logout 1.0 section 2.4).
    if claims.contains_key("nonce") {
        return Err("the token has a nonce");
    }
    let (subject, provider_session) = (text(claims, "sub"), text(claims, "sid"));
    if subject.is_none() && provider_session.is_none() {
        return Err("the token says of nobody who it is of");
    }
    let token_id = text(claims, "jti").ok_or("the token has no id")?;
    Ok(ProviderLogout { subject, provider_session, token_id, expires_at: expires_at.plus(LEEWAY) })
}

/// The names of the claims that an ID token may leave to user-info.
pub fn is_complete(claims: &Claims, names: &ClaimNames) -> bool {
    let wanted = [Some("email"), Some(names.username.as_str()), Some(names.name.as_str()), names.groups.as_deref()];
    wanted.into_iter().flatten().all(|name| claims.contains_key(name))
}

/// Adds what user-info says and the ID token does not (OpenID Connect Core 1.0 section 5.3.2).
///
/// # Errors
/// When it is of somebody else.
pub fn completed(mut claims: Claims, further: Claims) -> Result<Claims, &'static str> {
    if further.get("sub") != claims.get("sub") {
        return Err("the provider's user-info is of another user");
    }
    // Whether an address is verified says only whoever says the address.
    let has_address = claims.contains_key("email");
    for (name, value) in further {
        if !(has_address && name == "email_verified") {
            claims.entry(name).or_insert(value);
        }
    }
    Ok(claims)
}

/// Whose a token claims to be, which nobody has verified yet.
pub fn claimed_origin(token: &Signed<'_>) -> Option<ClaimedOrigin> {
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.text.split('.').nth(1)?).ok()?).ok()?;
    let audience = match (texts(&claims, "aud")?.as_slice(), text(&claims, "azp")) {
        ([audience], _) => audience.clone(),
        (_, party) => party?,
    };
    Some(ClaimedOrigin { issuer: claims.get("iss")?.as_str()?.to_owned(), audience })
}

/// What judged claims say of somebody.
pub fn identity(claims: &Claims, names: &ClaimNames) -> Option<ProviderIdentity> {
    let mut groups = names.groups.as_deref().and_then(|name| texts(claims, name)).unwrap_or_default();
    groups.retain(|group| group.len() <= LONGEST_NAME);
    groups.truncate(MOST_GROUPS);
    let is_verified = claims.get("email_verified").and_then(Value::as_bool).unwrap_or_default();
    let mut methods = texts(claims, "amr").unwrap_or_default();
    methods.retain(|method| method.len() <= 32 && method.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)));
    methods.truncate(8);
    Some(ProviderIdentity {
        issuer: text(claims, "iss")?,
        subject: text(claims, "sub")?,
        provider_session: text(claims, "sid"),
        email: text(claims, "email").map(|email| (email, is_verified)),
        username: text(claims, &names.username),
        name: text(claims, &names.name),
        groups,
        methods,
        authenticated_at: time(claims, "auth_time"),
    })
}
