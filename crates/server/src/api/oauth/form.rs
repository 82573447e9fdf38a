//! The parameters that forms of these endpoints are made of.

use utoipa::openapi::path::{Parameter as Described, ParameterIn};
use zeroize::Zeroizing;

use crate::http::declared::About;
use crate::http::declared::parameters::{Given, Parameter, described, parameters};
use crate::http::declared::types::string;
use crate::http::declared::words::{Word, spellings};

parameters! {
    /// How a client proves who it is where it does not authenticate with `Basic`.
    in Form pub struct ClientForm {
        /// Where the client does not authenticate with `Basic`. Alone it is enough of a public client.
        client_id: Single = "web-shop",
        /// Where the client does not authenticate with `Basic`.
        client_secret: Single,
        /// Where it authenticates with `private_key_jwt`.
        client_assertion: Single,
        /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`, where it authenticates with `private_key_jwt`.
        client_assertion_type: Single,
    }
}

/// What is said of a parameter that stands twice (RFC 6749 section 3.2).
const TWICE: &str = "a parameter stands twice";
const MISSING: &str = "a required parameter is missing";

/// The one value of a parameter; an empty one counts as absent. `None` where there are two.
pub fn once(given: &mut Given, name: &'static str) -> Option<Option<Zeroizing<String>>> {
    let mut values = given.all(name);
    let value = values.next().filter(|value| !value.is_empty()).map(|value| Zeroizing::new(value.to_owned()));
    if values.next().is_none() {
        return Some(value);
    }
    drop(values);
    given.refuse(name, TWICE, "");
    None
}

/// The one value of a parameter that has to be there.
fn needed(given: &mut Given, name: &'static str) -> Option<Zeroizing<String>> {
    let value = once(given, name)?;
    if value.is_none() {
        given.refuse(name, MISSING, "");
    }
    value
}

/// One value, or none.
pub struct Single;

impl Parameter for Single {
    type Value = Option<Zeroizing<String>>;

    fn take(given: &mut Given, name: &'static str) -> Option<Self::Value> {
        once(given, name)
    }

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described> {
        described(name, place, false, string(|_| {}), about)
    }
}

/// One value that has to be there: in every form of its endpoint, or only where the form means one grant of several.
pub struct Needed<const IN_EVERY_FORM: bool>;

impl<const IN_EVERY_FORM: bool> Parameter for Needed<IN_EVERY_FORM> {
    type Value = Zeroizing<String>;

    fn take(given: &mut Given, name: &'static str) -> Option<Self::Value> {
        needed(given, name)
    }

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described> {
        described(name, place, IN_EVERY_FORM, string(|_| {}), about)
    }
}

/// A parameter that may be sent and is not looked at.
pub struct Ignored;

impl Parameter for Ignored {
    type Value = ();

    fn take(_: &mut Given, _: &'static str) -> Option<()> {
        Some(())
    }

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described> {
        described(name, place, false, string(|_| {}), about)
    }
}

/// One word of several.
pub trait FormWord: Word {
    /// What is said of any other, and the error code that goes with it where that is not `invalid_request`.
    const UNKNOWN: (&'static str, &'static str);
    const IN_EVERY_FORM: bool;

    /// The word where there is none, if it may be absent.
    fn absent() -> Option<Self>;
}

/// A word of `W`.
pub struct WordOf<W>(std::marker::PhantomData<W>);

impl<W: FormWord> Parameter for WordOf<W> {
    type Value = W;

    fn take(given: &mut Given, name: &'static str) -> Option<W> {
        let text = match W::absent() {
            None => needed(given, name)?,
            Some(absent) => match once(given, name)? {
                None => return Some(absent),
                Some(text) => text,
            },
        };
        let found = W::ALL.iter().copied().find(|word| word.as_str() == text.as_str());
        if found.is_none() {
            let (problem, code) = W::UNKNOWN;
            given.refuse(name, problem, code);
        }
        found
    }

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described> {
        let words = spellings::<W>().into_iter().map(Into::into).collect();
        described(name, place, W::IN_EVERY_FORM, string(|word| word.enum_values = Some(words)), about)
    }
}
