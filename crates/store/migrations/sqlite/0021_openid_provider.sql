-- What applications were handed at the authorization endpoint, to be redeemed once within a minute. Some minutes longer it is known what
-- each was redeemed for: that ends where somebody shows it again.
CREATE TABLE authorization_codes (
    code_hash          BLOB    PRIMARY KEY, -- keyed
    session_number     INTEGER NOT NULL REFERENCES sessions (number),
    application_number INTEGER NOT NULL REFERENCES applications (number),
    application_epoch  INTEGER,
    tenant_epoch       INTEGER, -- of the application's tenant
    partner_epoch      INTEGER, -- of that tenant's partner
    server_epoch       INTEGER,
    redirect_uri       TEXT    NOT NULL,
    challenge          BLOB    NOT NULL, -- SHA-256 of the code verifier
    nonce              TEXT,
    scope              TEXT    NOT NULL, -- separated by spaces
    authenticated_at   INTEGER NOT NULL,
    expires_at         INTEGER NOT NULL,
    grant_number       INTEGER -- what it was redeemed for
) WITHOUT ROWID;
CREATE INDEX authorization_codes_by_time ON authorization_codes (expires_at);
CREATE INDEX authorization_codes_of_session ON authorization_codes (session_number);

-- What users have let applications have.
CREATE TABLE consents (
    user_number        INTEGER NOT NULL REFERENCES users (number),
    application_number INTEGER NOT NULL REFERENCES applications (number),
    scope              TEXT    NOT NULL, -- separated by spaces
    given_at           INTEGER NOT NULL,
    PRIMARY KEY (user_number, application_number)
) WITHOUT ROWID;

-- When the user of a session last proved who they are; NULL: when it began.
ALTER TABLE sessions ADD COLUMN authenticated_at INTEGER;
