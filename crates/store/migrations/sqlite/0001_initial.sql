-- Times are milliseconds since 1970-01-01T00:00:00Z. Plain rowid tables throughout: uids are time-ordered, so new rows land at the
-- end of every index.

-- The server's own epoch: moving it ends every session born before (restore from backup).
CREATE TABLE server (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    epoch    INTEGER NOT NULL
);
INSERT INTO server (only_row, epoch) VALUES (1, 0);

CREATE TABLE partners (
    number     INTEGER PRIMARY KEY,
    uid        BLOB    NOT NULL UNIQUE,
    code       TEXT    NOT NULL UNIQUE,
    name       TEXT    NOT NULL,
    epoch      INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);

CREATE TABLE tenants (
    number               INTEGER PRIMARY KEY,
    uid                  BLOB    NOT NULL UNIQUE,
    code                 TEXT    NOT NULL UNIQUE,
    name                 TEXT    NOT NULL,
    partner_number       INTEGER REFERENCES partners (number),
    status               TEXT    NOT NULL,
    status_since         INTEGER NOT NULL,
    epoch                INTEGER NOT NULL DEFAULT 0,
    ttl_seconds          INTEGER,
    absolute_ttl_seconds INTEGER,
    slides               INTEGER,
    session_cap          INTEGER,
    api_key_max_age_days INTEGER,
    created_at           INTEGER NOT NULL,
    updated_at           INTEGER NOT NULL
);

CREATE TABLE users (
    number        INTEGER PRIMARY KEY,
    uid           BLOB    NOT NULL UNIQUE,
    username      TEXT    NOT NULL UNIQUE,
    display_name  TEXT,
    password_hash TEXT,
    status        TEXT    NOT NULL,
    status_since  INTEGER NOT NULL,
    tenant_number INTEGER REFERENCES tenants (number),
    role          TEXT    NOT NULL,
    is_operator   INTEGER NOT NULL,
    session_cap   INTEGER,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
);

CREATE TABLE emails (
    number       INTEGER PRIMARY KEY,
    user_number  INTEGER NOT NULL REFERENCES users (number),
    address      TEXT    NOT NULL UNIQUE,
    status       TEXT    NOT NULL,
    status_since INTEGER NOT NULL,
    is_primary   INTEGER NOT NULL,
    created_at   INTEGER NOT NULL
);
CREATE INDEX emails_of_user ON emails (user_number);

CREATE TABLE memberships (
    user_number   INTEGER NOT NULL REFERENCES users (number),
    tenant_number INTEGER NOT NULL REFERENCES tenants (number),
    role          TEXT    NOT NULL,
    PRIMARY KEY (user_number, tenant_number)
);

CREATE TABLE applications (
    number        INTEGER PRIMARY KEY,
    uid           BLOB    NOT NULL UNIQUE,
    client_id     TEXT    NOT NULL UNIQUE,
    name          TEXT    NOT NULL,
    tenant_number INTEGER REFERENCES tenants (number),
    owner_number  INTEGER REFERENCES users (number),
    kind          TEXT    NOT NULL,
    scopes        TEXT    NOT NULL, -- separated by spaces
    redirect_uris TEXT    NOT NULL, -- separated by spaces
    is_platform   INTEGER NOT NULL,
    status        TEXT    NOT NULL,
    status_since  INTEGER NOT NULL,
    epoch         INTEGER NOT NULL DEFAULT 0,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
);

CREATE TABLE client_secrets (
    number             INTEGER PRIMARY KEY,
    application_number INTEGER NOT NULL REFERENCES applications (number),
    hash               BLOB    NOT NULL,
    created_at         INTEGER NOT NULL
);
CREATE INDEX client_secrets_of_application ON client_secrets (application_number);

CREATE TABLE service_accounts (
    number        INTEGER PRIMARY KEY,
    uid           BLOB    NOT NULL UNIQUE,
    tenant_number INTEGER NOT NULL REFERENCES tenants (number),
    caption       TEXT    NOT NULL,
    roles         TEXT    NOT NULL, -- separated by spaces
    status        TEXT    NOT NULL,
    status_since  INTEGER NOT NULL,
    epoch         INTEGER NOT NULL DEFAULT 0,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
);
CREATE INDEX service_accounts_of_tenant ON service_accounts (tenant_number, caption);

