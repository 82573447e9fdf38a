//! Who access tokens are for (RFC 8707): the one rule about `resource`. Without it a token is for this server. An application may ask for
//! tokens for the resource servers that the directory gives it, and may narrow what it was given, never widen it.

use crate::audit::AuditEntry;
use crate::directory::is_resource;

/// Resource servers that may be asked for at once.
pub const MOST_RESOURCES_AT_ONCE: usize = 8;

/// This server among others, as audiences are kept. No absolute URI reads so.
const OURS: &str = "-";

/// A resource server was asked for that is none, or that the application may not have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TargetRefused;

/// Who a token is for: this server, resource servers, or both. Never nobody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Audience {
    is_ours: bool,
    resources: Vec<String>,
}

impl Default for Audience {
    /// This server alone.
    fn default() -> Self {
        Self { is_ours: true, resources: Vec::new() }
    }
}

impl Audience {
    /// `None`: it would be nobody.
    pub fn of(is_ours: bool, resources: Vec<String>) -> Option<Self> {
        (is_ours || !resources.is_empty()).then_some(Self { is_ours, resources })
    }

    /// Whether a token for it opens what this server has.
    pub const fn is_ours(&self) -> bool {
        self.is_ours
    }

    /// The resource servers, in the order in which they were asked for.
    pub fn resources(&self) -> &[String] {
        &self.resources
    }

    /// What the parameters `resource` of a request name; `None` where there is none. `names_us`: whether a name is one of this server's.
    ///
    /// # Errors
    /// When there are too many, or one is no absolute URI without a fragment.
    pub(crate) fn wished(named: &[String], names_us: impl Fn(&str) -> bool) -> Result<Option<Self>, TargetRefused> {
        if named.len() > MOST_RESOURCES_AT_ONCE || !named.iter().all(|name| is_resource(name)) {
            return Err(TargetRefused);
        }
        let mut resources = Vec::new();
        for name in named.iter().filter(|name| !names_us(name)) {
            if !resources.contains(name) {
                resources.push(name.clone());
            }
        }
        Ok(Self::of(named.iter().any(|name| names_us(name)), resources))
    }

    /// What an application gets that asks for the first time. `registered`: its resource servers.
    ///
    /// # Errors
    /// When it asks for another one.
    pub(crate) fn begun(wished: Option<Self>, registered: &[String]) -> Result<Self, TargetRefused> {
        let wished = wished.unwrap_or_default();
        let may_all = wished.resources.iter().all(|resource| registered.contains(resource));
        if may_all { Ok(wished) } else { Err(TargetRefused) }
    }

    /// What an application gets of what it was given before: all where it does not ask (RFC 8707 section 2.2).
    ///
    /// # Errors
    /// When it asks for more, or the directory has taken all of it away.
    pub(crate) fn narrowed(&self, wished: Option<Self>, registered: &[String]) -> Result<Self, TargetRefused> {
        let left = self.still_given(registered).ok_or(TargetRefused)?;
        match wished {
            None => Ok(left),
            Some(wished) if wished.is_within(&left) => Ok(wished),
            Some(_) => Err(TargetRefused),
        }
    }

    /// Without the resource servers that the directory has taken away; `None` where nobody is left.
    pub(crate) fn still_given(&self, registered: &[String]) -> Option<Self> {
        let resources = self.resources.iter().filter(|resource| registered.contains(resource)).cloned().collect();
        Self::of(self.is_ours, resources)
    }

    pub(crate) fn is_within(&self, other: &Self) -> bool {
        (other.is_ours || !self.is_ours) && self.resources.iter().all(|resource| other.resources.contains(resource))
    }

    /// The entry that tells of what it was given for; of this server alone nothing is told.
    pub(crate) fn told_in(&self, entry: AuditEntry) -> AuditEntry {
        match self.kept() {
            Some(names) => entry.with("audience", names),
            None => entry,
        }
    }

