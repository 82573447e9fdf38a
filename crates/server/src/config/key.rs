//! The one table of keys: the macro below makes the structs, their defaults, their bounds and their documentation from the same lines.

use std::path::PathBuf;

use super::listen_address::ListenAddress;
use super::network::Network;
use super::secret::Secret;

/// What the name of every environment variable of ours begins with.
pub const PREFIX: &str = "CLOAKROOM__";

/// How the text of an environment variable or flag becomes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole number.
    Number,
    /// Text, taken as it stands, even when it looks like a number.
    Text,
    /// `true` or `false`.
    Flag,
    /// Several texts, separated by commas.
    List,
    /// Text that is never shown; has a companion key `…_file`.
    Secret,
}

/// One configuration key.
#[derive(Clone, Copy, Debug)]
pub struct ConfigKey {
    /// The table of the TOML file that it stands in.
    pub section: &'static str,
    /// Its name in that table.
    pub name: &'static str,
    /// What it means, one line each, from the doc comment of its field.
    pub doc: &'static [&'static str],
    /// How its text is read.
    pub kind: Kind,
    /// Smallest and greatest number allowed.
    pub bounds: Option<(u64, u64)>,
}

impl ConfigKey {
    /// `section.name`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}.{}", self.section, self.name)
    }

    /// `CLOAKROOM__SECTION__NAME`.
    #[must_use]
    pub fn environment(&self) -> String {
        format!("{}{}__{}", PREFIX, self.section.to_uppercase(), self.name.to_uppercase())
    }

    /// The doc comment on one line.
    #[must_use]
    pub fn meaning(&self) -> String {
        let lines: Vec<&str> = self.doc.iter().map(|line| line.trim()).collect();
        lines.join(" ")
    }
}

/// A type that a key may have.
pub trait Setting {
    /// How text becomes this type.
    const KIND: Kind;
}

macro_rules! settings {
    ($($kind:ident: $($type:ty),+;)+) => {
        $($(impl $crate::config::key::Setting for $type {
            const KIND: $crate::config::key::Kind = $crate::config::key::Kind::$kind;
        })+)+
    };
}

settings! {
    Number: u64, Option<u64>;
    Text: String, Option<String>, PathBuf, Option<PathBuf>, ListenAddress, Option<ListenAddress>;
    Flag: bool;
    List: Vec<Network>, Vec<String>;
    Secret: Option<Secret>;
}

macro_rules! bounds {
    () => {
        None
    };
    ($low:literal, $high:literal) => {
        Some(($low, $high))
    };
}

macro_rules! section {
    (
        $(#[doc = $about:literal])+
        $name:ident as $path:literal {
            $(
                $(#[doc = $doc:literal])+
                $field:ident: $type:ty = $default:expr $(, within $low:literal ..= $high:literal)?;
            )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        pub struct $name {
            $(
                $(#[doc = $doc])+
                $(#[doc = concat!(" Bounds: ", stringify!($low), " to ", stringify!($high), ".")])?
                pub $field: $type,
            )+
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)+ }
            }
        }

        impl $name {
            /// What the section is about.
            pub const ABOUT: &'static str = concat!($($about),+);

            /// The keys of this section, in the order of the reference.
            pub const KEYS: &'static [$crate::config::key::ConfigKey] = &[
                $($crate::config::key::ConfigKey {
                    section: $path,
                    name: stringify!($field),
                    doc: &[$($doc),+],
                    kind: <$type as $crate::config::key::Setting>::KIND,
                    bounds: $crate::config::key::bounds!($($low, $high)?),
                },)+
            ];

            pub(super) fn extract(
                layers: &$crate::config::layers::Layers,
                problems: &mut Vec<$crate::config::Problem>,
            ) -> Self {
                Self {
                    $($field: layers.value(concat!($path, ".", stringify!($field)), || $default, problems),)+
                }
            }
        }
    };
}

pub(super) use {bounds, section, settings};
