//! Places in lists: a sealed one opens as itself, for its context alone, and nothing else opens at all.

use cloakroom_engine::keys::{Keyring, MasterKey};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::edits::{Edit, edited, edits};
use crate::ground::{Ground, MARKER};
use crate::run::{Held, Run, broken, holds};

#[derive(Clone, Debug)]
struct Input {
    position: [u8; 16],
    context: Vec<u8>,
    /// Another context, and what is changed of the sealed place.
    other: Vec<u8>,
    flips: Vec<(Index, u8)>,
    /// What is changed of a place that a client was given.
    edits: Vec<Edit>,
}

fn input() -> impl Strategy<Value = Input> {
    let context = || vec(any::<u8>(), 0..40);
    (any::<[u8; 16]>(), context(), context(), vec((any::<Index>(), any::<u8>()), 0..3), edits())
        .prop_map(|(position, context, other, flips, edits)| Input { position, context, other, flips, edits })
}

fn seals(keys: &Keyring, input: &Input) -> Held {
    let sealed = keys.seal_cursor(input.position, &input.context);
    holds(keys.open_cursor(&sealed, &input.context) == Some(input.position), || "a sealed place does not open as itself".into())?;
    let elsewhere = keys.open_cursor(&sealed, &input.other);
    holds(elsewhere.is_none() || input.other == input.context, || "a place opens in another context".into())?;
    let mut altered = sealed;
    for (at, flip) in &input.flips {
        altered[at.index(altered.len())] ^= flip;
    }
    holds(altered == sealed || keys.open_cursor(&altered, &input.context).is_none(), || "an altered place opens".into())
}

fn page(ground: &Ground, place: Option<&str>) -> crate::ground::Answer {
    let mut body = json!({ "session_guid": ground.session_guid, "limit": 1, "unknown": MARKER });
    if let Some(place) = place {
        body["next_token"] = json!(place);
    }
    ground.ask("POST", "/usm/session/list", &[], body.to_string().into_bytes())
}

/// The place behind the first page of a list that has more than one.
fn given(ground: &Ground) -> Result<String, String> {
    for _ in 0..3 {
        let create = json!({ "email": "root@example.com", "passcode": "Correct-horse-7", "orgcode": "ACME" }).to_string();
        ground.ask("POST", "/usm/session/create", &[], create.into_bytes());
    }
    let first: Value = serde_json::from_str(&page(ground, None).text).map_err(|error| error.to_string())?;
    let data = first["data"].as_object().ok_or_else(|| format!("no page: {first}"))?;
    let place = data.iter().find(|(name, value)| name.ends_with("next_token") && value.is_string());
    place.and_then(|(_, value)| value.as_str()).map(str::to_owned).ok_or_else(|| format!("no place in {first}"))
}

/// # Errors
/// An input that a property does not hold for.
pub fn fuzz(run: &mut Run) -> Result<(), String> {
    let (keys, ground) = (Keyring::derive(&MasterKey::from_bytes([3; 32])), Ground::new());
    let given = given(&ground)?;
    run.over(&input(), |input| {
        seals(&keys, input)?;
        let place = edited(&given, &input.edits);
        let answer = page(&ground, Some(&place));
        answer.is_sound()?;
        match answer.status {
            200 if place == given => Ok(()),
            // An empty one means the beginning.
            200 if place.is_empty() => Ok(()),
            400 if place != given => Ok(()),
            status => Err(broken(format!("{place:?} instead of {given:?} is answered with {status}: {}", answer.text))),
        }
    })
}
