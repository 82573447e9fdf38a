//! One connection of bare tokio-postgres, with the statements of the store prepared on it.

use std::pin::Pin;
use std::sync::Arc;

use cloakroom_engine::clock::{Clock as _, Timestamp};
use cloakroom_engine::ids::{SessionUid, UserUid};
use cloakroom_engine::secret::{SessionSecret, SessionSecretHash};
use cloakroom_server::boot::ambient::{MachineClock, MachineEntropy};
use cloakroom_store::statements::{AUDIT, BY_SECRET, COUNT, GRANT, GROUND, LOCK, ROTATE, SESSION, TOUCH, TOUCHES};
use futures_util::future::{join, join3};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, NoTls, Statement};

use super::statements::{COPY_SESSIONS, COPY_TOUCHES, COUNT_COPIES, GRANTS, USERS};
use crate::Failure;
use crate::people::{USER_AGENT, origin};

const CAP: i64 = 1024;
const HOUR: i64 = 3_600_000;

/// Who opens sessions, and what those stand on.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) number: i64,
    pub(crate) email: i64,
    pub(crate) uid: String,
    pub(crate) tenant: i64,
    pub(crate) tenant_epoch: i64,
    pub(crate) partner: i64,
    pub(crate) partner_epoch: i64,
    pub(crate) server_epoch: i64,
}

/// A grant as it was read, and whose session it is.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    grant: i64,
    session: i64,
    generation: i64,
    hash: Vec<u8>,
}

/// The constant part of what a trail's entry says.
struct Origin {
    request_id: Option<String>,
    address: Option<String>,
    sortable: Option<Vec<u8>>,
}

/// The statements of a command that nobody waits for before the next one begins; sent when first looked at.
pub(crate) type Rest<'l> = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'l>>;

/// Where columns stand that are looked at, found out once.
struct Places {
    secret_hash: usize,
    user_status: usize,
    email_status: usize,
    open: usize,
    refresh_hash: usize,
    generation: usize,
}

fn place(statement: &Statement, name: &str) -> Result<usize, Failure> {
    let place = statement.columns().iter().position(|column| column.name() == name);
    Ok(place.ok_or_else(|| format!("the store's statement has no column {name}"))?)
}

pub(crate) struct Link {
    client: Client,
    origin: Origin,
    places: Places,
    pub(super) begin: Statement,
    pub(super) lock: Statement,
    pub(super) commit: Statement,
    by_secret: Statement,
    ground: Statement,
    session: Statement,
    count: Statement,
    touches: Statement,
    audit: Statement,
    grant: Statement,
    rotate: Statement,
    touch: Statement,
}

impl Link {
    /// Connects, on the runtime of the caller.
    pub(crate) async fn open(url: &str) -> Result<Arc<Self>, Failure> {
        let client = connect(url).await?;
        let prepare = async |sql: &str| client.prepare(sql).await;
        let address = origin().address;
        let origin = Origin {
            request_id: origin().request_id,
            address: address.map(|address| address.to_string()),
            sortable: address
                .and_then(|address| cloakroom_engine::audit::recorded::address_bytes(&address.to_string()).map(|bytes| bytes.to_vec())),
        };
        let (by_secret, ground, grant) = (prepare(BY_SECRET).await?, prepare(GROUND).await?, prepare(GRANT).await?);
        let places = Places {
            secret_hash: place(&by_secret, "secret_hash")?,
            user_status: place(&ground, "user_status")?,
            email_status: place(&ground, "email_status")?,
            open: place(&ground, "open")?,
            refresh_hash: place(&grant, "refresh_hash")?,
            generation: place(&grant, "generation")?,
        };
        Ok(Arc::new(Self {
            begin: prepare("BEGIN").await?,
            lock: prepare(LOCK).await?,
            commit: prepare("COMMIT").await?,
            by_secret,
            ground,
            session: prepare(SESSION).await?,
            count: prepare(COUNT).await?,
            touches: prepare(TOUCHES).await?,
            audit: prepare(AUDIT).await?,
            grant,
            rotate: prepare(ROTATE).await?,
            // Nothing else would tell what a NULL is of.
            touch: client.prepare_typed(TOUCH, &[const { Type::INT8 }; 5]).await?,
            origin,
            places,
            client,
        }))
    }

