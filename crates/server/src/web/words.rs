//! Devices, places and times as people say them.

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::sessions::device::Product;
use cloakroom_engine::sessions::{Birth, DeviceType, EndReason, Location, UserAgent};

use crate::http::time;
use crate::web::language::Language;

/// A moment: for machines, to the second, and as people say it.
pub struct Moment {
    /// RFC 3339.
    pub machine: String,
    pub exact: String,
    /// How long ago it was; of what is to come it is the exact one.
    pub said: String,
}

impl Moment {
    pub fn of(language: Language, at: Timestamp, now: Timestamp) -> Self {
        let machine = time::seconds(at.as_millis());
        let exact = machine.replace('T', " ").replace('Z', " UTC");
        let said = if at > now { exact.clone() } else { ago(language, now.since(at).as_millis() / 1000) };
        Self { machine, exact, said }
    }
}

/// How long ago something was, in the greatest whole unit up to days.
fn ago(language: Language, seconds: i64) -> String {
    let units = [(86_400, "ago-day", "ago-days"), (3600, "ago-hour", "ago-hours"), (60, "ago-minute", "ago-minutes")];
    match units.into_iter().find(|(unit, ..)| seconds >= *unit) {
        None => language.say("ago-now"),
        Some((unit, one, _)) if seconds / unit == 1 => language.say(one),
        Some((unit, _, many)) => language.say_with(many, &[("count", (seconds / unit).into())]),
    }
}

/// A program with the first number of its version: the others tell people nothing.
fn program(product: &Product) -> String {
    match product.version.as_deref().and_then(|version| version.split('.').next()) {
        Some(version) => format!("{} {version}", product.family),
        None => product.family.clone(),
    }
}

/// What a session was opened with, as far as it was recognised.
pub fn device(language: Language, agent: &UserAgent) -> String {
    let system = agent.operating_system.as_ref().map(|system| system.family.clone());
    match (agent.application.as_ref().map(program), system) {
        (Some(program), Some(system)) => language.say_with("device-program-on", &[("program", program.into()), ("system", system.into())]),
        (Some(known), None) | (None, Some(known)) => known,
        (None, None) => agent.device.as_ref().map_or_else(|| language.say("device-unknown"), |model| model.family.clone()),
    }
}

/// What kind of thing that is.
pub fn kind(language: Language, kind: DeviceType) -> Option<String> {
    let text = match kind {
        DeviceType::Desktop => "device-desktop",
        DeviceType::Mobile => "device-mobile",
        DeviceType::Tablet => "device-tablet",
        DeviceType::Console => "device-console",
        DeviceType::Tv => "device-tv",
        DeviceType::Headset => "device-headset",
        DeviceType::Bot => "device-bot",
        DeviceType::Api => "device-api",
        DeviceType::Unknown => return None,
    };
    Some(language.say(text))
}

/// Where it was opened: the city and the country, whichever is known.
pub fn place(language: Language, location: Option<&Location>) -> String {
    let known = location.map(|Location { country, region, city }| (city.as_ref().or(region.as_ref()), country.as_ref()));
    match known {
        Some((Some(city), Some(country))) => format!("{city}, {country}"),
        Some((Some(known), None) | (None, Some(known))) => known.clone(),
        Some((None, None)) | None => language.say("place-unknown"),
    }
}

/// How it came to be.
pub fn born(language: Language, birth: Birth) -> String {
    language.say(match birth {
        Birth::Browser => "born-browser",
        Birth::Usm => "born-usm",
        Birth::Login => "born-login",
        Birth::Storage => "born-storage",
    })
}

