//! What befalls the processes: they are killed and paused, cut off from PostgreSQL, and PostgreSQL goes away.

use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};

use crate::caller::Caller;
use crate::dice::Dice;
use crate::doors::PROCESSES;
use crate::stage::Stage;
use crate::wire::Loss;

/// How often what befell them.
#[derive(Default, Debug)]
pub struct Disturbances {
    pub kills: u64,
    pub pauses: u64,
    pub cuts: u64,
    /// New connections were refused for a moment.
    pub refusals: u64,
    /// Nothing went through and nobody hung up.
    pub silences: u64,
    pub outages: u64,
    /// Bytes, the most that any process took on in one.
    pub grown: u64,
}

/// Memory that a process may take on while PostgreSQL is away.
const GROWTH: u64 = 64 << 20;

impl Disturbances {
    /// One after the other, a kill first, with some requests between them.
    pub fn go_on(&mut self, stage: &Stage, dice: &Dice, until: Instant) {
        let mut next = 0;
        while Instant::now() < until {
            let process = dice.roll(PROCESSES);
            match next % 6 {
                0 => self.kill(stage, dice, process),
                1 => {
                    stage.doors.pause(process);
                    end_elsewhere(stage, dice, process);
                    wait(stage, dice);
                    stage.doors.resume(process);
                    ask_for_the_ended(stage, process);
                    self.pauses += 1;
                }
                2 => {
                    stage.doors.wire(process).cut();
                    end_elsewhere(stage, dice, process);
                    ask_for_the_ended(stage, process);
                    self.cuts += 1;
                }
                3 => {
                    stage.doors.wire(process).refuse(true);
                    stage.doors.wire(process).cut();
                    end_elsewhere(stage, dice, process);
                    wait(stage, dice);
                    stage.doors.wire(process).refuse(false);
                    ask_for_the_ended(stage, process);
                    self.refusals += 1;
                }
                4 => lose(stage, dice, process),
                _ => {
                    stage.doors.wire(process).hold(true);
                    end_elsewhere(stage, dice, process);
                    wait(stage, dice);
                    if dice.chance(50) {
                        stage.doors.wire(process).cut();
                    }
                    stage.doors.wire(process).hold(false);
                    ask_for_the_ended(stage, process);
                    self.silences += 1;
                }
            }
            next = if dice.chance(50) { next + 1 } else { dice.roll(6) };
            stage.watch(20 + dice.draw() % 200, Duration::from_secs(3));
        }
    }

    fn kill(&mut self, stage: &Stage, dice: &Dice, process: usize) {
        stage.doors.kill(process);
        end_elsewhere(stage, dice, process);
        stage.watch(dice.draw() % 50, Duration::from_millis(500));
        stage.doors.start(process);
        ask_for_the_ended(stage, process);
        self.kills += 1;
    }

    /// PostgreSQL is stopped and started again under the load: nobody is told anything but to come back, no process takes more
    /// than so much memory, and all of them go on by themselves.
    pub fn outage(&mut self, stage: &Stage, lasts: Duration) {
        let mut postgres = stage.doors.postgres();
        let before = stage.doors.resident();
        let put_off = stage.tally.put_off.load(SeqCst);
        postgres.stop();
        stage.outages.fetch_add(1, SeqCst);
        let until = Instant::now() + lasts;
        while Instant::now() < until {
            stage.watch(100, until - Instant::now());
            for (process, (now, before)) in stage.doors.resident().into_iter().zip(&before).enumerate() {
                self.grown = self.grown.max(now.saturating_sub(*before));
                assert!(now <= before + GROWTH, "process {process} grew from {before} to {now} bytes while PostgreSQL was away");
            }
        }
        assert!(stage.tally.put_off.load(SeqCst) > put_off, "nobody noticed");
        stage.outages.fetch_add(1, SeqCst);
        postgres.start_again();
        drop(postgres);
        self.outages += 1;
        for process in 0..PROCESSES {
            // A process that does not recover fails the test by its time.
            let begun = Instant::now();
            let (mut client, _) = stage.client(process).unwrap();
            while client.get("/readyz").status != 200 {
                assert!(begun.elapsed() < Duration::from_secs(120), "process {process} does not recover");
            }
        }
    }
}

/// Some that every process knows to live end in the others, while this one is not well.
fn end_elsewhere(stage: &Stage, dice: &Dice, process: usize) {
    let mut caller = Caller::avoiding(stage, dice.draw(), process);
    (0..3).for_each(|_| caller.end_one());
}

/// What ended while a process was not well, it is asked for as soon as it is.
fn ask_for_the_ended(stage: &Stage, process: usize) {
    let mut caller = Caller::new(stage, 0);
    for target in stage.ended_last(6) {
        caller.probe(&target, process, false);
    }
}

/// Some commits vanish, or the answers to them.
fn lose(stage: &Stage, dice: &Dice, process: usize) {
    for _ in 0..3 {
        stage.doors.wire(process).lose(if dice.chance(50) { Loss::Commit } else { Loss::Answer });
        stage.watch(50, Duration::from_millis(500));
    }
    // A process that starts has to.
    stage.doors.wire(process).lose(Loss::Nothing);
}

/// While a process is not well: short, and now and then longer than PostgreSQL bears with whoever holds the turn to write.
fn wait(stage: &Stage, dice: &Dice) {
    let millis = if dice.chance(20) { 2000 + dice.draw() % 2000 } else { 50 + dice.draw() % 600 };
    stage.watch(u64::MAX >> 1, Duration::from_millis(millis));
}
