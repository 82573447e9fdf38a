use super::*;
use crate::http::declared::Field;
use crate::http::declared::types::{Bool, Clamped, Guid, SecretText, Text, Texts, Time, Whole};
use crate::http::declared::words::OneOf;
use cloakroom_engine::directory::MembershipRole;

fn take<F: Field>(fields: &mut Fields, name: &'static str) -> Option<F::Value> {
    F::take(fields, name)
}

fn fields(json: &str) -> Fields<'_> {
    Fields::parse(json.as_bytes()).unwrap()
}

fn refused(fields: Fields) -> Vec<(&'static str, String)> {
    fields.finish().unwrap_err().into_iter().map(|error| (error.field, error.problem.into_owned())).collect()
}

#[test]
fn malformed_bodies_are_told_apart_and_not_repeated() {
    for (body, expected) in [
        (&b"\"s3cret\xff\""[..], Malformed::NotUtf8),
        (b"[\"s3cret\"]", Malformed::NotAnObject),
        (b"null", Malformed::NotAnObject),
        (b"", Malformed::Syntax { line: 1, column: 0 }),
        (b"{\"a\":s3cret}", Malformed::Syntax { line: 1, column: 6 }),
        (b"{} s3cret", Malformed::Syntax { line: 1, column: 4 }),
        (b"{\"s3cret\":1,\"s3cret\":2}", Malformed::Duplicate { line: 1, column: 20 }),
        (b"{\"a\":[{\"b\":1,\"\\u0062\":2}]}", Malformed::Duplicate { line: 1, column: 21 }),
    ] {
        let found = Fields::parse(body).unwrap_err();
        assert_eq!(std::mem::discriminant(&found), std::mem::discriminant(&expected), "{found:?}");
        assert!(!format!("{found} {found:?}").contains("s3cret"));
    }
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(200), "]".repeat(200));
    assert!(matches!(Fields::parse(deep.as_bytes()), Err(Malformed::Syntax { .. })));
}

#[test]
fn a_name_that_stands_twice_is_found_among_any_number_and_however_it_is_written() {
    for count in [1, 15, 16, 17, 40, 3000] {
        let names: Vec<_> = (0..count).map(|number| format!("\"n{number}\":1")).collect();
        let body = |last: &str| format!("{{{},{last}:2}}", names.join(","));
        assert!(Fields::parse(body("\"n\"").as_bytes()).is_ok(), "{count}");
        for twin in ["\"n0\"", "\"\\u006e0\""] {
            let twice = body(twin);
            let column = twice.len() - ":2}".len();
            assert_eq!(Fields::parse(twice.as_bytes()).unwrap_err(), Malformed::Duplicate { line: 1, column }, "{count}");
        }
    }
}

#[test]
fn what_nobody_reads_is_told_by_the_order_of_the_names() {
    let mut f = fields(r#"{"c":1,"a":2,"b":null,"read":true}"#).strict(true);
    assert_eq!(take::<Option<Bool>>(&mut f, "read"), Some(Some(true)));
    f.refuse_unread("the body");
    let told: Vec<_> = refused(f).into_iter().map(|(_, problem)| problem).collect();
    assert_eq!(told, ["a", "b", "c"].map(|name| format!("must not have the field {name}")));
}

#[test]
fn every_bad_field_is_named_in_the_order_of_reading() {
    let mut f = fields(
        r#"{"email":7,"caption":"s3cret-long","label":"a\u0000b","flag":"s3cret","ttl":1.5,"guid":"s3cret","when":"s3cret","status":"s3cret","roles":["a",3],"limit":"9"}"#,
    );
    take::<Text<1, 10>>(&mut f, "email");
    take::<SecretText<10>>(&mut f, "passcode");
    take::<Option<Text<0, 3>>>(&mut f, "caption");
    take::<Option<Text<0, 10>>>(&mut f, "label");
    take::<Option<Bool>>(&mut f, "flag");
    take::<Option<Whole<i64, 60, 100>>>(&mut f, "ttl");
    take::<Guid>(&mut f, "guid");
    take::<Option<Time>>(&mut f, "when");
    take::<Option<OneOf<MembershipRole>>>(&mut f, "status");
    take::<Texts<9, 9>>(&mut f, "roles");
    take::<Clamped<1, 256, 8>>(&mut f, "limit");
    let found = refused(f);
    let names: Vec<_> = found.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["email", "passcode", "caption", "label", "flag", "ttl", "guid", "when", "status", "roles", "limit"]);
    assert_eq!(found[1].1, "is required");
    assert_eq!(found[5].1, "must be a whole number from 60 to 100");
    assert_eq!(found[8].1, "must be one of: owner, admin, member");
    assert!(!format!("{found:?}").contains("s3cret"), "{found:?}");
}

