//! `cloakroom dev`

use std::io::stdout;

use clap::Args;

use super::opening::{Group, addresses, arranged};
use super::remote::Screen;
use super::{EXIT_CODES, Failure, runtime, say};
use crate::boot::{self, DEV_PASSWORD, Displayed, Person};
use crate::config::ListenAddress;

/// Look around: a server with people, applications and sessions in it, which is thrown away when it stops. Not for production.
///
/// Prints what to open, who may sign in and with which password, and a first call. Its data are in a temporary folder, removed at the
/// end; it listens on loopback alone; neither a configuration file nor the environment is read. Requests are told on standard error.
#[derive(Debug, Args)]
#[command(after_help = format!("Example:\n  cloakroom dev\n\n{EXIT_CODES}"))]
pub(super) struct Dev {
    /// Address and port to listen on, on loopback; port 0 picks a free one. Not given: 127.0.0.1:8080, or a free port if that is taken.
    #[arg(long, value_name = "ADDR")]
    listen: Option<ListenAddress>,
}

impl Dev {
    pub(super) fn run(self, screen: Screen) -> Result<(), Failure> {
        runtime()?.block_on(boot::dev(self.listen.map(|listen| listen.0), |displayed| announce(screen, &displayed)))
    }
}

fn announce(screen: Screen, displayed: &Displayed) {
    let Displayed { serving, folder, people } = displayed;
    say(&mut stdout(), &format_args!("listening on {}", serving.url));
    let who = people.iter().map(|person| (person.username.clone(), person.standing.clone())).collect();
    let groups = [
        addresses(serving),
        Group { label: "sign in", lines: who },
        Group::line("password", format!("{DEV_PASSWORD} (everybody's)")),
        Group::line("try", first_call(&serving.url, people)),
        Group {
            label: "note",
            lines: vec![
                ("To look around, not for production: everybody knows this password.".to_owned(), String::new()),
                (format!("Ctrl-C stops it and removes all that it has, in {}", folder.display()), String::new()),
            ],
        },
    ];
    say(&mut stdout(), &arranged(screen, &groups));
}

/// Somebody who belongs to a tenant opens a session.
fn first_call(url: &str, people: &[Person]) -> String {
    let email = people.iter().find(|person| person.standing.starts_with("owner")).map_or("", |person| person.email.as_str());
    format!("curl -s {url}/usm/session/create -d '{{\"email\":\"{email}\",\"passcode\":\"{DEV_PASSWORD}\"}}'")
}
