-- Counts now tell open sessions apart by what opened them and sum when they were created, so that statistics need not look at each.
-- Ended ones are not told apart, because nobody asks: a row of a rare application goes with its last open session. Sums are of whole
-- seconds and of the milliseconds beyond them: of milliseconds alone, five million would be more than 64 bits hold.
DROP TRIGGER sessions_counted_out;
DROP TRIGGER sessions_counted_anew;
DROP TABLE session_counts;

CREATE TABLE session_counts (
    tenant_number      INTEGER NOT NULL,
    tenant_epoch       INTEGER NOT NULL,
    partner_number     INTEGER NOT NULL,
    partner_epoch      INTEGER NOT NULL,
    application_number INTEGER NOT NULL,
    application_epoch  INTEGER NOT NULL,
    server_epoch       INTEGER NOT NULL,
    device_type        TEXT    NOT NULL, -- empty: ended, or nothing is known
    application_family TEXT    NOT NULL, -- likewise
    open               INTEGER NOT NULL,
    ended              INTEGER NOT NULL,
    archived           INTEGER NOT NULL,
    born_seconds       INTEGER NOT NULL, -- of the open ones
    born_millis        INTEGER NOT NULL, -- likewise
    PRIMARY KEY (tenant_number, tenant_epoch, partner_number, partner_epoch, application_number, application_epoch, server_epoch,
        device_type, application_family)
) WITHOUT ROWID;

INSERT INTO session_counts
SELECT coalesce(tenant_number, 0), coalesce(tenant_epoch, -1), coalesce(partner_number, 0), coalesce(partner_epoch, -1),
    coalesce(application_number, 0), coalesce(application_epoch, -1), server_epoch,
    CASE state WHEN 0 THEN coalesce(device_type, '') ELSE '' END, CASE state WHEN 0 THEN coalesce(application_family, '') ELSE '' END,
    sum(state = 0), sum(state = 1), sum(state = 2), sum((state = 0) * (created_at / 1000)), sum((state = 0) * (created_at % 1000))
FROM sessions GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;

CREATE TRIGGER sessions_counted_out AFTER DELETE ON sessions BEGIN
    UPDATE session_counts
    SET open = open - (OLD.state = 0), ended = ended - (OLD.state = 1), archived = archived - (OLD.state = 2),
        born_seconds = born_seconds - (OLD.state = 0) * (OLD.created_at / 1000),
        born_millis = born_millis - (OLD.state = 0) * (OLD.created_at % 1000)
    WHERE tenant_number = coalesce(OLD.tenant_number, 0) AND tenant_epoch = coalesce(OLD.tenant_epoch, -1)
        AND partner_number = coalesce(OLD.partner_number, 0) AND partner_epoch = coalesce(OLD.partner_epoch, -1)
        AND application_number = coalesce(OLD.application_number, 0) AND application_epoch = coalesce(OLD.application_epoch, -1)
        AND server_epoch = OLD.server_epoch
        AND device_type = CASE OLD.state WHEN 0 THEN coalesce(OLD.device_type, '') ELSE '' END
        AND application_family = CASE OLD.state WHEN 0 THEN coalesce(OLD.application_family, '') ELSE '' END;
    DELETE FROM session_counts
    WHERE tenant_number = coalesce(OLD.tenant_number, 0) AND tenant_epoch = coalesce(OLD.tenant_epoch, -1)
        AND partner_number = coalesce(OLD.partner_number, 0) AND partner_epoch = coalesce(OLD.partner_epoch, -1)
        AND application_number = coalesce(OLD.application_number, 0) AND application_epoch = coalesce(OLD.application_epoch, -1)
        AND server_epoch = OLD.server_epoch
        AND device_type = CASE OLD.state WHEN 0 THEN coalesce(OLD.device_type, '') ELSE '' END
        AND application_family = CASE OLD.state WHEN 0 THEN coalesce(OLD.application_family, '') ELSE '' END
        AND open = 0 AND ended = 0 AND archived = 0;
