-- Mails asked for, with the token that each carries. No row holds a token: only its keyed hash, made anew with every attempt to
-- deliver. A name that is nobody's has a row too, so that asking costs the same; whoever delivers drops it.
CREATE TABLE account_mails (
    number       INTEGER PRIMARY KEY,
    purpose      TEXT    NOT NULL,
    user_number  INTEGER REFERENCES users (number),
    email_number INTEGER REFERENCES emails (number),
    asked_at     INTEGER NOT NULL,
    due          INTEGER, -- when delivery is tried next; NULL once it was delivered
    attempts     INTEGER NOT NULL DEFAULT 0,
    token_hash   BLOB,
    expires_at   INTEGER
);
CREATE INDEX account_mails_due ON account_mails (due) WHERE due IS NOT NULL;
CREATE UNIQUE INDEX account_mails_by_token ON account_mails (token_hash) WHERE token_hash IS NOT NULL;
CREATE INDEX account_mails_of_user ON account_mails (user_number);
CREATE INDEX account_mails_by_expiry ON account_mails (expires_at) WHERE expires_at IS NOT NULL;
