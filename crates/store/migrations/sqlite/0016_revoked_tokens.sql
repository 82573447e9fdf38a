-- Access tokens that were revoked by themselves, until they have expired: what nobody else keeps cannot be marked as dead where it stands.
CREATE TABLE revoked_tokens (
    token_uid  BLOB    PRIMARY KEY NOT NULL, -- the jti
    expires_at INTEGER NOT NULL
);
CREATE INDEX revoked_tokens_by_time ON revoked_tokens (expires_at);
