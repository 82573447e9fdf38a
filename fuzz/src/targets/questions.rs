//! What proxies ask: whatever is shown and demanded, the answer is one that they understand, and only who is meant comes in.

use cloakroom_engine::ids::parse_guid;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::edits::{Edit, edited, edits};
use crate::ground::{Ground, MARKER};
use crate::run::{Held, Run, holds};

/// What a query may have, and whether it lets the ground's administrator in, who owns ACME.
const PIECES: &[(&str, bool)] = &[
    ("tenant=ACME", true),
    ("tenant=acme,BETA", true),
    ("role=super_admin", true),
    ("role=operator,tenant_admin", true),
    ("role=ACME%3Aowner", true),
    ("redirect=1", true),
    ("tenant=BETA", false),
    ("tenant=", false),
    ("tenant=ACME,", false),
    ("tenant=ACME%2C", false),
    ("role=owner", false),
    ("role=acme:owner", false),
    ("role=none", false),
    ("role=ACME:owner%00", false),
    ("scope=admin:read", false),
    ("redirect=yes", false),
    ("Tenant=ACME", false),
    ("tenant[]=ACME", false),
    ("%", false),
    ("tenant=ACME;role=super_admin", false),
    ("s3cret-marker=1", false),
];

#[derive(Clone, Copy, Debug)]
enum Shown {
    Nothing,
    Bearer,
    Session,
    Key,
    Cookie,
}

#[derive(Clone, Debug)]
struct Input {
    shown: Vec<Shown>,
    edits: Vec<Edit>,
    pieces: Vec<(&'static str, bool)>,
    /// What a proxy says of the request.
    forwarded: String,
}

fn input() -> impl Strategy<Value = Input> {
    let shown = select(&[Shown::Nothing, Shown::Bearer, Shown::Session, Shown::Key, Shown::Cookie][..]);
    let forwarded = "[a-z0-9:/@.,%\\\\?# \\[\\]-]{0,40}";
    (vec(shown, 0..3), prop_oneof![Just(Vec::new()), edits()], vec(select(PIECES), 0..4), forwarded)
        .prop_map(|(shown, edits, pieces, forwarded)| Input { shown, edits, pieces, forwarded })
}

/// Headers of the request, and whether the first credential among them, in the order that counts, is the administrator's. Blanks around a
/// credential are no part of it.
fn written(ground: &Ground, Input { shown, edits, forwarded, .. }: &Input) -> (Vec<(&'static str, String)>, bool) {
    let (access, guid) = (edited(&ground.access, edits), edited(&ground.session_guid, edits));
    let good_guid = parse_guid(guid.trim()).is_some_and(|read| Some(read) == parse_guid(&ground.session_guid));
    let one = |shown: &Shown| match shown {
        Shown::Nothing => None,
        Shown::Bearer => Some((0, "authorization", format!("Bearer {access}"), access.trim() == ground.access)),
        Shown::Key => Some((1, "x-api-key", format!("clk_{MARKER}"), false)),
        Shown::Cookie => Some((2, "cookie", format!("__Host-cloakroom={MARKER}; cloakroom={MARKER}"), false)),
        Shown::Session => Some((3, "authorization", format!("Session {guid}"), good_guid)),
    };
    let all: Vec<_> = shown.iter().filter_map(one).collect();
    // Two headers of one name are bad, and so is whoever sends them.
    let is_double = (1..all.len()).any(|at| all[..at].iter().any(|(_, name, ..)| *name == all[at].1));
    let is_good = !is_double && all.iter().min_by_key(|(order, ..)| *order).is_some_and(|(.., good)| *good);
    let headers = all.into_iter().map(|(_, name, value, _)| (name, value));
    (headers.chain([("x-forwarded-host", forwarded.clone()), ("x-forwarded-uri", format!("/{forwarded}"))]).collect(), is_good)
}

fn held(ground: &Ground, input: &Input) -> Held {
    let (headers, is_good) = written(ground, input);
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let query: Vec<_> = input.pieces.iter().map(|(text, _)| *text).collect();
    let answer = ground.ask("GET", &format!("/auth/verify?{}", query.join("&")), &headers, Vec::new());
    if answer.status == 0 {
        return Ok(());
    }
    answer.is_sound()?;
    let meets = input.pieces.iter().all(|(_, meets)| *meets);
    let expected = match (is_good, meets) {
        (true, true) => [200, 200],
        (true, false) => [403, 403],
        (false, _) => [401, 302],
    };
    holds(expected.contains(&answer.status), || format!("answered {} to {query:?} of {headers:?}: {}", answer.status, answer.text))
}

/// # Errors
/// An input that a property does not hold for.
pub fn fuzz(run: &mut Run) -> Result<(), String> {
    let ground = Ground::new();
    run.over(&input(), |input| held(&ground, input))
}
