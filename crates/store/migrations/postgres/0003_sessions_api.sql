-- What the user agent of the request that created the session is; NULL in rows from before.
ALTER TABLE sessions ADD COLUMN device_type TEXT COLLATE "C";
-- The tenant's epoch when the end was recorded: tells what a move of that epoch ended from what had ended before it.
ALTER TABLE sessions ADD COLUMN ended_tenant_epoch BIGINT;
CREATE INDEX sessions_of_tenant ON sessions (tenant_number, state, created_at, number);
