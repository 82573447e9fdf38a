//! Short histories, right and wrong.

use super::*;
use crate::history::{Asked, Kind, Probe, Succession, Unexpected};

fn at(began: Moment, told: Moment) -> Asked {
    Asked { began, told, by: 0, request: began }
}

/// A session of user 1 in tenant 1.
fn born(history: &mut History, asked: Asked) -> ThingNumber {
    let groups = vec![Group::User(1), Group::Tenant(1)];
    history.things.push(Thing { kind: Kind::Session, born: asked, of: None, groups });
    history.things.len() - 1
}

fn token_of(history: &mut History, session: ThingNumber, asked: Asked) -> ThingNumber {
    history.things.push(Thing { kind: Kind::AccessToken, born: asked, of: Some(session), groups: Vec::new() });
    history.things.len() - 1
}

fn ended(history: &mut History, scope: Scope, asked: Asked, done: bool) {
    history.ends.push(End { what: "end", scope, asked, done });
}

fn probed(history: &mut History, thing: ThingNumber, asked: Asked, lives: bool) {
    history.probes.push(Probe { thing, asked, lives, last: false, told: String::new() });
}

fn last(history: &mut History, thing: ThingNumber, asked: Asked, lives: bool) {
    history.probes.push(Probe { thing, asked, lives, last: true, told: String::new() });
}

fn faults(history: &History) -> Vec<Fault> {
    check(history).into_iter().map(|violation| violation.fault).collect()
}

const OF_USER: Scope = Scope::All { of: Group::User(1), but: None };

#[test]
fn whoever_began_before_the_acknowledgement_may_be_told_either() {
    for lives in [true, false] {
        let mut history = History::default();
        let session = born(&mut history, at(0, 1));
        ended(&mut history, Scope::One(session), at(10, 20), true);
        probed(&mut history, session, at(9, 40), lives);
        probed(&mut history, session, at(20, 30), lives);
        assert_eq!(faults(&history), [], "{lives}");
    }
}

#[test]
fn valid_after_the_acknowledgement_is_a_fault() {
    let mut history = History::default();
    let session = born(&mut history, at(0, 1));
    ended(&mut history, Scope::One(session), at(10, 20), true);
    probed(&mut history, session, at(21, 22), true);
    assert_eq!(faults(&history), [Fault::Revived]);
}

#[test]
fn what_was_told_to_be_dead_stays_dead() {
    let mut history = History::default();
    let session = born(&mut history, at(0, 1));
    ended(&mut history, Scope::One(session), at(10, 20), false);
    probed(&mut history, session, at(30, 31), true);
    probed(&mut history, session, at(32, 40), false);
    assert_eq!(faults(&history), [], "of unknown outcome: it took effect late");
    probed(&mut history, session, at(41, 42), true);
    assert_eq!(faults(&history), [Fault::Revived]);
}

#[test]
fn dead_without_an_end_is_a_fault() {
    let mut history = History::default();
    let session = born(&mut history, at(0, 1));
    probed(&mut history, session, at(5, 9), false);
    assert_eq!(faults(&history), [Fault::Lost]);
    ended(&mut history, Scope::One(session), at(10, 20), true);
    assert_eq!(faults(&history), [Fault::Lost], "the end began after it had been told");
    history.ends[0].asked = at(8, 20);
    assert_eq!(faults(&history), []);
}

#[test]
fn an_end_of_many_ends_what_was_there_and_nothing_that_came_later() {
    for (birth, early, late) in [(at(0, 9), false, true), (at(5, 15), false, false), (at(15, 30), false, false), (at(21, 30), true, false)]
    {
        let mut history = History::default();
        let session = born(&mut history, birth);
        ended(&mut history, OF_USER, at(10, 20), true);
        probed(&mut history, session, at(40, 50), false);
        assert_eq!(faults(&history), if early { vec![Fault::Lost] } else { vec![] }, "dead, {birth:?}");
        history.probes[0].lives = true;
        assert_eq!(faults(&history), if late { vec![Fault::Revived] } else { vec![] }, "alive, {birth:?}");
    }
}

