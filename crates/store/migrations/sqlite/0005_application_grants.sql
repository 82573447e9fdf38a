-- Grants that an application was given within a session, with the epochs that it stood under; all NULL in the user's own.
ALTER TABLE session_grants ADD COLUMN application_number INTEGER REFERENCES applications (number);
ALTER TABLE session_grants ADD COLUMN application_epoch INTEGER;
ALTER TABLE session_grants ADD COLUMN tenant_epoch INTEGER;  -- of the application's tenant
ALTER TABLE session_grants ADD COLUMN partner_epoch INTEGER; -- of that tenant's partner
ALTER TABLE session_grants ADD COLUMN server_epoch INTEGER;
ALTER TABLE session_grants ADD COLUMN scope TEXT; -- separated by spaces

-- The public keys that an application signs assertions with: a JSON Web Key Set.
ALTER TABLE applications ADD COLUMN jwks TEXT;

-- Assertions that are used up, until they expire.
CREATE TABLE spent_assertions (
    application_number INTEGER NOT NULL REFERENCES applications (number),
    id_hash            BLOB    NOT NULL, -- of the jti
    expires_at         INTEGER NOT NULL,
    PRIMARY KEY (application_number, id_hash)
);
CREATE INDEX spent_assertions_by_time ON spent_assertions (expires_at);
