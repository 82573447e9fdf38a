//! User agents looked at on a thread of their own, and remembered.

use std::sync::{Arc, OnceLock};

use cloakroom_engine::sessions::UserAgent;
use cloakroom_engine::sessions::device::DeviceRecognition;
use quick_cache::sync::Cache;

use super::hashing::{Asker, HashingPool, QueueFull};
use crate::http::user_agents::Rules;

/// User agents that are remembered, of at most 512 bytes each: most sessions come from few.
const REMEMBERED: usize = 1024;
/// User agents that may wait. Reading the rules takes a twentieth of a second, looking at one a ten-thousandth, or some thousandths where
/// that needs rules that none has needed yet.
const WAITING: usize = 1024;

/// Recognition on one lowered thread. The rules are read when the first user agent comes, since a server without one has no use for
/// them; that one thread matches keeps the memory of the automata to one set of each.
pub struct PooledRecognition {
    thread: HashingPool,
    rules: Arc<OnceLock<Option<Rules>>>,
    recent: Cache<String, UserAgent>,
}

impl PooledRecognition {
    /// Starts the thread, which ends when this is dropped.
    ///
    /// # Errors
    /// When the system cannot start a thread.
    pub fn start() -> std::io::Result<Self> {
        Ok(Self { thread: HashingPool::named("user-agents", 1, WAITING)?, rules: Arc::default(), recent: Cache::new(REMEMBERED) })
    }
}

fn read() -> Option<Rules> {
    Rules::load().inspect_err(|error| tracing::error!(error, "no user agent can be recognised")).ok()
}

#[async_trait::async_trait]
impl DeviceRecognition for PooledRecognition {
    async fn recognise(&self, user_agent: &str) -> UserAgent {
        if let Some(known) = self.recent.get(user_agent) {
            return known;
        }
        let (rules, text) = (self.rules.clone(), user_agent.to_owned());
        let job = move || rules.get_or_init(read).as_ref().map(|rules| rules.parse(&text));
        match self.thread.run(Asker::default(), job).await {
            Ok(Some(found)) => {
                self.recent.insert(user_agent.to_owned(), found.clone());
                found
            }
            // A session without its device is better than no session.
            Ok(None) | Err(QueueFull) => UserAgent::UNKNOWN,
        }
    }
}

#[cfg(test)]
mod tests {
    use cloakroom_engine::sessions::DeviceType;

    use super::*;

    #[tokio::test]
    async fn rules_are_read_on_first_use_and_recent_user_agents_remembered() {
        let recognition = PooledRecognition::start().unwrap();
        assert!(recognition.rules.get().is_none(), "an idle server has no use for them");
        let first = recognition.recognise("curl/8.5.0").await;
        assert_eq!(first.application.as_ref().unwrap().family, "curl");
        let bot = UserAgent { device_type: DeviceType::Bot, ..first };
        recognition.recent.insert("curl/8.5.0".into(), bot.clone());
        assert_eq!(recognition.recognise("curl/8.5.0").await, bot, "what is remembered is not looked at again");
        for number in 0..3 * REMEMBERED {
            recognition.recognise(&format!("nothing {number}")).await;
        }
        assert!(recognition.recent.len() <= REMEMBERED, "{}", recognition.recent.len());
    }
}
