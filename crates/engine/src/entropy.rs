//! Randomness as the engine sees it: handed in, so that tests can repeat a history.

/// A source of cryptographically secure random bytes.
pub trait Entropy: Send + Sync {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// When the machine gives no randomness; nothing may be minted then.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyUnavailable>;
}

/// The machine gave no randomness.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the operating system gave no randomness")]
pub struct EntropyUnavailable;

/// Reads `N` random bytes.
///
/// # Errors
/// As [`Entropy::fill`].
pub(crate) fn random<const N: usize>(entropy: &dyn Entropy) -> Result<[u8; N], EntropyUnavailable> {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes)?;
    Ok(bytes)
}

/// A repeatable source for tests: SHA-256 over a seed and a counter.
#[cfg(any(test, feature = "testing"))]
#[derive(Debug)]
pub struct SeededEntropy {
    seed: u64,
    drawn: std::sync::atomic::AtomicU64,
}

#[cfg(any(test, feature = "testing"))]
impl SeededEntropy {
    pub const fn new(seed: u64) -> Self {
        Self { seed, drawn: std::sync::atomic::AtomicU64::new(0) }
    }
}

#[cfg(any(test, feature = "testing"))]
impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyUnavailable> {
        use sha2::{Digest, Sha256};
        for chunk in bytes.chunks_mut(32) {
            let drawn = self.drawn.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let block = Sha256::new().chain_update(self.seed.to_le_bytes()).chain_update(drawn.to_le_bytes()).finalize();
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
        Ok(())
    }
}
