//! The same statements as scripts of pgbench: every client a connection, every create and rotation a transaction of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use cloakroom_engine::clock::Clock as _;
use cloakroom_server::boot::ambient::MachineClock;
use cloakroom_store::statements::{AUDIT, BY_SECRET, COUNT, GRANT, GROUND, ROTATE, SESSION, TOUCH, TOUCHES};
use tokio_postgres::Client;

use super::postgres::Person;
use crate::Failure;
use crate::measure::{Cpu, Sample};
use crate::people::{USER_AGENT, origin};
use crate::postgres::Job;

/// Makes the look-ups of a copy calculable, since a script cannot hash: they stay as far apart as hashes are.
const LOOKUPS: &str = "UPDATE sessions SET secret_lookup = number * 1099511627689";
const LOOKUP: &str = ":n * 1099511627689";

pub(crate) struct Pgbench {
    program: PathBuf,
    sockets: PathBuf,
    database: String,
    scratch: PathBuf,
    clients: usize,
}

impl Pgbench {
    /// Writes the scripts for a database with these people, sessions and grants, whose numbers leave no gap.
    pub(crate) async fn prepare(
        (program, sockets, database, client): (PathBuf, &Path, &str, &Client),
        scratch: &Path,
        (people, grants, sessions): (&[Person], &[i64], usize),
    ) -> Result<Self, Failure> {
        if !program.is_file() {
            return Err(
                format!("{} is missing: it comes with PostgreSQL (on Debian with postgresql-15 and later)", program.display()).into()
            );
        }
        client.batch_execute(LOOKUPS).await?;
        let scratch = scratch.join("pgbench");
        std::fs::create_dir(&scratch)?;
        for (job, script) in scripts(people, grants, sessions)? {
            std::fs::write(scratch.join(job.name()), script)?;
        }
        Ok(Self { program, sockets: sockets.to_owned(), database: database.to_owned(), scratch, clients: grants.len() })
    }

    /// Runs one window. Opening the connections is not part of it, but of its CPU time.
    pub(crate) fn window(&self, job: Job, length: Duration) -> Result<Sample, Failure> {
        let logs = self.scratch.join("log");
        std::fs::create_dir(&logs)?;
        let before = reaped()?;
        let output = Command::new(&self.program)
            .args(["--no-vacuum", "--protocol=prepared", "--jobs=2", "--log", "--username=cloakroom"])
            .arg(format!("--client={}", self.clients))
            .arg(format!("--time={}", length.as_secs().max(1)))
            .arg(format!("--file={}", self.scratch.join(job.name()).display()))
            .arg(format!("--log-prefix={}", logs.join("transactions").display()))
            .arg("--host")
            .arg(&self.sockets)
            .arg(&self.database)
            // Its connections are new in each window, and would spend much of it planning what others planned before.
            .env("PGOPTIONS", "-c plan_cache_mode=force_generic_plan")
            .stdin(Stdio::null())
            .output()?;
        let client = reaped()?.saturating_sub(before);
        let (told, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        if !output.status.success()
            || told.contains("number of failed transactions: ") && !told.contains("number of failed transactions: 0 ")
        {
            return Err(format!("pgbench failed:\n{told}{errors}").into());
        }
        let latencies = latencies(&logs)?;
        std::fs::remove_dir_all(&logs)?;
        let elapsed = match rate(&told) {
            Some(rate) => Duration::from_secs_f64(latencies.len() as f64 / rate),
            // So busy a machine that its connections were not open before the window was over: it did nothing in it.
            None if latencies.is_empty() => length,
            None => return Err(format!("pgbench told no rate:\n{told}{errors}").into()),
        };
        Ok(Sample::of(latencies, elapsed, Cpu { client, ..Cpu::default() }))
    }
}

/// CPU time of the processes that this one has waited for.
fn reaped() -> Result<Duration, Failure> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    Ok(crate::measure::ticks(&stat, 13..15).ok_or("/proc tells no CPU time")?)
}

/// Transactions per second, as it says, from when all its connections were open.
fn rate(told: &str) -> Option<f64> {
    told.lines().find_map(|line| line.strip_prefix("tps = ")?.split_whitespace().next()?.parse().ok())
}

/// The third field of each line is how long the transaction took, in microseconds.
fn latencies(logs: &Path) -> Result<Vec<u32>, Failure> {
    let mut latencies = Vec::new();
    for log in std::fs::read_dir(logs)? {
        for line in std::fs::read_to_string(log?.path())?.lines() {
            let micros: u32 = line.split(' ').nth(2).ok_or("a line of pgbench's log has no third field")?.parse()?;
            latencies.push(micros.saturating_mul(1000));
        }
    }
    Ok(latencies)
}

