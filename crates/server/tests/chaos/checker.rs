//! Whether a history can be of a server that keeps its word. Nothing but the history is looked at.
//!
//! What is ended is dead for every request that began after the acknowledgement, whichever process it was sent to; whatever was
//! once told to be dead stays so; what nobody began to end lives; in the end all processes tell the same.

use std::collections::{BTreeMap, HashMap};

use crate::history::{Asked, End, Group, History, Moment, Probe, Scope, Thing, ThingNumber};

/// So long after its caller gave up, an end may still take effect: longer than the server waits for anything, several times over.
pub const LINGER: Moment = 60_000_000_000;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fault {
    /// Told to live by a request that began after it was told to be dead, or after its end was acknowledged.
    Revived,
    /// Told to be dead though nobody had begun to end it.
    Lost,
    /// Processes tell different things when everything is over.
    Split,
    /// One refresh token gave two.
    TwoSuccessors,
    /// An answer that is wrong by itself.
    Unexpected,
    /// The trail does not tell what was acknowledged, or tells it twice.
    Trail,
}

#[derive(Clone, Debug)]
pub struct Violation {
    pub fault: Fault,
    pub thing: Option<ThingNumber>,
    pub text: String,
}

/// How an end bears on a thing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bearing {
    /// If it holds, the thing is dead.
    Certain,
    /// The thing was born beside it.
    Possible,
    None,
}

/// Every violation, in the order of its kind.
pub fn check(history: &History) -> Vec<Violation> {
    let index = Index::of(history);
    let mut found = Vec::new();
    for thing in 0..history.things.len() {
        found.extend(index.liveness(thing));
    }
    found.extend(successors(history));
    let unexpected = history.unexpected.iter();
    found.extend(unexpected.map(|answer| Violation {
        fault: Fault::Unexpected,
        thing: None,
        text: format!("{}: {:?}", answer.what, answer.asked),
    }));
    found.sort_by_key(|violation| violation.fault);
    found
}

/// What bears on each thing.
pub struct Index<'a> {
    history: &'a History,
    of_thing: HashMap<ThingNumber, Vec<&'a End>>,
    of_group: HashMap<Group, Vec<&'a End>>,
    probes: HashMap<ThingNumber, Vec<usize>>,
}

impl<'a> Index<'a> {
    pub fn of(history: &'a History) -> Self {
        let mut index = Self { history, of_thing: HashMap::new(), of_group: HashMap::new(), probes: HashMap::new() };
        for end in &history.ends {
            match end.scope {
                Scope::One(thing) => index.of_thing.entry(thing).or_default().push(end),
                Scope::All { of, .. } => index.of_group.entry(of).or_default().push(end),
            }
        }
        for (place, probe) in history.probes.iter().enumerate() {
            index.probes.entry(probe.thing).or_default().push(place);
        }
        index
    }

