//! Ending the sessions of a list.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::pretender::Pretender;
use crate::scene::Scene;

fn ids(scene: &Scene, words: &[&str]) -> Vec<String> {
    let lines = scene.run(&[&["session", "ls", "--json"], words].concat()).lines();
    lines.iter().map(|session| session["id"].as_str().unwrap().to_owned()).collect()
}

fn tally(stdout: &str) -> Value {
    serde_json::from_str(stdout).unwrap_or_else(|_| panic!("{stdout}"))
}

#[test]
fn of_a_list_each_is_told_apart() {
    let scene = Scene::new();
    for file in ["1.guid", "2.guid", "3.guid", "4.guid"] {
        scene.sign_in("bob", file);
    }
    let (_, ada) = scene.sign_in("ada", "ada.guid");
    scene.log_in("root");
    let all = ids(&scene, &["--everyone"]);
    assert_eq!(all.len(), 6);
    let own = ids(&scene, &[]);
    assert_eq!(own.len(), 1);
    let ended = all.iter().find(|id| !own.contains(id)).unwrap();
    assert_eq!(scene.run(&["session", "end", ended]).code, 0);
    let last = if own[0].ends_with('x') { 'y' } else { 'x' };
    let unknown = format!("{}{last}", &own[0][..own[0].len() - 1]);
    // The session that asks stands first, and is ended last.
    let records = scene.run(&["session", "ls", "--everyone", "--json"]).stdout;
    let list = scene.secret_file("list", &format!("{}\n# a comment\n{records}\n{ended}\n{unknown}\nses_1\n{unknown}\n", own[0]));
    let left = scene.run(&["session", "end", "--from", &list, "--yes", "--json"]);
    assert_eq!(left.code, 4, "{left:?}");
    assert_eq!(tally(&left.stdout), json!({ "ended": 5, "had_ended": 1, "not_found": 2, "left": 0 }));
    let missing: BTreeSet<_> = left.stderr.lines().filter_map(|line| line.strip_prefix("not found: ")).collect();
    assert_eq!(missing, BTreeSet::from([unknown.as_str(), "ses_1"]), "{left:?}");
    assert_eq!(scene.run(&["session", "ls"]).code, 3);
    assert_eq!(scene.run(&["usm", "session", "validate", "--session-guid-file", &ada]).code, 3);
    scene.log_in("root");
    let again = scene.run(&["session", "end", &all[0], &all[1], &all[2], "--json"]);
    assert_eq!((again.code, tally(&again.stdout)), (0, json!({ "ended": 0, "had_ended": 3, "not_found": 0, "left": 0 })));
}

