//! What happened to sessions within reach, over time.

use crate::callers::Operator;
use crate::clock::Span;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::label::labelled;
use crate::sessions::activity::{Activity, AskActivity, Bucket};

labelled! {
    /// How far back charts reach.
    Period { Day = "day", Week = "week", Quarter = "quarter" }
}

impl Period {
    /// What its numbers are about.
    pub const fn bucket(self) -> Bucket {
        match self {
            Self::Day | Self::Week => Bucket::Hour,
            Self::Quarter => Bucket::Day,
        }
    }

    /// How many buckets it has, the one that has just begun included.
    pub const fn buckets(self) -> u32 {
        match self {
            Self::Day => 24,
            Self::Week => 7 * 24,
            Self::Quarter => 90,
        }
    }

    const fn before_now(self) -> Span {
        Span::from_millis((self.buckets() as i64 - 1) * self.bucket().seconds() * 1000)
    }
}

impl Engine {
    /// What was counted within the operator's reach, and what lives now. The trail is counted when it is sealed, a moment after its
    /// commits; what happened before this version ran is not counted.
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn activity(&self, operator: &Operator, period: Period) -> Result<Activity, EngineError> {
        self.store_due_touches().await?;
        let now = self.now();
        let (scope, bucket, since) = (operator.reach().into(), period.bucket(), now.minus(period.before_now()));
        Ok(self.store.activity(AskActivity { scope, bucket, since, now }).await?)
    }
}
