-- The last link that was let go; no row while all are there. Its seal is an HMAC under a derived key.
CREATE TABLE audit_checkpoint (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    position INTEGER NOT NULL,
    sequence INTEGER NOT NULL, -- of its entry
    hash     BLOB    NOT NULL,
    at       INTEGER NOT NULL,
    seal     BLOB    NOT NULL
);

-- What tells of minimised ranges is looked up by every verification.
CREATE INDEX audit_log_of_minimised ON audit_log (sequence) WHERE action = 'audit.minimised';

-- Append-only but for what lies before the checkpoint.
DROP TRIGGER audit_log_keeps_entries;
CREATE TRIGGER audit_log_keeps_entries BEFORE DELETE ON audit_log
WHEN OLD.sequence > coalesce((SELECT sequence FROM audit_checkpoint), 0)
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;
DROP TRIGGER audit_chain_keeps_links;
CREATE TRIGGER audit_chain_keeps_links BEFORE DELETE ON audit_chain
WHEN OLD.position > coalesce((SELECT position FROM audit_checkpoint), 0)
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;
