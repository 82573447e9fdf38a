//! What an application registers to sign people in with (OpenID Connect Dynamic Client Registration 1.0 section 2), and what of it fits
//! its kind.

use super::ApplicationKind;
use super::changeable::changeable;
use super::redirection::{is_origin, is_protected, is_resource};
use crate::sessions::metadata::{MOST_CLAIMS, is_member_name};
use crate::tokens::TokenAlgorithm;

/// Addresses that one list of an application may have.
pub const MOST_ADDRESSES: usize = 32;

/// Bytes that one address may have.
pub const LONGEST_ADDRESS: usize = 2048;

/// Bytes that the name of a resource server may have: it stands in tokens.
pub const LONGEST_RESOURCE: usize = 256;

/// What of a registration cannot be, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{field} {problem}")]
pub struct RegistrationFault {
    /// As the directory calls it.
    pub field: &'static str,
    pub problem: &'static str,
}

changeable! {
    /// What an application registers to sign people in with.
    Registration;
    /// What is to change of it; by default nothing.
    RegistrationChange;
    always {
        kind as "kind": ApplicationKind = ApplicationKind::Web,
        /// Where people may be sent back to with a code.
        redirect_uris as "redirect_uris": Vec<String> = Vec::new(),
        /// Where people may be sent on to after a logout that the application began.
        post_logout_redirect_uris as "post_logout_redirect_uris": Vec<String> = Vec::new(),
        /// The resource servers that it may ask tokens for (RFC 8707).
        resources as "resources": Vec<String> = Vec::new(),
        /// Members of what is kept with sessions that go into its access tokens.
        session_claims as "session_claims": Vec<String> = Vec::new(),
        /// Whose pages may read answers from another origin (CORS).
        origins as "origins": Vec<String> = Vec::new(),
        /// Whether nobody is asked for consent.
        is_first_party as "is_first_party": bool = false,
        /// How its ID and logout tokens are signed.
        id_token_algorithm as "id_token_signed_response_alg": TokenAlgorithm = TokenAlgorithm::Rs256,
    }
    perhaps {
        /// Where it is told that a session is over (OpenID Connect Back-Channel Logout 1.0).
        backchannel_logout_uri as "backchannel_logout_uri": String,
    }
}

impl Registration {
    /// Whether it fits its kind and keeps within its bounds. `has_keys`: the application has public keys. That each address can be
    /// read as one was checked by whoever read it.
    ///
    /// # Errors
    /// The first thing that does not.
    pub fn judge(&self, has_keys: bool) -> Result<(), RegistrationFault> {
        let wrong = |field, problem| Err(RegistrationFault { field, problem });
        if has_keys && self.kind.is_public() {
            return wrong("jwks", "is nothing for native and spa, which are public: they have neither secret nor keys");
        }
        let sent_to = [("redirect_uris", &self.redirect_uris), ("post_logout_redirect_uris", &self.post_logout_redirect_uris)];
        for (field, addresses) in sent_to {
            bounded(field, addresses)?;
            if self.kind == ApplicationKind::Service && !addresses.is_empty() {
                return wrong(field, "is nothing for a service, which signs nobody in");
            }
            if !addresses.iter().all(|address| self.kind.may_be_sent_to(address)) {
                return wrong(field, self.kind.addresses_wanted());
            }
        }
        bounded("resources", &self.resources)?;
        if !self.resources.iter().all(|resource| is_resource(resource) && resource.len() <= LONGEST_RESOURCE) {
            return wrong("resources", "must be absolute URIs of at most 256 bytes without a fragment");
        }
        if self.session_claims.len() > MOST_CLAIMS {
            return wrong("session_claims", "must have at most 16 items");
        }
        if !self.session_claims.iter().all(|name| is_member_name(name)) {
            return wrong(
                "session_claims",
                "must be names of members: a letter or _ and then letters, digits, _, -, . and :, at most 64 in all",
            );
        }
        bounded("origins", &self.origins)?;
        if !self.origins.iter().all(|origin| is_origin(origin)) {
            return wrong("origins", "must be of the form scheme://host or scheme://host:port, as browsers write it");
        }
        match &self.backchannel_logout_uri {
            Some(address) if address.len() > LONGEST_ADDRESS => wrong("backchannel_logout_uri", TOO_LONG),
            Some(address) if !is_protected(address) => {
                wrong("backchannel_logout_uri", "must begin with https://, or http:// on loopback, and have no fragment")
            }
            _ => Ok(()),
        }
    }

