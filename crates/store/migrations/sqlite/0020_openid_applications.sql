-- What applications register to sign people in with. Lists are separated by spaces.
ALTER TABLE applications ADD COLUMN post_logout_redirect_uris TEXT NOT NULL DEFAULT '';
ALTER TABLE applications ADD COLUMN backchannel_logout_uri TEXT;
ALTER TABLE applications ADD COLUMN origins TEXT NOT NULL DEFAULT '';
ALTER TABLE applications ADD COLUMN is_first_party INTEGER NOT NULL DEFAULT 0;
ALTER TABLE applications ADD COLUMN id_token_algorithm TEXT NOT NULL DEFAULT 'RS256';

-- Until now a kind was a word without a meaning. What had a secret or keys was confidential, and stays so; what had somewhere to send
-- people is no mere service.
UPDATE applications SET kind = 'service'
    WHERE kind = 'native'
      AND (jwks IS NOT NULL OR EXISTS (SELECT 1 FROM client_secrets s WHERE s.application_number = applications.number));
UPDATE applications SET kind = 'web' WHERE kind = 'service' AND redirect_uris <> '';

-- How ID and logout tokens are signed for those that get some.
CREATE INDEX applications_with_id_tokens ON applications (id_token_algorithm)
    WHERE redirect_uris <> '' OR backchannel_logout_uri IS NOT NULL;

-- The keys of ID and logout tokens, apart from those of access tokens: a release before this one takes each key that it finds there for
-- one of access tokens.
CREATE TABLE id_token_keys (
    number         INTEGER PRIMARY KEY,
    kid            TEXT    NOT NULL UNIQUE,
    algorithm      TEXT    NOT NULL,
    state          TEXT    NOT NULL,
    public_jwk     TEXT    NOT NULL,
    sealed_private BLOB    NOT NULL, -- encrypted under a key that the master key derives
    created_at     INTEGER NOT NULL,
    state_since    INTEGER NOT NULL
);
