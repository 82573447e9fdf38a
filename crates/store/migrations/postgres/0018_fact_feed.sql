-- Every process remembers what verdicts rest on. What is changed there, by whichever transaction, is told to all of them here.

-- Up to where the changes of a stripe go: 0 to 15 have what is one user's, by the user's number, 16 what is nobody's own. A
-- transaction that changes facts takes the next position of each stripe and keeps the row locked until its commit. So positions have
-- the order of commits, whoever writes, and those that are committed have no gap.
CREATE TABLE fact_heads (
    stripe   BIGINT PRIMARY KEY,
    position BIGINT NOT NULL
) WITH (fillfactor = 50); -- new versions of a row stay on its page
INSERT INTO fact_heads (stripe, position) SELECT stripe, 0 FROM generate_series(0, 16) AS stripe;

-- What was changed there: each position has at least one row, and all of one transaction. Rows go after some minutes, whole positions
-- at a time and never the last of a stripe.
CREATE TABLE fact_feed (
    stripe   BIGINT NOT NULL,
    position BIGINT NOT NULL,
    kind     BIGINT NOT NULL, -- of FactKind; 12: anything
    number   BIGINT NOT NULL,
    at       BIGINT NOT NULL, -- when its transaction began
    PRIMARY KEY (stripe, position, kind, number)
);
INSERT INTO fact_feed (stripe, position, kind, number, at) SELECT stripe, 0, 12, 0, 0 FROM generate_series(0, 16) AS stripe;

-- One position for all that a transaction changes in a stripe: it is remembered in a setting that ends with the transaction, and is
-- taken back with the savepoint that took it.
CREATE FUNCTION fact_changed(in_stripe BIGINT, of_kind BIGINT, of_number BIGINT) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    taken CONSTANT TEXT := 'cloakroom.fact_position_' || in_stripe;
    here BIGINT := nullif(current_setting(taken, true), '');
BEGIN
    IF here IS NULL THEN
        UPDATE fact_heads SET position = position + 1 WHERE stripe = in_stripe RETURNING position INTO STRICT here;
        PERFORM set_config(taken, here::TEXT, true);
    END IF;
    INSERT INTO fact_feed (stripe, position, kind, number, at)
    VALUES (in_stripe, here, of_kind, of_number, (extract(epoch FROM now()) * 1000)::BIGINT)
    ON CONFLICT DO NOTHING;
END
$$;

-- Sessions whose row is gone are nobody's.
CREATE FUNCTION stripe_of_session(session_number BIGINT) RETURNS BIGINT LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT user_number & 15 FROM sessions WHERE number = session_number), 16)
$$;

CREATE FUNCTION fact_number_of_uid(uid BYTEA) RETURNS BIGINT LANGUAGE sql IMMUTABLE AS $$
    SELECT ('x' || encode(substr(uid || decode('0000000000000000', 'hex'), 1, 8), 'hex'))::BIT(64)::BIGINT
$$;

-- A table that is emptied does not say of what.
CREATE FUNCTION facts_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM fact_changed(16, 12, 0);
    RETURN NULL;
END
$$;

-- The triggers of each table of facts (FACT_TABLES in live/fact.rs). A birth changes nothing, unless it belongs to a fact that is there:
-- nothing is remembered as absent. Columns that no verdict looks at are not heeded. The functions have the rights of the schema's
-- owner, and look nowhere else: who may change a row needs no right to these tables. The triggers fire always, also in sessions that
-- replicate.
DO $make$
DECLARE
    facts RECORD;
    heeded TEXT;
BEGIN
    FOR facts IN
        SELECT * FROM (VALUES
            ('server',           1,  '16',                                  'row.only_row',                      false, '{}'),
            ('partners',         2,  '16',                                  'row.number',                        false, '{}'),
            ('tenants',          3,  '16',                                  'row.number',                        false, '{}'),
            ('applications',     4,  '16',                                  'row.number',                        false, '{}'),
            ('client_secrets',   4,  '16',                                  'row.application_number',            true,  '{}'),
            ('service_accounts', 5,  '16',                                  'row.number',                        false, '{}'),
            ('users',            6,  'row.number & 15',                     'row.number',                        false, '{}'),
            ('emails',           7,  'row.user_number & 15',                'row.number',                        false, '{}'),
            ('sessions',         8,  'row.user_number & 15',                'row.number',                        false, '{due}'),
            ('session_touches',  8,  'stripe_of_session(row.session_number)', 'row.session_number',              false,
                '{last_validated_at, last_active_at, expires_at}'),
            ('session_grants',   9,  'stripe_of_session(row.session_number)', 'row.number',                      false, '{}'),
            ('api_keys',         10, '16',                                  'row.number',                        false, '{last_used_at}'),
            ('revoked_tokens',   11, '16',                                  'fact_number_of_uid(row.token_uid)', true,  '{}')
        ) AS listed (tab, kind, stripe, number, births_count, unheeded)
    LOOP
        EXECUTE format(
            $sql$
            CREATE FUNCTION facts_changed_in_%1$s() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $body$
            DECLARE
                old_number BIGINT;
                new_number BIGINT;
            BEGIN
                IF TG_OP <> 'INSERT' THEN
                    old_number := %3$s;
                    PERFORM fact_changed(%5$s, %2$s, old_number);
                END IF;
                IF TG_OP <> 'DELETE' THEN
                    new_number := %4$s;
                    IF new_number IS DISTINCT FROM old_number THEN
                        PERFORM fact_changed(%6$s, %2$s, new_number);
                    END IF;
                END IF;
                RETURN NULL;
            END
            $body$
            $sql$,
            facts.tab, facts.kind, replace(facts.number, 'row.', 'OLD.'), replace(facts.number, 'row.', 'NEW.'),
            replace(facts.stripe, 'row.', 'OLD.'), replace(facts.stripe, 'row.', 'NEW.'));
        EXECUTE format('ALTER FUNCTION facts_changed_in_%s() SET search_path = %I, pg_temp', facts.tab, current_schema());
        SELECT string_agg(format('OLD.%1$I IS DISTINCT FROM NEW.%1$I', attname), ' OR ' ORDER BY attnum) INTO STRICT heeded
        FROM pg_attribute
        WHERE attrelid = facts.tab::REGCLASS AND attnum > 0 AND NOT attisdropped AND attname <> ALL (facts.unheeded::TEXT[]);
        EXECUTE format(
            'CREATE TRIGGER facts_changed AFTER UPDATE ON %1$s FOR EACH ROW %2$s EXECUTE FUNCTION facts_changed_in_%1$s()',
            facts.tab, CASE facts.unheeded WHEN '{}' THEN '' ELSE 'WHEN (' || heeded || ')' END);
        EXECUTE format(
            'CREATE TRIGGER facts_come_and_gone AFTER DELETE %2$s ON %1$s FOR EACH ROW EXECUTE FUNCTION facts_changed_in_%1$s()',
            facts.tab, CASE WHEN facts.births_count THEN 'OR INSERT' ELSE '' END);
        EXECUTE format(
            'CREATE TRIGGER facts_emptied AFTER TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION facts_emptied()', facts.tab);
        EXECUTE format(
            'ALTER TABLE %s ENABLE ALWAYS TRIGGER facts_changed, ENABLE ALWAYS TRIGGER facts_come_and_gone,
                ENABLE ALWAYS TRIGGER facts_emptied', facts.tab);
    END LOOP;
    EXECUTE format('ALTER FUNCTION facts_emptied() SECURITY DEFINER SET search_path = %I, pg_temp', current_schema());
END
$make$;
