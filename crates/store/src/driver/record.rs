//! Rows as records. A record declares its columns once, each beside its field: the list that a statement selects and the order in
//! which the fields are read come from the same declaration.

use super::{DriverError, Row};

/// What is read from columns that stand next to each other.
pub trait Record: Sized {
    /// The columns, as a statement selects them; empty where whoever embeds it names them.
    const COLUMNS: &'static str = "";
    /// The beginning of a statement that selects nothing else.
    const SELECT: &'static str = "";
    /// How many.
    const WIDTH: usize;

    /// The record whose columns begin at `at`; `None` where the first of them is `NULL`, as behind a join that found nothing.
    ///
    /// # Errors
    /// [`DriverError::Corrupt`] where a column holds what it must not.
    fn read_opt(row: &dyn Row, at: usize) -> Result<Option<Self>, DriverError>;

    /// As [`Self::read_opt`], of what is there.
    ///
    /// # Errors
    /// As there, and where the first column is `NULL`.
    fn read(row: &dyn Row, at: usize) -> Result<Self, DriverError> {
        Self::read_opt(row, at)?.ok_or_else(|| row.damage(at, format_args!("is NULL")))
    }
}

impl<T: Record> Record for Option<T> {
    const COLUMNS: &'static str = T::COLUMNS;
    const WIDTH: usize = T::WIDTH;

    fn read_opt(row: &dyn Row, at: usize) -> Result<Option<Self>, DriverError> {
        T::read_opt(row, at).map(Some)
    }
}

/// Two that belong together, and have their names from whoever embeds them.
impl<A: Record, B: Record> Record for (A, B) {
    const WIDTH: usize = A::WIDTH + B::WIDTH;

    fn read_opt(row: &dyn Row, at: usize) -> Result<Option<Self>, DriverError> {
        let Some(first) = A::read_opt(row, at)? else { return Ok(None) };
        Ok(Some((first, B::read(row, at + A::WIDTH)?)))
    }
}

/// Declares a record: `struct Name as t { field: Type, other: Type = "u.column", … }`, or, for a struct that the engine has,
/// `for Type as t { field, other = "u.column", … }`. A field is read from the column of its name in the table `t`, where nothing else
/// is said. One that is a record itself takes as many columns as that has, which is checked when this is compiled. What stands behind a
/// `;` is not read.
macro_rules! record {
    ($(#[$meta:meta])* $vis:vis struct $name:ident $(as $table:ident)? {
        $($(#[$doc:meta])* $field_vis:vis $field:ident: $type:ty $(= $columns:expr)?),+ $(,)?
    }) => {
        $(#[$meta])* $vis struct $name { $($(#[$doc])* $field_vis $field: $type),+ }
        $crate::driver::record! { @read $name => [$($table)?] $($field [$($columns)?])+; }
    };
    (for $name:ty $(as $table:ident)? {
        $($field:ident $(= $columns:expr)?),+ $(,)? $(; $($other:ident: $value:expr),+ $(,)?)?
    }) => {
        $crate::driver::record! { @read $name => [$($table)?] $($field [$($columns)?])+; $($($other: $value),+)? }
    };
    (@read $name:ty => $table:tt $first:ident $columns:tt $($field:ident $more:tt)*; $($other:ident: $value:expr),*) => {
        impl $crate::driver::Record for $name {
            const COLUMNS: &'static str = const_format::concatcp!(
                $crate::driver::record!(@columns $table $first $columns) $(, ", ", $crate::driver::record!(@columns $table $field $more))*
            );
            const SELECT: &'static str = const_format::concatcp!("SELECT ", <$name as $crate::driver::Record>::COLUMNS);
            const WIDTH: usize = $crate::driver::width(Self::COLUMNS);

            fn read_opt(row: &dyn $crate::driver::Row, at: usize) -> Result<Option<Self>, $crate::driver::DriverError> {
                use $crate::driver::{take, width};
                let mut at = at;
                let first = take::<Option<_>, { width($crate::driver::record!(@columns $table $first $columns)) }>(row, &mut at)?;
                let Some($first) = first else { return Ok(None) };
                $(let $field = take::<_, { width($crate::driver::record!(@columns $table $field $more)) }>(row, &mut at)?;)*
                let _ = at;
                Ok(Some(Self { $first, $($field,)* $($other: $value),* }))
            }
        }
    };
    (@columns $table:tt $field:ident [$columns:expr]) => { $columns };
    (@columns [] $field:ident []) => { stringify!($field) };
    (@columns [$table:ident] $field:ident []) => { concat!(stringify!($table), ".", stringify!($field)) };
}
pub(crate) use record;

/// Reads a field and goes on to the next one.
#[inline]
pub(crate) fn take<T: Record, const WIDTH: usize>(row: &dyn Row, at: &mut usize) -> Result<T, DriverError> {
    const { assert!(T::WIDTH == WIDTH, "the field reads more or fewer columns than are named for it") };
    let from = *at;
    *at += WIDTH;
    T::read(row, from)
}
