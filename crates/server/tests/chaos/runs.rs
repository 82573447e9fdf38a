//! The runs: a good server under everything that may befall it, and servers with a fault, which must be found.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};

use crate::caller::Caller;
use crate::checker::{self, Fault, Violation};
use crate::database::cluster::Past;
use crate::dice::Dice;
use crate::disturbance::Disturbances;
use crate::doors::{Database, Doors, PROCESSES};
use crate::history::{History, Kind, Scope, ThingNumber};
use crate::load::under_load;
use crate::stage::{Shown, Stage};
use crate::trail::{self, Line};

const CALLERS: usize = 12;
/// Who ask about everything in the end.
const ASKERS: usize = 6;
/// Shown of each kind of violation.
const SHOWN: usize = 3;

/// The seconds of the run, and its seed: repeating that repeats who is asked for what and what befalls whom, though not when.
fn wishes() -> (u64, u64) {
    let number = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty()).map(|text| text.parse().unwrap());
    let chance = || std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0) % 1_000_000;
    (number("CLOAKROOM_CHAOS_SECONDS").unwrap_or(30), number("CLOAKROOM_CHAOS_SEED").unwrap_or_else(chance))
}

/// Every process is asked about everything; they are all started anew, and asked once more.
fn ask_about_everything(stage: &Stage) {
    let everything = stage.everything.lock().clone();
    for restarts in [true, false] {
        std::thread::scope(|scope| {
            for share in everything.chunks(everything.len() / ASKERS + 1) {
                scope.spawn(move || share.iter().for_each(|target| Caller::new(stage, 0).probe_at_last(target)));
            }
        });
        if restarts {
            (0..PROCESSES).for_each(|process| stage.doors.kill(process));
            (0..PROCESSES).for_each(|process| stage.doors.start(process));
        }
    }
}

/// Waits for the background tasks to have sealed and counted everything; the trail.
fn trail_of(past: &Past) -> Vec<Line> {
    let behind = "SELECT 1 FROM epoch_moves WHERE is_stamped = 0 UNION ALL
                  SELECT 1 WHERE (SELECT max(sequence) FROM audit_log) <> (SELECT max(sequence) FROM audit_chain)";
    while !past.rows(behind).is_empty() {}
    let lines = past.rows("SELECT action, request_id, resource_id FROM audit_log ORDER BY sequence").into_iter();
    let line = |mut row: Vec<Option<String>>| {
        let (action, request, resource) = (row[0].take(), row[1].take(), row[2].take());
        let request = request.and_then(|id| id.strip_prefix("chaos-")?.parse().ok());
        Line { action: action.unwrap(), request, resource: resource.unwrap_or_default() }
    };
    lines.map(line).collect()
}

/// Fails with the first violations of each kind and their stories, if there are any.
fn hold_against(violations: &[Violation]) {
    let mut kinds: BTreeMap<Fault, Vec<&Violation>> = BTreeMap::new();
    for violation in violations {
        kinds.entry(violation.fault).or_default().push(violation);
    }
    let counts: Vec<_> = kinds.iter().map(|(fault, found)| format!("{} {fault:?}", found.len())).collect();
    let shown = kinds.values().flat_map(|found| found.iter().take(SHOWN));
    let shown: String = shown.map(|violation| format!("{:?} {}\n", violation.fault, violation.text)).collect();
    assert!(violations.is_empty(), "violations: {}\n{shown}", counts.join(", "));
}

#[test]
fn no_word_is_broken_whatever_befalls_the_processes() {
    let (seconds, seed) = wishes();
    println!("chaos: {seconds} s, seed {seed}");
    let stage = Stage::set(Doors::open(Database::own(), format!("chaos-{seed}"), false));
    let mut befell = Disturbances::default();
    let outage = (seconds / 20).clamp(5, 30);
    let part = Duration::from_secs((seconds.saturating_sub(outage) / 2).max(1));
    let dice = Dice::new(seed);
    under_load(&stage, CALLERS, seed, || {
        befell.go_on(&stage, &dice, Instant::now() + part);
        befell.outage(&stage, Duration::from_secs(outage));
        befell.go_on(&stage, &dice, Instant::now() + part);
    });
    let hits = stage.hits();
    // Whatever there was at that moment: there is something to lose.
    let mut last = Caller::new(&stage, seed);
    last.create();
    last.log_in();
    last.end_one();
    last.create();
    ask_about_everything(&stage);
    let history = std::mem::take(&mut *stage.history.lock());
    let trail = trail_of(&stage.doors.past());
    let verified = stage.doors.run(&["audit", "verify"]);
    hold_against(&[checker::check(&history), trail::check(&history, &trail)].concat());
    assert!(verified.stdout.contains("the trail is whole"), "{verified:?}");
    let counted = "SELECT 1 FROM (SELECT sum(open) AS open, sum(ended) AS ended FROM session_counts) AS counts
                   WHERE (open, ended) = (SELECT count(*) FILTER (WHERE state = 0), count(*) FILTER (WHERE state = 1) FROM sessions)";
    assert_eq!(stage.doors.past().rows(counted).len(), 1, "the counts are not those of the sessions");
    let last = |lives: bool| history.probes.iter().filter(|probe| probe.last && probe.lives == lives).count() / (2 * PROCESSES);
    assert!(last(true) > 0 && last(false) > 0 && befell.kills > 0 && befell.outages == 1, "{befell:?}");
    assert!(hits > 0, "facts in memory answered nothing");
    println!("chaos: held for {seconds} s, seed {seed}: {}, {hits} answers from memory", told(&stage, &history, &befell));
}

