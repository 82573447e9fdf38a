//! Writes mails as files of the data directory, if no mail server is configured. Only their owner can read them.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::PathBuf;

use async_trait::async_trait;
use cloakroom_engine::account::mail::{Mail, MailDelivery};
use cloakroom_engine::error::Undelivered;

use super::files;
use crate::mail::letter::Letters;

/// Writes each mail as a file of mode 0600, named after its time, so that names sort by age.
pub struct Outbox {
    letters: Letters,
    folder: PathBuf,
    /// Files beyond this number go, the oldest first.
    keep: usize,
}

impl Outbox {
    pub const fn new(letters: Letters, folder: PathBuf, keep: usize) -> Self {
        Self { letters, folder, keep }
    }

    fn put(&self, name: &str, content: &[u8]) -> io::Result<()> {
        files::private_folder(&self.folder)?;
        files::write_private(&self.folder.join(name), content)?;
        let mut mails: Vec<OsString> = fs::read_dir(&self.folder)?.flatten().map(|entry| entry.file_name()).filter(is_a_mail).collect();
        mails.sort_unstable();
        let surplus = mails.len().saturating_sub(self.keep);
        mails[..surplus].iter().try_for_each(|old| fs::remove_file(self.folder.join(old)))
    }
}

/// What we named; other files are left alone.
fn is_a_mail(name: &OsString) -> bool {
    name.to_str().is_some_and(|name| name.ends_with(".eml") && name.len() > 13 && name.bytes().take(13).all(|byte| byte.is_ascii_digit()))
}

#[async_trait]
impl MailDelivery for Outbox {
    async fn deliver(&self, mail: &Mail) -> Result<(), Undelivered> {
        let message = self.letters.write(mail)?;
        let (millis, purpose) = (mail.written_at.as_millis(), mail.purpose.as_str().replace('_', "-"));
        let name = format!("{millis:013}-{}-{purpose}.eml", mail.number.0);
        let put = self.put(&name, &message.formatted());
        put.map_err(|error| Undelivered { problem: format!("the outbox cannot be written: {}", error.kind()), is_final: false })
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn files_are_private_and_bounded() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("outbox");
        let outbox = Outbox::new(Letters::new("a@example.com", "Cloakroom", None).unwrap(), folder.clone(), 2);
        files::private_folder(&folder).unwrap();
        fs::write(folder.join("notes.txt"), "mine").unwrap();
        for millis in [1_767_225_600_003_i64, 1_767_225_600_001, 1_767_225_600_002] {
            outbox.put(&format!("{millis:013}-1-password-reset.eml"), b"x").unwrap();
        }
        let mut names: Vec<_> = fs::read_dir(&folder).unwrap().flatten().map(|entry| entry.file_name().into_string().unwrap()).collect();
        names.sort_unstable();
        assert_eq!(names, ["1767225600002-1-password-reset.eml", "1767225600003-1-password-reset.eml", "notes.txt"]);
        let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join(&names[0]))), (0o700, 0o600));
    }
}