    /// As it is kept: names separated by spaces; `None` for this server alone.
    pub fn kept(&self) -> Option<String> {
        let ours = self.is_ours.then_some(OURS);
        let names: Vec<&str> = ours.into_iter().chain(self.resources.iter().map(String::as_str)).collect();
        (!self.resources.is_empty()).then(|| names.join(" "))
    }

    /// Reads what [`Self::kept`] wrote; `None` of nobody.
    pub fn parse(text: &str) -> Option<Self> {
        let names = || text.split(' ').filter(|name| !name.is_empty());
        let resources = names().filter(|name| *name != OURS).map(str::to_owned).collect();
        Self::of(names().any(|name| name == OURS), resources)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const API: &str = "https://api.example.com/v1";
    const FILES: &str = "urn:example:files";

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn wished(named: &[&str]) -> Result<Option<Audience>, TargetRefused> {
        Audience::wished(&names(named), |name| name == "https://id.example.com")
    }

    #[test]
    fn what_is_asked_for_is_read_each_once() {
        assert_eq!(wished(&[]), Ok(None));
        assert_eq!(wished(&[API, FILES, API]), Ok(Audience::of(false, names(&[API, FILES]))));
        assert_eq!(wished(&["https://id.example.com"]), Ok(Some(Audience::default())));
        assert_eq!(wished(&[API, "https://id.example.com"]), Ok(Audience::of(true, names(&[API]))));
        for wrong in
            ["api", "/v1", "//api.example.com", "https:", "https://api.example.com/#x", "https://api.example.com/#", "1a:b", "a b:c", "-"]
        {
            assert_eq!(wished(&[wrong]), Err(TargetRefused), "{wrong}");
            assert_eq!(wished(&[API, wrong]), Err(TargetRefused), "{wrong}");
        }
        assert!(wished(&[API; MOST_RESOURCES_AT_ONCE]).is_ok());
        assert_eq!(wished(&[API; MOST_RESOURCES_AT_ONCE + 1]), Err(TargetRefused));
    }

    #[test]
    fn nobody_begins_with_what_the_directory_does_not_give() {
        let (api, both) = (wished(&[API]).unwrap(), wished(&[API, "https://id.example.com"]).unwrap());
        assert_eq!(Audience::begun(None, &[]), Ok(Audience::default()));
        assert_eq!(Audience::begun(api.clone(), &names(&[FILES, API])), Ok(api.clone().unwrap()));
        for asked in [api, both] {
            assert_eq!(Audience::begun(asked, &names(&[FILES])), Err(TargetRefused));
        }
    }

    #[test]
    fn what_was_given_is_narrowed_and_never_widened() {
        let registered = names(&[API, FILES]);
        let given = wished(&[API, FILES]).unwrap().unwrap();
        assert_eq!(given.narrowed(None, &registered), Ok(given.clone()));
        assert_eq!(given.narrowed(wished(&[FILES]).unwrap(), &registered), Ok(wished(&[FILES]).unwrap().unwrap()));
        assert_eq!(given.narrowed(None, &names(&[FILES])), Ok(wished(&[FILES]).unwrap().unwrap()));
        for (given, asked, registered) in [
            (&given, wished(&["https://id.example.com"]), &registered),
            (&given, wished(&["https://other.example.com"]), &names(&["https://other.example.com"])),
            (&given, wished(&[API]), &names(&[FILES])),
            (&given, Ok(None), &names(&[])),
            (&Audience::default(), wished(&[API]), &registered),
        ] {
            assert_eq!(given.narrowed(asked.unwrap(), registered), Err(TargetRefused), "{given:?}");
        }
    }

    #[test]
    fn it_is_kept_as_it_was() {
        for audience in [wished(&[API, FILES]), wished(&[FILES, "https://id.example.com"])] {
            let audience = audience.unwrap().unwrap();
            assert_eq!(Audience::parse(&audience.kept().unwrap()), Some(audience));
        }
        assert_eq!((Audience::default().kept(), Audience::parse("")), (None, None));
    }
}
