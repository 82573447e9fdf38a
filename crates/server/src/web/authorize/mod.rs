//! The authorization endpoint: an application asks to be let into the session of a browser (RFC 6749 section 4.1, OpenID Connect Core 1.0
//! section 3.1.2).

mod answer;
mod consent;
mod endpoint;
mod parameters;
pub mod pushed;
mod request;

pub use self::answer::{FormTarget, Refusal};
pub use self::consent::{__path_settle_consent, described, settle_consent};
pub use self::endpoint::{__path_authorize, __path_authorize_by_form, authorize, authorize_by_form};
pub use self::parameters::AuthorizationParameters;
pub use self::request::{asking, check, leading};

/// Where the endpoint is.
pub const PATH: &str = "/oauth/authorize";
