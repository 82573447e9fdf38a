-- Sessions that somebody asked to be ended by a filter, and how far that is. What the request came from goes when it is settled; the rest is
-- kept for 30 days after that.
CREATE TABLE mass_ends (
    number             INTEGER PRIMARY KEY,
    uid                BLOB    NOT NULL UNIQUE,
    user_number        INTEGER NOT NULL REFERENCES users (number),
    session_number     INTEGER NOT NULL, -- the session that asked; it may be purged
    reach_tenant       INTEGER REFERENCES tenants (number),
    reach_partner      INTEGER REFERENCES partners (number),
    tenant_number      INTEGER REFERENCES tenants (number),
    partner_number     INTEGER REFERENCES partners (number),
    of_user            INTEGER REFERENCES users (number),
    application_number INTEGER, -- 0: one that does not exist
    address            TEXT, -- the beginning of one
    device_type        TEXT,
    created_from       INTEGER,
    created_to         INTEGER,
    asked_at           INTEGER NOT NULL,
    meant              INTEGER NOT NULL, -- how many were told when it was asked
    ended              INTEGER NOT NULL DEFAULT 0,
    walked_at          INTEGER, -- where it goes on; NULL: at the newest
    walked_number      INTEGER,
    state              TEXT    NOT NULL,
    settled_at         INTEGER,
    asked_from         TEXT,
    user_agent         TEXT,
    request_id         TEXT
);
CREATE INDEX mass_ends_running ON mass_ends (number) WHERE state = 'running';
CREATE INDEX mass_ends_of_user ON mass_ends (user_number, number);
CREATE INDEX mass_ends_settled ON mass_ends (settled_at) WHERE settled_at IS NOT NULL;