END;

-- What a session was born under does not change; were it ever mended by hand, the counts would follow.
CREATE TRIGGER sessions_counted_anew
AFTER UPDATE OF state, tenant_number, tenant_epoch, partner_number, partner_epoch, application_number, application_epoch, server_epoch,
    device_type, application_family, created_at
ON sessions BEGIN
    UPDATE session_counts
    SET open = open - (OLD.state = 0), ended = ended - (OLD.state = 1), archived = archived - (OLD.state = 2),
        born_seconds = born_seconds - (OLD.state = 0) * (OLD.created_at / 1000),
        born_millis = born_millis - (OLD.state = 0) * (OLD.created_at % 1000)
    WHERE tenant_number = coalesce(OLD.tenant_number, 0) AND tenant_epoch = coalesce(OLD.tenant_epoch, -1)
        AND partner_number = coalesce(OLD.partner_number, 0) AND partner_epoch = coalesce(OLD.partner_epoch, -1)
        AND application_number = coalesce(OLD.application_number, 0) AND application_epoch = coalesce(OLD.application_epoch, -1)
        AND server_epoch = OLD.server_epoch
        AND device_type = CASE OLD.state WHEN 0 THEN coalesce(OLD.device_type, '') ELSE '' END
        AND application_family = CASE OLD.state WHEN 0 THEN coalesce(OLD.application_family, '') ELSE '' END;
    DELETE FROM session_counts
    WHERE tenant_number = coalesce(OLD.tenant_number, 0) AND tenant_epoch = coalesce(OLD.tenant_epoch, -1)
        AND partner_number = coalesce(OLD.partner_number, 0) AND partner_epoch = coalesce(OLD.partner_epoch, -1)
        AND application_number = coalesce(OLD.application_number, 0) AND application_epoch = coalesce(OLD.application_epoch, -1)
        AND server_epoch = OLD.server_epoch
        AND device_type = CASE OLD.state WHEN 0 THEN coalesce(OLD.device_type, '') ELSE '' END
        AND application_family = CASE OLD.state WHEN 0 THEN coalesce(OLD.application_family, '') ELSE '' END
        AND open = 0 AND ended = 0 AND archived = 0;
    INSERT INTO session_counts
    VALUES (coalesce(NEW.tenant_number, 0), coalesce(NEW.tenant_epoch, -1), coalesce(NEW.partner_number, 0),
        coalesce(NEW.partner_epoch, -1), coalesce(NEW.application_number, 0), coalesce(NEW.application_epoch, -1), NEW.server_epoch,
        CASE NEW.state WHEN 0 THEN coalesce(NEW.device_type, '') ELSE '' END,
        CASE NEW.state WHEN 0 THEN coalesce(NEW.application_family, '') ELSE '' END,
        NEW.state = 0, NEW.state = 1, NEW.state = 2,
        (NEW.state = 0) * (NEW.created_at / 1000), (NEW.state = 0) * (NEW.created_at % 1000))
    ON CONFLICT DO UPDATE SET open = open + excluded.open, ended = ended + excluded.ended, archived = archived + excluded.archived,
        born_seconds = born_seconds + excluded.born_seconds, born_millis = born_millis + excluded.born_millis;
END;

-- Whose they are stands beside them, for counting people without a look at the rows, after all that orders lists. In both: the shorter
-- would be preferred to the one that fits.
DROP INDEX sessions_of_tenant;
CREATE INDEX sessions_of_tenant ON sessions (tenant_number, state, created_at, number, user_number);
DROP INDEX sessions_open;
CREATE INDEX sessions_open ON sessions (state, created_at, number, user_number) WHERE state = 0;

-- All that is summed of recorded ends; of a session that is open it has nothing. The state stands in it so that no row is read for it.
CREATE INDEX sessions_ended ON sessions (tenant_number, end_reason, ended_at, created_at, state) WHERE state <> 0;