    /// The thing, and the session that it is of.
    fn lineage(&self, thing: ThingNumber) -> impl Iterator<Item = ThingNumber> + use<'a> {
        std::iter::once(thing).chain(self.history.things[thing].of)
    }

    /// Every end that bears on it, and how.
    pub fn ends(&self, thing: ThingNumber) -> Vec<(&'a End, Bearing)> {
        let mut found = Vec::new();
        for number in self.lineage(thing) {
            let this: &Thing = &self.history.things[number];
            let of_groups = this.groups.iter().filter_map(|group| self.of_group.get(group)).flatten();
            let ends = self.of_thing.get(&number).into_iter().flatten().chain(of_groups);
            found.extend(ends.map(|end| (*end, bearing(end, number, this))).filter(|(_, bearing)| *bearing != Bearing::None));
        }
        found
    }

    fn liveness(&self, thing: ThingNumber) -> Vec<Violation> {
        let ends = self.ends(thing);
        let certain = ends.iter().filter(|(end, bearing)| end.done && *bearing == Bearing::Certain);
        let probes: Vec<_> = self.probes.get(&thing).into_iter().flatten().map(|place| &self.history.probes[*place]).collect();
        let told_dead = probes.iter().filter(|probe| !probe.lives).map(|probe| probe.asked.told);
        let dead_from = certain.map(|(end, _)| end.asked.told).chain(told_dead).min();
        let lives_until = ends.iter().map(|(end, _)| end.asked.began).min();
        let revived = probes.iter().find(|probe| probe.lives && dead_from.is_some_and(|dead| probe.asked.began > dead));
        let lost = probes.iter().find(|probe| !probe.lives && lives_until.is_none_or(|lives| probe.asked.told < lives));
        let mut last = probes.iter().filter(|probe| probe.last).map(|probe| probe.lives);
        let first = last.next();
        let split = last.any(|lives| Some(lives) != first);
        let at = |probe: &&Probe| format!("of what was told by request {}", probe.asked.request);
        let split = split.then(|| "of what was told in the end".to_owned());
        let faults = [(Fault::Revived, revived.map(at)), (Fault::Lost, lost.map(at)), (Fault::Split, split)];
        let found = faults.into_iter().filter_map(|(fault, at)| Some((fault, at?)));
        found.map(|(fault, at)| Violation { fault, thing: Some(thing), text: format!("{at}\n{}", self.story(thing)) }).collect()
    }

    /// Everything that is known of a thing, in the order in which it was told.
    fn story(&self, thing: ThingNumber) -> String {
        let mut lines = Vec::new();
        let mut tell = |asked: Asked, what: String| lines.push((asked.told, format!("    {what}: {asked:?}\n")));
        for number in self.lineage(thing) {
            let this = &self.history.things[number];
            tell(this.born, format!("{:?} {number} of {:?} was born", this.kind, this.groups));
        }
        let (mut known, unknown): (Vec<_>, Vec<_>) = self.ends(thing).into_iter().partition(|(end, _)| end.done);
        let many = unknown.len();
        // An excuse is as good as the first one.
        known.extend(unknown.into_iter().min_by_key(|(end, _)| end.asked.began));
        for (end, bearing) in known {
            let outcome = if end.done { "acknowledged" } else { &format!("of unknown outcome, the first of {many}") };
            tell(end.asked, format!("{} {outcome} ({bearing:?})", end.what));
        }
        for place in self.probes.get(&thing).into_iter().flatten() {
            let probe = &self.history.probes[*place];
            let last = if probe.last { ", in the end" } else { "" };
            tell(probe.asked, format!("told {}{last}", probe.told));
        }
        lines.sort();
        lines.into_iter().map(|(_, line)| line).collect()
    }
}

fn bearing(end: &End, number: ThingNumber, thing: &Thing) -> Bearing {
    if matches!(end.scope, Scope::All { but: Some(spared), .. } if spared == number) {
        return Bearing::None;
    }
    let over = if end.done { end.asked.told } else { end.asked.told.saturating_add(LINGER) };
    match end.scope {
        Scope::One(_) => Bearing::Certain,
        Scope::All { .. } if thing.born.told < end.asked.began => Bearing::Certain,
        Scope::All { .. } if thing.born.began > over => Bearing::None,
        Scope::All { .. } => Bearing::Possible,
    }
}

fn successors(history: &History) -> Vec<Violation> {
    let mut given: BTreeMap<ThingNumber, &str> = BTreeMap::new();
    let mut found = Vec::new();
    for succession in &history.successions {
        if *given.entry(succession.from).or_insert(&succession.refresh) != succession.refresh {
            let text = format!("a second refresh token for generation {}: {:?}", succession.from, succession.asked);
            found.push(Violation { fault: Fault::TwoSuccessors, thing: Some(succession.from), text });
        }
    }
    found
}

#[cfg(test)]
#[path = "checker_tests.rs"]
mod tests;
