-- Which applications are to be told that a session is over, and what became of that. Written with the end of the session; kept for a week
-- after it was settled.
CREATE TABLE logout_notices (
    number             INTEGER PRIMARY KEY,
    session_uid        BLOB    NOT NULL,
    user_uid           BLOB    NOT NULL,
    application_number INTEGER NOT NULL REFERENCES applications (number),
    ended_at           INTEGER NOT NULL,
    attempts           INTEGER NOT NULL DEFAULT 0,
    due                INTEGER, -- NULL: settled
    settled_at         INTEGER,
    problem            TEXT -- why the last attempt failed; settled without one: delivered
);
CREATE INDEX logout_notices_due ON logout_notices (application_number, due) WHERE due IS NOT NULL;
CREATE INDEX logout_notices_of_application ON logout_notices (application_number, number);
CREATE INDEX logout_notices_settled ON logout_notices (settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX logout_notices_open ON logout_notices (ended_at) WHERE due IS NOT NULL;
CREATE INDEX applications_told_of_logouts ON applications (number) WHERE backchannel_logout_uri IS NOT NULL;
