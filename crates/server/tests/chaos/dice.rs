//! Chance that a seed repeats.

use cloakroom_engine::entropy::{Entropy as _, SeededEntropy};

pub struct Dice(SeededEntropy);

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self(SeededEntropy::new(seed))
    }

    pub fn draw(&self) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes).unwrap();
        u64::from_le_bytes(bytes)
    }

    /// From 0 to `sides` - 1.
    pub fn roll(&self, sides: usize) -> usize {
        (self.draw() % sides as u64) as usize
    }

    pub fn chance(&self, percent: usize) -> bool {
        self.roll(100) < percent
    }
}
