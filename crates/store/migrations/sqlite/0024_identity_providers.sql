-- Who else may say who somebody is (OpenID Connect).
CREATE TABLE identity_providers (
    number                 INTEGER PRIMARY KEY,
    uid                    BLOB    NOT NULL UNIQUE,
    code                   TEXT    NOT NULL UNIQUE, -- stands in addresses
    name                   TEXT    NOT NULL,
    tenant_number          INTEGER REFERENCES tenants (number), -- NULL: the platform's
    issuer                 TEXT    NOT NULL,
    client_id              TEXT    NOT NULL,
    sealed_secret          BLOB, -- encrypted under a key that the master key derives, for this issuer
    scopes                 TEXT    NOT NULL, -- separated by spaces
    username_claim         TEXT    NOT NULL,
    name_claim             TEXT    NOT NULL,
    groups_claim           TEXT,
    create_users           INTEGER NOT NULL,
    link_by_verified_email INTEGER NOT NULL,
    trust_amr              INTEGER NOT NULL,
    status                 TEXT    NOT NULL,
    status_since           INTEGER NOT NULL,
    created_at             INTEGER NOT NULL,
    updated_at             INTEGER NOT NULL
);
CREATE INDEX identity_providers_of_tenant ON identity_providers (tenant_number, number);
CREATE INDEX identity_providers_of_issuer ON identity_providers (issuer, client_id);
CREATE INDEX identity_providers_by_lower_code ON identity_providers (lower(code));
CREATE INDEX identity_providers_by_name ON identity_providers (lower(name));

-- The domains of mail addresses that each may speak for: once the platform approved it.
CREATE TABLE identity_provider_domains (
    provider_number INTEGER NOT NULL REFERENCES identity_providers (number),
    domain          TEXT    NOT NULL, -- in A-labels
    is_approved     INTEGER NOT NULL,
    PRIMARY KEY (domain, provider_number)
) WITHOUT ROWID;
CREATE INDEX identity_provider_domains_of_provider ON identity_provider_domains (provider_number);

-- What ID tokens that are exchanged for a session may be made for, besides the client id.
CREATE TABLE identity_provider_audiences (
    provider_number INTEGER NOT NULL REFERENCES identity_providers (number),
    audience        TEXT    NOT NULL,
    PRIMARY KEY (audience, provider_number)
) WITHOUT ROWID;
CREATE INDEX identity_provider_audiences_of_provider ON identity_provider_audiences (provider_number);

-- The memberships that people of a provider's group have by it.
CREATE TABLE identity_provider_groups (
    provider_number INTEGER NOT NULL REFERENCES identity_providers (number),
    group_name      TEXT    NOT NULL,
    tenant_number   INTEGER NOT NULL REFERENCES tenants (number),
    role            TEXT    NOT NULL,
    PRIMARY KEY (provider_number, group_name, tenant_number)
) WITHOUT ROWID;
