-- What applications keep with sessions: a JSON object, each member on a line, and how often it was written. Beside the session, since
-- whoever only asks whether that lives reads none of it. It goes with the session, also where a release before this one removes that.
CREATE TABLE session_metadata (
    session_number INTEGER PRIMARY KEY REFERENCES sessions (number) ON DELETE CASCADE,
    edition        INTEGER NOT NULL,
    members        TEXT NOT NULL
);

-- The members that go into the access tokens of an application, separated by spaces.
ALTER TABLE applications ADD COLUMN session_claims TEXT NOT NULL DEFAULT '';
