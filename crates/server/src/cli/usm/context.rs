//! What is said with a call, for the audit trail.

use clap::Args;
use cloakroom_client::usm::CallContext;

/// What is said with a call, for the audit trail.
#[derive(Debug, Args)]
pub(in crate::cli) struct ContextArgs {
    /// On whose behalf, for the audit trail.
    #[arg(long, value_name = "TEXT")]
    actor: Option<String>,
    /// The cost centre, for the audit trail.
    #[arg(long, value_name = "TEXT")]
    cccode: Option<String>,
}

impl ContextArgs {
    pub(in crate::cli) fn context(&self) -> CallContext {
        let mut context = CallContext::default();
        context.actor.clone_from(&self.actor);
        context.cccode.clone_from(&self.cccode);
        context
    }
}
