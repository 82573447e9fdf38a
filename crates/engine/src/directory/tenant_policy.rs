//! What a tenant may decide for itself. One line here is a value of it: in the policy, in what changes it, and in the trail.

use super::patch::Patch;

macro_rules! tenant_policy {
    ($($(#[$about:meta])* $value:ident as $word:literal: $kind:ty),+ $(,)?) => {
        /// What a tenant changes of the server's session policy, and how old its API keys may grow. `None`: as the server has it.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
        pub struct TenantPolicy {
            $($(#[$about])* pub $value: Option<$kind>,)+
        }

        /// What is to change of it; by default nothing.
        #[derive(Clone, PartialEq, Eq, Debug, Default)]
        pub struct TenantPolicyChange {
            $(pub $value: Patch<$kind>,)+
        }

        impl TenantPolicyChange {
            /// What it makes of a policy.
            pub fn over(&self, current: TenantPolicy) -> TenantPolicy {
                TenantPolicy { $($value: self.$value.clone().over(current.$value),)+ }
            }
        }

        /// What is not said stays as it is.
        impl From<TenantPolicy> for TenantPolicyChange {
            fn from(said: TenantPolicy) -> Self {
                Self { $($value: said.$value.into(),)+ }
            }
        }

        impl TenantPolicy {
            /// Each value in the words of the trail, and whether `after` has it otherwise.
            pub(super) fn differences(self, after: Self) -> Vec<(&'static str, bool)> {
                vec![$(($word, self.$value != after.$value),)+]
            }
        }
    };
}

tenant_policy! {
    /// Seconds that a session lives without activity.
    ttl_seconds as "ttl_seconds": u32,
    /// Seconds after its creation at which a session ends whatever its activity.
    absolute_ttl_seconds as "absolute_ttl_seconds": u32,
    /// Whether activity moves the expiry of a session.
    slides as "sliding": bool,
    /// Active sessions that a user may have.
    session_cap as "session_cap": u32,
    /// Days after which an API key is not accepted any more.
    api_key_max_age_days as "api_key_max_age_days": u32,
}
