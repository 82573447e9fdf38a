-- How many times somebody has set the expiry: a touch that knows of fewer changes nothing about it.
ALTER TABLE session_touches ADD COLUMN expiry_edition BIGINT NOT NULL DEFAULT 0;

-- The sessions whose tokens a signing key must outlive.
CREATE INDEX sessions_stored ON sessions (created_at) WHERE birth = 'storage' AND state = 0;
