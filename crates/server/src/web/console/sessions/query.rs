//! What is searched for, as it stands in addresses.

use cloakroom_engine::clock::Span;
use cloakroom_engine::sessions::admin::search::SessionQuery;
use cloakroom_engine::sessions::searching::SearchedState;
use cloakroom_engine::sessions::{DeviceType, EndReason};

use super::PATH;
use crate::http::declared::parameters::parameters;
use crate::web::door::{Door, with_query};
use crate::web::form::Typed;
use crate::web::language::Language;
use crate::web::words;

parameters! {
    /// Which sessions. What is empty or no word of the list narrows nothing.
    in Query pub struct SessionsSought {
        /// A user's id, username or address.
        user: Typed = "ada",
        /// A tenant's id or code.
        tenant: Typed = "ACME",
        /// An application's id or client id.
        application: Typed = "shop",
        /// The address that a session was created from, or its beginning.
        address: Typed = "203.0.113.",
        /// A kind of device, such as `desktop` or `mobile`.
        device: Typed = "desktop",
        /// `hour`, `day` or `week`: no older; `over-day`, `over-week` or `over-month`: older.
        age: Typed = "day",
        /// `live`, which is meant where it is missing; `dead`; or an end reason, such as `expired`.
        state: Typed = "live",
    }
}

const HOUR: u32 = 3600;
const DAY: u32 = 24 * HOUR;

/// A word for an age, its text, and whether it means younger or older than so many seconds.
const AGES: [(&str, &str, bool, u32); 6] = [
    ("hour", "age-hour", true, HOUR),
    ("day", "age-day", true, DAY),
    ("week", "age-week", true, 7 * DAY),
    ("over-day", "age-over-day", false, DAY),
    ("over-week", "age-over-week", false, 7 * DAY),
    ("over-month", "age-over-month", false, 30 * DAY),
];

impl SessionsSought {
    /// As it stands in the query of an address, without what is empty.
    pub fn of_query(text: &str) -> Self {
        let pairs: Vec<_> = form_urlencoded::parse(text.as_bytes()).collect();
        let value =
            |name: &str| pairs.iter().find(|(given, _)| given == name).map(|(_, value)| value.to_string()).unwrap_or_default().into();
        Self {
            user: value("user"),
            tenant: value("tenant"),
            application: value("application"),
            address: value("address"),
            device: value("device"),
            age: value("age"),
            state: value("state"),
        }
    }

    /// What is not empty, by name.
    pub fn pairs(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("user", &self.user),
            ("tenant", &self.tenant),
            ("application", &self.application),
            ("address", &self.address),
            ("device", &self.device),
            ("age", &self.age),
            ("state", &self.state),
        ];
        all.into_iter().map(|(name, value)| (name, value.trim())).filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The same as a query.
    pub fn text(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(self.pairs()).finish()
    }

    /// A path of ours that asks for it, with further pairs.
    pub fn address<'p>(&'p self, door: &Door, path: &str, further: impl IntoIterator<Item = (&'static str, &'p str)>) -> String {
        let pairs: Vec<_> = self.pairs().into_iter().chain(further).collect();
        if pairs.is_empty() { door.at(path) } else { with_query(&door.at(path), pairs) }
    }

    /// The list, with further pairs.
    pub fn list<'p>(&'p self, door: &Door, further: impl IntoIterator<Item = (&'static str, &'p str)>) -> String {
        self.address(door, PATH, further)
    }

    /// Whether sessions that live are sought.
    pub fn is_for_live(&self) -> bool {
        self.query().state == SearchedState::Live
    }

    /// As the engine has it.
    pub fn query(&self) -> SessionQuery {
        let typed = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let age = AGES.into_iter().find(|(word, ..)| *word == self.age.trim());
        let span =
            |is_younger: bool| age.filter(|(_, _, younger, _)| *younger == is_younger).map(|(.., seconds)| Span::from_seconds(seconds));
        SessionQuery {
            user: typed(&self.user),
            tenant: typed(&self.tenant),
            application: typed(&self.application),
            address: typed(&self.address),
            device: DeviceType::parse(self.device.trim()),
            younger: span(true),
            older: span(false),
            state: match (self.state.trim(), EndReason::parse(self.state.trim())) {
                ("dead", _) => SearchedState::Dead(None),
                (_, Some(reason)) => SearchedState::Dead(Some(reason)),
                _ => SearchedState::Live,
            },
        }
    }
}

/// A choice of a list.
pub struct Choice {
    pub word: &'static str,
    pub text: String,
    pub is_chosen: bool,
}

/// The choices of the search form.
pub struct Choices {
    pub devices: Vec<Choice>,
    pub ages: Vec<Choice>,
    pub states: Vec<Choice>,
}

impl Choices {
    pub fn of(language: Language, sought: &SessionsSought) -> Self {
        let choice = |word: &'static str, text: String, chosen: &str| Choice { word, text, is_chosen: chosen.trim() == word };
        let kind = |device: &DeviceType| words::kind(language, *device).unwrap_or_else(|| language.say("device-unknown"));
        let devices = DeviceType::ALL.iter().map(|device| choice(device.as_str(), kind(device), &sought.device));
        let ages = AGES.into_iter().map(|(word, text, ..)| choice(word, language.say(text), &sought.age));
        let dead = choice("dead", language.say("state-dead"), &sought.state);
        let reasons = EndReason::ALL.iter().map(|reason| choice(reason.as_str(), words::reason(language, *reason), &sought.state));
        Self { devices: devices.collect(), ages: ages.collect(), states: std::iter::once(dead).chain(reasons).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_an_address_is_what_is_sought() {
        let sought = SessionsSought::of_query("user=+ada&age=over-week&state=expired&device=bot&address=&other=1");
        let query = sought.query();
        assert_eq!(query.user.as_deref(), Some("ada"));
        assert_eq!((query.younger, query.older), (None, Some(Span::from_seconds(7 * DAY))));
        assert_eq!((query.state, query.device), (SearchedState::Dead(Some(EndReason::Expired)), Some(DeviceType::Bot)));
        assert_eq!(query.address, None);
        assert_eq!(sought.text(), "user=ada&device=bot&age=over-week&state=expired");
        let nothing = SessionsSought::of_query("age=never&state=sleeping&device=toaster").query();
        assert_eq!(nothing, SessionQuery::default(), "no word of the lists");
    }
}
