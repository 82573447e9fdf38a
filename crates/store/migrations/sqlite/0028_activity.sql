-- How often sessions were born, ended and refused in an hour and in a day, counted when the trail is sealed, so that charts need not
-- read it. What happened before is not counted.
CREATE TABLE activity (
    bucket_seconds INTEGER NOT NULL, -- 3600 or 86400
    scope          INTEGER NOT NULL, -- 0: everything; 1: a partner's tenants; 2: a tenant
    scope_number   INTEGER NOT NULL, -- of the partner or the tenant; 1 of everything
    starts_at      INTEGER NOT NULL, -- in seconds since 1970
    kind           TEXT    NOT NULL,
    word           TEXT    NOT NULL, -- tells parts of the kind apart; else empty
    events         INTEGER NOT NULL,
    PRIMARY KEY (bucket_seconds, scope, scope_number, starts_at, kind, word)
);
CREATE INDEX activity_by_time ON activity (bucket_seconds, starts_at);
