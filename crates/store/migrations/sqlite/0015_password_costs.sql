-- What comparing with a password hash costs, in KiB of memory times passes: a refused sign-in costs as much as the dearest one.
ALTER TABLE users ADD COLUMN password_cost INTEGER;
UPDATE users SET password_cost = CAST(substr(password_hash, instr(password_hash, '$m=') + 3) AS INTEGER)
    * CAST(substr(password_hash, instr(password_hash, ',t=') + 3) AS INTEGER)
WHERE password_hash IS NOT NULL;
CREATE INDEX users_by_password_cost ON users (password_cost);
