//! Refresh tokens: redeemed, now and then twice at once, and again for as long as nobody says what came of it.

use std::time::Instant;

use serde_json::json;

use crate::caller::{AT_LAST, Call, Caller, Reply};
use crate::history::{Asked, End, Kind, Scope, Succession};
use crate::stage::{Held, Holder, Pair, Shown, Target, text};

/// What came of showing a refresh token.
enum Redeemed {
    Pair { access: String, refresh: String, asked: Asked },
    Refused,
    Unknown,
}

impl Caller<'_> {
    /// A refresh token that is redeemed is shown again until its successor is known: later it would be taken for stolen.
    pub fn refresh(&mut self) {
        let holders = self.stage.holders.lock().clone();
        let pairs: Vec<_> = holders.into_iter().filter(|holder| matches!(holder.held, Held::Pair { .. })).collect();
        if pairs.is_empty() {
            return;
        }
        let holder = &*pairs[self.dice.roll(pairs.len())];
        let Held::Pair { pair, busy, .. } = &holder.held else { return };
        let Some(_busy) = busy.try_lock() else { return };
        let before = pair.lock().clone();
        let begun = Instant::now();
        let mut answers = if self.dice.chance(30) { self.redeem_twice(holder, &before) } else { vec![self.redeem(holder, &before)] };
        while answers.iter().all(|answer| matches!(answer, Redeemed::Unknown)) {
            // Meanwhile there is other work: the load must not ebb away while nobody gets an answer.
            (0..10).for_each(|_| self.look());
            assert!(begun.elapsed() < AT_LAST, "nobody says what became of a refresh token");
            answers = vec![self.redeem(holder, &before)];
        }
        let mut given = answers.into_iter().filter_map(|answer| match answer {
            Redeemed::Pair { access, refresh, asked } => Some((access, refresh, asked)),
            Redeemed::Refused | Redeemed::Unknown => None,
        });
        let Some((access, refresh, asked)) = given.next() else { return };
        let generation = self.stage.born(Kind::AccessToken, asked, Some(holder.thing), Vec::new());
        *pair.lock() = Pair { generation, access, refresh };
        let (old, new) = (Target { thing: before.generation, shown: Shown::Access(before.access) }, holder.target());
        self.stage.everything.lock().push(new.clone());
        self.stage.bury(&old);
        self.probe_everywhere(&old);
        self.probe_everywhere(&new);
    }

    /// Two who have the same refresh token, at once.
    fn redeem_twice(&mut self, holder: &Holder, pair: &Pair) -> Vec<Redeemed> {
        let (stage, seed) = (self.stage, self.dice.draw());
        std::thread::scope(|scope| {
            let twin = scope.spawn(move || Caller::new(stage, seed).redeem(holder, pair));
            vec![self.redeem(holder, pair), twin.join().unwrap()]
        })
    }

    fn redeem(&mut self, holder: &Holder, pair: &Pair) -> Redeemed {
        let (process, request) = (self.somewhere(), self.stage.number());
        let call = Call::json("POST", "/user/refreshToken", &json!({ "refreshToken": pair.refresh })).bearing(&pair.access);
        let reply = self.ask(process, request, &call, &[200, 401]);
        let scope = Scope::One(pair.generation);
        match reply {
            Reply::Answered(answer, asked) if answer.status == 200 => {
                let (access, refresh) = (text(&answer.json()["accessToken"]), text(&answer.json()["refreshToken"]));
                let mut history = self.stage.history.lock();
                history.ends.push(End { what: "refresh", scope, asked, done: true });
                history.successions.push(Succession { from: pair.generation, refresh: refresh.clone(), asked });
                Redeemed::Pair { access, refresh, asked }
            }
            Reply::Answered(answer, asked) => {
                // What was current, or just redeemed, is refused for nothing but the end of its session.
                self.told(holder.thing, false, false, &answer, asked);
                self.stage.found_dead(&holder.target());
                Redeemed::Refused
            }
            Reply::Unknown(asked) => {
                self.stage.history.lock().ends.push(End { what: "refresh", scope, asked, done: false });
                Redeemed::Unknown
            }
            Reply::NotDone => Redeemed::Unknown,
        }
    }
}
