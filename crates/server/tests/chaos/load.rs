//! What callers do all the time: sign in, look, refresh, end one, end many.

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

use serde_json::json;

use crate::caller::{Call, Caller, Ending, Reply};
use crate::doors::{PASSWORD, TENANTS, USERS};
use crate::history::{Group, Kind, Scope};
use crate::stage::{Held, Holder, Pair, Stage, Target, groups_of, text};

/// So many hold something at a time, more or less.
const HOLDERS: usize = 150;
/// Whose sessions end one by one, and not with others: whatever becomes of the ends of many, it is known what lives of theirs.
const CALM: [&str; 2] = ["c0", "c1"];

impl Caller<'_> {
    /// Until it is over.
    pub fn live(&mut self) {
        while !self.stage.over.load(SeqCst) {
            self.act();
        }
    }

    pub fn act(&mut self) {
        let room = self.stage.holders.lock().len() < HOLDERS;
        match self.dice.roll(1000) {
            0..50 if room => self.create(),
            50..100 if room => self.log_in(),
            100..130 if room => self.make_key(),
            ..640 => self.look(),
            640..760 => self.look_back(),
            760..850 => self.refresh(),
            850..955 => self.end_one(),
            955..985 => self.end_of_user(),
            985..995 => self.end_of_account(),
            _ => self.end_of_tenant(),
        }
    }

    fn any(&self) -> Option<Arc<Holder>> {
        let holders = self.stage.holders.lock();
        (!holders.is_empty()).then(|| holders[self.dice.roll(holders.len())].clone())
    }

    pub fn create(&mut self) {
        let (user, process, request) = (self.dice.roll(USERS.len()), self.somewhere(), self.stage.number());
        let email = format!("{}@example.com", USERS[user]);
        // By its label it is found in the database.
        let body = json!({ "email": email, "passcode": PASSWORD, "session_label": format!("chaos-{request}") });
        let reply = self.ask(process, request, &Call::usm("session/create", &body), &[200, 409]);
        let Reply::Answered(answer, asked) = reply else { return };
        if answer.status == 200 {
            let groups = groups_of(user);
            let thing = self.stage.born(Kind::Session, asked, None, groups.clone());
            self.meet(Holder { thing, held: Held::Guid(answer.guid()), groups });
        }
    }

    pub fn log_in(&mut self) {
        let (user, process, request) = (self.dice.roll(USERS.len()), self.somewhere(), self.stage.number());
        let body = json!({ "username": USERS[user], "password": PASSWORD });
        let reply = self.ask(process, request, &Call::json("POST", "/user/login", &body), &[200, 409]);
        let Reply::Answered(answer, asked) = reply else { return };
        if answer.status == 200 {
            let groups = groups_of(user);
            let thing = self.stage.born(Kind::Session, asked, None, groups.clone());
            let generation = self.stage.born(Kind::AccessToken, asked, Some(thing), Vec::new());
            let (access, refresh) = (text(&answer.json()["accessToken"]), text(&answer.json()["refreshToken"]));
            let (uid, pair) = (session_of(&access), Pair { generation, access, refresh }.into());
            self.meet(Holder { thing, held: Held::Pair { pair, busy: ().into(), uid }, groups });
        }
    }

    pub fn make_key(&mut self) {
        let (account, process, request) = (self.dice.roll(self.stage.accounts.len()), self.somewhere(), self.stage.number());
        let body = self.of_account(account);
        let reply = self.ask(process, request, &Call::usm("api_key/create", &body), &[200]);
        let Reply::Answered(answer, asked) = reply else { return };
        if answer.status == 200 {
            let groups = vec![Group::Account(account)];
            let thing = self.stage.born(Kind::ApiKey, asked, None, groups.clone());
            let (key, id) = (text(&answer.json()["data"]["api_key"]), text(&answer.json()["data"]["api_key_id"]));
            self.meet(Holder { thing, held: Held::ApiKey { text: key, id }, groups });
        }
    }

    fn of_account(&self, account: usize) -> serde_json::Value {
        json!({ "session_guid": self.stage.keeper, "orgcode": TENANTS[0], "service_account_id": self.stage.accounts[account] })
    }

    /// Everybody knows what is new.
    fn meet(&mut self, holder: Holder) {
        let holder = self.stage.hold(holder);
        self.probe_everywhere(&holder.target());
    }

    pub fn look(&mut self) {
        let Some(holder) = self.any() else { return };
        let process = self.somewhere();
        self.probe(&holder.target(), process, false);
    }

    /// At one that is ended.
    fn look_back(&mut self) {
        let process = self.somewhere();
        if let Some(target) = self.stage.ended(self.dice.roll(1000)) {
            self.probe(&target, process, false);
        }
    }

    /// Ends one, by whoever may.
    pub fn end_one(&mut self) {
        let Some(holder) = self.any() else { return };
        match &holder.held {
            Held::Guid(guid) => {
                let call = Call::usm("session/close", &json!({ "session_guid": guid }));
                self.end_holder(&holder, holder.target(), "close", &call, &[200, 401, 404]);
            }
            Held::ApiKey { id, .. } => {
                let mut body = json!({ "session_guid": self.stage.keeper, "orgcode": TENANTS[0] });
                body["api_key_id"] = json!(id);
                self.end_holder(&holder, holder.target(), "api_key/revoke", &Call::usm("api_key/revoke", &body), &[200]);
            }
            Held::Pair { busy, uid, .. } => {
                // Were it refreshed meanwhile, it would be the token and not the session that is refused.
                if let Some(_busy) = busy.try_lock() {
                    self.end_tokens(&holder, uid);
                }
            }
        }
    }

    fn end_tokens(&mut self, holder: &Holder, uid: &str) {
        let Held::Pair { pair, .. } = &holder.held else { return };
        let (pair, nothing) = (pair.lock().clone(), serde_json::Value::Null);
        let target = holder.target();
        match self.dice.roll(4) {
            0 => {
                let call = Call::json("POST", "/user/logout", &nothing).bearing(&pair.access);
                self.end_holder(holder, target, "logout", &call, &[200, 401]);
            }
            1 => {
                let call = Call::json("DELETE", &format!("/api/v1/me/sessions/{uid}"), &nothing).bearing(&pair.access);
                self.end_holder(holder, target, "own", &call, &[200, 401, 404]);
            }
            2 => {
                let call = Call::json("DELETE", &format!("/api/v1/admin/sessions/{uid}"), &nothing).bearing(&self.stage.root);
                self.end_holder(holder, target, "by an administrator", &call, &[204, 404]);
            }
            _ => {
                let token = if self.dice.chance(50) { &pair.access } else { &pair.refresh };
                // Answered alike whether or not there was anything to end: it is dead in either case.
                self.end_holder(holder, target, "oauth/revoke", &Call::form("/oauth/revoke", token), &[200]);
            }
        }
    }

    fn end_holder(&mut self, holder: &Holder, target: Target, what: &'static str, call: &Call, expected: &[u16]) {
        match self.end(what, Scope::One(holder.thing), call, expected) {
            Ending::Done => {
                self.probe_everywhere(&target);
            }
            Ending::Refused(answer, asked) if matches!(answer.status, 401 | 404) => {
                self.told(holder.thing, false, false, &answer, asked);
                self.stage.found_dead(&target);
            }
            // Somebody will try again.
            Ending::Refused(..) | Ending::Unknown => {}
        }
    }

    /// Some or all sessions of a user, by themselves or by an administrator.
    fn end_of_user(&mut self) {
        let Some(holder) = self.any() else { return };
        let Some(Group::User(user)) = holder.groups.first().copied() else { return };
        if CALM.contains(&USERS[user]) {
            return;
        }
        let (scope, but_this) = (|but| Scope::All { of: Group::User(user), but }, Some(holder.thing));
        match &holder.held {
            Held::Guid(guid) if self.dice.chance(70) => {
                let body = json!({ "session_guid": guid });
                let (what, scope, route) = match self.dice.chance(50) {
                    true => ("other devices", scope(but_this), "session/logout_other_devices"),
                    false => ("everywhere", scope(None), "session/logout_everywhere"),
                };
                self.end_many(what, scope, &Call::usm(route, &body), &[200, 401, 404], Some(&holder));
            }
            _ => {
                let body = json!({ "user_id": self.stage.user_ids[user] });
                let call = Call::json("POST", "/api/v1/admin/sessions/revoke-all", &body).bearing(&self.stage.root);
                self.end_many("of a user", scope(None), &call, &[200], None);
            }
        }
    }

    fn end_of_account(&mut self) {
        let account = self.dice.roll(self.stage.accounts.len());
        let call = Call::usm("api_key/revoke_all", &self.of_account(account));
        self.end_many("of an account", Scope::All { of: Group::Account(account), but: None }, &call, &[200], None);
    }

    fn end_of_tenant(&mut self) {
        let tenant = self.dice.roll(TENANTS.len());
        let path = format!("/api/v1/tenants/{}/sessions/revoke-all", self.stage.tenant_ids[tenant]);
        let call = Call::json("POST", &path, &json!({})).bearing(&self.stage.root);
        self.end_many("of a tenant", Scope::All { of: Group::Tenant(tenant), but: None }, &call, &[200], None);
    }

    /// Ends many; `by` is the session that asks, where it is one of them.
    fn end_many(&mut self, what: &'static str, scope: Scope, call: &Call, expected: &[u16], by: Option<&Holder>) {
        let Scope::All { of, .. } = scope else { return };
        match (self.end(what, scope, call, expected), by) {
            (Ending::Done, _) => {
                let concerned = |holder: &&Arc<Holder>| holder.groups.contains(&of);
                let some: Vec<_> = self.stage.holders.lock().iter().filter(concerned).take(5).map(|holder| holder.target()).collect();
                some.iter().for_each(|target| self.probe_everywhere(target));
            }
            (Ending::Refused(answer, asked), Some(holder)) if matches!(answer.status, 401 | 404) => {
                self.told(holder.thing, false, false, &answer, asked);
                self.stage.found_dead(&holder.target());
            }
            _ => {}
        }
    }
}

/// The session that an access token names.
fn session_of(access: &str) -> String {
    use base64::Engine as _;
    let claims = access.split('.').nth(1).unwrap();
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    text(&claims["sid"])
}

/// Runs so many callers until the stage says that it is over, while `meanwhile` runs here.
pub fn under_load<T>(stage: &Stage, callers: usize, seed: u64, meanwhile: impl FnOnce() -> T) -> T {
    /// Also when something fails meanwhile.
    struct Over<'a>(&'a Stage);
    impl Drop for Over<'_> {
        fn drop(&mut self) {
            self.0.over.store(true, SeqCst);
        }
    }
    std::thread::scope(|scope| {
        let over = Over(stage);
        let threads: Vec<_> =
            (0..callers as u64).map(|caller| scope.spawn(move || Caller::new(stage, seed ^ (caller + 1)).live())).collect();
        let done = meanwhile();
        drop(over);
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        done
    })
}
