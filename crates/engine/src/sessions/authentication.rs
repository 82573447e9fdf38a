//! How the user of a session proved to be themselves, and when: what applications read as `auth_time`, `acr` and `amr`.

use std::fmt;
use std::num::NonZeroU32;

use crate::clock::Timestamp;
use crate::label::labelled;

labelled! {
    /// One way of proving who one is: what RFC 8176 section 2 registers. Passwords are proven here, the others to identity providers.
    AuthenticationMethod {
        Face = "face",
        Fingerprint = "fpt",
        Geolocation = "geo",
        HardwareBoundKey = "hwk",
        Iris = "iris",
        KnowledgeBased = "kba",
        SeveralChannels = "mca",
        SeveralFactors = "mfa",
        OneTimePassword = "otp",
        Pin = "pin",
        KeyPossession = "pop",
        Password = "pwd",
        RiskBased = "rba",
        Retina = "retina",
        SmartCard = "sc",
        TextMessage = "sms",
        SoftwareBoundKey = "swk",
        TelephoneCall = "tel",
        UserPresence = "user",
        Voice = "vbm",
        WindowsIntegrated = "wia",
    }
}

labelled! {
    /// How far it can be relied on: the authenticator assurance levels of NIST SP 800-63B, and what a sign-in here reaches of them.
    AssuranceLevel {
        /// One factor.
        Aal1 = "aal1",
    }
}

/// Methods that were used together. A bit for each, and one that is always set, so that what may lack them needs no more room.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AuthenticationMethods(NonZeroU32);

impl AuthenticationMethods {
    /// Nobody said which.
    pub const NONE: Self = Self(NonZeroU32::MIN);

    /// With this method, too.
    #[must_use]
    pub const fn with(self, method: AuthenticationMethod) -> Self {
        match NonZeroU32::new(self.0.get() | 2 << method as u32) {
            Some(bits) => Self(bits),
            None => self,
        }
    }

    /// In the order of their names.
    pub fn iter(self) -> impl Iterator<Item = AuthenticationMethod> {
        AuthenticationMethod::ALL.iter().copied().filter(move |method| self.with(*method) == self)
    }

    /// Names separated by spaces; `None` where one of them is not registered.
    pub fn parse(text: &str) -> Option<Self> {
        text.split_ascii_whitespace().map(AuthenticationMethod::parse).collect()
    }
}

impl Default for AuthenticationMethods {
    fn default() -> Self {
        Self::NONE
    }
}

impl FromIterator<AuthenticationMethod> for AuthenticationMethods {
    fn from_iter<I: IntoIterator<Item = AuthenticationMethod>>(methods: I) -> Self {
        methods.into_iter().fold(Self::NONE, Self::with)
    }
}

/// Names separated by spaces.
impl fmt::Display for AuthenticationMethods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, method) in self.iter().enumerate() {
            if place > 0 {
                f.write_str(" ")?;
            }
            f.write_str(method.as_str())?;
        }
        Ok(())
    }
}

impl fmt::Debug for AuthenticationMethods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// That somebody proved who they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Authentication {
    /// When.
    pub at: Timestamp,
    /// How, as far as it is known.
    pub methods: AuthenticationMethods,
}

impl Authentication {
    /// By a password that was compared here.
    pub const fn by_password(at: Timestamp) -> Self {
        Self { at, methods: AuthenticationMethods::NONE.with(AuthenticationMethod::Password) }
    }

    /// To an identity provider, by the methods that it told of; they may be none.
    pub const fn by_identity_provider(at: Timestamp, methods: AuthenticationMethods) -> Self {
        Self { at, methods }
    }

    /// What it reaches, whichever the methods: what an identity provider says of them is not proven here.
    pub const fn assurance(&self) -> AssuranceLevel {
        AssuranceLevel::Aal1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_read_back_as_they_were_written_each_once() {
        let mut all = AuthenticationMethods::NONE;
        for method in AuthenticationMethod::ALL {
            assert_ne!(all.with(*method), all);
            all = all.with(*method);
            assert_eq!(all.with(*method), all);
        }
        assert_eq!(all.iter().collect::<Vec<_>>(), AuthenticationMethod::ALL);
        assert_eq!(AuthenticationMethods::parse(&all.to_string()), Some(all));
        assert_eq!(AuthenticationMethods::parse("user pwd user").unwrap().to_string(), "pwd user");
        assert_eq!(AuthenticationMethods::parse(""), Some(AuthenticationMethods::NONE));
        for unknown in ["PWD", "pwd,otp", "pwd passkey"] {
            assert_eq!(AuthenticationMethods::parse(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_provider_that_says_nothing_of_methods_is_believed_as_one_factor() {
        let at = Timestamp::from_millis(7);
        let told = Authentication::by_identity_provider(at, AuthenticationMethods::NONE);
        assert_eq!((told.at, told.methods.iter().count(), told.assurance().as_str()), (at, 0, "aal1"));
        assert_eq!(Authentication::by_password(at).methods.to_string(), "pwd");
    }

    #[test]
    fn a_session_without_one_takes_no_room_for_saying_so() {
        assert_eq!((size_of::<Authentication>(), size_of::<Option<Authentication>>()), (16, 16));
    }
}
