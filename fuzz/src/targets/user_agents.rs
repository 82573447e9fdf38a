//! User agents: told from any text, always the same, and in bounds.

use cloakroom_engine::sessions::UserAgent;
use cloakroom_engine::sessions::device::MAX_NAME_BYTES;
use cloakroom_server::http::user_agents::Rules;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::edits::{Edit, edited, edits};
use crate::run::{Held, Run, holds};

const KNOWN: &[&str] = &[
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Mobile Safari/537.36",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "curl/8.5.0",
    "okhttp/4.12.0",
    "python-requests/2.31",
    "Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/538.1 (KHTML, like Gecko) Version/6.0 TV Safari/538.1",
];

const WORDS: &[&str] = &[
    "Mozilla/5.0",
    "(",
    ")",
    ";",
    "Android",
    "iPad",
    "Windows NT 10.0",
    "Edg/",
    "Firefox/",
    "OPR/",
    "bot",
    "spider",
    "Build/",
    "like",
    "Mobile",
    "/",
    ".",
    "1",
    "99999999999999999999",
    "_",
    "AppleTV11,1",
    "PlayStation 5",
    "Android 10; K",
    "; Quest 3",
    "like Gecko)",
    "Electron/",
    "Terraform/",
    "\u{301}",
    "😀",
];

#[derive(Clone, Debug)]
struct Input {
    base: &'static str,
    edits: Vec<Edit>,
    words: Vec<&'static str>,
    /// What a device calls itself, at a length that no device has.
    device: String,
    arbitrary: String,
}

fn input() -> impl Strategy<Value = Input> {
    let device = "[a-zA-Z0-9 ._-]{0,300}|.{0,100}";
    (select(KNOWN), edits(), vec(select(WORDS), 0..24), device, ".{0,200}").prop_map(|(base, edits, words, device, arbitrary)| Input {
        base,
        edits,
        words,
        device,
        arbitrary,
    })
}

/// As the server keeps it: at most 512 bytes.
fn kept(text: &str) -> &str {
    &text[..text.floor_char_boundary(512)]
}

fn names(agent: &UserAgent) -> impl Iterator<Item = &String> {
    let products = agent.operating_system.iter().chain(&agent.application);
    let of_products = products.flat_map(|product| std::iter::once(&product.family).chain(&product.version));
    of_products.chain(agent.device.iter().flat_map(|device| std::iter::once(&device.family).chain(&device.brand)))
}

fn held(rules: &Rules, text: &str) -> Held {
    let agent = rules.parse(text);
    holds(agent == rules.parse(text), || format!("{text:?} is told twice in two ways"))?;
    holds(names(&agent).all(|name| name.len() <= MAX_NAME_BYTES), || format!("{text:?} makes a name that is too long: {agent:?}"))
}

/// # Errors
/// An input that a property does not hold for, or rules that cannot be read.
pub fn fuzz(run: &mut Run) -> Result<(), String> {
    let rules = Rules::load()?;
    run.over(&input(), |input| {
        let nearly = edited(input.base, &input.edits);
        let phone =
            format!("Mozilla/5.0 (Linux; Android 14; {} Build/UP1A) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36", input.device);
        for text in [nearly.as_str(), &phone, &input.words.join(" "), &input.words.concat(), &input.arbitrary] {
            held(&rules, kept(text))?;
        }
        Ok(())
    })
}
