//! What kind of device a user agent speaks for, where no rule says it outright.

use cloakroom_engine::sessions::DeviceType;
use cloakroom_engine::sessions::device::{DeviceModel, Product};

/// Families that uap-core gives programs which speak HTTP for other programs. It counts some of them among the spiders.
const HTTP_LIBRARIES: &[&str] = &[
    "aihttp",
    "aiohttp",
    "Apache-HttpClient",
    "aws-cli",
    "axios",
    "Boto",
    "Boto3",
    "curl",
    "Go-http-client",
    "got",
    "Google-HTTP-Java-Client",
    "http%20client",
    "insomnia",
    "Java",
    "libwww-perl",
    "okhttp",
    "PostmanRuntime",
    "Python Requests",
    "Python-urllib",
    "reqwest",
    "scalaj-http",
    "Wget",
    "WinHTTP",
];

const MOBILE_SYSTEMS: &[&str] =
    &["Android", "BlackBerry OS", "Firefox OS", "HarmonyOS", "iOS", "KaiOS", "Symbian OS", "Symbian^3", "Windows Mobile", "Windows Phone"];

const DESKTOP_SYSTEMS: &[&str] = &[
    "Arch Linux",
    "CentOS",
    "Chrome OS",
    "Debian",
    "Fedora",
    "FreeBSD",
    "Gentoo",
    "Kubuntu",
    "Linux",
    "Linux Mint",
    "Mac OS",
    "Mac OS X",
    "NetBSD",
    "OpenBSD",
    "Red Hat",
    "Slackware",
    "Solaris",
    "SUSE",
    "Ubuntu",
    "Windows",
];

pub(super) fn device_type(
    text: &str,
    is_spider: bool,
    application: Option<&Product>,
    system: Option<&Product>,
    device: Option<&DeviceModel>,
) -> DeviceType {
    let is_among = |product: Option<&Product>, families: &[&str]| product.is_some_and(|known| families.contains(&known.family.as_str()));
    if is_among(application, HTTP_LIBRARIES) {
        DeviceType::Api
    } else if is_spider {
        DeviceType::Bot
    } else if is_tablet(text, system, device) {
        DeviceType::Tablet
    } else if is_among(system, MOBILE_SYSTEMS) {
        DeviceType::Mobile
    } else if is_among(system, DESKTOP_SYSTEMS) {
        DeviceType::Desktop
    } else if is_program(text) {
        DeviceType::Api
    } else {
        DeviceType::Unknown
    }
}

/// Android's browsers say `Mobile` on telephones and leave it out on tablets; apps say what they like.
fn is_tablet(text: &str, system: Option<&Product>, device: Option<&DeviceModel>) -> bool {
    let named = device.is_some_and(|device| {
        device.brand.as_deref() == Some("Generic_Android_Tablet")
            || ["iPad", "Kindle", "Tablet"].iter().any(|name| device.family.contains(name))
    });
    let android = system.is_some_and(|system| matches!(system.family.as_str(), "Android" | "HarmonyOS"));
    named || (android && (text.contains("Tablet") || (text.starts_with("Mozilla/") && !text.contains("Mobile"))))
}

/// `name/1.2` in the first place: every browser since the nineties begins with `Mozilla/` or `Opera/`.
fn is_program(text: &str) -> bool {
    let Some((name, version)) = text.split(' ').next().and_then(|product| product.split_once('/')) else { return false };
    let named = !name.is_empty() && !matches!(name, "Mozilla" | "Opera");
    named && version.trim_start_matches('v').starts_with(|first: char| first.is_ascii_digit())
}
