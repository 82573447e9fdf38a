use cloakroom_engine::directory::UserStatus;
use cloakroom_engine::directory::changes::Patch;
use cloakroom_engine::ids::UserUid;
use cloakroom_engine::policy::Policy;
use serde_json::{Value, json};

use super::types::{Bool, Bounds, Clamped, Flag, Guid, Password, SecretText, Text, TextMap, Texts, Time, Whole, Within};
use super::words::{Named, OneOf, PublicId};
use super::*;

struct Ttl;

impl Bounds for Ttl {
    fn range(policy: &Policy) -> std::ops::RangeInclusive<i64> {
        1..=i64::from(policy.sessions.ttl_max_seconds)
    }
}

body! {
    /// Everything there is.
    struct Everything {
        /// Where mails go.
        email: Text<1, 10> = "a@b.example",
        passcode: SecretText<10>,
        password: Option<Password>,
        caption: Option<Text<0, 3>>,
        flag: Flag<true>,
        maybe: Option<Bool>,
        ttl: Option<Within<Ttl>>,
        count: Option<Whole<u8, 0, 9>>,
        guid: Guid,
        when: Option<Time>,
        status: Option<OneOf<UserStatus>>,
        roles: Option<Texts<2, 9>>,
        words: Option<TextMap<2, 9>>,
        limit: Clamped<1, 256, 8>,
        user: PublicId<UserUid, 1, 64>,
        note: Patch<Text<0, 9>>,
        inner: Nested<Inner>,
        flat: Flat<Shared>,
    }

    struct Inner {
        depth: Whole<i64, 0, 9>,
    }

    struct Shared {
        from as "From": Option<Bool>,
        to: Option<Bool> => |fields| {
            if from.flatten().is_none() && to.flatten().is_some() {
                fields.refuse("to", "goes with From");
            }
        },
    }
}

fn read(body: &Value) -> Result<Everything, Vec<(&'static str, String)>> {
    let text = body.to_string();
    let mut fields = Fields::parse(text.as_bytes()).unwrap().under(Policy::default());
    let read = Everything::take(&mut fields);
    match fields.finish() {
        Ok(()) => Ok(read.unwrap()),
        Err(errors) => {
            assert!(read.is_none());
            Err(errors.into_iter().map(|error| (error.field, error.problem.into_owned())).collect())
        }
    }
}

const GUID: &str = "01234567-89AB-cdef-0123-456789abcdef";

#[test]
fn good_values_are_read_and_null_is_absent() {
    let user = "usr_01J8ZQ4Y7N3V5K2M6P9R1S0T8W";
    let least = json!({ "email": "a", "passcode": "b\u{0}", "guid": GUID, "user": user, "inner": { "depth": 3 }, "caption": null });
    let read_least = read(&least).unwrap_or_else(|errors| panic!("{errors:?}"));
    assert_eq!((read_least.email.as_str(), read_least.passcode.as_str(), read_least.inner.depth), ("a", "b\u{0}", 3));
    assert_eq!((read_least.flag, read_least.limit, read_least.note), (true, 8, Patch::Keep));
    assert_eq!((read_least.guid[0], read_least.guid[15]), (0x01, 0xef));
    assert_eq!(read_least.user, Named(UserUid::parse(user)));
    assert!(read_least.password.is_none() && read_least.caption.is_none() && read_least.maybe.is_none() && read_least.flat.to.is_none());
    let mut most = least;
    let more = json!({ "password": "p", "caption": "", "flag": false, "maybe": true, "ttl": 86400, "count": 9, "when": "1970-01-01T00:00:01Z",
        "status": "doomed", "roles": ["a"], "words": { "a": "b" }, "limit": 1e9, "user": "nobody", "note": null, "From": true, "to": true });
    most.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let most = read(&most).unwrap_or_else(|errors| panic!("{errors:?}"));
    assert_eq!((most.flag, most.maybe, most.ttl, most.count, most.limit), (false, Some(true), Some(86400), Some(9), 256));
    assert_eq!((most.when.map(|at| at.as_millis()), most.status, most.user), (Some(1000), Some(UserStatus::Doomed), Named(None)));
    assert_eq!((most.roles, most.words), (Some(vec!["a".to_owned()]), Some(vec![("a".to_owned(), "b".to_owned())])));
    assert_eq!((most.caption.as_deref(), most.note, most.flat.from, most.flat.to), (Some(""), Patch::Clear, Some(true), Some(true)));
    assert!(most.password.is_some());
}

#[test]
fn every_bad_field_is_told_in_the_order_of_declaration_and_none_repeated() {
    let s = "s3cret";
    let bad = json!({ "to": true, "email": "", "password": 7, "caption": "s3cret", "flag": s, "maybe": s, "ttl": 86401, "count": 10, "guid": s,
        "when": s, "status": s, "roles": [s, 3], "words": { s: 3 }, "limit": s, "user": "", "note": 5, "inner": { "depth": s } });
    let Err(errors) = read(&bad) else { panic!("all of them are bad") };
    let expected = [
        ("email", "must not be empty"),
        ("passcode", "is required"),
        ("password", "must be text"),
        ("caption", "must have at most 3 characters"),
        ("flag", "must be true or false"),
        ("maybe", "must be true or false"),
        ("ttl", "must be a whole number from 1 to 86400"),
        ("count", "must be a whole number from 0 to 9"),
        ("guid", "must be a GUID, such as 01234567-89ab-cdef-0123-456789abcdef"),
        ("when", "must be an RFC 3339 time, such as 2026-01-02T03:04:05Z"),
        ("status", "must be one of: unverified, verified, suspended, doomed"),
        ("roles", "each item must be text of 1 to 9 characters, without control characters"),
        ("words", "each name and value must be text of at most 9 characters, without control characters"),
        ("limit", "must be a number"),
        ("user", "must not be empty"),
        ("note", "must be text"),
        ("depth", "must be a whole number from 0 to 9"),
        ("to", "goes with From"),
    ];
    assert_eq!(errors, expected.map(|(name, problem)| (name, problem.to_owned())));
    let Err(errors) = read(&json!({ "email": "a", "passcode": "b", "guid": GUID, "user": "c", "inner": 7 })) else {
        panic!("inner is bad")
    };
    assert_eq!(errors, [("inner", "must be an object".to_owned())]);
}

#[test]
fn the_schema_says_what_the_reader_takes() {
    let schema = serde_json::to_value(<Everything as utoipa::PartialSchema>::schema()).unwrap();
    assert_eq!(schema["description"], "Everything there is.");
    assert_eq!(schema["required"], json!(["email", "passcode", "guid", "user", "inner"]));
    let email = json!({ "type": "string", "description": "Where mails go.", "minLength": 1, "maxLength": 10, "examples": ["a@b.example"] });
    assert_eq!(schema["properties"]["email"], email);
    assert_eq!(schema["properties"]["count"], json!({ "type": ["integer", "null"], "minimum": 0, "maximum": 9 }));
    assert_eq!(schema["properties"]["status"]["enum"], json!(["unverified", "verified", "suspended", "doomed", null]));
    assert_eq!(schema["properties"]["limit"]["default"], 8);
    assert_eq!(schema["properties"]["inner"], json!({ "$ref": "#/components/schemas/Inner" }));
    assert!(schema["properties"]["From"].is_object() && schema["properties"]["to"].is_object());
    let mut referred = Vec::new();
    <Everything as utoipa::ToSchema>::schemas(&mut referred);
    assert_eq!(referred.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["Inner"]);
}
