//! What waits for the writer: two bounded classes, so that ends still get in when nothing else does.

use std::collections::VecDeque;

use parking_lot::{Condvar, Mutex};

use super::writer::Command;
use crate::driver::DriverError;

/// How soon a command is shed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteClass {
    /// Refused as soon as its queue is full.
    Ordinary,
    /// Ends of sessions, keys, tenants: a queue of their own, taken first, so that they are shed last.
    End,
}

pub(super) type Queued = Box<dyn Command>;

pub(super) struct WriteQueue {
    state: Mutex<State>,
    arrived: Condvar,
    ordinary_capacity: usize,
    end_capacity: usize,
    batch_max: usize,
}

struct State {
    ordinary: VecDeque<Queued>,
    ends: VecDeque<Queued>,
    open: bool,
}

impl WriteQueue {
    pub(super) fn new(ordinary_capacity: usize, end_capacity: usize, batch_max: usize) -> Self {
        Self {
            state: Mutex::new(State { ordinary: VecDeque::new(), ends: VecDeque::new(), open: true }),
            arrived: Condvar::new(),
            ordinary_capacity,
            end_capacity,
            batch_max: batch_max.max(2),
        }
    }

    /// Never waits: a full queue is [`DriverError::Overloaded`], a closed one [`DriverError::Unavailable`].
    pub(super) fn push(&self, class: WriteClass, command: Queued) -> Result<(), DriverError> {
        let mut state = self.state.lock();
        if !state.open {
            return Err(DriverError::Unavailable("the store is shut down".into()));
        }
        let (queue, capacity) = match class {
            WriteClass::Ordinary => (&mut state.ordinary, self.ordinary_capacity),
            WriteClass::End => (&mut state.ends, self.end_capacity),
        };
        if queue.len() >= capacity {
            return Err(DriverError::Overloaded);
        }
        queue.push_back(command);
        drop(state);
        self.arrived.notify_one();
        Ok(())
    }

    /// Waits for at least one command; `None` once closed and empty.
    pub(super) fn take(&self) -> Option<VecDeque<Queued>> {
        let mut state = self.state.lock();
        while state.ordinary.is_empty() && state.ends.is_empty() {
            if !state.open {
                return None;
            }
            self.arrived.wait(&mut state);
        }
        // Ends go first, yet a flood of them leaves an eighth of each batch to the others.
        let kept_for_ordinary = state.ordinary.len().min(self.batch_max.div_ceil(8));
        let ends = state.ends.len().min(self.batch_max - kept_for_ordinary);
        let ordinary = state.ordinary.len().min(self.batch_max - ends);
        let mut batch: VecDeque<Queued> = state.ends.drain(..ends).collect();
        batch.extend(state.ordinary.drain(..ordinary));
        Some(batch)
    }

    /// Takes nothing more in; what is queued stays to be taken.
    pub(super) fn close(&self) {
        self.state.lock().open = false;
        self.arrived.notify_all();
    }

    /// Closes and drops what is queued, whose callers then learn that nobody will answer.
    pub(super) fn abandon(&self) {
        self.close();
        let (ordinary, ends) = {
            let mut state = self.state.lock();
            (std::mem::take(&mut state.ordinary), std::mem::take(&mut state.ends))
        };
        drop((ordinary, ends));
    }

    pub(super) fn depth(&self) -> usize {
        let state = self.state.lock();
        state.ordinary.len() + state.ends.len()
    }
}
