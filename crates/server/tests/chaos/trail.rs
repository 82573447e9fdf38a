//! Whether the trail tells what was acknowledged, and once.

use std::collections::HashMap;

use crate::checker::{Bearing, Fault, Index, Violation};
use crate::history::{Asked, History, Kind, Scope, ThingNumber};

/// A line of the trail that one of our requests wrote, or that is about what one made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    pub action: String,
    /// `None`: of a background task, or of somebody else.
    pub request: Option<u64>,
    pub resource: String,
}

/// What is missing from the trail, or stands there twice.
pub fn check(history: &History, trail: &[Line]) -> Vec<Violation> {
    let mut by_request: HashMap<(&str, u64), Vec<&Line>> = HashMap::new();
    let mut of_resource: HashMap<(&str, &str), usize> = HashMap::new();
    for line in trail {
        if let Some(request) = line.request {
            by_request.entry((&line.action, request)).or_default().push(line);
        }
        *of_resource.entry((&line.action, &line.resource)).or_default() += 1;
    }
    let book = Book { history, index: Index::of(history), by_request, of_resource };
    let things = (0..history.things.len()).flat_map(|thing| book.of_thing(thing));
    things.chain(book.marks()).collect()
}

struct Book<'a> {
    history: &'a History,
    index: Index<'a>,
    by_request: HashMap<(&'a str, u64), Vec<&'a Line>>,
    of_resource: HashMap<(&'a str, &'a str), usize>,
}

impl Book<'_> {
    fn count(&self, action: &str, asked: &Asked) -> usize {
        self.by_request.get(&(action, asked.request)).map_or(0, Vec::len)
    }

    fn of_thing(&self, thing: ThingNumber) -> Vec<Violation> {
        match self.history.things[thing].kind {
            Kind::Session => self.life(thing, "session.created", "session.ended"),
            Kind::ApiKey => self.life(thing, "api_key.created", "api_key.revoked"),
            Kind::AccessToken => self.rotation(thing),
        }
    }

    /// One birth; and one end, where one was acknowledged that writes a line for each that it ends.
    fn life(&self, thing: ThingNumber, created: &str, ended: &str) -> Vec<Violation> {
        let born = &self.history.things[thing].born;
        let births = self.by_request.get(&(created, born.request)).map_or(&[][..], Vec::as_slice);
        let [birth] = births else { return vec![fault(thing, format!("{} lines {created} of {born:?}", births.len()))] };
        let ends = self.of_resource.get(&(ended, &birth.resource)).copied().unwrap_or(0);
        let bearing = self.index.ends(thing);
        // These write one line for all that they end, and the end of each is recorded without another.
        let by_mark = bearing.iter().any(|(end, _)| is_mark(end.what));
        let certain = bearing.iter().find(|(end, bearing)| end.done && *bearing == Bearing::Certain && !is_mark(end.what));
        let least = usize::from(certain.is_some() && (!by_mark || matches!(self.history.things[thing].kind, Kind::ApiKey)));
        if (least..=1).contains(&ends) {
            return Vec::new();
        }
        vec![fault(thing, format!("{ends} lines {ended} of {}: born {born:?}, ended {certain:?}", birth.resource))]
    }

    /// One successor, whoever asked for it how often.
    fn rotation(&self, thing: ThingNumber) -> Vec<Violation> {
        let ends = self.index.ends(thing).into_iter().map(|(end, _)| end);
        let asked: Vec<_> = ends.filter(|end| end.what == "refresh" && end.scope == Scope::One(thing)).collect();
        let lines: usize = asked.iter().map(|end| self.count("tokens.refreshed", &end.asked)).sum();
        let least = usize::from(asked.iter().any(|end| end.done));
        if (least..=1).contains(&lines) {
            return Vec::new();
        }
        vec![fault(thing, format!("{lines} lines tokens.refreshed: {asked:?}"))]
    }

    fn marks(&self) -> Vec<Violation> {
        let marks = self.history.ends.iter().filter(|end| end.done && is_mark(end.what));
        let action = |what: &str| if what == "of a tenant" { "sessions.revoked" } else { "api_keys.revoked" };
        let told = marks.map(|end| (end, self.count(action(end.what), &end.asked)));
        let wrong = told.filter(|(_, lines)| *lines != 1);
        wrong.map(|(end, lines)| Violation { fault: Fault::Trail, thing: None, text: format!("{lines} lines of {end:?}") }).collect()
    }
}

/// Whether an end moves a mark, and writes one line however many it ends.
fn is_mark(what: &str) -> bool {
    matches!(what, "of a tenant" | "of an account")
}

fn fault(thing: ThingNumber, text: String) -> Violation {
    Violation { fault: Fault::Trail, thing: Some(thing), text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{End, Group, Thing};

    fn at(request: u64) -> Asked {
        Asked { began: request * 10, told: request * 10 + 5, by: 0, request }
    }

    fn line(action: &str, request: u64, resource: &str) -> Line {
        Line { action: action.into(), request: Some(request), resource: resource.into() }
    }

    /// Session 0, born by request 1 and closed by request 2; its token, refreshed by request 3 without an answer and by request 4.
    fn history() -> History {
        let mut history = History::default();
        let groups = vec![Group::User(1), Group::Tenant(1)];
        history.things.push(Thing { kind: Kind::Session, born: at(1), of: None, groups });
        history.things.push(Thing { kind: Kind::AccessToken, born: at(1), of: Some(0), groups: Vec::new() });
        let end = |what, scope, request, done| End { what, scope, asked: at(request), done };
        history.ends.push(end("close", Scope::One(0), 2, true));
        history.ends.push(end("refresh", Scope::One(1), 3, false));
        history.ends.push(end("refresh", Scope::One(1), 4, true));
        history.ends.push(end("of an account", Scope::All { of: Group::Account(1), but: None }, 5, true));
        history
    }

    fn trail() -> Vec<Line> {
        vec![
            line("session.created", 1, "ses_1"),
            line("session.ended", 2, "ses_1"),
            line("tokens.refreshed", 3, "ses_1"),
            line("api_keys.revoked", 5, "sva_1"),
        ]
    }

    #[test]
    fn a_trail_that_tells_all_of_it_once_is_right() {
        assert!(check(&history(), &trail()).is_empty());
    }

    #[test]
    fn whatever_is_missing_or_doubled_is_found() {
        for place in 0..trail().len() {
            let (mut less, mut more) = (trail(), trail());
            less.remove(place);
            more.push(more[place].clone());
            assert_eq!(check(&history(), &less).len(), 1, "{place} is missing");
            assert_eq!(check(&history(), &more).len(), 1, "{place} is doubled");
        }
    }

    #[test]
    fn a_session_that_a_tenants_end_met_needs_no_line_of_its_own() {
        let (mut history, mut trail) = (history(), trail());
        let tenant = Scope::All { of: Group::Tenant(1), but: None };
        history.ends.push(End { what: "of a tenant", scope: tenant, asked: at(2), done: false });
        trail.remove(1);
        assert!(check(&history, &trail).is_empty());
    }
}
