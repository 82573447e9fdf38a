//! A change of what tokens name or are encrypted for takes the value before along, and signs nobody out.

use super::serving::Serving;

const ONE: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const TWO: &str = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

#[test]
fn the_value_before_is_taken_along() {
    let encrypt = ("CLOAKROOM__TOKENS__ENCRYPT", "true");
    for (name, before, after, previous) in [
        ("CLOAKROOM__TOKENS__ENCRYPTION_KEY", ONE, TWO, "CLOAKROOM__TOKENS__PREVIOUS_ENCRYPTION_KEYS"),
        ("CLOAKROOM__TOKENS__AUDIENCE", "one", "two", "CLOAKROOM__TOKENS__PREVIOUS_AUDIENCES"),
        ("CLOAKROOM__SERVER__PUBLIC_URL", "https://one.test", "https://two.test", "CLOAKROOM__SERVER__PREVIOUS_PUBLIC_URLS"),
    ] {
        // Without a URL the issuer names the port, which is another one after each start.
        let url = ("CLOAKROOM__SERVER__PUBLIC_URL", "https://all.test");
        let extra = match name {
            "CLOAKROOM__TOKENS__ENCRYPTION_KEY" => vec![url, encrypt],
            "CLOAKROOM__TOKENS__AUDIENCE" => vec![url],
            _ => Vec::new(),
        };
        let with = |settings: &[(&'static str, &'static str)]| [extra.as_slice(), settings].concat();
        let serving = Serving::start(&with(&[(name, before)]));
        let pair = serving.pair();
        let serving = serving.again(&with(&[(name, after)]));
        assert!(serving.refreshed(&pair).is_none(), "{name}: without the value before");
        let serving = serving.again(&with(&[(name, after), (previous, before)]));
        let next = serving.refreshed(&pair).unwrap_or_else(|| panic!("{name}: with the value before"));
        // What is given is of the value now, so that the one before may go.
        let serving = serving.again(&with(&[(name, after)]));
        assert!(serving.refreshed(&next).is_some(), "{name}");
    }
}
