//! The statements of a validation, a create and a refresh on PostgreSQL, in the order in which the store sends them.
//!
//! The texts repeat those of crates/store (`sessions/snapshot.rs`, `sessions/create.rs`, `tokens.rs`, `sessions/upkeep.rs`,
//! `audit/append.rs`, `driver/postgres/writer.rs`) and are to be kept equal to them.

/// The lock of all writers.
pub(super) const LOCK: &str = "SELECT 1 FROM (SELECT pg_advisory_xact_lock(1129073490, 1)) AS locked";

macro_rules! snapshot {
    ($further:literal, $sessions:literal, $condition:literal) => {
        concat!(
            "SELECT s.number, s.uid, s.user_number, u.uid, s.tenant_number, s.birth, s.created_at, s.ttl_millis, s.slides,
                 s.absolute_expires_at, s.caption, s.label, s.address, s.user_agent, t.last_validated_at, t.last_active_at,
                 t.expires_at, s.state, s.ended_at, s.end_reason, s.ended_by, s.archived_at, u.status, u.status_since,
                 e.status, e.status_since, n.status, n.status_since, s.server_epoch, v.epoch, s.partner_epoch, p.epoch,
                 s.tenant_epoch, n.epoch, s.application_epoch, a.epoch, s.partner_number, s.application_number, s.secret_hash, u.role,
                 u.is_operator, h.number, h.uid, h.partner_number, t.expiry_edition",
            $further,
            " FROM ",
            $sessions,
            "
             JOIN session_touches t ON t.session_number = s.number
             JOIN users u ON u.number = s.user_number
             JOIN server v ON v.only_row = 1
             LEFT JOIN emails e ON e.number = s.email_number
             LEFT JOIN tenants n ON n.number = s.tenant_number
             LEFT JOIN tenants h ON h.number = u.tenant_number
             LEFT JOIN partners p ON p.number = s.partner_number
             LEFT JOIN applications a ON a.number = s.application_number
             WHERE ",
            $condition
        )
    };
}

pub(super) const BY_SECRET: &str = snapshot!("", "sessions s", "s.secret_lookup = $1");
/// Where the whole hash stands in a snapshot.
pub(super) const SECRET_HASH: usize = 38;

/// A grant behind its session.
pub(super) const GRANT: &str = snapshot!(
    ", g.refresh_hash, g.generation, g.reached_at, g.application_number, g.application_epoch, g.tenant_epoch, g.partner_epoch,
         g.server_epoch, g.scope",
    "session_grants g JOIN sessions s ON s.number = g.session_number",
    "g.number = $1"
);
/// Where the grant's hash stands in it, before its generation.
pub(super) const REFRESH_HASH: usize = 45;

pub(super) const GROUND: &str =
    "SELECT u.status, u.password_hash, e.status, n.status, u.tenant_number, n.epoch, n.partner_number, p.epoch, v.epoch,
         (SELECT max(l.locked_until) FROM sign_in_locks l
          WHERE l.name = $3 AND l.network IN ($4, $5) AND l.locked_until > $6),
         (SELECT count(*) FROM (SELECT 1 FROM sessions s WHERE s.user_number = $1 AND s.state = 0 LIMIT $7) AS open_sessions)
     FROM users u
     JOIN server v ON v.only_row = 1
     LEFT JOIN emails e ON e.number = $2 AND e.user_number = u.number
     LEFT JOIN tenants n ON n.number = u.tenant_number
     LEFT JOIN partners p ON p.number = n.partner_number
     WHERE u.number = $1";
/// Where the count of open sessions stands in it.
pub(super) const OPEN: usize = 10;
/// As many values as the store binds; those that a session of these benches does not have are NULL in the text.
pub(super) const SESSION: &str =
    "INSERT INTO sessions (uid, secret_lookup, secret_hash, user_number, email_number, tenant_number, tenant_epoch,
         partner_number, partner_epoch, server_epoch, birth, state, due, created_at, ttl_millis, slides,
         absolute_expires_at, caption, label, address, user_agent, device_type, device_family,
         device_brand, os_family, os_version, application_family, application_version, country, region, city,
         application_number, application_epoch)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'usm', 0, $11, $12, 3600000, 1, $13, NULL, 'web', $14, $15, 'unknown',
         NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
     RETURNING number";
