-- One chain of refresh tokens within a session. Apart from the session's row: it is rewritten with every rotation.
CREATE TABLE session_grants (
    number         INTEGER PRIMARY KEY AUTOINCREMENT,
    session_number INTEGER NOT NULL REFERENCES sessions (number),
    refresh_hash   BLOB    NOT NULL, -- of the current refresh token
    generation     INTEGER NOT NULL, -- of the current refresh token
    reached_at     INTEGER NOT NULL
);
CREATE INDEX session_grants_of_session ON session_grants (session_number);

CREATE TABLE signing_keys (
    number         INTEGER PRIMARY KEY,
    kid            TEXT    NOT NULL UNIQUE,
    algorithm      TEXT    NOT NULL,
    state          TEXT    NOT NULL,
    public_jwk     TEXT    NOT NULL,
    sealed_private BLOB    NOT NULL, -- encrypted under a key that the master key derives
    created_at     INTEGER NOT NULL,
    state_since    INTEGER NOT NULL
);
