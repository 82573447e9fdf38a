//! A user's own account: its profile, its password, and the mails that prove whose an address is.
//!
//! A mail is asked for in one transaction and delivered later, outside of any request, so that the duration of a request reveals
//! nothing. Its token is made when it is delivered, so none is ever stored.

pub mod ask;
pub mod change_password;
pub mod deliver;
pub mod mail;
pub mod mail_token;
pub mod profile;
pub mod redeem;
pub mod store;

use crate::directory::{EmailStatus, UserStatus};
use crate::label::labelled;

labelled! {
    /// What a mail is for.
    MailPurpose {
        /// Choosing a new password without the old one.
        PasswordReset = "password_reset",
        /// Proving that an address is read by its user.
        EmailVerification = "email_verification",
    }
}

/// The number of a mail that was asked for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MailNumber(pub i64);

/// How an address and its user stand now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AddressStanding {
    pub user: UserStatus,
    pub email: EmailStatus,
    pub is_primary: bool,
}

impl MailPurpose {
    /// Whether a mail for this may be sent there, and whether its token may still be redeemed: one rule for both, so that a
    /// token dies with its ground. A password is reset through the verified primary address of a verified user alone.
    pub fn suits(self, standing: AddressStanding) -> bool {
        match self {
            Self::PasswordReset => standing.user == UserStatus::Verified && standing.email == EmailStatus::Verified && standing.is_primary,
            Self::EmailVerification => {
                matches!(standing.user, UserStatus::Verified | UserStatus::Unverified) && standing.email == EmailStatus::Unverified
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_goes_only_where_it_proves_something() {
        let standing = |user, email, is_primary| AddressStanding { user, email, is_primary };
        let suited = |purpose: MailPurpose| {
            let all = UserStatus::ALL.iter().flat_map(|user| EmailStatus::ALL.iter().map(move |email| (*user, *email)));
            let all = all.flat_map(|(user, email)| [true, false].map(|is_primary| standing(user, email, is_primary)));
            all.filter(|standing| purpose.suits(*standing)).count()
        };
        assert_eq!(suited(MailPurpose::PasswordReset), 1);
        assert!(MailPurpose::PasswordReset.suits(standing(UserStatus::Verified, EmailStatus::Verified, true)));
        assert_eq!(suited(MailPurpose::EmailVerification), 4);
        assert!(MailPurpose::EmailVerification.suits(standing(UserStatus::Unverified, EmailStatus::Unverified, false)));
    }
}