    pub(super) async fn run(&self, statement: &Statement) -> Result<(), Failure> {
        self.client.execute(statement, &[]).await?;
        Ok(())
    }

    async fn execute(&self, statement: &Statement, values: &[&(dyn ToSql + Sync)]) -> Result<(), Failure> {
        match self.client.execute(statement, values).await? {
            1 => Ok(()),
            changed => Err(format!("a statement that changes one row changed {changed}").into()),
        }
    }

    /// Reads a session by its secret, and compares the whole hash.
    pub(crate) async fn validate(&self, secret: &SessionSecretHash) -> Result<(), Failure> {
        let row = self.client.query_one(&self.by_secret, &[&secret.lookup()]).await?;
        let known: &[u8] = row.try_get(self.places.secret_hash)?;
        if known == secret.as_bytes() { Ok(()) } else { Err("another session was found".into()) }
    }

    /// Reads a grant and its session.
    pub(crate) async fn standing(&self, grant: i64) -> Result<Standing, Failure> {
        let row = self.client.query_one(&self.grant, &[&grant]).await?;
        let Places { refresh_hash, generation, .. } = self.places;
        Ok(Standing { grant, session: row.try_get(0)?, hash: row.try_get(refresh_hash)?, generation: row.try_get(generation)? })
    }

    /// Reads what a new session of `person` stands on.
    async fn check_ground(&self, person: &Person, now: i64) -> Result<(), Failure> {
        let asked: &[&(dyn ToSql + Sync)] = &[&None::<&[u8]>, &"", &None::<&str>, &now, &person.number, &person.email, &CAP];
        let row = self.client.query_one(&self.ground, asked).await?;
        let stands = |at| Ok::<_, Failure>(row.try_get::<_, &str>(at)? == "verified");
        if !stands(self.places.user_status)? || !stands(self.places.email_status)? {
            return Err("a user does not stand".into());
        }
        if row.try_get::<_, i64>(self.places.open)? >= CAP {
            return Err("a user has too many sessions: let there be more --users".into());
        }
        Ok(())
    }

    /// The statements of a create up to the one whose answer is needed.
    pub(crate) async fn create(&self, person: &Person) -> Result<Rest<'_>, Failure> {
        let (uid, secret) = (SessionUid::mint(MachineClock.now(), &MachineEntropy)?, SessionSecret::mint(&MachineEntropy)?);
        let (now, hash) = (MachineClock.now().as_millis(), secret.hash());
        self.check_ground(person, now).await?;
        let Person { number, email, tenant, tenant_epoch, partner, partner_epoch, server_epoch, .. } = person;
        let (uid_bytes, hash_bytes) = (uid.as_bytes().as_slice(), hash.as_bytes().as_slice());
        let values: &[&(dyn ToSql + Sync)] = &[
            &uid_bytes,
            &hash.lookup(),
            &hash_bytes,
            number,
            email,
            tenant,
            tenant_epoch,
            partner,
            partner_epoch,
            server_epoch,
            &"usm",
            &((now + HOUR + 999) / 1000),
            &now,
            &HOUR,
            &1_i64,
            &(now + 90 * 24 * HOUR),
            &None::<&str>,
            &"web",
            &self.origin.address,
            &USER_AGENT,
            &"unknown",
            &None::<&str>,
            &None::<&str>,
            &None::<&str>,
            &None::<&str>,
            &None::<&str>,
            &None::<&str>,
            &None::<&str>,
            &None::<&str>,
            &None::<&str>,
            &None::<i64>,
            &None::<i64>,
            &now,
            &"pwd",
        ];
        let session: i64 = self.client.query_one(&self.session, values).await?.try_get(0)?;
        let person = person.clone();
        Ok(Box::pin(async move {
            let Person { tenant, tenant_epoch, partner, partner_epoch, server_epoch, .. } = &person;
            let (seconds, millis, expires) = (now / 1000, now % 1000, now + HOUR);
            let count: &[&(dyn ToSql + Sync)] =
                &[tenant, tenant_epoch, partner, partner_epoch, &0_i64, &-1_i64, server_epoch, &"unknown", &"", &seconds, &millis];
            let touches: &[&(dyn ToSql + Sync)] = &[&session, &now, &expires];
            let detail = format!("{{\"birth\":\"usm\",\"user_id\":\"{}\"}}", person.uid);
            let (counted, touched, told) = join3(
                self.execute(&self.count, count),
                self.execute(&self.touches, touches),
                self.audit("session.created", &person, uid, &detail, now),
            )
            .await;
            counted.and(touched).and(told)
        }))
    }

    /// The statements of a rotation up to the one whose answer is needed.
    pub(crate) async fn rotate(&self, person: &Person, from: &Standing) -> Result<Rest<'_>, Failure> {
        let found = self.standing(from.grant).await?;
        let now = MachineClock.now().as_millis();
        let next = SessionSecret::mint(&MachineEntropy)?.hash();
        let next = next.as_bytes().as_slice();
        self.execute(&self.rotate, &[&from.grant, &from.generation, &next, &now, &from.hash]).await?;
        let uid = SessionUid::mint(Timestamp::from_millis(now), &MachineEntropy)?;
        let (person, detail) = (person.clone(), format!("{{\"generation\":\"{}\"}}", from.generation + 1));
        Ok(Box::pin(async move {
            let expires = now + HOUR;
            let touch: &[&(dyn ToSql + Sync)] = &[&found.session, &None::<i64>, &now, &expires, &0_i64];
            let audit = self.audit("tokens.refreshed", &person, uid, &detail, now);
            let (touched, told) = join(self.execute(&self.touch, touch), audit).await;
            touched.and(told)
        }))
    }

    async fn audit(&self, action: &str, person: &Person, session: SessionUid, detail: &str, now: i64) -> Result<(), Failure> {
        let Origin { request_id, address, sortable } = &self.origin;
        let session = session.to_string();
        let values: &[&(dyn ToSql + Sync)] = &[
            &now,
            &action,
            &"success",
            &"user",
            &person.uid,
            &person.tenant,
            &"session",
            &session,
            address,
            &USER_AGENT,
            request_id,
            &detail,
            sortable,
        ];
        self.execute(&self.audit, values).await
    }

    /// Runs the statements of `work` in a transaction of their own.
    pub(crate) async fn in_transaction<'l>(&'l self, work: impl Future<Output = Result<Rest<'l>, Failure>>) -> Result<(), Failure> {
        let (begun, rest) = join(self.run(&self.begin), work).await;
        begun?;
        let (done, committed) = join(rest?, self.run(&self.commit)).await;
        done.and(committed)
    }
}

