//! Sealing what was committed, behind the commits and in their order, so that no transaction waits for another.

use subtle::ConstantTimeEq;

use super::chain::{BEGINNING, ChainHead, Seal, commitment, link};
use super::checkpoint::Checkpoint;
use super::recorded::RecordedEntry;
use super::store::{NewLinks, Unsealed};
use crate::engine::Engine;
use crate::entropy::random;
use crate::error::{EngineError, StoreError};

impl Engine {
    /// Seals at most `limit` entries. Returns how many, and whether more may wait.
    ///
    /// # Errors
    /// The store's; [`StoreError::Corrupt`] when the chain does not end where the server left it. Nothing is sealed then: going on
    /// would give the server's word to what somebody else made.
    pub async fn seal_audit_entries(&self, limit: usize) -> Result<(usize, bool), EngineError> {
        // Before the read: what another sealer makes meanwhile is not missing from it.
        let known = *self.sealed.lock();
        let Unsealed { head, checkpoint, entries } = self.store.unsealed_audit(limit).await?;
        self.recognise(head, checkpoint, known)?;
        if entries.is_empty() {
            return Ok((0, false));
        }
        let after = head.map_or(0, |head| head.position);
        let mut previous = head.map_or(BEGINNING, |head| head.hash);
        let mut seals = Vec::with_capacity(entries.len());
        for (position, entry) in (after + 1..).zip(&entries) {
            let RecordedEntry { address, user_agent, .. } = entry;
            let salt = if address.is_some() || user_agent.is_some() { Some(random::<16>(&*self.entropy)?) } else { None };
            let commitment = salt.map(|salt| commitment(&salt, address.as_deref(), user_agent.as_deref()));
            previous = link(&previous, position, entry, commitment.as_ref());
            seals.push((entry.sequence, Seal { salt, commitment, hash: previous, voucher: None }));
        }
        let (sealed, position) = (seals.len(), after + seals.len() as i64);
        let voucher = self.keys.audit_voucher(position, &previous);
        let Some((sequence, last)) = seals.last_mut() else { return Ok((0, false)) };
        last.voucher = Some(voucher);
        let made = ChainHead { position, sequence: *sequence, hash: previous, voucher: Some(voucher) };
        // Somebody else, such as an export, may have been faster.
        if !self.store.seal_audit(NewLinks { after, seals, at: self.now() }).await? {
            return Ok((0, true));
        }
        let mut known = self.sealed.lock();
        if known.is_none_or(|known| known.position < made.position) {
            *known = Some(made);
        }
        Ok((sealed, sealed == limit))
    }

    /// Where the chain ends, for noting it elsewhere.
    ///
    /// # Errors
    /// The store's.
    pub async fn audit_head(&self) -> Result<Option<ChainHead>, EngineError> {
        Ok(self.store.audit_head().await?)
    }

    /// The end of the chain must be the server's own, and neither behind what this process had made nor within what was let go.
    fn recognise(&self, head: Option<ChainHead>, checkpoint: Option<Checkpoint>, known: Option<ChainHead>) -> Result<(), EngineError> {
        let is_ours = |head: &ChainHead| {
            let voucher = self.keys.audit_voucher(head.position, &head.hash);
            head.voucher.is_some_and(|given| bool::from(given.ct_eq(&voucher)))
        };
        let is_behind = known.is_some_and(|known| {
            head.is_none_or(|head| head.position < known.position || (head.position == known.position && head.hash != known.hash))
        });
        let goes_on =
            |checkpoint: Checkpoint| checkpoint.is_ours(&self.keys) && head.is_some_and(|head| head.position > checkpoint.position);
        if is_behind || !head.as_ref().is_none_or(is_ours) || !checkpoint.is_none_or(goes_on) {
            return Err(
                StoreError::Corrupt("the audit chain does not end where this server left it; `cloakroom audit verify`".into()).into()
            );
        }
        Ok(())
    }
}
