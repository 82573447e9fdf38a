//! What password work costs, so that a refusal costs the same whoever was named (P5).
//!
//! A directory may hold hashes of other costs, imported from elsewhere. Comparing with one would tell that there is such a user, so every
//! refusal costs as much as the dearest hash that the directory holds. A success needs not: it tells that there is somebody anyway.

use argon2::{Algorithm, Argon2, Params, Version};

use super::password::{Match, PasswordHash, compare};
use crate::secret::Passcode;

/// Memory and passes of argon2: the product is what time and electricity follow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HashCost {
    pub memory_kib: u32,
    pub passes: u32,
}

impl HashCost {
    pub const NOTHING: Self = Self { memory_kib: 0, passes: 0 };
    /// What hashes are made with here.
    pub const TODAY: Self = Self { memory_kib: Params::DEFAULT_M_COST, passes: Params::DEFAULT_T_COST };
    /// What no hash may exceed, whatever an operator allows.
    pub const GREATEST: Self = Self { memory_kib: 262_144, passes: 16 };

    pub const fn work(self) -> u64 {
        self.memory_kib as u64 * self.passes as u64
    }

    pub const fn is_within(self, bounds: Self) -> bool {
        self.memory_kib <= bounds.memory_kib && self.passes <= bounds.passes
    }

    /// The one that takes more work, never less than today's.
    #[must_use]
    pub fn dearest_of(of_directory: Option<Self>) -> Self {
        of_directory.filter(|cost| cost.work() > Self::TODAY.work()).unwrap_or(Self::TODAY)
    }
}

/// How a passcode compared, and the work that it took.
pub(crate) struct Compared {
    pub found: Match,
    pub work: u64,
}

/// Compares a passcode with what a user has, and lets it cost as much as the `dearest` hash would unless it admits somebody: a passcode
/// that matches does where its user `may_enter`.
pub(crate) fn compare_at(passcode: &Passcode, known: Option<&PasswordHash>, dearest: HashCost, may_enter: bool) -> Compared {
    // Typed in two forms it is compared twice, whatever the user has.
    let forms = passcode.forms();
    let (found, mut work) = known.map_or((Match::No, 0), |hash| (compare(passcode, hash), hash.cost().work() * forms));
    if found == Match::No || !may_enter {
        work += spend(passcode, (dearest.work() * forms).saturating_sub(work), dearest);
    }
    Compared { found, work }
}

/// Hashes in vain until `work` is done, in pieces no larger than `most`. What remains is less than any hash takes.
fn spend(passcode: &Passcode, work: u64, most: HashCost) -> u64 {
    let mut spent = 0;
    loop {
        let affordable = u32::try_from((work - spent) / u64::from(most.passes.max(1))).unwrap_or(u32::MAX);
        let memory_kib = affordable.min(most.memory_kib);
        let Ok(params) = Params::new(memory_kib, most.passes, 1, None) else { return spent };
        let mut hash = [0; 32];
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        // Without the memory there is nothing to hide behind, and a comparison would have failed as well.
        if argon2.hash_password_into(passcode.expose(), b"in vain, in vain", &mut hash).is_err() {
            return spent;
        }
        std::hint::black_box(hash);
        spent += HashCost { memory_kib, passes: most.passes }.work();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As cheap as hashes can be, so that a test may make many.
    const CHEAP: &str = "$argon2id$v=19$m=64,t=1,p=1$BwcHBwcHBwcHBwcHBwcHBw$wzjvva/BQ9W/JPa3oQp54UgvZp1tJVVa4y9zct84F8M";
    const RIGHT: &[u8] = b"Correct-horse-7";

    fn work(passcode: &[u8], known: Option<&str>, dearest: HashCost, may_enter: bool) -> u64 {
        let known = known.map(|phc| PasswordHash::parse(phc).unwrap());
        compare_at(&Passcode::new(passcode.to_vec()), known.as_ref(), dearest, may_enter).work
    }

    /// As much, but for what is too little for any hash.
    #[track_caller]
    fn costs(work: u64, forms: u64, dearest: HashCost) {
        let missing = (forms * dearest.work()).checked_sub(work);
        assert!(missing.is_some_and(|missing| missing < 8 * u64::from(dearest.passes)), "{work} of {forms} × {dearest:?}");
    }

    #[test]
    fn every_refusal_costs_the_dearest_hash() {
        let dearer = CHEAP.replace("m=64,t=1", "m=96,t=3");
        let argon2i = CHEAP.replace("argon2id", "argon2i").replace("m=64,t=1", "m=72,t=2");
        for dearest in [HashCost { memory_kib: 96, passes: 3 }, HashCost { memory_kib: 1024, passes: 2 }] {
            for known in [None, Some(CHEAP), Some(dearer.as_str()), Some(argon2i.as_str())] {
                costs(work(b"wrong", known, dearest, true), 1, dearest);
                costs(work("de\u{301}compose\u{301}".as_bytes(), known, dearest, true), 2, dearest);
            }
            // The right one of somebody who may not enter.
            costs(work(RIGHT, Some(CHEAP), dearest, false), 1, dearest);
            assert_eq!(work(RIGHT, Some(CHEAP), dearest, true), 64, "a success tells that there is somebody");
        }
    }

    #[test]
    fn what_is_not_a_hash_costs_no_less() {
        let unreadable = PasswordHash::from_stored("$2b$12$abcdefghijklmnopqrstuv".into());
        let dearest = HashCost { memory_kib: 96, passes: 3 };
        costs(compare_at(&Passcode::new(RIGHT.to_vec()), Some(&unreadable), dearest, true).work, 1, dearest);
    }

    #[test]
    fn the_dearest_is_never_below_todays() {
        assert_eq!(HashCost::dearest_of(None), HashCost::TODAY);
        assert_eq!(HashCost::dearest_of(Some(HashCost { memory_kib: 64, passes: 1 })), HashCost::TODAY);
        let imported = HashCost { memory_kib: 65_536, passes: 3 };
        assert_eq!(HashCost::dearest_of(Some(imported)), imported);
    }
}
