//! What opened a session, told by its user agent.

use cloakroom_engine::sessions::DeviceType;
use cloakroom_engine::sessions::device::DeviceRecognition;
use woothee::parser::Parser;

/// Recognition by the rules of Project Woothee; tablets and programs, which it does not tell apart, by what they call themselves.
#[derive(Debug)]
pub struct UserAgents;

impl DeviceRecognition for UserAgents {
    fn recognise(&self, user_agent: &str) -> DeviceType {
        let found = Parser::new().parse(user_agent);
        let (category, name) = found.as_ref().map_or(("", ""), |found| (found.category, found.name));
        match category {
            "crawler" => DeviceType::Bot,
            "smartphone" if is_tablet(user_agent) => DeviceType::Tablet,
            "smartphone" | "mobilephone" => DeviceType::Mobile,
            "pc" => DeviceType::Desktop,
            "misc" if name == "HTTP Library" => DeviceType::Api,
            _ if is_program(user_agent) => DeviceType::Api,
            _ => DeviceType::Unknown,
        }
    }
}

/// Android's browsers say `Mobile` on telephones and leave it out on tablets.
fn is_tablet(user_agent: &str) -> bool {
    let says = |word| user_agent.contains(word);
    says("iPad") || says("Tablet") || (says("Android") && !says("Mobile"))
}

/// `name/1.2` in the first place: every browser since the nineties begins with `Mozilla/` or `Opera/`.
fn is_program(user_agent: &str) -> bool {
    let Some((name, version)) = user_agent.split(' ').next().and_then(|product| product.split_once('/')) else { return false };
    let named = !name.is_empty() && !matches!(name, "Mozilla" | "Opera");
    named && version.trim_start_matches('v').starts_with(|first: char| first.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_told_apart() {
        for (user_agent, device) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
                DeviceType::Desktop,
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
                DeviceType::Desktop,
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", DeviceType::Desktop),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
                DeviceType::Mobile,
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
                DeviceType::Mobile,
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
                DeviceType::Tablet,
            ),
            (
                "Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
                DeviceType::Tablet,
            ),
            ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", DeviceType::Bot),
            ("curl/8.5.0", DeviceType::Api),
            ("python-requests/2.32.3", DeviceType::Api),
            ("Go-http-client/1.1", DeviceType::Api),
            ("PostmanRuntime/7.39.0", DeviceType::Api),
            ("", DeviceType::Unknown),
            ("something", DeviceType::Unknown),
        ] {
            assert_eq!(UserAgents.recognise(user_agent), device, "{user_agent}");
        }
    }
}