#[test]
fn a_user_ends_a_list_of_ones_own_alone() {
    let scene = Scene::new();
    scene.sign_in("bob", "1.guid");
    scene.sign_in("bob", "2.guid");
    let (_, ada) = scene.sign_in("ada", "ada.guid");
    scene.log_in("root");
    let all: BTreeSet<_> = ids(&scene, &["--everyone"]).into_iter().collect();
    assert_eq!(scene.run(&["logout"]).code, 0);
    scene.log_in("bob");
    let own: BTreeSet<_> = ids(&scene, &[]).into_iter().collect();
    let others = all.difference(&own).cloned().collect::<Vec<_>>();
    assert_eq!((own.len(), others.len()), (3, 2));
    // As in `session ls --json | session end --from -`, with what is not one's own beside it.
    let mut command = Command::new(env!("CARGO_BIN_EXE_cloakroom"));
    command.env_clear().env("CLOAKROOM_PROFILES", scene.profiles()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.args(["session", "end", "--profile", "acme", "--from", "-", "--yes", "--json"]).spawn().unwrap();
    let list = format!("{}{}\n", scene.run(&["session", "ls", "--json"]).stdout, others.join("\n"));
    child.stdin.take().unwrap().write_all(list.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    let told = tally(&String::from_utf8(output.stdout).unwrap());
    assert_eq!(told, json!({ "ended": 3, "had_ended": 0, "not_found": 2, "left": 0 }));
    assert_eq!(scene.run(&["usm", "session", "validate", "--session-guid-file", &ada]).code, 0);
}

#[test]
fn a_list_that_is_none_asks_nothing() {
    let scene = Scene::new();
    let (guid, _) = scene.sign_in("bob", "1.guid");
    scene.log_in("bob");
    let list = scene.secret_file("list", &format!("# what was pasted\n{guid}\n"));
    for words in
        [&["--from", &list][..], &[&guid], &["--from", "/nowhere/list"], &["--from", &list, "--others"], &["ses_1", "--from", &list]]
    {
        let refused = scene.run(&[&["session", "end"], words].concat());
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{words:?} {refused:?}");
        assert!(!refused.stderr.contains(&guid), "{refused:?}");
    }
    assert_eq!(ids(&scene, &[]).len(), 2);
    let nothing = scene.run(&["session", "end", "--from", &scene.secret_file("empty", "\n"), "--json"]);
    assert_eq!((nothing.code, tally(&nothing.stdout)), (0, json!({ "ended": 0, "had_ended": 0, "not_found": 0, "left": 0 })));
}

/// How a pretender takes the calls to end something: from the first on for so many, and then in another way.
struct Ends {
    pretender: Pretender,
    seen: Arc<AtomicUsize>,
    /// After how many, and how.
    then: Arc<Mutex<(usize, Option<u16>)>>,
    reached: mpsc::Receiver<()>,
}

impl Ends {
    fn start() -> Self {
        let (seen, then) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new((usize::MAX, None))));
        let (tell, reached) = mpsc::channel();
        let (counted, turn) = (seen.clone(), then.clone());
        let pretender = Pretender::start(move |first| {
            let answer = |status, body| Some((status, SystemTime::now(), body));
            if first.starts_with("POST /oauth/token") {
                return answer(200, r#"{"access_token":"at","token_type":"Bearer","expires_in":3600,"scope":"admin:write"}"#);
            }
            if !first.starts_with("DELETE /api/v1/admin/sessions/ses_") {
                return answer(403, r#"{"detail":"no"}"#);
            }
            let (after, status) = *turn.lock().unwrap();
            if counted.fetch_add(1, Ordering::SeqCst) < after {
                return answer(204, "");
            }
            let _ = tell.send(());
            status.and_then(|status| answer(status, "{}"))
        });
        Self { pretender, seen, then, reached }
    }

    /// From now on so many are taken, and the others get this status, or no answer.
    fn take(&self, after: usize, status: Option<u16>) {
        self.seen.store(0, Ordering::SeqCst);
        *self.then.lock().unwrap() = (after, status);
    }
}

#[test]
fn what_was_interrupted_is_gone_on_with() {
    let scene = Scene::new();
    let ends = Ends::start();
    let base_url = ends.pretender.base_url();
    scene.write_profiles(&format!("[acme]\nbase_url = \"{base_url}\"\nclient_id = \"shop\"\nclient_secret = \"s\"\n"));
    let list: String = (0..200).map(|number| format!("ses_{number}\n")).collect();
    let list = scene.secret_file("list", &list);
    let words = ["session", "end", "--profile", "acme", "--from", &list, "--yes", "--json"];

    ends.take(5, None);
    let mut command = Command::new(env!("CARGO_BIN_EXE_cloakroom"));
    command.env_clear().env("CLOAKROOM_PROFILES", scene.profiles()).args(words).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    ends.reached.recv_timeout(Duration::from_secs(300)).unwrap();
    // The first asks to finish what is under way, which nothing will; of several at once the system may deliver one.
    while child.try_wait().unwrap().is_none() {
        rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::INT).unwrap();
        std::thread::yield_now();
    }
    let output = child.wait_with_output().unwrap();
    let (told, said) = (tally(&String::from_utf8(output.stdout).unwrap()), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.code() == Some(130) && said.contains("the same command goes on"), "{:?} {said}", output.status);
    let (ended, left) = (told["ended"].as_u64().unwrap(), told["left"].as_u64().unwrap());
    assert!(ended <= 5 && ended + left == 200, "{told}");

    ends.take(20, Some(401));
    let refused = scene.run_with(&[], &words);
    assert!(refused.code == 3 && refused.stderr.contains("the same command goes on"), "{refused:?}");
    assert!(tally(&refused.stdout)["left"].as_u64().unwrap() >= 180, "{refused:?}");

    ends.take(usize::MAX, None);
    let whole = scene.run_with(&[], &words);
    assert_eq!((whole.code, tally(&whole.stdout)), (0, json!({ "ended": 200, "had_ended": 0, "not_found": 0, "left": 0 })));
    // No terminal: a line for each tenth.
    let tenths: Vec<_> = whole.stderr.lines().collect();
    assert_eq!((tenths.len(), tenths[4]), (10, "done 50 % of 200"), "{whole:?}");
}
