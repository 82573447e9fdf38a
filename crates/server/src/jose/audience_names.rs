//! Audiences on the wire (RFC 7519 section 4.1.3).

use cloakroom_engine::tokens::audience::Audience;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who a token is for: one name, or several.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum AudienceNames {
    One(String),
    Several(Vec<String>),
}

impl AudienceNames {
    /// As tokens have it. `ours`: the name of this server among audiences.
    #[must_use]
    pub fn of(audience: &Audience, ours: &str) -> Self {
        let own = audience.is_ours().then_some(ours);
        let mut names: Vec<String> = own.into_iter().chain(audience.resources().iter().map(String::as_str)).map(str::to_owned).collect();
        match (names.pop(), names.is_empty()) {
            (Some(only), true) => Self::One(only),
            (last, _) => Self::Several(names.into_iter().chain(last).collect()),
        }
    }

    /// Whom they name; `None` where that is nobody. `is_ours`: whether a name means this server.
    pub fn read(&self, is_ours: impl Fn(&str) -> bool) -> Option<Audience> {
        let names = match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names,
        };
        let resources = names.iter().filter(|name| !is_ours(name)).cloned().collect();
        Audience::of(names.iter().any(|name| is_ours(name)), resources)
    }
}
