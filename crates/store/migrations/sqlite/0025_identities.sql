-- Who somebody is to identity providers: an issuer and a subject, never an address.
CREATE TABLE identities (
    number          INTEGER PRIMARY KEY,
    user_number     INTEGER NOT NULL REFERENCES users (number),
    provider_number INTEGER NOT NULL REFERENCES identity_providers (number), -- through which it was linked
    issuer          TEXT    NOT NULL,
    subject         TEXT    NOT NULL,
    linked_at       INTEGER NOT NULL,
    UNIQUE (issuer, subject)
);
CREATE INDEX identities_of_user ON identities (user_number);

-- By which identity, and in which session of the provider, the user of a session last proved who they are.
CREATE TABLE provider_sessions (
    session_number   INTEGER PRIMARY KEY REFERENCES sessions (number),
    identity_number  INTEGER NOT NULL REFERENCES identities (number),
    provider_number  INTEGER NOT NULL REFERENCES identity_providers (number),
    provider_session TEXT -- sid
);
CREATE INDEX provider_sessions_of_identity ON provider_sessions (identity_number);
CREATE INDEX provider_sessions_by_sid ON provider_sessions (provider_session, provider_number) WHERE provider_session IS NOT NULL;

-- Logout and ID tokens of providers that were used, until they are worth nothing anyway.
CREATE TABLE spent_provider_tokens (
    token_hash BLOB    PRIMARY KEY NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX spent_provider_tokens_by_time ON spent_provider_tokens (expires_at);
