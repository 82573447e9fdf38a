//! `cloakroom serve`

use std::io::{IsTerminal as _, stderr, stdout};
use std::path::PathBuf;

use clap::Args;

use super::opening::{Group, addresses, arranged, first_create};
use super::remote::Screen;
use super::{ConfigArgs, EXIT_CODES, Failure, apply, report, runtime, say};
use crate::boot::{self, Serving};

/// Serve until a SIGTERM or SIGINT; a second one stops at once.
///
/// Prints `listening on http://ADDR:PORT` on standard output once it serves, and at a terminal what to open; logs go to standard error.
#[derive(Debug, Args)]
#[command(after_help = format!("Example:\n  cloakroom serve --data-dir /var/lib/cloakroom --listen 127.0.0.1:8080\n\n{EXIT_CODES}"))]
pub(super) struct Serve {
    #[command(flatten)]
    config: ConfigArgs,
    /// Address and port to listen on; port 0 picks a free one.
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Document with identities to apply before serving; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    apply: Option<PathBuf>,
    /// With --apply: also change what exists and differs.
    #[arg(long, requires = "apply")]
    overwrite: bool,
}

impl Serve {
    pub(super) fn run(self, screen: Screen) -> Result<(), Failure> {
        let listen = self.listen.map(|address| ("--listen", "server.listen", address));
        let loaded = self.config.load(listen.into_iter().collect())?;
        let apply = self.apply.map(|file| apply::request(file, self.overwrite));
        runtime()?.block_on(async {
            let server = boot::prepare(loaded.config, apply).await?;
            // Programs that start the server read the address from standard output.
            report(server.applied(), &mut stderr(), &mut stderr());
            server.serve(|serving| announce(screen, &serving)).await
        })
    }
}

/// Programs read the first line; whoever looks at a terminal is told what to open.
fn announce(screen: Screen, serving: &Serving) {
    say(&mut stdout(), &format_args!("listening on {}", serving.url));
    let first = serving.first.as_ref().map(|first| (first, first.password_file.display(), first_create(&serving.url, first)));
    if !stdout().is_terminal() {
        if let Some((first, file, shell)) = first {
            say(&mut stdout(), &format_args!("first start: the administrator is {}, a password for one use stands in {file}", first.email));
            say(&mut stdout(), &format_args!("try: {shell}"));
        }
        return;
    }
    let mut groups = vec![addresses(serving)];
    if let Some((first, file, shell)) = first {
        groups.push(Group::line("sign in", format!("{}, with the password for one use in {file}", first.email)));
        groups.push(Group::line("try", shell));
    }
    say(&mut stdout(), &arranged(screen, &groups));
}
