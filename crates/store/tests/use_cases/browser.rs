//! Sessions that browsers hold: visits, what a lock costs, and what a new password leaves of the old secret.

use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::policy::Policy;
use cloakroom_engine::secret::{Passcode, SessionSecret};
use cloakroom_engine::sessions::browser::change_password::BrowserPasswordRefusal;
use cloakroom_engine::sessions::browser::visit::{Visit, Visitor};
use cloakroom_engine::sessions::sign_in::SignInRefusal::{InvalidPasscode, Locked};
use cloakroom_engine::sessions::{Authentication, Birth};

use crate::world::{World, seconds, wish};

const ONCE: &str = "one-time-password-of-root";
const CHOSEN: &str = "Chosen-by-root-alone-1";

/// A world whose administrator has yet to choose a password, and whose browser is signed in.
async fn with_root() -> (World, SessionSecret) {
    let world = World::peopled(Policy::default()).await;
    world.engine.create_first_administrator(ONCE.to_owned()).await.unwrap().unwrap();
    let opened = world.engine.sign_in_at_browser(("admin".into(), passcode(ONCE)), None, RequestOrigin::default()).await.unwrap().unwrap();
    assert_eq!(opened.0.birth, Birth::Browser);
    (world, opened.1)
}

fn passcode(text: &str) -> Passcode {
    Passcode::new(text.into())
}

async fn visit(world: &World, secret: &SessionSecret) -> Visit {
    world.engine.visit(secret, &RequestOrigin::default()).await.unwrap()
}

async fn choose(world: &World, secret: &SessionSecret, current: &str) -> Result<SessionSecret, BrowserPasswordRefusal> {
    let passcodes = (passcode(current), passcode(CHOSEN));
    let changed = world.engine.change_password_at_browser(secret, passcodes, &RequestOrigin::default()).await.unwrap();
    changed.map(|(_, secret)| secret)
}

