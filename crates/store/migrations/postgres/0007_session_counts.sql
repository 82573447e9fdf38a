-- How many sessions were born under the same epochs, by state: exact totals without a look at each. One row for each set of epochs
-- that any recorded session carries, so as many as tenants, and one more of each for every move of an epoch until what it ended is
-- purged. The statement after the one insert into sessions counts it. All that follows is counted by triggers, whatever the transaction. A touch writes no session.
-- 0 stands for no tenant, partner or application, and -1 for the epoch of none, because a key has no NULLs.
CREATE TABLE session_counts (
    tenant_number      BIGINT NOT NULL,
    tenant_epoch       BIGINT NOT NULL,
    partner_number     BIGINT NOT NULL,
    partner_epoch      BIGINT NOT NULL,
    application_number BIGINT NOT NULL,
    application_epoch  BIGINT NOT NULL,
    server_epoch       BIGINT NOT NULL,
    open               BIGINT NOT NULL,
    ended              BIGINT NOT NULL,
    archived           BIGINT NOT NULL,
    PRIMARY KEY (tenant_number, tenant_epoch, partner_number, partner_epoch, application_number, application_epoch, server_epoch)
) WITH (fillfactor = 50); -- one row changes with every create: its versions stay on its page

INSERT INTO session_counts
SELECT coalesce(tenant_number, 0), coalesce(tenant_epoch, -1), coalesce(partner_number, 0), coalesce(partner_epoch, -1),
    coalesce(application_number, 0), coalesce(application_epoch, -1), server_epoch,
    count(*) FILTER (WHERE state = 0), count(*) FILTER (WHERE state = 1), count(*) FILTER (WHERE state = 2)
FROM sessions GROUP BY 1, 2, 3, 4, 5, 6, 7;

CREATE FUNCTION session_counted_out(gone sessions) RETURNS void LANGUAGE sql AS $$
    UPDATE session_counts
    SET open = open - (gone.state = 0)::int, ended = ended - (gone.state = 1)::int, archived = archived - (gone.state = 2)::int
    WHERE tenant_number = coalesce(gone.tenant_number, 0) AND tenant_epoch = coalesce(gone.tenant_epoch, -1)
        AND partner_number = coalesce(gone.partner_number, 0) AND partner_epoch = coalesce(gone.partner_epoch, -1)
        AND application_number = coalesce(gone.application_number, 0) AND application_epoch = coalesce(gone.application_epoch, -1)
        AND server_epoch = gone.server_epoch
$$;

CREATE FUNCTION sessions_counted_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM session_counted_out(OLD);
    DELETE FROM session_counts
    WHERE tenant_number = coalesce(OLD.tenant_number, 0) AND tenant_epoch = coalesce(OLD.tenant_epoch, -1)
        AND partner_number = coalesce(OLD.partner_number, 0) AND partner_epoch = coalesce(OLD.partner_epoch, -1)
        AND application_number = coalesce(OLD.application_number, 0) AND application_epoch = coalesce(OLD.application_epoch, -1)
        AND server_epoch = OLD.server_epoch
        AND open = 0 AND ended = 0 AND archived = 0;
    RETURN NULL;
END
$$;
CREATE TRIGGER sessions_counted_out AFTER DELETE ON sessions FOR EACH ROW EXECUTE FUNCTION sessions_counted_out();

-- What a session was born under does not change; were it ever mended by hand, the counts would follow.
CREATE FUNCTION sessions_counted_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM session_counted_out(OLD);
    INSERT INTO session_counts AS counted
    VALUES (coalesce(NEW.tenant_number, 0), coalesce(NEW.tenant_epoch, -1), coalesce(NEW.partner_number, 0),
        coalesce(NEW.partner_epoch, -1), coalesce(NEW.application_number, 0), coalesce(NEW.application_epoch, -1), NEW.server_epoch,
        (NEW.state = 0)::int, (NEW.state = 1)::int, (NEW.state = 2)::int)
    ON CONFLICT ON CONSTRAINT session_counts_pkey DO UPDATE
    SET open = counted.open + excluded.open, ended = counted.ended + excluded.ended, archived = counted.archived + excluded.archived;
    RETURN NULL;
END
$$;
CREATE TRIGGER sessions_counted_anew
AFTER UPDATE OF state, tenant_number, tenant_epoch, partner_number, partner_epoch, application_number, application_epoch, server_epoch
ON sessions FOR EACH ROW EXECUTE FUNCTION sessions_counted_anew();

-- Live sessions of everybody, newest first. The state stands in it so that it is preferred to the index by due time.
CREATE INDEX sessions_open ON sessions (state, created_at, number) WHERE state = 0;