fn scripts(people: &[Person], grants: &[i64], sessions: usize) -> Result<[(Job, String); 3], Failure> {
    let (first, last) = people.first().zip(people.last()).ok_or("there is nobody")?;
    let gapless = people.iter().zip(first.number..).all(|(person, number)| person.number == number)
        && people.iter().all(|person| person.email - person.number == first.email - first.number);
    let first_grant = *grants.first().ok_or("there is no grant")?;
    if !gapless || !grants.iter().copied().eq((first_grant..).take(grants.len())) {
        return Err("the numbers of users, emails or grants have gaps: a script cannot choose among them".into());
    }
    let now = MachineClock.now().as_millis();
    let constants = format!("\\set now {now}\n\\set later {}\n\\set due {}\n", now + 3_600_000, now / 1000 + 3600);
    let validate = format!("\\set n random(1, {sessions})\n\\set lookup {LOOKUP}\n{};\n", with(BY_SECRET, &[":lookup"]));
    Ok([
        (Job::Validate, validate),
        (Job::Create, create(first, last, &constants, now)),
        (Job::Refresh, refresh(first, first_grant, &constants)),
    ])
}

fn create(first: &Person, last: &Person, constants: &str, now: i64) -> String {
    let Person { tenant, tenant_epoch, partner, partner_epoch, server_epoch, .. } = first;
    let mut script = format!(
        "{constants}\\set user random({}, {})\n\\set email :user + {}\n\\set lookup random(1, 4611686018427387904)\n",
        first.number,
        last.number,
        first.email - first.number
    );
    let under = [tenant, tenant_epoch, partner, partner_epoch, server_epoch].map(i64::to_string);
    let [tenant, tenant_epoch, partner, partner_epoch, server_epoch] = under.each_ref().map(String::as_str);
    let (address, absolute) = (address(), (now + 90 * 86_400_000).to_string());
    let (uid, hash, agent) = ("uuid_send(gen_random_uuid())", "sha256(uuid_send(gen_random_uuid()))", format!("'{USER_AGENT}'"));
    let session = [
        uid,
        ":lookup",
        hash,
        ":user",
        ":email",
        tenant,
        tenant_epoch,
        partner,
        partner_epoch,
        server_epoch,
        "'usm'",
        ":due",
        ":now",
        "3600000",
        "1",
        &absolute,
        "NULL",
        "'web'",
        &address,
        &agent,
        "'unknown'",
    ];
    // What nothing is known of: nine facts of agent and place, and the application.
    let session: Vec<&str> = session.into_iter().chain([const { "NULL" }; 11]).chain([":now", "'pwd'"]).collect();
    let ground = ["CAST(NULL AS BYTEA)", "''", "CAST(NULL AS TEXT)", ":now", ":user", ":email", "1024"];
    let detail = format!("'{{\"birth\":\"usm\",\"user_id\":\"{}\"}}'", first.uid);
    let statements = [
        ("BEGIN".to_owned(), ";"),
        (with(GROUND, &ground), ";"),
        (with(SESSION, &session), " \\gset"),
        (with(COUNT, &[tenant, tenant_epoch, partner, partner_epoch, "0", "-1", server_epoch, "'unknown'", "''", "1", "1"]), ";"),
        (with(TOUCHES, &[":number", ":now", ":later"]), ";"),
        (audit("session.created", first, ":number", &detail), ";"),
        ("COMMIT".to_owned(), ";"),
    ];
    script.extend(statements.map(|(text, end)| format!("{text}{end}\n")));
    script
}

fn refresh(person: &Person, first_grant: i64, constants: &str) -> String {
    let mut script = format!("{constants}\\set grant :client_id + {first_grant}\n");
    // Several columns are called number; of one name, a script sees the last.
    let grant = with(GRANT, &[":grant"]).replace(", g.refresh_hash", ", g.session_number, g.refresh_hash");
    let rotate = [":grant", ":g_generation", "sha256(uuid_send(gen_random_uuid()))", ":now", ":g_refresh_hash"];
    let statements = [
        (grant.clone(), " \\gset g_"),
        ("BEGIN".to_owned(), ";"),
        (grant, ";"),
        (with(ROTATE, &rotate), ";"),
        (with(TOUCH, &[":g_session_number", "CAST(NULL AS BIGINT)", ":now", ":later", "0"]), ";"),
        (audit("tokens.refreshed", person, ":g_session_number", "'{\"generation\":\"1\"}'"), ";"),
        ("COMMIT".to_owned(), ";"),
    ];
    script.extend(statements.map(|(text, end)| format!("{text}{end}\n")));
    script
}

fn audit(action: &str, person: &Person, session: &str, detail: &str) -> String {
    let (action, actor, tenant) = (format!("'{action}'"), format!("'{}'", person.uid), person.tenant.to_string());
    let (session, agent) = (format!("'session-' || CAST({session} AS TEXT)"), format!("'{USER_AGENT}'"));
    let request = format!("'{}'", origin().request_id.unwrap_or_default());
    let sortable = "'\\x00000000000000000000ffffcb00714d'";
    let (address, kind) = (address(), "'session'");
    let values = [":now", &action, "'success'", "'user'", &actor, &tenant, kind, &session, &address, &agent, &request, detail, sortable];
    with(AUDIT, &values)
}

fn address() -> String {
    origin().address.map_or_else(|| "NULL".to_owned(), |address| format!("'{address}'"))
}

/// The statement with these values in the places of `$1` and what follows.
fn with(statement: &str, values: &[&str]) -> String {
    let mut text = statement.to_owned();
    // From behind: $1 is the beginning of $10.
    for (place, value) in values.iter().enumerate().rev() {
        text = text.replace(&format!("${}", place + 1), value);
    }
    text
}