pub(crate) async fn connect(url: &str) -> Result<Client, Failure> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            println!("a bare connection ended: {error}");
        }
    });
    Ok(client)
}

/// Everybody there is.
pub(crate) async fn people(client: &Client) -> Result<Vec<Person>, Failure> {
    let mut people = Vec::new();
    for row in client.query(USERS, &[]).await? {
        let uid: &[u8] = row.try_get(2)?;
        people.push(Person {
            number: row.try_get(0)?,
            email: row.try_get(1)?,
            uid: UserUid::from_bytes(uid.try_into()?).to_string(),
            tenant: row.try_get(3)?,
            tenant_epoch: row.try_get(4)?,
            partner: row.try_get(5)?,
            partner_epoch: row.try_get(6)?,
            server_epoch: row.try_get(7)?,
        });
    }
    Ok(people)
}

/// Opens as many sessions, by turns of everybody, each with a copy of what the store wrote of the last one: one by one they would take
/// minutes. Answers their secrets.
pub(crate) async fn multiply(client: &Client, sessions: usize) -> Result<Vec<[u8; 16]>, Failure> {
    let count = i64::try_from(sessions)?;
    for sql in [COPY_SESSIONS, COPY_TOUCHES, COUNT_COPIES] {
        client.execute(sql, &[&count]).await?;
    }
    Ok((1..=count as u64)
        .map(|n| [n.to_be_bytes(), n.to_be_bytes()].concat().try_into())
        .collect::<Result<_, _>>()
        .map_err(|_| "16 bytes are twice 8")?)
}

/// The numbers of the grants that there are.
pub(crate) async fn grants(client: &Client) -> Result<Vec<i64>, Failure> {
    let rows = client.query(GRANTS, &[]).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Statistics for the planner and no dead rows, so that every copy begins alike.
pub(crate) async fn settle(client: &Client) -> Result<(), Failure> {
    client.batch_execute("VACUUM (ANALYZE)").await?;
    client.batch_execute("CHECKPOINT").await?;
    Ok(())
}
