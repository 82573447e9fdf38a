use super::*;

fn fields(json: &str) -> Fields {
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
fn every_bad_field_is_named_in_the_order_of_reading() {
    let mut f = fields(
        r#"{"email":7,"caption":"s3cret-long","label":"a\u0000b","flag":"s3cret","ttl":1.5,"guid":"s3cret","when":"s3cret","status":"s3cret","roles":["a",3],"limit":"9"}"#,
    );
    f.required_text("email", 10);
    f.required_secret("passcode", 10);
    f.optional_text("caption", 3);
    f.optional_text("label", 10);
    f.optional_bool("flag");
    f.optional_integer("ttl", 60..=100);
    f.required_guid("guid");
    f.optional_time("when");
    f.one_of("status", &["active", "all"]);
    f.text_list("roles", 9, 9);
    f.clamped_integer("limit", 1..=256, 8);
    let found = refused(f);
    let names: Vec<_> = found.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["email", "passcode", "caption", "label", "flag", "ttl", "guid", "when", "status", "roles", "limit"]);
    assert_eq!(found[1].1, "is required");
    assert_eq!(found[5].1, "must be a whole number from 60 to 100");
    assert_eq!(found[8].1, "must be one of: active, all");
    assert!(!format!("{found:?}").contains("s3cret"), "{found:?}");
}

#[test]
fn good_fields_are_read_and_null_is_absent() {
    let mut f = fields(
        r#"{"a":"é","s":"x\u0000y","t":true,"n":60,"g":"01234567-89AB-cdef-0123-456789abcdef","w":"1970-01-01T00:00:01Z","o":"all","l":["x"],"null":null}"#,
    );
    assert_eq!(f.required_text("a", 1), "é");
    assert_eq!(*f.required_secret("s", 3), "x\0y");
    assert_eq!(f.optional_bool("t"), Some(true));
    assert_eq!(f.optional_integer("n", 60..=100), Some(60));
    assert_eq!(f.required_guid("g")[..2], [0x01, 0x23]);
    assert_eq!(f.optional_time("w"), Some(1000));
    assert_eq!(f.one_of("o", &["active", "all"]), Some("all"));
    assert_eq!(f.text_list("l", 1, 1), ["x"]);
    assert_eq!((f.optional_text("null", 1), f.optional_guid("null"), f.optional_time("null")), (None, None, None));
    assert_eq!((f.optional_bool("null"), f.one_of("null", &["a"]), f.optional_secret("null", 1)), (None, None, None));
    assert_eq!(f.finish(), Ok(()));
}

#[test]
fn required_means_there_and_not_empty() {
    let mut f = fields(r#"{"a":"","b":null,"c":""}"#);
    f.required_text("a", 9);
    f.required_text("b", 9);
    f.required_secret("c", 9);
    f.required_integer("d", 0..=1);
    f.required_one_of("e", &["x"]);
    let found = refused(f);
    assert_eq!(found.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["a", "b", "c", "d", "e"]);
}

#[test]
fn limits_count_characters_for_text_and_bytes_for_secrets() {
    let mut f = fields(r#"{"a":"éé","b":"éé","c":["x","y"]}"#);
    assert_eq!(f.required_text("a", 2), "éé");
    f.required_secret("b", 3);
    f.text_list("c", 1, 9);
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
        let mut f = fields(&format!("{{\"limit\":{number}}}"));
        assert_eq!(f.clamped_integer("limit", 1..=256, 8), expected, "{number}");
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
        let mut f = fields(&format!("{{\"g\":\"{bad}\"}}"));
        f.required_guid("g");
        assert_eq!(refused(f).len(), 1, "{bad}");
    }
}
