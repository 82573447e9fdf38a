//! Scopes: words that say what a token is good for (RFC 6749 section 3.3).

/// Scopes that begin so are what an application may do for itself. No user has them, so none goes with a token that an
/// application is given within a user's session: nobody grants what they lack (docs/contracts/README.md).
const OF_APPLICATIONS_ALONE: &str = "admin:";

/// Somebody signs in to the application (OpenID Connect Core 1.0 section 3.1.2.1).
pub const OPENID: &str = "openid";
/// Names of the user (section 5.4).
pub const PROFILE: &str = "profile";
/// The address of the user.
pub const EMAIL: &str = "email";
/// A refresh token (section 11).
pub const OFFLINE_ACCESS: &str = "offline_access";

/// Seeing the sessions of the user within whose session a token was given. Unlike those of OpenID Connect the directory must give it.
pub const SESSIONS_READ: &str = "sessions:read";

/// The scopes of OpenID Connect. They say what an application learns of a user who lets it in, so the directory need not give them.
pub const OPENID_SCOPES: [&str; 4] = [OPENID, PROFILE, EMAIL, OFFLINE_ACCESS];

/// A scope was asked for that is malformed or was not given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ScopeRefused;

/// The scope that a token gets: what is wished, which must all have been `given`; all that was given where nothing is wished.
///
/// # Errors
/// When another scope is asked for, or a word is malformed (RFC 6749 appendix A.4).
pub(crate) fn granted(wished: Option<&str>, given: &[String]) -> Result<Vec<String>, ScopeRefused> {
    let Some(wished) = wished else { return Ok(given.to_vec()) };
    let mut granted: Vec<String> = Vec::new();
    for word in wished.split(' ').filter(|word| !word.is_empty()) {
        if !given.iter().any(|given| given == word) {
            return Err(ScopeRefused);
        }
        if !granted.iter().any(|granted| granted == word) {
            granted.push(word.to_owned());
        }
    }
    Ok(granted)
}

/// The scopes of an application that a token within a user's session may have.
pub(crate) fn delegable(given: &[String]) -> Vec<String> {
    given.iter().filter(|scope| !scope.starts_with(OF_APPLICATIONS_ALONE)).cloned().collect()
}

/// What of `scope` is still among `given`: a scope that was taken away is gone from tokens, too. Those of OpenID Connect are the user's
/// to give.
pub(crate) fn still_given(scope: &[String], given: &[String]) -> Vec<String> {
    scope.iter().filter(|scope| given.contains(scope) || OPENID_SCOPES.contains(&scope.as_str())).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn nothing_is_granted_that_was_not_given() {
        let given = words("read write");
        assert_eq!(granted(None, &given), Ok(given.clone()));
        assert_eq!(granted(Some("write write"), &given), Ok(words("write")));
        assert_eq!(granted(Some(""), &given), Ok(Vec::new()));
        for wished in ["read admin:write", "READ", "read\twrite", "read,write", "\u{0}"] {
            assert_eq!(granted(Some(wished), &given), Err(ScopeRefused), "{wished:?}");
        }
    }

    #[test]
    fn what_an_application_may_do_for_itself_goes_with_no_user() {
        assert_eq!(delegable(&words("admin:read shop admin:write")), words("shop"));
        assert_eq!(still_given(&words("shop mail openid"), &words("mail calendar")), words("mail openid"));
    }
}
