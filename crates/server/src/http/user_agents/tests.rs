//! Known user agents, and what no user agent is.

use std::fmt::Write as _;
use std::sync::OnceLock;

use regex_syntax::hir::{Class, Hir, HirKind};
use ua_parser::{Extractor, Regexes};

use super::read::OUR_RULES;
use super::*;

fn parse(text: &str) -> UserAgent {
    static COMPILED: OnceLock<Rules> = OnceLock::new();
    COMPILED.get_or_init(|| Rules::load().unwrap()).parse(text)
}

fn shown(product: Option<&Product>) -> String {
    product.map_or_else(String::new, |known| format!("{} {}", known.family, known.version.as_deref().unwrap_or("-")))
}

#[test]
fn device_system_and_application_are_told_apart() {
    const APPLE: &str = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
    const CHROME: &str = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0";
    for (text, device, system, application) in [
        (format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36"), "desktop", "Windows 10", "Chrome 126.0.0.0"),
        (
            format!("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {APPLE} Version/17.5 Safari/605.1.15"),
            "desktop",
            "Mac OS X 10.15.7",
            "Safari 17.5",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0".into(), "desktop", "Linux -", "Firefox 127.0"),
        (
            format!("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {APPLE} Version/17.5 Mobile/15E148 Safari/604.1"),
            "mobile",
            "iOS 17.5",
            "Mobile Safari 17.5",
        ),
        (
            format!("Mozilla/5.0 (Linux; Android 14; Pixel 8) {CHROME} Mobile Safari/537.36"),
            "mobile",
            "Android 14",
            "Chrome Mobile 126.0.0.0",
        ),
        (
            format!("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) {APPLE} Version/17.5 Mobile/15E148 Safari/604.1"),
            "tablet",
            "iOS 17.5",
            "Mobile Safari 17.5",
        ),
        (format!("Mozilla/5.0 (Linux; Android 13; SM-X700) {CHROME} Safari/537.36"), "tablet", "Android 13", "Chrome 126.0.0.0"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)".into(), "bot", "", "Googlebot 2.1"),
        ("curl/8.5.0".into(), "api", "", "curl 8.5.0"),
        ("python-requests/2.32.3".into(), "api", "", "Python Requests 2.32"),
        ("Go-http-client/1.1".into(), "api", "", "Go-http-client 1.1"),
        ("PostmanRuntime/7.39.0".into(), "api", "", "PostmanRuntime 7.39.0"),
        ("Java/17.0.1".into(), "api", "", "Java 17.0.1"),
        ("okhttp/4.9.1".into(), "api", "", "okhttp 4.9.1"),
        ("my-app/1.2".into(), "api", "", ""),
        (String::new(), "unknown", "", ""),
        ("something".into(), "unknown", "", ""),
    ] {
        let found = parse(&text);
        assert_eq!(found.device_type.as_str(), device, "{text}");
        assert_eq!(shown(found.operating_system.as_ref()), system, "{text}");
        assert_eq!(shown(found.application.as_ref()), application, "{text}");
    }
}

/// User agents, and what a session shows of each; the first lines tell its columns.
const TABLE: &str = include_str!("../../../tests/data/user_agents.tsv");

fn rows() -> impl Iterator<Item = [&'static str; 8]> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split('\t').collect::<Vec<_>>().try_into().unwrap_or_else(|_| panic!("eight columns: {line}")))
}

#[test]
fn user_agents_of_today_are_named_as_people_know_them() {
    let or_none = |told: Option<&str>| told.unwrap_or("-").to_owned();
    let product = |told: Option<&Product>| {
        [or_none(told.map(|product| product.family.as_str())), or_none(told.and_then(|product| product.version.as_deref()))]
    };
    let mut wrong = String::new();
    for [expected @ .., text] in rows() {
        let found = parse(text);
        let device = found.device.as_ref();
        let model = [or_none(device.map(|model| model.family.as_str())), or_none(device.and_then(|model| model.brand.as_deref()))];
        let kind = [found.device_type.as_str().to_owned()];
        let told = [&kind[..], &model, &product(found.operating_system.as_ref()), &product(found.application.as_ref())].concat();
        if told != expected {
            writeln!(wrong, "{text}\n  is told as  {told:?}\n  and not as  {expected:?}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(rows().count() >= 100);
    for kind in DeviceType::ALL.iter().filter(|kind| **kind != DeviceType::Unknown) {
        assert!(rows().any(|[first, ..]| first == kind.as_str()), "no user agent of a {}", kind.as_str());
    }
}

#[test]
fn every_rule_of_ours_is_needed_by_a_user_agent_of_the_table() {
    fn unneeded<R: rule::Rule>(rules: Vec<R>, extracts: impl Fn(&R::Compiled, &'static str) -> bool) -> Vec<String> {
        let mut needed = vec![false; rules.len()];
        let compiled: Vec<_> = rules.iter().map(|rule| rule.compile().unwrap()).collect();
        for [.., text] in rows() {
            if let Some(first) = compiled.iter().position(|rule| extracts(rule, text)) {
                needed[first] = true;
            }
        }
        rules.iter().zip(needed).filter(|(_, needed)| !needed).map(|(rule, _)| rule.expression().to_owned()).collect()
    }
    let ours = serde_saphyr::from_str::<ReadRules>(OUR_RULES).unwrap();
    for rule in &ours.device_type_parsers {
        assert!(DeviceType::parse(rule.device_replacement.as_deref().unwrap()).is_some(), "{}", rule.regex);
    }
    assert_eq!(unneeded(ours.user_agent_parsers, |rule, text| rule.extract(text).is_some()), Vec::<String>::new());
    assert_eq!(unneeded(ours.os_parsers, |rule, text| rule.extract(text).is_some()), Vec::<String>::new());
    assert_eq!(unneeded(ours.device_parsers, |rule, text| rule.extract(text).is_some()), Vec::<String>::new());
    assert_eq!(unneeded(ours.device_type_parsers, |rule, text| rule.extract(text).is_some()), Vec::<String>::new());
}

#[test]
fn junk_is_unknown() {
    let letters = "x".repeat(4096);
    let controls: String = (0..32u8).map(char::from).chain(['\u{7f}', '\u{85}', '\u{202e}']).collect();
    let spelled = format!("K{controls}6");
    for junk in ["", "x", " ", "/", "K", "Mozilla/5.0", &letters, &controls, &spelled] {
        assert_eq!(parse(junk), UserAgent::UNKNOWN, "{junk:?}");
    }
}

#[test]
fn devices_have_a_family_and_a_brand() {
    let iphone =
        parse("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1");
    assert_eq!(iphone.device, Some(DeviceModel { family: "iPhone".into(), brand: Some("Apple".into()) }));
    assert_eq!(parse("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)").device, None, "a spider is no device");
    assert_eq!(parse("curl/8.5.0").device, None);
}

#[test]
fn what_comes_out_is_bounded_whatever_comes_in() {
    let long = |text: &str| text.repeat(512 / text.len());
    for hostile in [
        long("; "),
        long("("),
        long("\u{e9}"),
        long(" Build/"),
        format!("Mozilla/5.0 (Linux; Android 4; {}", "HTC ".repeat(120)),
        format!("Mozilla/5.0 (Linux; Android 4; {}) Build/x AppleWebKit", "\u{e9}".repeat(220)),
        format!("{}/1.2.3", "x".repeat(500)),
        format!("Mozilla/5.0 {}bot/1.0", "a".repeat(490)),
        format!("Mozilla/5.0 Windows NT {}", "9".repeat(480)),
        "\0\u{202e}\u{fffd}".into(),
    ] {
        let found = parse(&hostile);
        let device = found.device.into_iter().flat_map(|device| [Some(device.family), device.brand]);
        let products = [found.operating_system, found.application].into_iter().flatten();
        let products = products.flat_map(|product| [Some(product.family), product.version]);
        for name in device.chain(products).flatten() {
            assert!(name.len() <= MAX_NAME_BYTES, "{} bytes out of {hostile:?}", name.len());
        }
    }
    assert_eq!(bounded(&"\u{e9}".repeat(100)).len(), MAX_NAME_BYTES);
}

/// A text that an expression asks for, the context that it looks at left out. `variant` chooses among alternatives.
fn example(hir: &Hir, variant: usize, text: &mut String) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(std::str::from_utf8(&literal.0).unwrap()),
        HirKind::Class(Class::Unicode(class)) => {
            let wanted =
                ['5', 'a', 'Z', ' '].into_iter().find(|c| class.ranges().iter().any(|range| range.start() <= *c && *c <= range.end()));
            text.push(wanted.unwrap_or_else(|| class.ranges()[0].start()));
        }
        HirKind::Class(Class::Bytes(class)) => text.push(char::from(class.ranges()[0].start())),
        HirKind::Repetition(repeated) => (0..repeated.min.max(1)).for_each(|_| example(&repeated.sub, variant, text)),
        HirKind::Capture(group) => example(&group.sub, variant, text),
        HirKind::Concat(parts) => parts.iter().for_each(|part| example(part, variant, text)),
        HirKind::Alternation(parts) => example(&parts[variant % parts.len()], variant, text),
    }
}

/// Texts made for every rule there is, and what stands around them in life.
fn made_for_the_rules(rules: &ReadRules) -> Vec<String> {
    let expressions = rules.user_agent_parsers.iter().map(|rule| &rule.regex).chain(rules.os_parsers.iter().map(|rule| &rule.regex));
    let devices = rules.device_parsers.iter().chain(&rules.device_type_parsers).map(|rule| &rule.regex);
    let expressions: Vec<_> = expressions.chain(devices).collect();
    let mut texts = Vec::new();
    for (number, expression) in expressions.into_iter().enumerate() {
        let (hir, mut text) = (regex_syntax::parse(expression).unwrap(), String::new());
        if number % 3 == 0 {
            text.push_str("Mozilla/5.0 (Linux; Android 9; ");
        }
        example(&hir, number, &mut text);
        if number % 2 == 0 {
            write!(text, " Build/{number}) AppleWebKit/537.36 Mobile Safari/537.36").unwrap();
        }
        text.truncate(text.floor_char_boundary(512));
        texts.push(text);
    }
    texts
}

#[test]
fn rules_that_are_compiled_late_say_what_all_of_them_say() {
    let mut types = device::Builder::new();
    for rule in ReadRules::read().unwrap().device_type_parsers {
        types = types.push(rule).unwrap();
    }
    let (texts, types) = (made_for_the_rules(&ReadRules::read().unwrap()), types.build().unwrap());
    let ReadRules { user_agent_parsers, os_parsers, device_parsers, .. } = ReadRules::read().unwrap();
    let (all, mut recognised) = (Extractor::try_from(Regexes { user_agent_parsers, os_parsers, device_parsers }).unwrap(), 0);
    for text in &texts {
        let (application, system, device) = all.extract(text);
        let named = types.extract(text).and_then(|found| DeviceType::parse(&found.device));
        let told = put_together(text, application.map(product_of_application), system.map(product_of_system), device.map(model), named);
        recognised += usize::from(told.application.is_some() || told.operating_system.is_some() || told.device.is_some());
        assert_eq!(parse(text), told, "{text}");
    }
    assert!(texts.len() > 1000 && recognised * 10 > texts.len() * 9, "{recognised} of {}", texts.len());
}

#[test]
fn every_rule_compiles_by_itself() {
    let rules = ReadRules::read().unwrap();
    assert!(rules.user_agent_parsers.iter().all(|rule| rule::Rule::compile(rule).is_some()));
    assert!(rules.os_parsers.iter().all(|rule| rule::Rule::compile(rule).is_some()));
    assert!(rules.device_parsers.iter().all(|rule| rule::Rule::compile(rule).is_some()));
    assert!(rules.device_type_parsers.iter().all(|rule| rule::Rule::compile(rule).is_some()));
}
