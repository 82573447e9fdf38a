//! The runs: one attack after the other, each beside honest callers.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use crate::elsewhere::Attacker;
use crate::honest::{ENDS_EVERY, Seen};
use crate::scene::{Scene, Stage};
use crate::{bodies, secrets, sign_ins, tokens, windows};

/// Does one attacker's part until the run is over, and says how much of it there was.
type Part = fn(&Attacker<'_>, &Scene) -> u64;

/// Each attack: its name, how many attackers there are, what each does, and what is counted.
const ATTACKS: &[(&str, usize, Part, &str)] = &[
    ("no attack", 0, |_, _| 0, ""),
    ("closed windows of HTTP/2", 4, |attacker, _| windows::attack(attacker), "connections of 256 requests"),
    ("unfinished bodies", 4, |attacker, _| bodies::attack(attacker), "requests begun"),
    ("made-up refresh tokens", 16, |attacker, scene| tokens::attack(attacker, &scene.access_token), "answered"),
    ("sign-ins hung up", 2, |attacker, _| sign_ins::hung_up(attacker), "hung up"),
    ("sign-ins refused", 16, |attacker, _| sign_ins::refused(attacker), "answered"),
    ("secrets of clients", 8, |attacker, _| secrets::attack(attacker), "answered"),
];

/// Of all runs together, where `scripts/attacks` runs them.
fn named_seconds() -> Option<u64> {
    let named = std::env::var("CLOAKROOM_ATTACKS_SECONDS").ok().filter(|text| !text.is_empty());
    named.map(|text| text.parse().unwrap())
}

#[test]
fn honest_callers_are_answered_under_each_attack() {
    let seconds = named_seconds().unwrap_or(30);
    // The bounds of time are the optimised binary's, on a machine that does nothing else: as in CI.
    let is_quiet = std::env::var_os("CLOAKROOM_RELEASE_BIN").is_some_and(|binary| !binary.is_empty());
    let each = Duration::from_secs(seconds) / u32::try_from(ATTACKS.len()).unwrap();
    let ends = usize::try_from(each.as_millis() / ENDS_EVERY.as_millis()).unwrap().max(1);
    let (stage, scene) = Scene::set(ends * ATTACKS.len());
    let mut broken = Vec::new();
    for ((name, attackers, part, counted), ends) in ATTACKS.iter().zip(scene.to_be_ended.chunks(ends)) {
        let (seen, done) = run(&stage, &scene, each, ends, *attackers, *part);
        let (told, bounds) = seen.judged(is_quiet);
        let told = if *attackers == 0 { told } else { format!("{told}; {done} {counted}") };
        println!("attacks: {name}: {told}");
        broken.extend(bounds.into_iter().map(|bound| format!("{name}: {bound}")));
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

fn run(stage: &Stage, scene: &Scene, time: Duration, ends: &[String], attackers: usize, part: Part) -> (Seen, u64) {
    let (seen, over) = (Seen::default(), AtomicBool::new(false));
    let done = std::thread::scope(|scope| {
        let attack = || {
            let attacker = Attacker::of(scene.address, &over);
            part(&attacker, scene)
        };
        let attacking: Vec<_> = (0..attackers).map(|_| scope.spawn(attack)).collect();
        seen.call(scope, scene, ends, &over);
        seen.watch(&stage.server, time);
        over.store(true, Relaxed);
        attacking.into_iter().map(|attacker| attacker.join().unwrap()).sum::<u64>()
    });
    (seen, done)
}