    /// Whether it could do something that `before` could not: get codes elsewhere, without proof, or without asking; answer pages of
    /// another origin; have tokens for other resource servers, or learn more of what is kept with sessions.
    pub fn gains_over(&self, before: &Self) -> bool {
        let gains = |after: &[String], before: &[String]| !after.iter().all(|address| before.contains(address));
        gains(&self.redirect_uris, &before.redirect_uris)
            || gains(&self.origins, &before.origins)
            || gains(&self.resources, &before.resources)
            || gains(&self.session_claims, &before.session_claims)
            || (self.kind.is_public() && !before.kind.is_public())
            || (self.is_first_party && !before.is_first_party)
    }
}

const TOO_LONG: &str = "must have at most 2048 bytes";

fn bounded(field: &'static str, addresses: &[String]) -> Result<(), RegistrationFault> {
    if addresses.len() > MOST_ADDRESSES {
        return Err(RegistrationFault { field, problem: "must have at most 32 items" });
    }
    let fits = addresses.iter().all(|address| address.len() <= LONGEST_ADDRESS);
    if fits { Ok(()) } else { Err(RegistrationFault { field, problem: TOO_LONG }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::changes::Patch;
    use ApplicationKind::{Native, Service, Spa, Web};

    fn of(kind: ApplicationKind) -> Registration {
        Registration { kind, ..Registration::default() }
    }

    fn sent_to(kind: ApplicationKind, address: &str) -> Registration {
        Registration { redirect_uris: vec![address.to_owned()], ..of(kind) }
    }

    #[test]
    fn each_kind_is_sent_back_to_addresses_of_its_own() {
        for (address, wanted) in [
            ("https://shop.example.com/callback", [true, true, true, false]),
            ("http://127.0.0.1/callback", [true, true, true, false]),
            ("http://[::1]:8080/", [true, true, true, false]),
            ("http://localhost:3000/", [true, true, true, false]),
            ("com.example.shop:/callback", [false, true, false, false]),
            ("http://shop.example.com/callback", [false; 4]),
            ("shop:/callback", [false; 4]),
            ("https://shop.example.com/#x", [false; 4]),
            ("javascript:alert(1)", [false; 4]),
        ] {
            let taken = [Web, Native, Spa, Service].map(|kind| sent_to(kind, address).judge(false).is_ok());
            assert_eq!(taken, wanted, "{address}");
            let after = |kind| Registration { post_logout_redirect_uris: vec![address.to_owned()], ..of(kind) };
            assert_eq!([Web, Native, Spa, Service].map(|kind| after(kind).judge(false).is_ok()), wanted, "{address}");
        }
    }

    #[test]
    fn public_kinds_have_no_keys_and_every_list_has_its_bounds() {
        assert_eq!([Web, Native, Spa, Service].map(|kind| of(kind).judge(true).is_ok()), [true, false, false, true]);
        let many = |count: usize| (0..count).map(|number| format!("https://shop.example.com/{number}")).collect::<Vec<_>>();
        for (count, fits) in [(MOST_ADDRESSES, true), (MOST_ADDRESSES + 1, false)] {
            assert_eq!(Registration { redirect_uris: many(count), ..of(Web) }.judge(false).is_ok(), fits);
            let hosts = (0..count).map(|number| format!("https://{number}.example.com")).collect();
            assert_eq!(Registration { origins: hosts, ..of(Web) }.judge(false).is_ok(), fits);
        }
        for (length, fits) in [(LONGEST_ADDRESS, true), (LONGEST_ADDRESS + 1, false)] {
            let address = format!("https://a.example/{}", "x".repeat(length - "https://a.example/".len()));
            assert_eq!(sent_to(Web, &address).judge(false).is_ok(), fits);
            assert_eq!(Registration { backchannel_logout_uri: Some(address), ..of(Service) }.judge(false).is_ok(), fits);
        }
    }

    #[test]
    fn a_resource_server_is_named_by_an_absolute_uri_that_fits_into_tokens() {
        let named = |text: &str| Registration { resources: vec![text.into()], ..of(Service) }.judge(false).is_ok();
        assert!(named("https://api.example.com") && named("urn:example:files") && named("http://10.0.0.1/v1?x=y"));
        for wrong in ["", "api", "/v1", "https://api.example.com/#x", "https://a b", "-", ":x", "https://b\u{fc}cher.example"] {
            assert!(!named(wrong), "{wrong}");
        }
        let long = |length: usize| format!("urn:{}", "x".repeat(length - 4));
        assert!(named(&long(LONGEST_RESOURCE)) && !named(&long(LONGEST_RESOURCE + 1)));
        let many = |count: usize| (0..count).map(|number| format!("urn:example:{number}")).collect();
        for (count, fits) in [(MOST_ADDRESSES, true), (MOST_ADDRESSES + 1, false)] {
            assert_eq!(Registration { resources: many(count), ..of(Service) }.judge(false).is_ok(), fits);
        }
    }

    #[test]
    fn claims_are_names_of_members() {
        let named = |names: Vec<String>| Registration { session_claims: names, ..of(Service) }.judge(false).is_ok();
        assert!(named(vec!["tier".into(), "_x.y:z-1".into()]));
        for wrong in ["", "a b", "1a", "a\"", &"n".repeat(65)] {
            assert!(!named(vec![wrong.to_owned()]), "{wrong}");
        }
        let many = |count: usize| (0..count).map(|number| format!("n{number}")).collect();
        assert!(named(many(MOST_CLAIMS)) && !named(many(MOST_CLAIMS + 1)));
    }

    #[test]
    fn an_origin_is_nothing_more_and_a_back_channel_nothing_in_clear() {
        let origin = |text: &str| Registration { origins: vec![text.into()], ..of(Spa) }.judge(false).is_ok();
        assert!(origin("https://app.example.com") && origin("http://localhost:3000"));
        assert!(!origin("https://app.example.com/") && !origin("*") && !origin("null") && !origin("app.example.com"));
        let told_at = |text: &str| Registration { backchannel_logout_uri: Some(text.into()), ..of(Web) }.judge(false).is_ok();
        assert!(told_at("https://app.example.com/out?x=1") && told_at("http://127.0.0.1:9/out"));
        assert!(!told_at("http://app.example.com/out") && !told_at("https://app.example.com/#out") && !told_at("com.example:/out"));
    }

    #[test]
    fn what_is_not_said_stays_and_what_differs_is_told() {
        let before = Registration { backchannel_logout_uri: Some("https://a.example".into()), ..sent_to(Web, "https://a.example") };
        assert_eq!(RegistrationChange::default().over(&before), before);
        let change = RegistrationChange {
            kind: Some(Spa),
            backchannel_logout_uri: Patch::Clear,
            origins: Some(vec!["https://a.example".into()]),
            ..RegistrationChange::default()
        };
        let after = change.over(&before);
        assert_eq!((after.kind, after.backchannel_logout_uri.as_ref(), after.redirect_uris.len()), (Spa, None, 1));
        let told: Vec<_> = before.differences(&after).into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect();
        assert_eq!(told, ["kind", "origins", "backchannel_logout_uri"]);
    }

    #[test]
    fn more_addresses_less_proof_and_no_question_are_gains() {
        let before = sent_to(Web, "https://a.example");
        let more = Registration { redirect_uris: vec!["https://a.example".into(), "https://b.example".into()], ..before.clone() };
        let public = Registration { kind: Native, ..before.clone() };
        let unasked = Registration { is_first_party: true, ..before.clone() };
        let read = Registration { origins: vec!["https://a.example".into()], ..before.clone() };
        let asks_for = Registration { resources: vec!["urn:example:files".into()], ..before.clone() };
        let learns = Registration { session_claims: vec!["tier".into()], ..before.clone() };
        for after in [more, public, unasked, read, asks_for, learns] {
            assert!(after.gains_over(&before) && !before.gains_over(&after), "{after:?}");
        }
    }
}