/// What was asked and what befell, in numbers.
fn told(stage: &Stage, history: &History, befell: &Disturbances) -> String {
    let creations = history.things.iter().filter(|thing| thing.kind != Kind::AccessToken).count();
    let done = |refreshes: bool| history.ends.iter().filter(|end| end.done && (end.what == "refresh") == refreshes).count();
    let unknown = history.ends.iter().filter(|end| !end.done).count();
    let (requests, put_off, hung_up) = (stage.tally.requests(), stage.tally.put_off.load(SeqCst), stage.tally.hung_up.load(SeqCst));
    let lost: u64 = (0..PROCESSES).map(|process| stage.doors.wire(process).lost()).sum();
    let Disturbances { kills, pauses, cuts, refusals, silences, outages, grown } = befell;
    format!(
        "{requests} requests ({put_off} put off, {hung_up} without an answer), {creations} creations, {} refreshes and {} ends \
         acknowledged, {unknown} of unknown outcome, {} answers about {} credentials; {kills} kills, {pauses} pauses, {cuts} cuts, \
         {refusals} refusals, {silences} silences, {lost} lost commits or answers to them, {outages} outage, in which a process grew by {:.1} MB",
        done(true),
        done(false),
        history.probes.len(),
        history.things.len(),
        *grown as f64 / 1e6,
    )
}

/// A quiet run of the same load, by one caller, so many acts long.
fn quiet(stale: bool) -> Stage {
    let database = Database::shared();
    let name = format!("quiet-{}", database.name());
    let stage = Stage::set(Doors::open(database, name, stale));
    let mut caller = Caller::new(&stage, 7);
    for _ in 0..10 {
        caller.create();
        caller.create();
        caller.log_in();
        caller.make_key();
        caller.end_one();
        (0..5).for_each(|_| caller.act());
    }
    stage
}

/// A session of USM that is as wished, and the label that it has in the database.
fn some_session(stage: &Stage, wanted: impl Fn(&History, ThingNumber) -> bool) -> (ThingNumber, String) {
    let history = stage.history.lock();
    let everything = stage.everything.lock();
    let sessions = everything.iter().filter(|target| matches!(target.shown, Shown::Guid(_))).map(|target| target.thing);
    let thing = sessions.rev().find(|thing| wanted(&history, *thing)).unwrap();
    (thing, format!("chaos-{}", history.things[thing].born.request))
}

fn is_closed(history: &History, thing: ThingNumber) -> bool {
    history.ends.iter().any(|end| end.done && end.what == "close" && end.scope == Scope::One(thing))
}

/// The faults of one thing.
fn faults_of(stage: &Stage, thing: ThingNumber) -> Vec<Fault> {
    let found = checker::check(&stage.history.lock());
    found.into_iter().filter(|violation| violation.thing == Some(thing)).map(|violation| violation.fault).collect()
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    let stage = quiet(false);
    ask_about_everything(&stage);
    let history = std::mem::take(&mut *stage.history.lock());
    hold_against(&[checker::check(&history), trail::check(&history, &trail_of(&stage.doors.past()))].concat());
}

#[test]
fn a_process_behind_a_naive_cache_is_found() {
    let stage = quiet(true);
    let history = stage.history.lock();
    let found = checker::check(&history);
    let revived = |violation: &Violation| violation.fault == Fault::Revived;
    let closed = |violation: &Violation| violation.thing.is_some_and(|thing| is_closed(&history, thing));
    assert!(found.iter().any(|violation| revived(violation) && closed(violation)), "{found:?}");
    assert!(found.iter().all(revived), "and nothing else: {found:?}");
}

#[test]
fn an_end_that_is_undone_is_found() {
    let stage = quiet(false);
    let (thing, label) = some_session(&stage, is_closed);
    assert_eq!(faults_of(&stage, thing), []);
    let undo = format!("UPDATE sessions SET state = 0, ended_at = NULL, end_reason = NULL, ended_by = NULL WHERE label = '{label}'");
    assert_eq!(stage.doors.past().execute(&undo, &[]), 1);
    ask_about_everything(&stage);
    assert_eq!(faults_of(&stage, thing), [Fault::Revived]);
}

#[test]
fn a_creation_that_is_lost_is_found() {
    let stage = quiet(false);
    let (thing, label) = some_session(&stage, |history, thing| checker::Index::of(history).ends(thing).is_empty());
    assert_eq!(faults_of(&stage, thing), []);
    let row = format!("(SELECT number FROM sessions WHERE label = '{label}')");
    stage.doors.past().batch(&format!("DELETE FROM session_touches WHERE session_number = {row}"));
    assert_eq!(stage.doors.past().execute(&format!("DELETE FROM sessions WHERE label = '{label}'"), &[]), 1);
    ask_about_everything(&stage);
    assert_eq!(faults_of(&stage, thing), [Fault::Lost]);
}

#[test]
fn a_line_that_is_missing_from_the_trail_is_found() {
    let stage = quiet(false);
    let (thing, _) = some_session(&stage, is_closed);
    let history = stage.history.lock();
    let mut trail = trail_of(&stage.doors.past());
    assert!(trail::check(&history, &trail).is_empty());
    let of_end = history.ends.iter().find(|end| end.done && end.scope == Scope::One(thing)).unwrap().asked.request;
    trail.retain(|line| line.request != Some(of_end));
    let found = trail::check(&history, &trail);
    assert_eq!(found.iter().map(|violation| violation.thing).collect::<Vec<_>>(), [Some(thing)]);
}
