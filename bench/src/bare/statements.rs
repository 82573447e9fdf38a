//! What a bench asks a database for beside the statements of the store.

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
         absolute_expires_at, caption, label, address, user_agent, device_type, authenticated_at, authentication_methods)
     SELECT uuid_send(gen_random_uuid()), CAST(CAST('x' || encode(substring(c.hash FROM 1 FOR 8), 'hex') AS BIT(64)) AS BIGINT), c.hash,
         u.number, e.number, s.tenant_number, s.tenant_epoch, s.partner_number, s.partner_epoch, s.server_epoch, s.birth, s.state, s.due,
         s.created_at, s.ttl_millis, s.slides, s.absolute_expires_at, s.caption, s.label, s.address, s.user_agent, s.device_type,
         s.authenticated_at, s.authentication_methods
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

/// Bytes that sessions take in SQLite, with their indices and what touches move.
pub(super) const SESSION_BYTES: &str = "SELECT coalesce(sum(pgsize), 0) FROM dbstat
     WHERE aggregate = TRUE AND name IN (SELECT name FROM sqlite_schema WHERE tbl_name IN ('sessions', 'session_touches'))";
/// Bytes that the trail takes.
pub(super) const TRAIL_BYTES: &str = "SELECT coalesce(sum(pgsize), 0) FROM dbstat
     WHERE aggregate = TRUE AND name IN (SELECT name FROM sqlite_schema WHERE tbl_name IN ('audit_log', 'audit_chain'))";
