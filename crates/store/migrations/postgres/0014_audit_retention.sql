-- The last link that was let go; no row while all are there. Its seal is an HMAC under a derived key.
CREATE TABLE audit_checkpoint (
    only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
    position BIGINT NOT NULL,
    sequence BIGINT NOT NULL, -- of its entry
    hash     BYTEA  NOT NULL,
    at       BIGINT NOT NULL,
    seal     BYTEA  NOT NULL
);

-- What tells of minimised ranges is looked up by every verification.
CREATE INDEX audit_log_of_minimised ON audit_log (sequence) WHERE action = 'audit.minimised';

-- Append-only but for what lies before the checkpoint.
CREATE FUNCTION audit_log_keeps_what_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.sequence > coalesce((SELECT sequence FROM audit_checkpoint), 0) THEN
        RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END
$$;
CREATE FUNCTION audit_chain_keeps_what_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.position > coalesce((SELECT position FROM audit_checkpoint), 0) THEN
        RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END
$$;
DROP TRIGGER audit_log_keeps_entries ON audit_log;
CREATE TRIGGER audit_log_keeps_entries BEFORE DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION audit_log_keeps_what_counts();
DROP TRIGGER audit_chain_keeps_links ON audit_chain;
CREATE TRIGGER audit_chain_keeps_links BEFORE DELETE ON audit_chain FOR EACH ROW EXECUTE FUNCTION audit_chain_keeps_what_counts();