/// A browser's session of a user who has chosen a password.
async fn visitor(world: &World, secret: &SessionSecret) -> Visitor {
    match visit(world, secret).await {
        Visit::SignedIn(visitor) => visitor,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_new_password_gives_the_session_a_new_secret_and_the_old_one_opens_nothing() {
    let (mut world, old) = with_root().await;
    assert!(matches!(visit(&world, &old).await, Visit::PasswordDue(_)));
    let secret = choose(&world, &old, ONCE).await.unwrap();
    assert_eq!(visitor(&world, &secret).await.account.username, "admin");
    assert_eq!(visit(&world, &old).await, Visit::Nobody);
    assert!(world.validate(&old).await.is_err() && world.validate(&secret).await.is_ok());
    assert_eq!(choose(&world, &old, CHOSEN).await.unwrap_err(), BrowserPasswordRefusal::SignedOut);
    // It stands so in the database, and not only in memory.
    world.restart();
    assert_eq!(visit(&world, &old).await, Visit::Nobody);
    assert_eq!(visitor(&world, &secret).await.session.birth, Birth::Browser);
}

#[tokio::test]
async fn a_refused_new_password_leaves_the_secret() {
    let (world, secret) = with_root().await;
    assert!(matches!(choose(&world, &secret, "another-password").await, Err(BrowserPasswordRefusal::Refused(_))));
    assert!(matches!(visit(&world, &secret).await, Visit::PasswordDue(_)));
}

#[tokio::test]
async fn a_visit_moves_the_expiry_when_half_of_it_is_over_and_only_then() {
    let (world, old) = with_root().await;
    let secret = choose(&world, &old, ONCE).await.unwrap();
    let born = visitor(&world, &secret).await.session.activity.expires_at;
    world.advance(21_600);
    let before = visitor(&world, &secret).await;
    assert_eq!((before.is_renewed, before.session.activity.expires_at), (false, born));
    world.advance(1);
    let after = visitor(&world, &secret).await;
    assert_eq!((after.is_renewed, after.session.activity.expires_at), (true, world.now().plus(seconds(43_200))));
    assert!(!visitor(&world, &secret).await.is_renewed);
    world.advance(43_200);
    assert_eq!(visit(&world, &secret).await, Visit::Nobody);
}

#[tokio::test]
async fn whoever_leaves_has_left_everywhere_and_may_leave_again() {
    let (world, secret) = with_root().await;
    world.engine.leave_browser(&secret, &RequestOrigin::default()).await.unwrap();
    world.engine.leave_browser(&secret, &RequestOrigin::default()).await.unwrap();
    assert_eq!(visit(&world, &secret).await, Visit::Nobody);
    let ends: Vec<_> = world.trail().into_iter().filter(|told| told.action == "session.ended").collect();
    assert_eq!(ends.len(), 1);
    assert_eq!(world.count("SELECT count(*) FROM sessions WHERE end_reason = 'closed'"), 1);
}

#[tokio::test]
async fn whoever_signs_in_again_keeps_the_session_under_a_new_secret() {
    let (world, old) = with_root().await;
    let secret = choose(&world, &old, ONCE).await.unwrap();
    let before = visitor(&world, &secret).await.session;
    let again = async |held: &SessionSecret, text: &str| {
        let shown = ("admin".to_owned(), passcode(text));
        world.engine.sign_in_at_browser(shown, Some(held), RequestOrigin::default()).await.unwrap()
    };
    let by_password_now = || Some(Authentication::by_password(world.engine.now()));
    assert_eq!(before.authentication, by_password_now());
    world.advance(60);
    assert_eq!(again(&secret, "wrong").await.unwrap_err(), InvalidPasscode);
    assert!(world.validate(&secret).await.is_ok(), "a refusal takes nothing away");
    let (session, next) = again(&secret, CHOSEN).await.unwrap();
    assert_eq!((session.uid, session.authentication), (before.uid, by_password_now()));
    // As it was remembered before, and as it is read now.
    assert_eq!(visitor(&world, &next).await.session.authentication, by_password_now());
    assert!(world.validate(&secret).await.is_err() && world.validate(&next).await.is_ok());
    // What the browser showed is nobody's any more: then it is a session of its own.
    let (other, _) = again(&secret, CHOSEN).await.unwrap();
    assert_ne!(other.uid, before.uid);
    assert!(world.validate(&next).await.is_ok());
    world.engine.leave_browser(&next, &RequestOrigin::default()).await.unwrap();
    let (after, _) = again(&next, CHOSEN).await.unwrap();
    assert_ne!(after.uid, before.uid, "what has ended stays so");
    assert_eq!(world.count("SELECT count(*) FROM sessions WHERE authentication_methods = 'pwd'"), 3);
}

#[tokio::test]
async fn the_secret_of_another_kind_of_session_is_no_cookie() {
    let world = World::peopled(Policy::default()).await;
    let opened = world.open_as("ada", wish()).await;
    assert_eq!(visit(&world, &opened.secret).await, Visit::Nobody);
    assert_eq!(choose(&world, &opened.secret, ONCE).await.unwrap_err(), BrowserPasswordRefusal::SignedOut);
}

#[tokio::test]
async fn a_locked_name_costs_what_a_wrong_password_costs() {
    let (world, _) = with_root().await;
    let try_as = async |name: &str| {
        let tried = world.engine.sign_in_at_browser((name.into(), passcode("wrong")), None, RequestOrigin::default()).await.unwrap();
        (tried.unwrap_err(), world.meanwhile.spent())
    };
    world.meanwhile.spent();
    for name in ["admin", "nobody"] {
        let (wrong, cost) = try_as(name).await;
        assert_eq!((wrong, cost.len()), (InvalidPasscode, 1));
        for _ in 0..2 {
            try_as(name).await;
        }
        let (locked, paid) = try_as(name).await;
        assert!(matches!(locked, Locked { .. }), "{locked:?}");
        assert_eq!(paid, cost, "{name}");
    }
}
