-- How many sessions were born under the same epochs, by state: exact totals without a look at each. One row for each set of epochs
-- that any recorded session carries, so as many as tenants, and one more of each for every move of an epoch until what it ended is
-- purged. The statement after the one insert into sessions counts it: as a trigger that took three times as long, a twelfth of a
-- create. All that follows is counted by triggers, whatever the transaction. A touch writes no session.
-- 0 stands for no tenant, partner or application, and -1 for the epoch of none, because a key has no NULLs.
CREATE TABLE session_counts (
    tenant_number      INTEGER NOT NULL,
    tenant_epoch       INTEGER NOT NULL,
    partner_number     INTEGER NOT NULL,
    partner_epoch      INTEGER NOT NULL,
    application_number INTEGER NOT NULL,
    application_epoch  INTEGER NOT NULL,
    server_epoch       INTEGER NOT NULL,
    open               INTEGER NOT NULL,
    ended              INTEGER NOT NULL,
    archived           INTEGER NOT NULL,
    PRIMARY KEY (tenant_number, tenant_epoch, partner_number, partner_epoch, application_number, application_epoch, server_epoch)
) WITHOUT ROWID;

INSERT INTO session_counts
SELECT coalesce(tenant_number, 0), coalesce(tenant_epoch, -1), coalesce(partner_number, 0), coalesce(partner_epoch, -1),
    coalesce(application_number, 0), coalesce(application_epoch, -1), server_epoch, sum(state = 0), sum(state = 1), sum(state = 2)
FROM sessions GROUP BY 1, 2, 3, 4, 5, 6, 7;

CREATE TRIGGER sessions_counted_out AFTER DELETE ON sessions BEGIN
    UPDATE session_counts
    SET open = open - (OLD.state = 0), ended = ended - (OLD.state = 1), archived = archived - (OLD.state = 2)
    WHERE tenant_number = coalesce(OLD.tenant_number, 0) AND tenant_epoch = coalesce(OLD.tenant_epoch, -1)
        AND partner_number = coalesce(OLD.partner_number, 0) AND partner_epoch = coalesce(OLD.partner_epoch, -1)
        AND application_number = coalesce(OLD.application_number, 0) AND application_epoch = coalesce(OLD.application_epoch, -1)
        AND server_epoch = OLD.server_epoch;
    DELETE FROM session_counts
    WHERE tenant_number = coalesce(OLD.tenant_number, 0) AND tenant_epoch = coalesce(OLD.tenant_epoch, -1)
        AND partner_number = coalesce(OLD.partner_number, 0) AND partner_epoch = coalesce(OLD.partner_epoch, -1)
        AND application_number = coalesce(OLD.application_number, 0) AND application_epoch = coalesce(OLD.application_epoch, -1)
        AND server_epoch = OLD.server_epoch AND open = 0 AND ended = 0 AND archived = 0;
END;

-- What a session was born under does not change; were it ever mended by hand, the counts would follow.
CREATE TRIGGER sessions_counted_anew
AFTER UPDATE OF state, tenant_number, tenant_epoch, partner_number, partner_epoch, application_number, application_epoch, server_epoch
ON sessions BEGIN
    UPDATE session_counts
    SET open = open - (OLD.state = 0), ended = ended - (OLD.state = 1), archived = archived - (OLD.state = 2)
    WHERE tenant_number = coalesce(OLD.tenant_number, 0) AND tenant_epoch = coalesce(OLD.tenant_epoch, -1)
        AND partner_number = coalesce(OLD.partner_number, 0) AND partner_epoch = coalesce(OLD.partner_epoch, -1)
        AND application_number = coalesce(OLD.application_number, 0) AND application_epoch = coalesce(OLD.application_epoch, -1)
        AND server_epoch = OLD.server_epoch;
    INSERT INTO session_counts
    VALUES (coalesce(NEW.tenant_number, 0), coalesce(NEW.tenant_epoch, -1), coalesce(NEW.partner_number, 0),
        coalesce(NEW.partner_epoch, -1), coalesce(NEW.application_number, 0), coalesce(NEW.application_epoch, -1), NEW.server_epoch,
        NEW.state = 0, NEW.state = 1, NEW.state = 2)
    ON CONFLICT DO UPDATE SET open = open + excluded.open, ended = ended + excluded.ended, archived = archived + excluded.archived;
END;

-- Live sessions of everybody, newest first. The state stands in it so that it is preferred to the index by due time.
CREATE INDEX sessions_open ON sessions (state, created_at) WHERE state = 0;