#[test]
fn an_end_of_many_of_unknown_outcome_may_come_late_but_not_for_ever() {
    for (birth, excused) in [(at(25, 30), true), (at(LINGER + 21, LINGER + 22), false)] {
        let mut history = History::default();
        let session = born(&mut history, birth);
        ended(&mut history, OF_USER, at(10, 20), false);
        probed(&mut history, session, at(LINGER + 40, LINGER + 50), false);
        assert_eq!(faults(&history).is_empty(), excused, "{birth:?}");
    }
}

#[test]
fn the_one_that_is_spared_lives() {
    let mut history = History::default();
    let (spared, other) = (born(&mut history, at(0, 1)), born(&mut history, at(0, 1)));
    ended(&mut history, Scope::All { of: Group::User(1), but: Some(spared) }, at(10, 20), true);
    probed(&mut history, spared, at(30, 31), true);
    probed(&mut history, other, at(30, 31), false);
    assert_eq!(faults(&history), []);
    probed(&mut history, spared, at(32, 33), false);
    assert_eq!(faults(&history), [Fault::Lost]);
}

#[test]
fn another_user_or_tenant_is_not_concerned() {
    for group in [Group::User(2), Group::Tenant(2), Group::Account(1)] {
        let mut history = History::default();
        let session = born(&mut history, at(0, 1));
        ended(&mut history, Scope::All { of: group, but: None }, at(10, 20), true);
        probed(&mut history, session, at(30, 31), false);
        assert_eq!(faults(&history), [Fault::Lost], "{group:?}");
    }
}

#[test]
fn a_token_dies_with_its_session_and_with_its_rotation() {
    let mut history = History::default();
    let session = born(&mut history, at(0, 1));
    let (first, second) = (token_of(&mut history, session, at(0, 1)), token_of(&mut history, session, at(5, 6)));
    ended(&mut history, Scope::One(first), at(5, 6), true);
    probed(&mut history, first, at(7, 8), false);
    probed(&mut history, second, at(7, 8), true);
    assert_eq!(faults(&history), []);
    ended(&mut history, OF_USER, at(10, 20), true);
    probed(&mut history, second, at(21, 22), true);
    assert_eq!(faults(&history), [Fault::Revived]);
    history.probes.pop();
    probed(&mut history, first, at(21, 22), true);
    assert_eq!(faults(&history), [Fault::Revived]);
}

#[test]
fn in_the_end_all_tell_the_same() {
    for (one, two) in [(true, true), (false, false), (true, false), (false, true)] {
        let mut history = History::default();
        let session = born(&mut history, at(0, 1));
        ended(&mut history, Scope::One(session), at(10, 20), false);
        // Asked at the same time, so that neither is told after the other.
        last(&mut history, session, at(30, 40), one);
        last(&mut history, session, at(30, 40), two);
        assert_eq!(faults(&history), if one == two { vec![] } else { vec![Fault::Split] }, "{one} {two}");
    }
}

#[test]
fn a_refresh_token_has_one_successor() {
    let mut history = History::default();
    let session = born(&mut history, at(0, 1));
    for refresh in ["a", "a"] {
        history.successions.push(Succession { from: session, refresh: refresh.into(), asked: at(5, 6) });
    }
    assert_eq!(faults(&history), []);
    history.successions.push(Succession { from: session, refresh: "b".into(), asked: at(5, 6) });
    assert_eq!(faults(&history), [Fault::TwoSuccessors]);
}

#[test]
fn a_wrong_answer_is_a_fault_by_itself() {
    let mut history = History::default();
    history.unexpected.push(Unexpected { what: "500".into(), asked: at(1, 2) });
    assert_eq!(faults(&history), [Fault::Unexpected]);
}

#[test]
fn a_violation_tells_the_whole_story() {
    let mut history = History::default();
    let session = born(&mut history, at(0, 1));
    ended(&mut history, OF_USER, at(10, 20), true);
    probed(&mut history, session, at(21, 22), true);
    let found = check(&history);
    let lines: Vec<_> = found[0].text.lines().skip(1).collect();
    assert_eq!(found[0].thing, Some(session));
    assert!(lines[0].contains("was born") && lines[1].contains("acknowledged (Certain)") && lines[2].contains("told"), "{lines:?}");
}
