-- When and how the user of a session last proved to be themselves; both NULL where nobody did. Sessions of before were all born of a
-- password, but for those that an application keeps for its owner. (Before, authenticated_at was NULL until they proved it once more.)
ALTER TABLE sessions ADD COLUMN authentication_methods TEXT COLLATE "C"; -- RFC 8176, separated by spaces
-- The same of what codes and grants were given under: it stays with them, whatever their session sees later.
ALTER TABLE authorization_codes ADD COLUMN authentication_methods TEXT COLLATE "C";
ALTER TABLE session_grants ADD COLUMN authenticated_at BIGINT;
ALTER TABLE session_grants ADD COLUMN authentication_methods TEXT COLLATE "C";

-- What processes of a release before remember has nothing of these columns, so nobody is told of what is written into them here.
ALTER TABLE session_grants DISABLE TRIGGER facts_changed;
UPDATE sessions SET authenticated_at = coalesce(authenticated_at, created_at), authentication_methods = 'pwd'
WHERE birth IN ('usm', 'login', 'browser');
UPDATE authorization_codes SET authentication_methods = 'pwd';
-- Where it is not known under which of several proofs a grant was given, the first one counts.
UPDATE session_grants SET authenticated_at = s.created_at, authentication_methods = 'pwd'
FROM sessions s WHERE s.number = session_grants.session_number AND s.birth IN ('usm', 'login', 'browser');
UPDATE session_grants SET authenticated_at = c.authenticated_at
FROM authorization_codes c WHERE c.grant_number = session_grants.number;
ALTER TABLE session_grants ENABLE ALWAYS TRIGGER facts_changed;

-- The trigger of sessions heeds all columns that they have by now, but one that no verdict looks at (FACT_TABLES in live/fact.rs).
DROP TRIGGER facts_changed ON sessions;
DO $make$
DECLARE
    heeded TEXT;
BEGIN
    SELECT string_agg(format('OLD.%1$I IS DISTINCT FROM NEW.%1$I', attname), ' OR ' ORDER BY attnum) INTO STRICT heeded
    FROM pg_attribute
    WHERE attrelid = 'sessions'::REGCLASS AND attnum > 0 AND NOT attisdropped AND attname <> 'due';
    EXECUTE format(
        'CREATE TRIGGER facts_changed AFTER UPDATE ON sessions FOR EACH ROW WHEN (%s) EXECUTE FUNCTION facts_changed_in_sessions()', heeded);
END
$make$;
ALTER TABLE sessions ENABLE ALWAYS TRIGGER facts_changed;

-- The resource servers that an application may ask tokens for (RFC 8707), separated by spaces.
ALTER TABLE applications ADD COLUMN resources TEXT COLLATE "C" NOT NULL DEFAULT '';

-- Who tokens of a code or a grant are for, at most: names separated by spaces, `-` for this server; NULL: this server alone.
ALTER TABLE authorization_codes ADD COLUMN audience TEXT COLLATE "C";
ALTER TABLE session_grants ADD COLUMN audience TEXT COLLATE "C";
