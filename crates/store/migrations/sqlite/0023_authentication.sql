-- When and how the user of a session last proved to be themselves; both NULL where nobody did. Sessions of before were all born of a
-- password, but for those that an application keeps for its owner. (Before, authenticated_at was NULL until they proved it once more.)
ALTER TABLE sessions ADD COLUMN authentication_methods TEXT; -- RFC 8176, separated by spaces
UPDATE sessions SET authenticated_at = coalesce(authenticated_at, created_at), authentication_methods = 'pwd'
WHERE birth IN ('usm', 'login', 'browser');

-- The same of what codes and grants were given under: it stays with them, whatever their session sees later.
ALTER TABLE authorization_codes ADD COLUMN authentication_methods TEXT;
UPDATE authorization_codes SET authentication_methods = 'pwd';

ALTER TABLE session_grants ADD COLUMN authenticated_at INTEGER;
ALTER TABLE session_grants ADD COLUMN authentication_methods TEXT;
-- Where it is not known under which of several proofs a grant was given, the first one counts.
UPDATE session_grants SET authenticated_at = s.created_at, authentication_methods = 'pwd'
FROM sessions s WHERE s.number = session_grants.session_number AND s.birth IN ('usm', 'login', 'browser');
UPDATE session_grants SET authenticated_at = c.authenticated_at
FROM authorization_codes c WHERE c.grant_number = session_grants.number;

-- The resource servers that an application may ask tokens for (RFC 8707), separated by spaces.
ALTER TABLE applications ADD COLUMN resources TEXT NOT NULL DEFAULT '';

-- Who tokens of a code or a grant are for, at most: names separated by spaces, `-` for this server; NULL: this server alone.
ALTER TABLE authorization_codes ADD COLUMN audience TEXT;
ALTER TABLE session_grants ADD COLUMN audience TEXT;
