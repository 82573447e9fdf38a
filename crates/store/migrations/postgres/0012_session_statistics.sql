-- Counts now tell open sessions apart by what opened them and sum when they were created, so that statistics need not look at each.
-- Ended ones are not told apart, because nobody asks: a row of a rare application goes with its last open session. Sums are of whole
-- seconds and of the milliseconds beyond them: of milliseconds alone, five million would be more than 64 bits hold.
DROP TRIGGER sessions_counted_out ON sessions;
DROP TRIGGER sessions_counted_anew ON sessions;
DROP FUNCTION sessions_counted_out();
DROP FUNCTION sessions_counted_anew();
DROP FUNCTION session_counted_out(sessions);
DROP TABLE session_counts;

CREATE TABLE session_counts (
    tenant_number      BIGINT NOT NULL,
    tenant_epoch       BIGINT NOT NULL,
    partner_number     BIGINT NOT NULL,
    partner_epoch      BIGINT NOT NULL,
    application_number BIGINT NOT NULL,
    application_epoch  BIGINT NOT NULL,
    server_epoch       BIGINT NOT NULL,
    device_type        TEXT COLLATE "C" NOT NULL, -- empty: ended, or nothing is known
    application_family TEXT COLLATE "C" NOT NULL, -- likewise
    open               BIGINT NOT NULL,
    ended              BIGINT NOT NULL,
    archived           BIGINT NOT NULL,
    born_seconds       BIGINT NOT NULL, -- of the open ones
    born_millis        BIGINT NOT NULL, -- likewise
    PRIMARY KEY (tenant_number, tenant_epoch, partner_number, partner_epoch, application_number, application_epoch, server_epoch,
        device_type, application_family)
) WITH (fillfactor = 50); -- one row changes with every create: its versions stay on its page

INSERT INTO session_counts
SELECT coalesce(tenant_number, 0), coalesce(tenant_epoch, -1), coalesce(partner_number, 0), coalesce(partner_epoch, -1),
    coalesce(application_number, 0), coalesce(application_epoch, -1), server_epoch,
    CASE state WHEN 0 THEN coalesce(device_type, '') ELSE '' END, CASE state WHEN 0 THEN coalesce(application_family, '') ELSE '' END,
    count(*) FILTER (WHERE state = 0), count(*) FILTER (WHERE state = 1), count(*) FILTER (WHERE state = 2),
    coalesce(sum(created_at / 1000) FILTER (WHERE state = 0), 0), coalesce(sum(created_at % 1000) FILTER (WHERE state = 0), 0)
FROM sessions GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;

CREATE FUNCTION session_counted_out(gone sessions) RETURNS void LANGUAGE sql AS $$
    UPDATE session_counts
    SET open = open - (gone.state = 0)::int, ended = ended - (gone.state = 1)::int, archived = archived - (gone.state = 2)::int,
        born_seconds = born_seconds - (gone.state = 0)::int * (gone.created_at / 1000),
        born_millis = born_millis - (gone.state = 0)::int * (gone.created_at % 1000)
    WHERE tenant_number = coalesce(gone.tenant_number, 0) AND tenant_epoch = coalesce(gone.tenant_epoch, -1)
        AND partner_number = coalesce(gone.partner_number, 0) AND partner_epoch = coalesce(gone.partner_epoch, -1)
        AND application_number = coalesce(gone.application_number, 0) AND application_epoch = coalesce(gone.application_epoch, -1)
        AND server_epoch = gone.server_epoch
        AND device_type = CASE gone.state WHEN 0 THEN coalesce(gone.device_type, '') ELSE '' END
        AND application_family = CASE gone.state WHEN 0 THEN coalesce(gone.application_family, '') ELSE '' END;
    DELETE FROM session_counts
    WHERE tenant_number = coalesce(gone.tenant_number, 0) AND tenant_epoch = coalesce(gone.tenant_epoch, -1)
        AND partner_number = coalesce(gone.partner_number, 0) AND partner_epoch = coalesce(gone.partner_epoch, -1)
        AND application_number = coalesce(gone.application_number, 0) AND application_epoch = coalesce(gone.application_epoch, -1)
        AND server_epoch = gone.server_epoch
        AND device_type = CASE gone.state WHEN 0 THEN coalesce(gone.device_type, '') ELSE '' END
        AND application_family = CASE gone.state WHEN 0 THEN coalesce(gone.application_family, '') ELSE '' END
        AND open = 0 AND ended = 0 AND archived = 0
$$;

CREATE FUNCTION sessions_counted_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM session_counted_out(OLD);
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
        CASE NEW.state WHEN 0 THEN coalesce(NEW.device_type, '') ELSE '' END,
        CASE NEW.state WHEN 0 THEN coalesce(NEW.application_family, '') ELSE '' END,
        (NEW.state = 0)::int, (NEW.state = 1)::int, (NEW.state = 2)::int,
        (NEW.state = 0)::int * (NEW.created_at / 1000), (NEW.state = 0)::int * (NEW.created_at % 1000))
    ON CONFLICT ON CONSTRAINT session_counts_pkey DO UPDATE
    SET open = counted.open + excluded.open, ended = counted.ended + excluded.ended, archived = counted.archived + excluded.archived,
        born_seconds = counted.born_seconds + excluded.born_seconds, born_millis = counted.born_millis + excluded.born_millis;
    RETURN NULL;
END
$$;
CREATE TRIGGER sessions_counted_anew
AFTER UPDATE OF state, tenant_number, tenant_epoch, partner_number, partner_epoch, application_number, application_epoch, server_epoch,
    device_type, application_family, created_at
ON sessions FOR EACH ROW EXECUTE FUNCTION sessions_counted_anew();

-- Whose they are stands beside them, for counting people without a look at the rows, after all that orders lists.
DROP INDEX sessions_of_tenant;
CREATE INDEX sessions_of_tenant ON sessions (tenant_number, state, created_at, number, user_number);
DROP INDEX sessions_open;
CREATE INDEX sessions_open ON sessions (state, created_at, number, user_number) WHERE state = 0;

-- All that is summed of recorded ends; of a session that is open it has nothing.
CREATE INDEX sessions_ended ON sessions (tenant_number, end_reason, ended_at, created_at, state) WHERE state <> 0;
