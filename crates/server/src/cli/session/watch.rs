//! `cloakroom session watch`

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

use clap::Args;
use cloakroom_client::audit::AuditFilter;
use cloakroom_client::sessions::SessionItem;
use cloakroom_client::{Client, Clock as _, PageNumber, SystemClock};
use serde_json::json;

use super::super::remote::{PageArgs, RemoteArgs, Screen, Shown, with_short_ids};
use super::super::{Failure, say};
use super::which::Which;
use crate::http::time;

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

/// When and why a session ended, as far as whoever asks may know.
struct End {
    at: String,
    reason: String,
}

/// The trail is written by the server's clock; what ended lies a little before the look that missed it.
const SLACK: Duration = Duration::from_secs(300);
/// So many entries are looked through for reasons at each look.
const MOST_ENTRIES: u32 = 100;

impl Watch {
    pub(super) async fn watch(&self, client: &Client, screen: Screen, out: &mut impl Write) -> Result<Shown, Failure> {
        let seeker = self.which.sought(client, PageArgs::everything()).await?;
        let mut known = BTreeMap::<String, SessionItem>::new();
        loop {
            match seeker.all().await {
                Ok(now) => {
                    for session in now.values().filter(|session| !known.contains_key(&session.id)) {
                        self.tell(("begun", session), &session.created_at, None, screen, out);
                    }
                    let gone: Vec<_> = known.values().filter(|session| !now.contains_key(&session.id)).collect();
                    let ends = if gone.is_empty() { BTreeMap::new() } else { self.ends(client).await };
                    for session in gone {
                        let guessed = guess(session, SystemClock.now());
                        let end = ends.get(&session.id).unwrap_or(&guessed);
                        self.tell(("ended", session), &end.at, Some(&end.reason), screen, out);
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

    /// What the trail says of ends since the look before; nothing to those who may not read it.
    async fn ends(&self, client: &Client) -> BTreeMap<String, End> {
        let since = SystemClock.now().saturating_sub(Duration::from_secs(self.interval) + SLACK);
        let mut filter = AuditFilter::default();
        filter.action = Some("session.ended".to_owned());
        filter.start_time = Some(time::seconds(millis(since)));
        filter.page = PageNumber::new(1, MOST_ENTRIES);
        let entries = client.audit().list(&filter).await.map(|page| page.items).unwrap_or_default();
        let end = |entry: cloakroom_client::audit::AuditEntry| {
            let reason = entry.detail.get("end_reason")?.replace('_', " ");
            Some((entry.resource_id?, End { at: entry.at, reason }))
        };
        entries.into_iter().filter_map(end).collect()
    }

    fn tell(&self, (change, session): (&str, &SessionItem), at: &str, reason: Option<&str>, screen: Screen, out: &mut impl Write) {
        if self.remote.is_json() {
            say(out, &json!({ "change": change, "at": at, "reason": reason, "session": session }));
            return;
        }
        let user = session.user_email.as_deref().unwrap_or(&session.user_id);
        let device = session.device_type.as_deref().unwrap_or("-");
        let whence = session.ip_address.as_deref().unwrap_or("-");
        let (at, sign) = (time::parse(at).map_or_else(|| at.to_owned(), time::seconds), if change == "begun" { "+" } else { "-" });
        let line = [&at, sign, &session.id, user, device, whence].into_iter().chain(reason).collect::<Vec<_>>().join("  ");
        match screen.width {
            // The day is today's, and the line has to fit.
            Some(width) => {
                let short = with_short_ids(&line).split_once('T').map_or(line.clone(), |(_, rest)| rest.replacen('Z', "", 1));
                say(out, &console::truncate_str(&short, width, "…"));
            }
            None => say(out, &line),
        }
    }
}

/// What can be told of an end without the trail.
fn guess(session: &SessionItem, now: Duration) -> End {
    let now = millis(now);
    match time::parse(&session.expires_at).filter(|expiry| *expiry <= now) {
        Some(_) => End { at: session.expires_at.clone(), reason: "expired".to_owned() },
        None => End { at: time::seconds(now), reason: "ended".to_owned() },
    }
}

fn millis(at: Duration) -> i64 {
    i64::try_from(at.as_millis()).unwrap_or(i64::MAX)
}
