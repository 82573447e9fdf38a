//! An application is let into a browser's session and redeems its code, over HTTP and durably: two requests of one round trip.

use std::path::Path;
use std::sync::Arc;

use cloakroom_server::bench::people::{CALLBACK, CLIENT, LET_IN};
use tokio::task::JoinSet;

use crate::http_client::{Connection, post};
use crate::in_process::{InProcess, runtime};
use crate::measure::{Contender, Ratios};
use crate::people::{Home, USER_AGENT};
use crate::window::{CONNECTIONS, Line, connect, window};
use crate::{Failure, Outcome, Wanted};

/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

type Requests = Arc<Vec<Vec<u8>>>;

/// A browser and an application, one behind the other on one connection.
struct Both {
    connection: Connection,
    client_id: &'static str,
}

impl Line for Both {
    async fn served(&mut self, request: &[u8]) -> Result<(), Failure> {
        let answer = self.connection.ask(request).await?;
        let head = std::str::from_utf8(answer.head)?;
        let code = head.split_once("?code=").and_then(|(_, code)| code.split(['&', '\r']).next());
        let code = code.ok_or_else(|| format!("the server answered {}, and there is no code: {head}", answer.status))?;
        let redeem = redeem(self.client_id, code);
        self.connection.served(&redeem).await
    }
}

pub(crate) fn run(wanted: &Wanted, scratch: &Path) -> Result<Outcome, Failure> {
    let count = wanted.sessions(10_000);
    let client = runtime("client", 1)?;
    let seeding = runtime("seed", 2)?;
    let users = wanted.users.unwrap_or((count / 4).max(1));
    let home = Arc::new(seeding.block_on(Home::settle(&scratch.join("cloakroom.db"), users))?);
    let cookies = seeding.block_on(sign_in_all(&home, count))?;
    drop(seeding);
    println!("{count} browsers of {users} users; {CONNECTIONS} connections; server, client and store share the same cores");
    let server = InProcess::start(&home, 0)?;
    let idle: Requests = Arc::new(vec![post("/noop", "{}")]);
    let asked = LET_IN.map(|(client_id, _)| Arc::new(cookies.iter().map(|cookie| ask(client_id, cookie)).collect::<Vec<_>>()));
    let mut contenders = ["no-op", "round trip, RS256", "round trip, ES256"].map(Contender::new);
    client.block_on(async {
        let mut noop = connect(server.address).await?;
        let mut lines = Vec::new();
        for (client_id, _) in LET_IN {
            let connections = connect(server.address).await?;
            lines.push(connections.into_iter().map(|connection| Both { connection, client_id }).collect::<Vec<_>>());
        }
        // The first window is to warm up.
        for number in 0..=wanted.seconds(10).as_secs() {
            let (back, sample) = window(noop, || idle.clone()).await?;
            noop = back;
            let mut samples = vec![sample];
            for (line, asked) in lines.iter_mut().zip(&asked) {
                let (back, sample) = window(std::mem::take(line), || asked.clone()).await?;
                *line = back;
                samples.push(sample);
            }
            for (contender, sample) in contenders.iter_mut().zip(samples).filter(|_| number > 0) {
                contender.add(sample);
            }
        }
        Ok::<_, Failure>(())
    })?;
    crate::print_table(&mut contenders);
    let [noop, rs256, es256] = &contenders;
    println!("rate to no-op, median of the windows (least to most): RS256 {}, ES256 {}", rs256.ratio_to(noop), es256.ratio_to(noop));
    println!("store: {:?}", home.database.stats());
    let mut ratios = Ratios::default();
    ratios.compare("authorize/noop", rs256, noop);
    ratios.compare("authorize_es256/noop", es256, noop);
    drop(server);
    home.database.shutdown();
    Ok(ratios.into())
}

/// What a browser is sent to the authorization endpoint with; the cookie is called so on loopback without TLS.
fn ask(client_id: &str, cookie: &str) -> Vec<u8> {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("response_type", "code")
        .append_pair("client_id", client_id)
        .append_pair("redirect_uri", CALLBACK)
        .append_pair("scope", "openid")
        .append_pair("code_challenge", CHALLENGE)
        .append_pair("code_challenge_method", "S256")
        .finish();
    let headers = format!("host: localhost\r\nuser-agent: {USER_AGENT}\r\ncookie: cloakroom={cookie}");
    format!("GET /oauth/authorize?{query} HTTP/1.1\r\n{headers}\r\n\r\n").into_bytes()
}

/// What the application asks for with its code.
fn redeem(client_id: &str, code: &str) -> Vec<u8> {
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "authorization_code")
        .append_pair("client_id", client_id)
        .append_pair("client_secret", CLIENT.1)
        .append_pair("code", code)
        .append_pair("redirect_uri", CALLBACK)
        .append_pair("code_verifier", VERIFIER)
        .finish();
    let headers = "host: localhost\r\ncontent-type: application/x-www-form-urlencoded";
    format!("POST /oauth/token HTTP/1.1\r\n{headers}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// What the cookies of so many browsers hold.
async fn sign_in_all(home: &Arc<Home>, count: usize) -> Result<Vec<String>, Failure> {
    let mut callers = JoinSet::new();
    for caller in 0..CONNECTIONS.min(count) {
        let home = home.clone();
        callers.spawn(async move {
            let mut cookies = Vec::new();
            for user in (caller..count).step_by(CONNECTIONS) {
                cookies.push(home.sign_in_at_browser(user).await?.cookie_value().to_string());
            }
            Ok::<_, Failure>(cookies)
        });
    }
    let mut cookies = Vec::with_capacity(count);
    while let Some(seen) = callers.join_next().await {
        cookies.extend(seen??);
    }
    Ok(cookies)
}
