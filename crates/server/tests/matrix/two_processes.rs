//! The cells of two processes over one PostgreSQL: born and asked in one of them until its memory answers, ended in the other one, and
//! dead in the first one at once, however it is asked.

use std::collections::BTreeSet;

use serde_json::json;

use crate::births::Birth;
use crate::cells::{Asked, CELLS, every_cell, policy, run};
use crate::classified::Role;
use crate::ends::{End, Reach, ends};
use crate::pages;
use crate::support::Answer;
use crate::world::World;

/// A question that facts in memory may answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remembered {
    credential: String,
    asking: Asking,
    /// Whether it was given to the portal: that may end while its session lives.
    is_given: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Asking {
    /// By the secret of a session.
    Validation,
    /// By a browser's cookie.
    Visit,
    /// A proxy's, by a browser's cookie.
    Verification,
    /// By an access token, of the user or of the portal.
    Call,
    /// By an application, which is itself remembered.
    Introspection,
}

impl Asking {
    /// How often memory answers where it knows everything: an introspection asks about the client, too.
    const fn hits(self) -> u64 {
        match self {
            Self::Validation | Self::Visit | Self::Verification | Self::Call => 1,
            Self::Introspection => 2,
        }
    }
}

impl World {
    fn hits(&self) -> u64 {
        // What `cloakroom_live_hits_total` tells.
        self.server.database.live_stats().hits
    }

    /// All that follows happens in the other process, where there is one. What this one had to save by then, its background tasks have
    /// saved.
    pub async fn cross(&mut self) {
        if let Some(there) = &mut self.there {
            self.server.engine.save_touches(false, 100).await.unwrap();
            std::mem::swap(&mut self.server, there);
        }
    }

    /// Every question about the subject that memory may answer, asked here until it does; none where there is one process.
    pub async fn remembered(&self) -> Vec<Remembered> {
        if self.there.is_none() {
            return Vec::new();
        }
        let questions = self.questions();
        for question in &questions {
            assert!(self.tells_live(question).await, "{question:?}");
            let before = self.hits();
            assert!(self.tells_live(question).await, "{question:?}");
            assert_eq!(self.hits(), before + question.asking.hits(), "memory answers {question:?}");
        }
        questions
    }

    fn questions(&self) -> Vec<Remembered> {
        let subject = &self.subject;
        let ask = |credential: &String, asking, is_given| Remembered { credential: credential.clone(), asking, is_given };
        let mut questions: Vec<_> = subject.guid.iter().map(|guid| ask(guid, Asking::Validation, false)).collect();
        let by_cookie = |cookie| [Asking::Visit, Asking::Verification].map(|asking| ask(cookie, asking, false));
        questions.extend(subject.cookie.iter().flat_map(by_cookie));
        for (pair, is_given) in [(&subject.pair, false), (&subject.given, true)] {
            let access = pair.iter().map(|pair| &pair.access);
            questions.extend(access.flat_map(|access| [Asking::Call, Asking::Introspection].map(|asking| ask(access, asking, is_given))));
        }
        questions.extend(subject.published.iter().flatten().map(|token| ask(token, Asking::Introspection, false)));
        questions
    }

    async fn tells_live(&self, Remembered { credential, asking, is_given }: &Remembered) -> bool {
        match asking {
            Asking::Validation => lives(&self.server.with_guid("session/validate", credential).await, 200),
            Asking::Visit => {
                let answer = self.server.send(pages::visit("/", credential)).await;
                let led = answer.header("location").unwrap_or_else(|| panic!("{}", answer.text));
                assert!(["/console", "/login"].contains(&led), "{led}");
                led == "/console"
            }
            Asking::Verification => lives(&self.server.send(pages::visit("/auth/verify", credential)).await, 200),
            // The portal is known, and entitled to nothing.
            Asking::Call => {
                let answer = self.bearing(credential, "GET", "/api/v1/admin/audit/actions", None).await;
                lives(&answer, if *is_given { 403 } else { 200 })
            }
            Asking::Introspection => {
                let answer = self.form("watch", "/oauth/introspect", &format!("token={credential}")).await;
                assert_eq!(answer.status, 200, "{}", answer.text);
                answer.body["active"] == json!(true)
            }
        }
    }

    /// Asks what was remembered here before the end, which the other process has just acknowledged. Which of the questions comes first
    /// differs from one end to the next: the first one alone finds memory as the end left it.
    pub async fn ask_at_once(&self, end: &End, remembered: &[Remembered]) {
        let place = ends().position(|other| other.name == end.name).unwrap();
        for nth in 0..remembered.len() {
            let question = &remembered[(place + nth) % remembered.len()];
            let lives = self.shown().lives() && (end.reach != Reach::Given || !question.is_given) && self.is_shown(question);
            assert_eq!(self.tells_live(question).await, lives, "the question {nth} after {}: {question:?}", end.name);
        }
    }

    /// Whether the subject still shows this: a browser gets another secret with a new password.
    fn is_shown(&self, Remembered { credential, asking, .. }: &Remembered) -> bool {
        match asking {
            Asking::Validation => self.subject.guid.as_ref() == Some(credential),
            Asking::Visit | Asking::Verification => self.subject.cookie.as_ref() == Some(credential),
            Asking::Call | Asking::Introspection => true,
        }
    }
}

fn lives(answer: &Answer, alive: u16) -> bool {
    // 404: a secret that was replaced is nobody's.
    assert!([alive, 401, 404].contains(&answer.status), "{}", answer.text);
    answer.status == alive
}

/// The lists are left out: they are read from the database whoever is asked.
async fn cell(birth: Birth, end: &'static End) -> Asked {
    let mut world = World::of_two(policy(end), birth).await;
    world.probe(true, true).await;

    world.perform(end).await;
    let is_given = end.reach != Reach::Given;
    world.gather(Some(end)).await;
    // Whoever was asked at once for a secret has recorded the end.
    let is_first = world.subject.guid.is_none();
    world.probe(is_first, is_given).await;

    world.cross().await;
    world.server.upkeep().await;
    world.cross().await;
    if world.undo(end).await {
        assert!(world.gather(None).await, "{}", end.name);
    }
    world.probe(false, is_given).await;
    world.asked
}

/// Every end once, of a session of each birth in turn.
fn every_end_once() -> Vec<(Birth, &'static End)> {
    let born = |end: &End| CELLS.map(|(birth, _)| birth).into_iter().filter(|birth| end.needs.has(*birth)).collect::<Vec<_>>();
    let turns = ends().enumerate().map(|(turn, end)| (born(end), turn, end));
    turns.map(|(born, turn, end)| (born[turn % born.len()], end)).collect()
}

/// All cells where `CLOAKROOM_MATRIX=whole`, and else as many as every birth, every end and every question need: a cell has a database of
/// PostgreSQL copied.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_process_ends_is_dead_in_the_other_at_once() {
    let cells = match std::env::var("CLOAKROOM_MATRIX").as_deref() {
        Ok("whole") => every_cell(),
        Ok(other) => panic!("CLOAKROOM_MATRIX is {other}, and not whole"),
        Err(_) => every_end_once(),
    };
    let by: BTreeSet<_> = cells.iter().map(|(_, end)| end.name).collect();
    assert_eq!(by.len(), ends().count(), "every end has a name of its own, and a cell");
    run(cells, cell, &[Role::Births, Role::Ends, Role::Checks]).await;
}
