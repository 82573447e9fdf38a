//! Where the console is: what its frame and its guard name of its pages.

/// Its first page.
pub const CONSOLE: &str = "/console";

/// Where one proves once more who one is.
pub const CONFIRM: &str = "/console/confirm";

/// The audit trail.
pub const AUDIT: &str = "/console/audit";

/// The keys that sign tokens.
pub const KEYS: &str = "/console/keys";

/// How the server is doing.
pub const HEALTH: &str = "/console/health";

/// In the extensions of an answer that is a page with scripts, until the envelope has said so to the browser.
#[derive(Clone, Copy, Debug)]
pub struct Scripted;
