//! `cloakroom session watch`

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

use clap::Args;
use cloakroom_client::sessions::SessionItem;
use cloakroom_client::{Client, Clock as _, SystemClock};

use super::super::remote::{RemoteArgs, Shown};
use super::super::{Failure, say};
use super::which::Which;

#[derive(Debug, Args)]
pub(super) struct Watch {
    #[command(flatten)]
    pub(super) remote: RemoteArgs,
    #[command(flatten)]
    which: Which,
    /// How often it looks, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=3600))]
    interval: u64,
}

impl Watch {
    pub(super) async fn watch(&self, client: &Client, out: &mut impl Write) -> Result<Shown, Failure> {
        let mut known = BTreeMap::new();
        loop {
            match self.which.all(client).await {
                Ok(now) => {
                    let begun = now.iter().filter(|(id, _)| !known.contains_key(*id)).map(|(_, session)| ("+", session));
                    let ended = known.iter().filter(|(id, _)| !now.contains_key(*id)).map(|(_, session)| ("-", session));
                    for (sign, session) in begun.chain(ended) {
                        self.tell(sign, session, out);
                    }
                    known = now;
                }
                // It waits for errors that pass, so that a watch outlives a restart of the server.
                Err(failure) if failure.exit_code == 5 => {}
                Err(failure) => return Err(failure),
            }
            SystemClock.sleep(Duration::from_secs(self.interval)).await;
        }
    }

    fn tell(&self, sign: &str, session: &SessionItem, out: &mut impl Write) {
        let change = if sign == "+" { "begun" } else { "ended" };
        if self.remote.is_json() {
            say(out, &serde_json::json!({ "change": change, "session": session }));
        } else {
            let user = session.user_email.as_deref().unwrap_or(&session.user_id);
            let facts =
                [sign, &session.id, user, session.device_type.as_deref().unwrap_or("-"), session.ip_address.as_deref().unwrap_or("-")];
            say(out, &facts.join("  "));
        }
    }
}
