//! Sessions of these people, so that no list is empty: of several devices and places, by several surfaces, one of them ended, and a
//! sign-in that was refused.

use std::net::IpAddr;

use cloakroom_engine::Engine;
use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::secret::Passcode;
use cloakroom_engine::sessions::Birth;
use cloakroom_engine::sessions::get::SessionPointer;
use cloakroom_engine::sessions::open::SessionWish;
use cloakroom_engine::sessions::sign_in::SignIn;

use super::people::PASSWORD;
use crate::failure::Failure;

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
const EDGE: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const SAFARI: &str =
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1";
const ANDROID: &str =
    "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36";
const CURL: &str = "curl/8.16.0";

/// By which surface somebody comes.
enum By {
    /// USM, with a caption.
    Usm(&'static str),
    /// A pair of tokens.
    Login,
    /// A browser.
    Browser,
}

/// Who comes how, from which network and with what. The addresses are for documentation (RFC 5737, RFC 3849).
const VISITS: &[(&str, By, &str, &str)] = &[
    ("alice", By::Browser, "203.0.113.20", CHROME),
    ("alice", By::Browser, "2001:db8:20::7", IPHONE),
    ("alice", By::Usm("laptop"), "203.0.113.20", FIREFOX),
    ("bob", By::Browser, "198.51.100.31", EDGE),
    ("bob", By::Login, "198.51.100.31", ANDROID),
    ("carol", By::Browser, "203.0.113.44", SAFARI),
    ("carol", By::Usm("shop floor"), "203.0.113.45", CHROME),
    ("tina", By::Browser, "203.0.113.9", FIREFOX),
    ("dave", By::Browser, "192.0.2.77", SAFARI),
    ("erin", By::Login, "192.0.2.78", ANDROID),
    ("erin", By::Usm("nightly job"), "192.0.2.80", CURL),
];

/// Opens them, as their users would.
pub(super) async fn open(engine: &Engine) -> Result<(), Failure> {
    for (username, by, address, agent) in VISITS {
        let origin = origin(address, agent)?;
        let refused = match by {
            By::Usm(caption) => usm(engine, username, caption, origin).await?.err(),
            By::Login => engine.log_in(username, passcode(PASSWORD), origin).await.map_err(Failure::new)?.err(),
            By::Browser => {
                let named = ((*username).to_owned(), passcode(PASSWORD));
                engine.sign_in_at_browser(named, None, origin).await.map_err(Failure::new)?.err()
            }
        };
        if let Some(refused) = refused {
            return Err(Failure::new(format_args!("{username} could not sign in: {refused:?}")));
        }
    }
    past(engine).await
}

/// What is over: a session that was closed, and somebody who did not know the password.
async fn past(engine: &Engine) -> Result<(), Failure> {
    let origin = origin("203.0.113.21", CHROME)?;
    if let Ok(secret) = usm(engine, "alice", "borrowed computer", origin.clone()).await? {
        let closed = engine.close_session(&SessionPointer::from_guid(secret), None, &origin).await.map_err(Failure::new)?;
        closed.map_err(|refused| Failure::new(format_args!("a session could not be closed: {refused:?}")))?;
    }
    let guess = (("bob".to_owned(), passcode("Wrong-horse-7")), self::origin("192.0.2.66", CURL)?);
    match engine.sign_in_at_browser(guess.0, None, guess.1).await.map_err(Failure::new)? {
        Ok(_) => Err(Failure::new("a wrong password was taken")),
        Err(_) => Ok(()),
    }
}

type Opened = Result<[u8; 16], cloakroom_engine::sessions::sign_in::SignInRefusal>;

async fn usm(engine: &Engine, username: &str, caption: &str, origin: RequestOrigin) -> Result<Opened, Failure> {
    let caption = Some(caption.to_owned());
    let wish =
        SessionWish { birth: Birth::Usm, ttl_seconds: None, slides: None, caption, label: None, note: None, metadata: Default::default() };
    let all = super::people::all()?;
    let email = all.into_iter().find(|person| person.username == username).map(|person| person.email).unwrap_or_default();
    let opened = engine.sign_in(SignIn { email, passcode: passcode(PASSWORD), wish, origin }).await.map_err(Failure::new)?;
    Ok(opened.map(|opened| *opened.secret.expose()))
}

fn passcode(text: &str) -> Passcode {
    Passcode::new(text.as_bytes().to_vec())
}

fn origin(address: &str, agent: &str) -> Result<RequestOrigin, Failure> {
    let address: IpAddr = address.parse().map_err(Failure::new)?;
    Ok(RequestOrigin { address: Some(address), user_agent: Some(agent.to_owned()), request_id: None })
}
