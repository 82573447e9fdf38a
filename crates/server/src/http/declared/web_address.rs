//! Addresses that an application registers, as types of declarations. Whether one fits the kind of the application the engine says.

use cloakroom_engine::directory::registration::{LONGEST_ADDRESS, LONGEST_RESOURCE, MOST_ADDRESSES};
use cloakroom_engine::policy::Policy;
use serde_json::json;
use url::Url;
use utoipa::openapi::Schema;

use super::types::{Kind, Read, Text, Texts, string};
use crate::http::fields::{Value, Wrong};

/// Whether browsers can read an address (the URL standard). Some of what they would mend is no address for the engine either.
pub fn is_readable(text: &str) -> bool {
    Url::parse(text).is_ok()
}

/// Whether it is an origin as browsers send it: without the port of its scheme, in lower case and A-labels.
pub fn is_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| url.origin().ascii_serialization() == text)
}

/// What is said of what is no address.
pub const NO_ADDRESS: &str = "must be an absolute address";

/// What is said of what is no origin.
pub const NO_ORIGIN: &str = "must be an origin as browsers send it, such as https://app.example.com";

/// What is said of what names no resource server.
pub const NO_RESOURCE: &str = "must be an absolute URI";

/// An absolute address.
pub struct WebAddress;

type AddressText = Text<1, LONGEST_ADDRESS>;

impl Kind for WebAddress {
    type Value = String;

    fn read(value: Value<'_>, policy: &Policy) -> Read<String> {
        let text = AddressText::read(value, policy)?;
        if is_readable(&text) { Ok(text) } else { Err(NO_ADDRESS.into()) }
    }

    fn schema() -> Schema {
        string(|address| {
            (address.min_length, address.max_length) = (Some(1), Some(LONGEST_ADDRESS));
            address.examples = vec![json!("https://shop.example.com/backchannel")];
        })
    }
}

type AddressTexts = Texts<MOST_ADDRESSES, LONGEST_ADDRESS>;

fn each<T: Kind<Value = Vec<String>>>(
    value: Value<'_>,
    policy: &Policy,
    is_one: fn(&str) -> bool,
    problem: &'static str,
) -> Read<Vec<String>> {
    let texts = T::read(value, policy)?;
    match texts.iter().position(|text| !is_one(text)) {
        Some(index) => Err(Wrong { problem: format!("each item {problem}").into(), item: Some(index) }),
        None => Ok(texts),
    }
}

/// Absolute addresses.
pub struct WebAddresses;

impl Kind for WebAddresses {
    type Value = Vec<String>;

    fn read(value: Value<'_>, policy: &Policy) -> Read<Vec<String>> {
        each::<AddressTexts>(value, policy, is_readable, NO_ADDRESS)
    }

    fn schema() -> Schema {
        AddressTexts::schema()
    }
}

type ResourceTexts = Texts<MOST_ADDRESSES, LONGEST_RESOURCE>;

/// Names of resource servers (RFC 8707).
pub struct Resources;

impl Kind for Resources {
    type Value = Vec<String>;

    fn read(value: Value<'_>, policy: &Policy) -> Read<Vec<String>> {
        each::<ResourceTexts>(value, policy, is_readable, NO_RESOURCE)
    }

    fn schema() -> Schema {
        ResourceTexts::schema()
    }
}

/// Origins (RFC 6454).
pub struct Origins;

impl Kind for Origins {
    type Value = Vec<String>;

    fn read(value: Value<'_>, policy: &Policy) -> Read<Vec<String>> {
        each::<AddressTexts>(value, policy, is_origin, NO_ORIGIN)
    }

    fn schema() -> Schema {
        AddressTexts::schema()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_send_it() {
        for origin in ["https://app.example.com", "http://localhost:3000", "http://[::1]:8080", "https://xn--bcher-kva.example"] {
            assert!(is_origin(origin), "{origin}");
        }
        for other in [
            "https://app.example.com/",
            "https://app.example.com:443",
            "https://APP.example.com",
            "https://b\u{fc}cher.example",
            "app.example.com",
            "null",
            "*",
            "com.example.app:/",
            "",
        ] {
            assert!(!is_origin(other), "{other}");
        }
    }

    #[test]
    fn hosts_and_ports_have_to_be_possible() {
        assert!(is_readable("https://shop.example.com/x?y") && is_readable("com.example.shop:/x"));
        for other in ["https://shop.example.com:99999/", "https://[::1", "https://exa mple/", "https://", "/callback", ""] {
            assert!(!is_readable(other), "{other}");
        }
    }
}