-- AUTOINCREMENT: a number is public and must not name another session after its own was purged.
CREATE TABLE sessions (
    number              INTEGER PRIMARY KEY AUTOINCREMENT,
    uid                 BLOB    NOT NULL,
    secret_lookup       INTEGER, -- first 64 bits of secret_hash: an integer index is a third of the size
    secret_hash         BLOB,
    user_number         INTEGER NOT NULL REFERENCES users (number),
    email_number        INTEGER REFERENCES emails (number),
    tenant_number       INTEGER REFERENCES tenants (number),
    tenant_epoch        INTEGER,
    partner_number      INTEGER REFERENCES partners (number),
    partner_epoch       INTEGER,
    application_number  INTEGER REFERENCES applications (number),
    application_epoch   INTEGER,
    server_epoch        INTEGER NOT NULL,
    birth               TEXT    NOT NULL,
    state               INTEGER NOT NULL, -- 0 open, 1 ended, 2 archived
    due                 INTEGER NOT NULL, -- seconds: open: not to be swept before; ended: since; archived: since
    created_at          INTEGER NOT NULL,
    ttl_millis          INTEGER NOT NULL,
    slides              INTEGER NOT NULL,
    absolute_expires_at INTEGER NOT NULL,
    caption             TEXT,
    label               TEXT,
    address             TEXT,
    user_agent          TEXT,
    ended_at            INTEGER,
    end_reason          TEXT,
    ended_by            INTEGER,
    archived_at         INTEGER
);
CREATE UNIQUE INDEX sessions_by_uid ON sessions (uid);
CREATE INDEX sessions_by_secret ON sessions (secret_lookup) WHERE secret_lookup IS NOT NULL;
CREATE INDEX sessions_of_user ON sessions (user_number, state, created_at);
CREATE INDEX sessions_due ON sessions (state, due);

-- What a touch changes, apart from the rest: a dozen times more rows to a page, so that a flush of touches writes few pages.
CREATE TABLE session_touches (
    session_number    INTEGER PRIMARY KEY REFERENCES sessions (number),
    last_validated_at INTEGER,
    last_active_at    INTEGER NOT NULL,
    expires_at        INTEGER NOT NULL
);

-- Every move of an epoch: what was born at epoch - 1 ended then.
CREATE TABLE epoch_moves (
    scope           INTEGER NOT NULL, -- 0 server, 1 partner, 2 tenant, 3 application
    scope_number    INTEGER NOT NULL,
    epoch           INTEGER NOT NULL,
    at              INTEGER NOT NULL,
    reason          TEXT    NOT NULL,
    moved_by        INTEGER,
    stamped_through INTEGER NOT NULL DEFAULT 0, -- sessions up to this number carry their recorded end
    is_stamped      INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (scope, scope_number, epoch)
);
CREATE INDEX epoch_moves_unstamped ON epoch_moves (is_stamped) WHERE is_stamped = 0;

-- Names are keyed hashes.
CREATE TABLE sign_in_failures (
    number  INTEGER PRIMARY KEY,
    name    BLOB    NOT NULL,
    network TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    -- Whether it has led to a lock of its network: it then counts for everybody's lock alone.
    is_spent INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX sign_in_failures_of_name ON sign_in_failures (name, at);
CREATE INDEX sign_in_failures_by_time ON sign_in_failures (at);

CREATE TABLE sign_in_locks (
    name         BLOB    NOT NULL,
    network      TEXT    NOT NULL, -- empty: from everywhere
    locked_until INTEGER NOT NULL,
    PRIMARY KEY (name, network)
);
CREATE INDEX sign_in_locks_by_time ON sign_in_locks (locked_until);

-- Refusals after the first of one name, network and minute, until that minute is over and one line tells of all.
CREATE TABLE refused_sign_in_sums (
    name       BLOB    NOT NULL,
    network    TEXT    NOT NULL,
    minute     INTEGER NOT NULL,
    refusals   INTEGER NOT NULL,
    address    TEXT,
    user_agent TEXT,
    detail     TEXT    NOT NULL,
    PRIMARY KEY (name, network, minute)
);
CREATE INDEX refused_sign_in_sums_by_time ON refused_sign_in_sums (minute);

-- Append-only, in the order of commits.
CREATE TABLE audit_log (
    sequence      INTEGER PRIMARY KEY AUTOINCREMENT,
    at            INTEGER NOT NULL,
    action        TEXT    NOT NULL,
    result        TEXT    NOT NULL,
    actor_kind    TEXT    NOT NULL,
    actor_id      TEXT,
    tenant_number INTEGER,
    resource_kind TEXT    NOT NULL,
    resource_id   TEXT,
    address       TEXT,
    user_agent    TEXT,
    request_id    TEXT,
    detail        TEXT    NOT NULL -- a JSON object of texts
);
