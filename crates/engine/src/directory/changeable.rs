//! Values that are set together and changed one by one.

/// Defines a struct of values (`always` there, or `perhaps`) and the struct of changes to it: what a change makes of them, and which of
/// them differ, in the words of the trail.
macro_rules! changeable {
    (
        $(#[$about_values:meta])* $values:ident;
        $(#[$about_change:meta])* $change:ident;
        always { $($(#[$about:meta])* $value:ident as $word:literal: $kind:ty = $default:expr),+ $(,)? }
        perhaps { $($(#[$maybe_about:meta])* $maybe:ident as $maybe_word:literal: $maybe_kind:ty),+ $(,)? }
    ) => {
        $(#[$about_values])*
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub struct $values {
            $($(#[$about])* pub $value: $kind,)+
            $($(#[$maybe_about])* pub $maybe: Option<$maybe_kind>,)+
        }

        $(#[$about_change])*
        #[derive(Clone, PartialEq, Eq, Debug, Default)]
        pub struct $change {
            $(pub $value: Option<$kind>,)+
            $(pub $maybe: $crate::directory::changes::Patch<$maybe_kind>,)+
        }

        impl Default for $values {
            fn default() -> Self {
                Self { $($value: $default,)+ $($maybe: None,)+ }
            }
        }

        impl $change {
            /// What it makes of `current`.
            #[must_use]
            pub fn over(&self, current: &$values) -> $values {
                $values {
                    $($value: self.$value.as_ref().unwrap_or(&current.$value).clone(),)+
                    $($maybe: self.$maybe.clone().over(current.$maybe.clone()),)+
                }
            }
        }

        impl $values {
            /// Each value in the words of the trail, and whether `after` has it otherwise.
            pub(in $crate::directory) fn differences(&self, after: &Self) -> Vec<(&'static str, bool)> {
                vec![$(($word, self.$value != after.$value),)+ $(($maybe_word, self.$maybe != after.$maybe),)+]
            }
        }
    };
}

pub(super) use changeable;