/// Why it ended.
pub fn reason(language: Language, reason: EndReason) -> String {
    language.say(match reason {
        EndReason::Expired => "reason-expired",
        EndReason::Closed => "reason-closed",
        EndReason::Revoked => "reason-revoked",
        EndReason::Evicted => "reason-evicted",
        EndReason::UserSuspended => "reason-user-suspended",
        EndReason::UserDoomed => "reason-user-doomed",
        EndReason::EmailUnverified => "reason-email-unverified",
        EndReason::EmailDoomed => "reason-email-doomed",
        EndReason::PasswordChanged => "reason-password-changed",
        EndReason::RefreshTokenReused => "reason-refresh-token-reused",
        EndReason::TenantClosed => "reason-tenant-closed",
        EndReason::PartnerClosed => "reason-partner-closed",
        EndReason::ApplicationDisabled => "reason-application-disabled",
        EndReason::ProviderLogout => "reason-provider-logout",
        EndReason::Restored => "reason-restored",
    })
}

/// Characters of a value that are shown of what applications keep.
const LONGEST_VALUE: usize = 120;

/// A value of what applications keep, from its JSON: a text as it is, anything else as it is written, and of a long one the beginning.
pub fn value_said(json: &str) -> String {
    let whole = serde_json::from_str::<String>(json).unwrap_or_else(|_| json.to_owned());
    match whole.char_indices().nth(LONGEST_VALUE) {
        Some((end, _)) => format!("{}…", &whole[..end]),
        None => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_in_the_greatest_whole_unit() {
        for (seconds, english, german) in [
            (0, "just now", "gerade eben"),
            (59, "just now", "gerade eben"),
            (60, "1 minute ago", "vor 1 Minute"),
            (3599, "59 minutes ago", "vor 59 Minuten"),
            (3600, "1 hour ago", "vor 1 Stunde"),
            (86_399, "23 hours ago", "vor 23 Stunden"),
            (86_400, "1 day ago", "vor 1 Tag"),
            (40 * 86_400, "40 days ago", "vor 40 Tagen"),
        ] {
            assert_eq!((ago(Language::English, seconds).as_str(), ago(Language::German, seconds).as_str()), (english, german));
        }
        let [now, later] = [0, 1].map(Timestamp::from_millis);
        assert_eq!(Moment::of(Language::English, later, now).said, "1970-01-01 00:00:00 UTC");
    }

    #[test]
    fn a_device_is_called_by_what_is_known_of_it() {
        let product = |family: &str, version: Option<&str>| Some(Product { family: family.into(), version: version.map(str::to_owned) });
        let agent = |application, operating_system| UserAgent { application, operating_system, ..UserAgent::UNKNOWN };
        for (agent, said) in [
            (agent(product("Firefox", Some("128.0.1")), product("macOS", Some("10.15"))), "Firefox 128 on macOS"),
            (agent(product("curl", None), None), "curl"),
            (agent(None, product("Android", Some("14"))), "Android"),
            (UserAgent::UNKNOWN, "Unknown device"),
        ] {
            assert_eq!(device(Language::English, &agent), said);
        }
    }

    #[test]
    fn a_value_is_said_without_what_json_puts_around_it() {
        let long = "ä".repeat(121);
        for (json, said) in [
            (r#""gold \"1\"""#, "gold \"1\"".to_owned()),
            ("7", "7".to_owned()),
            (r#"{"a":[1]}"#, r#"{"a":[1]}"#.to_owned()),
            (&format!("\"{long}\""), format!("{}…", &long[..240])),
        ] {
            assert_eq!(value_said(json), said);
        }
    }

    #[test]
    fn a_place_is_as_exact_as_it_is_known() {
        let location = |country: Option<&str>, region: Option<&str>, city: Option<&str>| {
            let [country, region, city] = [country, region, city].map(|part| part.map(str::to_owned));
            Location { country, region, city }
        };
        for (location, said) in [
            (Some(location(Some("CH"), Some("Zurich"), Some("Winterthur"))), "Winterthur, CH"),
            (Some(location(Some("CH"), Some("Zurich"), None)), "Zurich, CH"),
            (Some(location(Some("CH"), None, None)), "CH"),
            (Some(location(None, None, Some("Bern"))), "Bern"),
            (None, "Unknown place"),
        ] {
            assert_eq!(place(Language::English, location.as_ref()), said);
        }
    }
}
