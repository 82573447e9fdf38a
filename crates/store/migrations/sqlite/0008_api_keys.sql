-- Apart from the epoch of sessions: revoking every key of an org signs nobody out. The time is for reading, the epoch decides.
ALTER TABLE tenants ADD COLUMN api_key_epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN api_keys_revoked_before INTEGER;
-- The epoch of a service account has been there from the beginning.
ALTER TABLE service_accounts ADD COLUMN api_keys_revoked_before INTEGER;
CREATE INDEX service_accounts_by_time ON service_accounts (tenant_number, status, created_at);

CREATE TABLE api_keys (
    number                 INTEGER PRIMARY KEY,
    uid                    BLOB    NOT NULL UNIQUE,
    service_account_number INTEGER NOT NULL REFERENCES service_accounts (number),
    -- The epochs that it was born under: it lives while they are what they were.
    account_epoch          INTEGER NOT NULL,
    org_epoch              INTEGER NOT NULL,
    secret_hash            BLOB    NOT NULL,
    caption                TEXT,
    created_at             INTEGER NOT NULL,
    expires_at             INTEGER,
    revoked_at             INTEGER,
    last_used_at           INTEGER
);
CREATE INDEX api_keys_of_account ON api_keys (service_account_number, created_at);