#[test]
fn good_fields_are_read_and_null_is_absent() {
    let mut f = fields(
        r#"{"a":"é","s":"x\u0000y","t":true,"n":60,"g":"01234567-89AB-cdef-0123-456789abcdef","w":"1970-01-01T00:00:01Z","o":"admin","l":["x"],"null":null}"#,
    );
    assert_eq!(take::<Text<1, 1>>(&mut f, "a").as_deref(), Some("é"));
    assert_eq!(take::<SecretText<3>>(&mut f, "s").as_deref().map(String::as_str), Some("x\0y"));
    assert_eq!(take::<Option<Bool>>(&mut f, "t"), Some(Some(true)));
    assert_eq!(take::<Option<Whole<i64, 60, 100>>>(&mut f, "n"), Some(Some(60)));
    assert_eq!(take::<Guid>(&mut f, "g").map(|guid| [guid[0], guid[1]]), Some([0x01, 0x23]));
    assert_eq!(take::<Time>(&mut f, "w").map(|at| at.as_millis()), Some(1000));
    assert_eq!(take::<OneOf<MembershipRole>>(&mut f, "o"), Some(MembershipRole::Admin));
    assert_eq!(take::<Texts<1, 1>>(&mut f, "l"), Some(vec!["x".to_owned()]));
    assert_eq!(take::<Option<Text<0, 1>>>(&mut f, "null"), Some(None));
    assert_eq!((take::<Option<Guid>>(&mut f, "null"), take::<Option<Time>>(&mut f, "null")), (Some(None), Some(None)));
    assert_eq!((take::<Option<Bool>>(&mut f, "null"), take::<Option<OneOf<MembershipRole>>>(&mut f, "null")), (Some(None), Some(None)));
    assert_eq!(take::<Option<SecretText<1>>>(&mut f, "null"), Some(None));
    assert_eq!(f.finish(), Ok(()));
}

#[test]
fn required_means_there_and_not_empty() {
    let mut f = fields(r#"{"a":"","b":null,"c":""}"#);
    take::<Text<1, 9>>(&mut f, "a");
    take::<Text<1, 9>>(&mut f, "b");
    take::<SecretText<9>>(&mut f, "c");
    take::<Whole<i64, 0, 1>>(&mut f, "d");
    take::<OneOf<MembershipRole>>(&mut f, "e");
    let found = refused(f);
    assert_eq!(found.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["a", "b", "c", "d", "e"]);
}

#[test]
fn limits_count_characters_for_text_and_bytes_for_secrets() {
    let mut f = fields(r#"{"a":"éé","b":"éé","c":["x","y"]}"#);
    assert_eq!(take::<Text<1, 2>>(&mut f, "a").as_deref(), Some("éé"));
    take::<SecretText<3>>(&mut f, "b");
    take::<Texts<1, 9>>(&mut f, "c");
    assert_eq!(refused(f).len(), 2);
}

#[test]
fn any_number_is_clamped() {
    for (number, expected) in [
        ("0", 1),
        ("-5", 1),
        ("9", 9),
        ("256", 256),
        ("257", 256),
        ("1e300", 256),
        ("-1e300", 1),
        ("2.4", 2),
        ("18446744073709551615", 256),
        ("99999999999999999999999", 256),
        ("-9223372036854775808", 1),
        ("null", 8),
    ] {
        let body = format!("{{\"limit\":{number}}}");
        let mut f = fields(&body);
        assert_eq!(take::<Clamped<1, 256, 8>>(&mut f, "limit"), Some(expected), "{number}");
        assert_eq!(f.finish(), Ok(()));
    }
}

#[test]
fn only_hyphenated_guids() {
    for bad in [
        "0123456789abcdef0123456789abcdef",
        "{01234567-89ab-cdef-0123-456789abcdef}",
        "urn:uuid:01234567-89ab-cdef-0123-456789abcdef",
        "01234567-89ab-cdef-0123-456789abcdeg",
        "012345678-9ab-cdef-0123-456789abcdef",
    ] {
        let body = format!("{{\"g\":\"{bad}\"}}");
        let mut f = fields(&body);
        take::<Guid>(&mut f, "g");
        assert_eq!(refused(f).len(), 1, "{bad}");
    }
}
