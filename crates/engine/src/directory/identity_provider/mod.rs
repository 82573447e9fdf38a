//! Identity providers: who else may say who somebody is (OpenID Connect Core 1.0), as the directory has them. Signing in through one
//! is not here.

mod changes;
mod planned;
mod record;
mod sealed_secret;
mod secret;
mod settings;
pub mod store;

use crate::label::labelled;

pub use changes::{IdentityProviderChange, NewIdentityProvider};
pub(super) use planned::canonical_provider;
pub use record::{IdentityProviderRecord, LoginProvider, StoredIdentityProvider};
pub use sealed_secret::SealedSecret;
pub use settings::{
    GroupMembership, LONGEST_VALUE, MOST_DOMAINS, MOST_GROUPS, MOST_WORDS, ProviderSettings, ProviderSettingsChange, judge_groups,
};

labelled! {
    /// Whether anybody signs in through an identity provider.
    IdentityProviderStatus { Active = "active", Disabled = "disabled" }
}
