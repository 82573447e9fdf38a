-- The address as 16 bytes that sort as addresses do; NULL in entries from before.
ALTER TABLE audit_log ADD COLUMN address_bytes BYTEA;
CREATE INDEX audit_log_of_resource ON audit_log (resource_id) WHERE resource_id IS NOT NULL;
CREATE INDEX audit_log_of_tenant ON audit_log (tenant_number) WHERE tenant_number IS NOT NULL;

-- One link to an entry, made after its commit. The position is the order of commits, whatever the sequence is.
CREATE TABLE audit_chain (
    position   BIGINT PRIMARY KEY, -- from 1, without gaps
    sequence   BIGINT NOT NULL,    -- of the entry
    salt       BYTEA,                -- of the commitment; gone after minimisation
    commitment BYTEA,                -- to address and user agent; NULL where there were neither
    hash       BYTEA    NOT NULL,
    voucher    BYTEA                 -- HMAC under a derived key, at the end of every batch
);

-- How far addresses have been minimised.
CREATE TABLE audit_minimised (
    only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
    through  BIGINT NOT NULL -- position of the last link looked at
);
INSERT INTO audit_minimised (only_row, through) VALUES (1, 0);

-- Append-only, against mistakes: who owns the table can drop these, and is found out by the chain.
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER audit_log_keeps_entries BEFORE DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_log_keeps_words BEFORE UPDATE OF
    sequence, at, action, result, actor_kind, actor_id, tenant_number, resource_kind, resource_id, request_id, detail ON audit_log
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_chain_keeps_links BEFORE DELETE ON audit_chain FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_chain_keeps_hashes BEFORE UPDATE OF position, sequence, commitment, hash, voucher ON audit_chain
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
-- A statement of its own: nothing in a row stops it.
CREATE TRIGGER audit_log_is_kept BEFORE TRUNCATE ON audit_log EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_chain_is_kept BEFORE TRUNCATE ON audit_chain EXECUTE FUNCTION audit_is_append_only();