pub(super) const COUNT: &str = "INSERT INTO session_counts (tenant_number, tenant_epoch, partner_number, partner_epoch, application_number,
         application_epoch, server_epoch, device_type, application_family, open, ended, archived, born_seconds, born_millis)
     VALUES ($1, $2, $3, $4, 0, -1, $5, 'unknown', '', 1, 0, 0, $6, $7)
     ON CONFLICT (tenant_number, tenant_epoch, partner_number, partner_epoch, application_number, application_epoch,
         server_epoch, device_type, application_family)
     DO UPDATE SET open = session_counts.open + 1, born_seconds = session_counts.born_seconds + $6,
         born_millis = session_counts.born_millis + $7";
pub(super) const TOUCHES: &str =
    "INSERT INTO session_touches (session_number, last_validated_at, last_active_at, expires_at) VALUES ($1, NULL, $2, $3)";
pub(super) const AUDIT: &str = "INSERT INTO audit_log (at, action, result, actor_kind, actor_id, tenant_number, resource_kind, resource_id,
         address, user_agent, request_id, detail, address_bytes)
     VALUES ($1, $2, 'success', 'user', $3, $4, 'session', $5, $6, $7, $8, $9, $10)";

pub(super) const ROTATE: &str = "UPDATE session_grants SET refresh_hash = $3, generation = generation + 1, reached_at = $4
     WHERE number = $1 AND generation = $2 AND refresh_hash = $5";
pub(super) const TOUCH: &str = "UPDATE session_touches
     SET last_validated_at = CASE WHEN $2 IS NULL OR last_validated_at >= $2 THEN last_validated_at ELSE $2 END,
         last_active_at = CASE WHEN last_active_at >= $3 THEN last_active_at ELSE $3 END,
         expires_at = CASE WHEN expiry_edition <> $5 OR expires_at >= $4 THEN expires_at ELSE $4 END
     WHERE session_number = $1";

/// Everybody, with the email and what a new session stands on.
pub(super) const USERS: &str = "SELECT u.number, e.number, u.uid, u.tenant_number, n.epoch, n.partner_number, p.epoch, v.epoch
     FROM users u
     JOIN server v ON v.only_row = 1
     JOIN emails e ON e.user_number = u.number
     JOIN tenants n ON n.number = u.tenant_number
     JOIN partners p ON p.number = n.partner_number
     ORDER BY u.number";
/// The grants of users that there are.
pub(super) const GRANTS: &str = "SELECT number FROM session_grants WHERE application_number IS NULL ORDER BY number";

/// `$1` sessions beside the last one, whose secrets are their number among these, twice, in eight bytes.
pub(super) const COPY_SESSIONS: &str = "INSERT INTO sessions (uid, secret_lookup, secret_hash, user_number, email_number, tenant_number,
         tenant_epoch, partner_number, partner_epoch, server_epoch, birth, state, due, created_at, ttl_millis, slides,
         absolute_expires_at, caption, label, address, user_agent, device_type)
     SELECT uuid_send(gen_random_uuid()), CAST(CAST('x' || encode(substring(c.hash FROM 1 FOR 8), 'hex') AS BIT(64)) AS BIGINT), c.hash,
         u.number, e.number, s.tenant_number, s.tenant_epoch, s.partner_number, s.partner_epoch, s.server_epoch, s.birth, s.state, s.due,
         s.created_at, s.ttl_millis, s.slides, s.absolute_expires_at, s.caption, s.label, s.address, s.user_agent, s.device_type
     FROM (SELECT n, sha256(int8send(n) || int8send(n)) AS hash FROM generate_series(CAST(1 AS BIGINT), $1) AS n) AS c
     JOIN sessions s ON s.number = (SELECT max(number) FROM sessions)
     JOIN (SELECT number, row_number() OVER (ORDER BY number) - 1 AS place, count(*) OVER () AS people FROM users) AS u
       ON u.place = c.n % u.people
     JOIN emails e ON e.user_number = u.number
     ORDER BY c.n";
pub(super) const COPY_TOUCHES: &str = "INSERT INTO session_touches (session_number, last_validated_at, last_active_at, expires_at)
     SELECT s.number, t.last_validated_at, t.last_active_at, t.expires_at
     FROM (SELECT number FROM sessions ORDER BY number DESC LIMIT $1) AS s
     JOIN session_touches t ON t.session_number = (SELECT max(session_number) FROM session_touches)";
pub(super) const COUNT_COPIES: &str = "UPDATE session_counts SET open = open + $1";
