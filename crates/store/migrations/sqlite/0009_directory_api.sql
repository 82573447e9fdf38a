-- A partner that was taken away keeps its row, and with it its code.
ALTER TABLE partners ADD COLUMN status TEXT NOT NULL DEFAULT 'active';

-- Secrets get a public name. The default serves rows from before, and the release before.
CREATE TABLE named_client_secrets (
    number             INTEGER PRIMARY KEY,
    uid                BLOB    NOT NULL UNIQUE DEFAULT (randomblob(16)),
    application_number INTEGER NOT NULL REFERENCES applications (number),
    hash               BLOB    NOT NULL,
    created_at         INTEGER NOT NULL
);
INSERT INTO named_client_secrets (number, application_number, hash, created_at)
    SELECT number, application_number, hash, created_at FROM client_secrets;
DROP TABLE client_secrets;
ALTER TABLE named_client_secrets RENAME TO client_secrets;
CREATE INDEX client_secrets_of_application ON client_secrets (application_number);

-- What is listed by where it belongs, newest first, and found by the beginning of a name.
CREATE INDEX tenants_of_partner ON tenants (partner_number);
CREATE INDEX users_of_tenant ON users (tenant_number);
CREATE INDEX applications_of_tenant ON applications (tenant_number);
CREATE INDEX partners_by_name ON partners (lower(name));
CREATE INDEX tenants_by_name ON tenants (lower(name));
CREATE INDEX tenants_by_lower_code ON tenants (lower(code));
CREATE INDEX partners_by_lower_code ON partners (lower(code));
CREATE INDEX users_by_display_name ON users (lower(display_name));
CREATE INDEX applications_by_name ON applications (lower(name));
CREATE INDEX applications_by_lower_client_id ON applications (lower(client_id));
CREATE INDEX super_administrators ON users (role) WHERE role = 'super_admin';
