-- What comparing with a password hash costs, in KiB of memory times passes: a refused sign-in costs as much as the dearest one.
ALTER TABLE users ADD COLUMN password_cost BIGINT;
UPDATE users SET password_cost =
    substring(password_hash FROM '[$]m=([0-9]+)')::BIGINT * substring(password_hash FROM ',t=([0-9]+)')::BIGINT
WHERE password_hash IS NOT NULL;
CREATE INDEX users_by_password_cost ON users (password_cost);
