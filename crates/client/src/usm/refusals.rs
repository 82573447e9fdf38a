//! Reads the refusals of this surface, and tells which of them mean that the caller's session is over.

use serde_json::Value;

use crate::error::{Error, Refused};
use crate::request::text;

/// A refusal: its major tag, with the minor one beside it.
pub(super) fn reading(body: &Value) -> Option<(String, String, Option<Value>)> {
    let error = body.get("error")?;
    let details = match (error.get("minor"), error.get("details")) {
        (Some(minor), _) => Some(serde_json::json!({ "minor": minor })),
        (None, details) => details.cloned(),
    };
    Some((text(error, "/major/tag")?, text(error, "/major/message/en_US")?, details))
}

/// The refusals which mean that the caller's session is over.
pub(super) fn meaning(refused: &Refused) -> Option<Error> {
    let tag = match refused.code.as_str() {
        "session-doomed" => text(refused.details.as_ref()?, "/minor/tag")?,
        tag @ ("ttl-expired" | "user-suspended" | "user-doomed" | "email-unverified" | "email-doomed") => tag.to_owned(),
        _ => return None,
    };
    Some(Error::SessionDead { reason: tag })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(error: Value) -> (Refused, Option<Error>) {
        let (code, message, details) = reading(&json!({ "success": false, "error": error })).unwrap();
        let refused = Refused { status: 401, code, message, details, retry_after: None, request_id: None, is_foreign: false };
        let meant = meaning(&refused);
        (refused, meant)
    }

    #[test]
    fn a_session_that_is_over_is_told_from_a_refusal() {
        let tagged = |tag: &str| json!({ "tag": tag, "message": { "en_US": "It is so." } });
        let (_, dead) = refused(json!({ "major": tagged("session-doomed"), "minor": tagged("manual") }));
        assert_eq!(dead, Some(Error::SessionDead { reason: "manual".into() }));
        let (_, dead) = refused(json!({ "major": tagged("ttl-expired") }));
        assert_eq!(dead, Some(Error::SessionDead { reason: "ttl-expired".into() }));
        let fields = json!({ "fields": [{ "field": "email", "problem": "is required" }] });
        let (refusal, dead) = refused(json!({ "major": tagged("validation-error"), "details": fields }));
        assert_eq!((refusal.code.as_str(), refusal.message.as_str(), dead), ("validation-error", "It is so.", None));
        assert_eq!(refusal.details, Some(fields));
    }
}
