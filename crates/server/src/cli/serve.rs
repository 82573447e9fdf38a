//! `cloakroom serve`

use std::io::{stderr, stdout};
use std::path::PathBuf;

use clap::Args;

use super::{ConfigArgs, EXIT_CODES, Failure, apply, report, runtime, say};
use crate::boot::{self, Serving};

/// Serve until a SIGTERM or SIGINT; a second one stops at once.
///
/// Prints `listening on http://ADDR:PORT` on standard output once it serves; logs go to standard error.
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
    pub(super) fn run(self) -> Result<(), Failure> {
        let listen = self.listen.map(|address| ("--listen", "server.listen", address));
        let loaded = self.config.load(listen.into_iter().collect())?;
        let apply = self.apply.map(|file| apply::request(file, self.overwrite));
        runtime()?.block_on(async {
            let server = boot::prepare(loaded.config, apply).await?;
            // Programs that start the server read the address from standard output.
            report(server.applied(), &mut stderr(), &mut stderr());
            server.serve(announce).await
        })
    }
}

fn announce(serving: Serving) {
    say(&mut stdout(), &format_args!("listening on {}", serving.url));
    if let Some(welcome) = serving.welcome {
        say(&mut stdout(), &welcome);
    }
}
