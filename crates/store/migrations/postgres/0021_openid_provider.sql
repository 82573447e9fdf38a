-- What applications were handed at the authorization endpoint, to be redeemed once within a minute. Some minutes longer it is known what
-- each was redeemed for: that ends where somebody shows it again.
CREATE TABLE authorization_codes (
    code_hash          BYTEA   PRIMARY KEY, -- keyed
    session_number     BIGINT  NOT NULL REFERENCES sessions (number),
    application_number BIGINT  NOT NULL REFERENCES applications (number),
    application_epoch  BIGINT ,
    tenant_epoch       BIGINT , -- of the application's tenant
    partner_epoch      BIGINT , -- of that tenant's partner
    server_epoch       BIGINT ,
    redirect_uri       TEXT COLLATE "C" NOT NULL,
    challenge          BYTEA   NOT NULL, -- SHA-256 of the code verifier
    nonce              TEXT COLLATE "C",
    scope              TEXT COLLATE "C" NOT NULL, -- separated by spaces
    authenticated_at   BIGINT  NOT NULL,
    expires_at         BIGINT  NOT NULL,
    grant_number       BIGINT  -- what it was redeemed for
);
CREATE INDEX authorization_codes_by_time ON authorization_codes (expires_at);
CREATE INDEX authorization_codes_of_session ON authorization_codes (session_number);

-- What users have let applications have.
CREATE TABLE consents (
    user_number        BIGINT  NOT NULL REFERENCES users (number),
    application_number BIGINT  NOT NULL REFERENCES applications (number),
    scope              TEXT COLLATE "C" NOT NULL, -- separated by spaces
    given_at           BIGINT  NOT NULL,
    PRIMARY KEY (user_number, application_number)
);

-- When the user of a session last proved who they are; NULL: when it began.
ALTER TABLE sessions ADD COLUMN authenticated_at BIGINT ;
