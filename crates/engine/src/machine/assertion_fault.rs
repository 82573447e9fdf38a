//! What is wrong with a client assertion (RFC 7523), for whoever runs the server. Who sent it gets one answer for all of it (P5).

use crate::label::labelled;

labelled! {
    /// The first thing that is wrong.
    AssertionFault {
        TooLong = "it is too long",
        Malformed = "it is no signed JWT",
        Critical = "its header has crit, and no extension is understood",
        UnknownClient = "no client has this name",
        NoKeys = "the client has no keys",
        NoKey = "no key of the client fits its kid and alg",
        Signature = "no key of the client made its signature",
        Audience = "its aud is neither the issuer nor the token endpoint",
        Claims = "one of iss, sub, aud, exp and jti is missing, or a claim is of a wrong type",
        Names = "its iss and sub are not both the client_id",
        NoId = "its jti is empty",
        Expired = "its exp is over",
        TooLongLife = "its exp is more than ten minutes ahead",
        NotYet = "its iat or nbf lies ahead",
        Spent = "its jti was used before",
    }
}
