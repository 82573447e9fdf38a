-- How often sessions were born, ended and refused in an hour and in a day, counted when the trail is sealed, so that charts need not
-- read it. What happened before is not counted.
CREATE TABLE activity (
    bucket_seconds BIGINT NOT NULL, -- 3600 or 86400
    scope          BIGINT NOT NULL, -- 0: everything; 1: a partner's tenants; 2: a tenant
    scope_number   BIGINT NOT NULL, -- of the partner or the tenant; 1 of everything
    starts_at      BIGINT NOT NULL, -- in seconds since 1970
    kind           TEXT COLLATE "C" NOT NULL,
    word           TEXT COLLATE "C" NOT NULL, -- tells parts of the kind apart; else empty
    events         BIGINT NOT NULL,
    PRIMARY KEY (bucket_seconds, scope, scope_number, starts_at, kind, word)
);
CREATE INDEX activity_by_time ON activity (bucket_seconds, starts_at);
