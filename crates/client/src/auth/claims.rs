//! What an access token says about its time. Nothing is verified: the server judges its own tokens, this is for knowing when to ask.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

/// When a token was issued and when it expires, by the server's clock.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Claims {
    iat: u64,
    exp: u64,
}

impl Claims {
    /// `None` where the token cannot be read, as an encrypted one cannot.
    pub(crate) fn of(token: &str) -> Option<Self> {
        let mut parts = token.split('.');
        let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }

    /// How long it lives, whatever the clocks say.
    pub(crate) fn lifetime(&self) -> Duration {
        Duration::from_secs(self.exp.saturating_sub(self.iat))
    }

    /// When it expires, for one that was not received just now.
    pub(crate) fn expires_at(&self) -> Duration {
        Duration::from_secs(self.exp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readable_tokens_are_read_and_others_are_not() {
        let token = format!("e30.{}.x", URL_SAFE_NO_PAD.encode(r#"{"iat":100,"exp":1300,"sub":"usr_1"}"#));
        let claims = Claims::of(&token).unwrap();
        assert_eq!((claims.lifetime(), claims.expires_at()), (Duration::from_secs(1200), Duration::from_secs(1300)));
        for other in ["", "a.b.c", "e30.e30.x", "a.b.c.d.e", &format!("{token}.y.z")] {
            assert_eq!(Claims::of(other), None, "{other}");
        }
    }
}
