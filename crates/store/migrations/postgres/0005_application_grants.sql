-- Grants that an application was given within a session, with the epochs that it stood under; all NULL in the user's own.
ALTER TABLE session_grants ADD COLUMN application_number BIGINT REFERENCES applications (number);
ALTER TABLE session_grants ADD COLUMN application_epoch BIGINT;
ALTER TABLE session_grants ADD COLUMN tenant_epoch BIGINT;  -- of the application's tenant
ALTER TABLE session_grants ADD COLUMN partner_epoch BIGINT; -- of that tenant's partner
ALTER TABLE session_grants ADD COLUMN server_epoch BIGINT;
ALTER TABLE session_grants ADD COLUMN scope TEXT COLLATE "C"; -- separated by spaces

-- The public keys that an application signs assertions with: a JSON Web Key Set.
ALTER TABLE applications ADD COLUMN jwks TEXT COLLATE "C";

-- Assertions that are used up, until they expire.
CREATE TABLE spent_assertions (
    application_number BIGINT NOT NULL REFERENCES applications (number),
    id_hash            BYTEA    NOT NULL, -- of the jti
    expires_at         BIGINT NOT NULL,
    PRIMARY KEY (application_number, id_hash)
);
CREATE INDEX spent_assertions_by_time ON spent_assertions (expires_at);
