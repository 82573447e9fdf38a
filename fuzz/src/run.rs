//! Running one property over inputs until the time is over or one fails.

use std::time::{Duration, Instant};

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

/// What a property says of one input.
pub type Held = Result<(), TestCaseError>;

/// The time that a target has, and what it did with it.
pub struct Run {
    begun: Instant,
    lasts: Duration,
    seed: u64,
    executions: u64,
}

impl Run {
    pub fn new(lasts: Duration, seed: u64) -> Self {
        Self { begun: Instant::now(), lasts, seed, executions: 0 }
    }

    pub const fn executions(&self) -> u64 {
        self.executions
    }

    pub fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Asks `property` about inputs of `strategy` until the time is over. A panic counts as a property that does not hold.
    ///
    /// # Errors
    /// The smallest input found that does not hold, and what is wrong with it.
    pub fn over<S: Strategy>(&mut self, strategy: &S, property: impl Fn(&S::Value) -> Held) -> Result<(), String>
    where
        S::Value: std::fmt::Debug,
    {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.seed.to_le_bytes());
        let config = Config { failure_persistence: None, max_shrink_time: 20_000, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
        self.begun = Instant::now();
        while self.begun.elapsed() < self.lasts {
            let input = strategy.new_tree(&mut runner).map_err(|reason| format!("no input: {reason}"))?;
            self.executions += 1;
            match runner.run_one(input, |input| property(&input)) {
                Ok(_) => {}
                Err(TestError::Fail(reason, input)) => return Err(format!("{reason}\n  input: {input:?}")),
                Err(TestError::Abort(reason)) => return Err(format!("given up: {reason}")),
            }
        }
        Ok(())
    }
}

/// The property does not hold.
pub fn broken(why: impl Into<String>) -> TestCaseError {
    TestCaseError::fail(why.into())
}

/// Whether it holds, else why not.
pub fn holds(does: bool, why: impl FnOnce() -> String) -> Held {
    if does { Ok(()) } else { Err(broken(why())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over(property: impl Fn(&u32) -> Held) -> (Result<(), String>, u64) {
        let mut run = Run::new(Duration::from_secs(5), 1);
        (run.over(&(0_u32..1_000_000), property), run.executions())
    }

    #[test]
    fn what_does_not_hold_is_found_and_made_small() {
        let (found, executions) = over(|number| holds(*number < 1000, || "too much".into()));
        assert!(found.unwrap_err().contains("too much\n  input: 1000") && executions > 0);
        let (found, _) = over(|number| if *number < 1000 { Ok(()) } else { panic!("boom") });
        assert!(found.unwrap_err().contains("boom"));
    }

    #[test]
    fn it_ends_when_its_time_is_over_and_counts() {
        let mut run = Run::new(Duration::from_millis(20), 1);
        assert_eq!(run.over(&(0_u32..10), |_| Ok(())), Ok(()));
        assert!(run.executions() > 10);
    }
}
