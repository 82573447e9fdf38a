//! What waits for the writer: two bounded classes, so that ends still get in when nothing else does.

use std::collections::VecDeque;

use parking_lot::{Condvar, Mutex};
use tokio::sync::Notify;

use super::DriverError;

/// How soon a command is shed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteClass {
    /// Refused as soon as its queue is full.
    Ordinary,
    /// Ends of sessions, keys, tenants: a queue of their own, taken first, so that they are shed last.
    End,
}

/// Commands of type `C`, for one writer: a thread ([`Self::take`]) or a task ([`Self::next`]).
pub(super) struct WriteQueue<C> {
    state: Mutex<State<C>>,
    arrived: Condvar,
    arrived_for_task: Notify,
    ordinary_capacity: usize,
    end_capacity: usize,
    batch_max: usize,
}

struct State<C> {
    ordinary: VecDeque<C>,
    ends: VecDeque<C>,
    open: bool,
}

impl<C> WriteQueue<C> {
    pub(super) fn new(ordinary_capacity: usize, end_capacity: usize, batch_max: usize) -> Self {
        Self {
            state: Mutex::new(State { ordinary: VecDeque::new(), ends: VecDeque::new(), open: true }),
            arrived: Condvar::new(),
            arrived_for_task: Notify::new(),
            ordinary_capacity,
            end_capacity,
            batch_max: batch_max.max(2),
        }
    }

    /// Never waits: a full queue is [`DriverError::Overloaded`], a closed one [`DriverError::Unavailable`].
    pub(super) fn push(&self, class: WriteClass, command: C) -> Result<(), DriverError> {
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
        self.arrived_for_task.notify_one();
        Ok(())
    }

    /// Blocks until there is at least one command; `None` once closed and empty.
    pub(super) fn take(&self) -> Option<VecDeque<C>> {
        let mut state = self.state.lock();
        while state.is_empty() {
            if !state.open {
                return None;
            }
            self.arrived.wait(&mut state);
        }
        Some(self.batch(&mut state))
    }

    /// As [`Self::take`], for a task; one at a time.
    pub(super) async fn next(&self) -> Option<VecDeque<C>> {
        loop {
            {
                let mut state = self.state.lock();
                if !state.is_empty() {
                    return Some(self.batch(&mut state));
                }
                if !state.open {
                    return None;
                }
            }
            self.arrived_for_task.notified().await;
        }
    }

    /// Ends go first, yet a flood of them leaves an eighth of each batch to the others.
    fn batch(&self, state: &mut State<C>) -> VecDeque<C> {
        let kept_for_ordinary = state.ordinary.len().min(self.batch_max.div_ceil(8));
        let ends = state.ends.len().min(self.batch_max - kept_for_ordinary);
        let ordinary = state.ordinary.len().min(self.batch_max - ends);
        let mut batch: VecDeque<C> = state.ends.drain(..ends).collect();
        batch.extend(state.ordinary.drain(..ordinary));
        batch
    }

    /// Takes nothing more in; what is queued stays to be taken.
    pub(super) fn close(&self) {
        self.state.lock().open = false;
        self.arrived.notify_all();
        self.arrived_for_task.notify_one();
    }

    /// Closes the queue and drops its commands; their callers get an error.
    pub(super) fn abandon(&self) {
        self.close();
        let (ordinary, ends) = {
            let mut state = self.state.lock();
            (std::mem::take(&mut state.ordinary), std::mem::take(&mut state.ends))
        };
        drop((ordinary, ends));
    }

    /// How many wait.
    pub(super) fn depth(&self) -> usize {
        let state = self.state.lock();
        state.ordinary.len() + state.ends.len()
    }
}

impl<C> State<C> {
    fn is_empty(&self) -> bool {
        self.ordinary.is_empty() && self.ends.is_empty()
    }
}
