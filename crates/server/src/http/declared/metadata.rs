//! What an application keeps with a session, as a type of declarations and as it is shown.

use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::metadata::{
    DEEPEST_METADATA, LAST_EDITION, LONGEST_MEMBER_NAME, MOST_CLAIMS, MOST_MEMBERS, SessionMetadata, is_member_name,
};
use serde_json::json;
use serde_json::value::RawValue;
use utoipa::openapi::schema::AdditionalProperties;
use utoipa::openapi::{Schema, Type};

use super::types::{Kind, Read, Texts, Whole, schema_of};
use crate::http::fields::{Value, Wrong};

/// The edition that was read: 0 where nothing was ever kept.
pub type ReadEdition = Whole<i64, 0, LAST_EDITION>;

/// A small JSON object.
pub struct Metadata;

impl Kind for Metadata {
    type Value = SessionMetadata;

    fn read(value: Value<'_>, _: &Policy) -> Read<SessionMetadata> {
        let Value::Object(entries) = value else { return Err("must be an object".into()) };
        let mut members = Vec::with_capacity(entries.len());
        for (name, value) in entries {
            let value = serde_json::Value::from(value);
            if 1 + levels(&value) > DEEPEST_METADATA {
                return Err(format!("must have at most {DEEPEST_METADATA} levels").into());
            }
            members.push((name.into_owned(), value.to_string()));
        }
        SessionMetadata::new(members).map_err(|fault| fault.to_string().into())
    }

    fn schema() -> Schema {
        shown()
    }
}

/// Levels of objects and lists.
fn levels(value: &serde_json::Value) -> usize {
    let deepest = |values: &mut dyn Iterator<Item = &serde_json::Value>| 1 + values.map(levels).max().unwrap_or(0);
    match value {
        serde_json::Value::Array(items) => deepest(&mut items.iter()),
        serde_json::Value::Object(members) => deepest(&mut members.values()),
        _ => 0,
    }
}

/// The schema of what is kept.
pub fn shown() -> Schema {
    schema_of(Type::Object, |object| {
        object.max_properties = Some(MOST_MEMBERS);
        object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(true)));
        object.examples = vec![json!({ "tier": "gold" })];
    })
}

/// As it stands in an answer.
pub fn raw(metadata: &SessionMetadata) -> Box<RawValue> {
    // What was read as JSON is JSON.
    RawValue::from_string(metadata.json()).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

type Names = Texts<MOST_CLAIMS, LONGEST_MEMBER_NAME>;

/// Names of members.
pub struct MemberNames;

/// What is said of what names no member.
pub const NO_MEMBER: &str = "must be a letter or _ and then letters, digits, _, -, . and :, at most 64 in all";

impl Kind for MemberNames {
    type Value = Vec<String>;

    fn read(value: Value<'_>, policy: &Policy) -> Read<Vec<String>> {
        let names = Names::read(value, policy)?;
        match names.iter().position(|name| !is_member_name(name)) {
            Some(index) => Err(Wrong { problem: format!("each item {NO_MEMBER}").into(), item: Some(index) }),
            None => Ok(names),
        }
    }

    fn schema() -> Schema {
        Names::schema()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::fields::Fields;

    fn read(text: &str) -> Result<String, String> {
        let body = format!("{{\"metadata\":{text}}}");
        let mut fields = Fields::parse(body.as_bytes()).map_err(|malformed| malformed.to_string())?;
        let found = fields.required("metadata", Metadata::read);
        fields.finish().map_err(|errors| errors[0].problem.to_string())?;
        Ok(raw(&found.unwrap()).get().to_owned())
    }

    #[test]
    fn what_was_sent_is_shown_as_compact_json() {
        for (sent, shown) in [
            ("{}", "{}"),
            (r#"{ "b" : 1.50 , "a" : [ true, null, "\u00e4\n" ] }"#, r#"{"a":[true,null,"ä\n"],"b":1.5}"#),
            (r#"{"n":9223372036854775807,"u":18446744073709551615}"#, r#"{"n":9223372036854775807,"u":18446744073709551615}"#),
        ] {
            assert_eq!(read(sent), Ok(shown.to_owned()), "{sent}");
        }
    }

    #[test]
    fn what_is_no_small_object_is_refused_without_an_echo() {
        let nested = |levels: usize| format!("{{\"a\":{}1{}}}", "[".repeat(levels - 1), "]".repeat(levels - 1));
        assert!(read(&nested(DEEPEST_METADATA)).is_ok());
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(4096));
        for (sent, problem) in [
            ("[]", "must be an object"),
            ("\"s3cret-marker\"", "must be an object"),
            (nested(DEEPEST_METADATA + 1).as_str(), "must have at most 8 levels"),
            (&long, "must have at most 4096 bytes as compact JSON"),
            ("{\"s3cret marker\":1}", "must have members named by"),
        ] {
            let told = read(sent).unwrap_err();
            assert!(told.starts_with(problem) && !told.contains("s3cret"), "{sent}: {told}");
        }
    }
}
