-- Accounts are remembered, too. What is told of an address or a membership is its user, whether the row comes, changes or goes: whatever
-- was remembered of that user has to be read again, the sessions that rest on the address among it.

DROP TRIGGER facts_changed ON emails;
DROP TRIGGER facts_come_and_gone ON emails;
DROP FUNCTION facts_changed_in_emails();

DO $make$
DECLARE
    tab TEXT;
BEGIN
    FOREACH tab IN ARRAY ARRAY['emails', 'memberships'] LOOP
        EXECUTE format(
            $sql$
            CREATE FUNCTION facts_changed_in_%1$s() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $body$
            DECLARE
                old_number BIGINT;
            BEGIN
                IF TG_OP <> 'INSERT' THEN
                    old_number := OLD.user_number;
                    PERFORM fact_changed(old_number & 15, 6, old_number);
                END IF;
                IF TG_OP <> 'DELETE' THEN
                    IF NEW.user_number IS DISTINCT FROM old_number THEN
                        PERFORM fact_changed(NEW.user_number & 15, 6, NEW.user_number);
                    END IF;
                END IF;
                RETURN NULL;
            END
            $body$
            $sql$, tab);
        EXECUTE format('ALTER FUNCTION facts_changed_in_%s() SET search_path = %I, pg_temp', tab, current_schema());
        EXECUTE format('CREATE TRIGGER facts_changed AFTER UPDATE ON %1$s FOR EACH ROW EXECUTE FUNCTION facts_changed_in_%1$s()', tab);
        EXECUTE format(
            'CREATE TRIGGER facts_come_and_gone AFTER DELETE OR INSERT ON %1$s FOR EACH ROW EXECUTE FUNCTION facts_changed_in_%1$s()', tab);
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER facts_changed, ENABLE ALWAYS TRIGGER facts_come_and_gone', tab);
    END LOOP;
END
$make$;

CREATE TRIGGER facts_emptied AFTER TRUNCATE ON memberships FOR EACH STATEMENT EXECUTE FUNCTION facts_emptied();
ALTER TABLE memberships ENABLE ALWAYS TRIGGER facts_emptied;
