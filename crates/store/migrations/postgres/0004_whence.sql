-- What the user agent and the address of the request that created the session told then; NULL where nothing is known.
ALTER TABLE sessions ADD COLUMN device_family TEXT COLLATE "C";
ALTER TABLE sessions ADD COLUMN device_brand TEXT COLLATE "C";
ALTER TABLE sessions ADD COLUMN os_family TEXT COLLATE "C";
ALTER TABLE sessions ADD COLUMN os_version TEXT COLLATE "C";
ALTER TABLE sessions ADD COLUMN application_family TEXT COLLATE "C";
ALTER TABLE sessions ADD COLUMN application_version TEXT COLLATE "C";
ALTER TABLE sessions ADD COLUMN country TEXT COLLATE "C";
ALTER TABLE sessions ADD COLUMN region TEXT COLLATE "C";
ALTER TABLE sessions ADD COLUMN city TEXT COLLATE "C";
