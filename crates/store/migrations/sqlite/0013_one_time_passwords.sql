-- Whether the password was handed out to be used once: until its user has set another, a session of it may only do that.
ALTER TABLE users ADD COLUMN password_is_due INTEGER NOT NULL DEFAULT 0;
