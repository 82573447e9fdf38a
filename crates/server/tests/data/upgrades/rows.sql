-- What a server wrote under each schema since the first. Made once, by a server with the master key of the test, and frozen like the
-- migrations: an upgrade must leave all of it alive. A section follows the migration of its number; blobs are written as SQLite has them.
-- A migration that changes what is written gets a section, with what was shown to clients in shown.json.

-- after 1
INSERT INTO partners (number, uid, code, name, epoch, created_at, updated_at) VALUES
    (1, x'01a22a9a7b587ee48d6d5f5f1ba69800', 'north', 'North', 0, 1796011096920, 1796011096920);
INSERT INTO tenants (number, uid, code, name, partner_number, status, status_since, epoch, created_at, updated_at) VALUES
    (1, x'01a22a9a7b58796ab0e1de038df539a4', 'ACME', 'Acme', 1, 'verified', 1796011096920, 0, 1796011096920, 1796011096920);
INSERT INTO users (number, uid, username, display_name, password_hash, status, status_since, tenant_number, role, is_operator, created_at, updated_at) VALUES
    (1, x'01a22a9a7b587a7aa041be47d3acac39', 'ada', 'Ada', '$argon2id$v=19$m=19456,t=2,p=1$Cwiq4Sm/ZNdtpc2jwixYZw$GpXPkznha9tFcD39cloCxQRMHAy3Hf/oL1EQoaBWQx0', 'verified', 1796011096920, 1, 'none', 0, 1796011096920, 1796011096920),
    (2, x'01a22a9a7b5879b8b7231cb1d2453903', 'root', NULL, '$argon2id$v=19$m=19456,t=2,p=1$aRTXzVTqM9bP3+7IE40e6A$jlPf1X811GdIAIcBcHzAhOPWpuUjOArX0CSOdgk24F0', 'verified', 1796011096920, NULL, 'super_admin', 0, 1796011096920, 1796011096920);
INSERT INTO emails (number, user_number, address, status, status_since, is_primary, created_at) VALUES
    (1, 1, 'ada@example.com', 'verified', 1796011096920, 1, 1796011096920),
    (2, 2, 'root@example.com', 'verified', 1796011096920, 1, 1796011096920);
INSERT INTO memberships (user_number, tenant_number, role) VALUES
    (1, 1, 'owner');
INSERT INTO applications (number, uid, client_id, name, tenant_number, owner_number, kind, scopes, redirect_uris, is_platform, status, status_since, epoch, created_at, updated_at) VALUES
    (1, x'01a22a9a7b5879cab3820249c45344ff', 'shop', 'Shop', 1, 1, 'service', 'profile admin:read session:read session:write', '', 0, 'active', 1796011096920, 0, 1796011096920, 1796011096920);
INSERT INTO client_secrets (number, application_number, hash, created_at) VALUES
    (1, 1, x'84e2c825eb1738167cfda6e454053286fb80af60d4b9854a55558afac530af40', 1796011096920);
INSERT INTO service_accounts (number, uid, tenant_number, caption, roles, status, status_since, epoch, created_at, updated_at) VALUES
    (1, x'01a22a9a7b5878a4b617a4f193aaaf29', 1, 'robot', 'pvv', 'active', 1796011096920, 0, 1796011096920, 1796011096920);
INSERT INTO sessions (number, uid, secret_lookup, secret_hash, user_number, email_number, tenant_number, tenant_epoch, partner_number, partner_epoch, server_epoch, birth, state, due, created_at, ttl_millis, slides, absolute_expires_at, label, address) VALUES
    (1, x'01a22a9a84327831a1dff5cc59f6ea79', -8507512205981834164, x'89ef3eb93027244c2cbfd1e04bfc718d88738018edbc201f9dd026b7187c1142', 1, 1, 1, 0, 1, 0, 0, 'usm', 0, 1796014700, 1796011099186, 3600000, 1, 1803787099186, 'v1', '127.0.0.1');
INSERT INTO session_touches (session_number, last_active_at, expires_at) VALUES
    (1, 1796011099186, 1796014699186);
INSERT INTO audit_log (sequence, at, action, result, actor_kind, actor_id, tenant_number, resource_kind, resource_id, address, request_id, detail) VALUES
    (1, 1796011096740, 'signing_key.activated', 'success', 'system', 'signing key upkeep', NULL, 'signing_key', '9K_Q3Rb-ladt2EVRrEO4KTdpm5sUXqjraky8wxg06Ng', NULL, NULL, '{"algorithm":"ES256"}'),
    (2, 1796011096740, 'signing_key.created', 'success', 'system', 'signing key upkeep', NULL, 'signing_key', 'S-l6i6dxltWhSLW0a1HSEDX1LinMirDGg0lNJsH6zUo', NULL, NULL, '{"algorithm":"ES256"}'),
    (3, 1796011096920, 'partner.created', 'success', 'system', 'serve --apply', NULL, 'partner', 'prt_01m8n9mytrfvj8tvazbwdtd600', NULL, NULL, '{}'),
    (4, 1796011096920, 'tenant.created', 'success', 'system', 'serve --apply', 1, 'tenant', 'tnt_01m8n9mytrf5nb1rey0e6zaed4', NULL, NULL, '{}'),
    (5, 1796011096920, 'user.created', 'success', 'system', 'serve --apply', 1, 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', NULL, NULL, '{"role":"none"}'),
    (6, 1796011096920, 'email.added', 'success', 'system', 'serve --apply', 1, 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', NULL, NULL, '{"email":"ada@example.com","status":"verified"}'),
    (7, 1796011096920, 'user.created', 'success', 'system', 'serve --apply', NULL, 'user', 'usr_01m8n9mytrf6wbe8rwp794ae83', NULL, NULL, '{"role":"super_admin"}'),
    (8, 1796011096920, 'email.added', 'success', 'system', 'serve --apply', NULL, 'user', 'usr_01m8n9mytrf6wbe8rwp794ae83', NULL, NULL, '{"email":"root@example.com","status":"verified"}'),
    (9, 1796011096920, 'application.created', 'success', 'system', 'serve --apply', 1, 'application', 'app_01m8n9mytrf75b70g297256h7z', NULL, NULL, '{"secret_id":"csc_01m8n9mytrfdmazmhjvt6p7ezy"}'),
    (10, 1796011096920, 'service_account.created', 'success', 'system', 'serve --apply', 1, 'service_account', 'sva_01m8n9mytrf2jbc5x4y69tnbs9', NULL, NULL, '{"roles":"pvv"}'),
    (11, 1796011099186, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9n11jf0rt3qznshczdtks', '127.0.0.1', '44f70f317a92bf846b2287672f6ea01d', '{"birth":"usm","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}');

-- after 2
INSERT INTO signing_keys (number, kid, algorithm, state, public_jwk, sealed_private, created_at, state_since) VALUES
    (1, '9K_Q3Rb-ladt2EVRrEO4KTdpm5sUXqjraky8wxg06Ng', 'ES256', 'active', '{"alg":"ES256","crv":"P-256","kid":"9K_Q3Rb-ladt2EVRrEO4KTdpm5sUXqjraky8wxg06Ng","kty":"EC","use":"sig","x":"lXairXaEz1J9b5qzgxXy9i8le58KYa4o3SjiEMLson8","y":"C_Dwl50FfJhYjhs27y5IpXvrGU5f0tei1HRkayaI0As"}', x'6ae55059732b6d84f1f1b3f3ddf0bd37984ecef2cbe07c6870b7d981a9d0ff6245b816729a0b30602b1f692c45efa4cd5bfc7dc36307bd15e3dad35eb70746680c360f67ee3d2732abc1e57fcde8ca1c95931d9e227c25e0fd5585096bf9b5487b51bc40c9313593870aa88fc0b2f64ac6647e0356576fc9aa31bb4afbc43253ce227050691353161b6be12279a457041266e754136932b642bc3104948a4dcc79ae4f6a7310', 1796011096740, 1796011096740),
    (2, 'S-l6i6dxltWhSLW0a1HSEDX1LinMirDGg0lNJsH6zUo', 'ES256', 'next', '{"alg":"ES256","crv":"P-256","kid":"S-l6i6dxltWhSLW0a1HSEDX1LinMirDGg0lNJsH6zUo","kty":"EC","use":"sig","x":"K1LsPRnXZcnPwTx8JXqkV1MHHB6W6TEd1EogyL4fg0w","y":"WSmDuA41TYX-7MH71LdZ-XonE8LX4W-X2fWtn-rTc9g"}', x'579025d4948aa843f8fae39014324ad687370054ddc3b69df005aee328e9923f27194439d4d2d7693a88f2440114b89108858c5f3feb1934d0d43848812c7087e47220c4b9ee487da9c22732b0c516cc39226f3cf54b7de2088f31d5870e31f4c3c4700e057b389d604856a729402215bec543994aeb3c18ef5508ba07807bc38bb7475725200dc37fcca5d602f0ee322af1fc4bfce7c428d8788ad1cdc8d31b92f3b2cedee4', 1796011096740, 1796011096740);
INSERT INTO sessions (number, uid, secret_lookup, secret_hash, user_number, email_number, tenant_number, tenant_epoch, partner_number, partner_epoch, server_epoch, birth, state, due, created_at, ttl_millis, slides, absolute_expires_at, label, address) VALUES
    (2, x'01a22a9a88a67333acc29b5a71fece9c', 3467734612867402619, x'301fde41ef49cb7b1c13b2be5c0ab4ecb315c4ee791bc9b72f2b87e647cd02fd', 1, 1, 1, 0, 1, 0, 0, 'usm', 0, 1796014701, 1796011100326, 3600000, 1, 1803787100326, 'v2', '127.0.0.1'),
    (3, x'01a22a9a8a7e795f8ad4765e8964915f', NULL, NULL, 1, 1, 1, 0, 1, 0, 0, 'login', 0, 1798603101, 1796011100798, 2592000000, 1, 1803787100798, NULL, '127.0.0.1');
INSERT INTO session_touches (session_number, last_active_at, expires_at) VALUES
    (2, 1796011100326, 1796014700326),
    (3, 1796011100798, 1798603100798);
INSERT INTO session_grants (number, session_number, refresh_hash, generation, reached_at) VALUES
    (1, 3, x'7c736fe2cfc92cfe1f9fce875210a532a56051b35659fd512884c6ddd166431e', 0, 1796011100798);
INSERT INTO audit_log (sequence, at, action, result, actor_kind, actor_id, tenant_number, resource_kind, resource_id, address, request_id, detail) VALUES
    (12, 1796011100326, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9n256ecstsgmvb9rzxkmw', '127.0.0.1', '73e02f856c8b77f127100c4cd2216fc9', '{"birth":"usm","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}'),
    (13, 1796011100798, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9n2kyf5frnn3pbt4p94az', '127.0.0.1', '7254432245221d61de8821b8499c5692', '{"birth":"login","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}');

-- after 3
INSERT INTO sessions (number, uid, secret_lookup, secret_hash, user_number, email_number, tenant_number, tenant_epoch, partner_number, partner_epoch, server_epoch, birth, state, due, created_at, ttl_millis, slides, absolute_expires_at, label, address, user_agent, device_type) VALUES
    (4, x'01a22a9a8fa37eccb5acce49a45736da', 2814563662325398522, x'270f56bd1aa0bbfa52e99272f2961c6e165284ba9a398a7fdee215e6371c6761', 1, 1, 1, 0, 1, 0, 0, 'usm', 0, 1796014703, 1796011102115, 3600000, 1, 1803787102115, 'v3', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile'),
    (5, x'01a22a9a98f770738f0204606c37ad0f', NULL, NULL, 1, 1, 1, 0, 1, 0, 0, 'login', 0, 1798603105, 1796011104503, 2592000000, 1, 1803787104503, NULL, '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile');
INSERT INTO session_touches (session_number, last_active_at, expires_at) VALUES
    (4, 1796011102115, 1796014702115),
    (5, 1796011104503, 1798603104503);
INSERT INTO session_grants (number, session_number, refresh_hash, generation, reached_at) VALUES
    (2, 5, x'79478f6d13700c6cc1b5cf8da43bd69bd7d78c0f004d9cb187db9821e419f07f', 0, 1796011104503);
INSERT INTO audit_log (sequence, at, action, result, actor_kind, actor_id, tenant_number, resource_kind, resource_id, address, user_agent, request_id, detail) VALUES
    (14, 1796011102115, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9n3x3fv6bbb6e96j5edpt', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', '65ec2a97f60540d79011e636b718f596', '{"birth":"usm","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}'),
    (15, 1796011104503, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9n67qe1sry0g4c1p3fb8f', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', '6d146ebe6818ee974b0f8975019b7716', '{"birth":"login","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}');

-- after 4
INSERT INTO sessions (number, uid, secret_lookup, secret_hash, user_number, email_number, tenant_number, tenant_epoch, partner_number, partner_epoch, server_epoch, birth, state, due, created_at, ttl_millis, slides, absolute_expires_at, label, address, user_agent, device_type, device_family, device_brand, os_family, os_version, application_family, application_version) VALUES
    (6, x'01a22a9a9d37707f9da195f8e927995f', 3311513842701374773, x'2df4dc4b77011535164baed467105d6858f7d744fc0dfb174106c0c70d490560', 1, 1, 1, 0, 1, 0, 0, 'usm', 0, 1796014706, 1796011105591, 3600000, 1, 1803787105591, 'v4', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile', 'iPhone', 'Apple', 'iOS', '17.5', 'Mobile Safari', '17.5'),
    (7, x'01a22a9aa04e718bbc8f6d0e9b55cbc8', NULL, NULL, 1, 1, 1, 0, 1, 0, 0, 'login', 0, 1798603107, 1796011106382, 2592000000, 1, 1803787106382, NULL, '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile', 'iPhone', 'Apple', 'iOS', '17.5', 'Mobile Safari', '17.5');
INSERT INTO session_touches (session_number, last_active_at, expires_at) VALUES
    (6, 1796011105591, 1796014705591),
    (7, 1796011106382, 1798603106382);
INSERT INTO session_grants (number, session_number, refresh_hash, generation, reached_at) VALUES
    (3, 7, x'507f080e1dff8cc35d586ecd70e15b03fe10453442b325d023ffc2ddb2458c50', 0, 1796011106382);
INSERT INTO audit_log (sequence, at, action, result, actor_kind, actor_id, tenant_number, resource_kind, resource_id, address, user_agent, request_id, detail) VALUES
    (16, 1796011105591, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9n79qe1zsv8cnz3mjf6az', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'b0e4eb546c56e96a1e8fa42735c01a80', '{"birth":"usm","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}'),
    (17, 1796011106382, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9n82ee65vs3vd1tdnbjy8', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'b765500a80d40f48f961a6040dba8963', '{"birth":"login","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}');

-- after 5
INSERT INTO sessions (number, uid, secret_lookup, secret_hash, user_number, email_number, tenant_number, tenant_epoch, partner_number, partner_epoch, server_epoch, birth, state, due, created_at, ttl_millis, slides, absolute_expires_at, label, address, user_agent, device_type, device_family, device_brand, os_family, os_version, application_family, application_version) VALUES
    (8, x'01a22a9aa48577e3878777146d87f885', -6302658515512737591, x'a88875791a45c0c957eb61ba4843c918393b5206cf5d722e36a4b6ace75a58c5', 1, 1, 1, 0, 1, 0, 0, 'usm', 0, 1796014708, 1796011107461, 3600000, 1, 1803787107461, 'v5', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile', 'iPhone', 'Apple', 'iOS', '17.5', 'Mobile Safari', '17.5'),
    (9, x'01a22a9aa72272ff90429bc4b5720f4f', NULL, NULL, 1, 1, 1, 0, 1, 0, 0, 'login', 0, 1798603109, 1796011108130, 2592000000, 1, 1803787108130, NULL, '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile', 'iPhone', 'Apple', 'iOS', '17.5', 'Mobile Safari', '17.5');
INSERT INTO session_touches (session_number, last_active_at, expires_at) VALUES
    (8, 1796011107461, 1796014707461),
    (9, 1796011108161, 1798603108130);
INSERT INTO session_grants (number, session_number, refresh_hash, generation, reached_at, application_number, application_epoch, tenant_epoch, partner_epoch, server_epoch, scope) VALUES
    (4, 9, x'064f8fbbabf16174df5199e11d3d1be97092528bb38803364e61dd42e4f2ea3f', 0, 1796011108130, NULL, NULL, NULL, NULL, NULL, NULL),
    (5, 9, x'cfc73c2121fdb612b19d3d57e520a6ec119ed840a06df34e0f834e96435e9504', 0, 1796011108161, 1, 0, 0, 0, 0, 'profile session:read session:write');
INSERT INTO audit_log (sequence, at, action, result, actor_kind, actor_id, tenant_number, resource_kind, resource_id, address, user_agent, request_id, detail) VALUES
    (18, 1796011107461, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9n945ezhrf1vq2hprfy45', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'c8bf7982f6a0dbe2db2474b071677f8a', '{"birth":"usm","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}'),
    (19, 1796011108130, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9n9s2ebzs0gmvrjtq43tf', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'db5c115e45c4f24c030562e41b4dcead', '{"birth":"login","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}'),
    (20, 1796011108161, 'token.exchanged', 'success', 'application', 'app_01m8n9mytrf75b70g297256h7z', 1, 'session', 'ses_01m8n9n9s2ebzs0gmvrjtq43tf', '127.0.0.1', NULL, '310b0ba2613b5e7a813ab793aab60422', '{"scope":"profile session:read session:write","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}');

-- after 6
INSERT INTO sessions (number, uid, secret_lookup, secret_hash, user_number, email_number, tenant_number, tenant_epoch, partner_number, partner_epoch, server_epoch, birth, state, due, created_at, ttl_millis, slides, absolute_expires_at, label, address, user_agent, device_type, device_family, device_brand, os_family, os_version, application_family, application_version) VALUES
    (10, x'01a22a9aabe572b6a6ac383fffeb948a', 5909288474914622983, x'5202028f26988e076205a49e305c1d9028521030799a4a209f2434da7a7b8a57', 1, 1, 1, 0, 1, 0, 0, 'usm', 0, 1796014710, 1796011109349, 3600000, 1, 1803787109349, 'v6', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile', 'iPhone', 'Apple', 'iOS', '17.5', 'Mobile Safari', '17.5'),
    (11, x'01a22a9aae3c798cb1f5626df1470e0e', NULL, NULL, 1, 1, 1, 0, 1, 0, 0, 'login', 0, 1798603110, 1796011109948, 2592000000, 1, 1803787109948, NULL, '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile', 'iPhone', 'Apple', 'iOS', '17.5', 'Mobile Safari', '17.5');
INSERT INTO session_touches (session_number, last_active_at, expires_at) VALUES
    (10, 1796011109349, 1796014709349),
    (11, 1796011109948, 1798603109948);
INSERT INTO session_grants (number, session_number, refresh_hash, generation, reached_at) VALUES
    (6, 11, x'fe8b4258eff87ad1e30a9d7377894ae2b9493cf8ba385d867cad40d3d05819a3', 0, 1796011109948);
INSERT INTO audit_log (sequence, at, action, result, actor_kind, actor_id, tenant_number, resource_kind, resource_id, address, user_agent, request_id, detail, address_bytes) VALUES
    (21, 1796011109349, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9naz5eavadb1r7zzyq54a', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', '6f7cd731f3d025047eab08698f0e51d1', '{"birth":"usm","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}', x'00000000000000000000ffff7f000001'),
    (22, 1796011109948, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9nbhwf66b3xb2dqrme3ge', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'f4eff39a6d6613cd5633867239b61b0d', '{"birth":"login","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}', x'00000000000000000000ffff7f000001');
INSERT INTO audit_chain (position, sequence, salt, commitment, hash, voucher) VALUES
    (1, 1, NULL, NULL, x'd39c8e51f83d4d9cc7718f07bdd18f739555ce6a6a607f391b60baa3aa7fe028', NULL),
    (2, 2, NULL, NULL, x'bccb04f061fe0c4e459d35f2d282fc17f01193f4e0f981e3f9790a314330c2fa', NULL),
    (3, 3, NULL, NULL, x'026ac10b6c84cc15ec1c147ef68c1901fca66771d6a3bd6431a518312f3a10a9', NULL),
    (4, 4, NULL, NULL, x'94dc45446e6ad054af0a1aad42e333dfe12196ec9f90e62fce6eb19bff6298a3', NULL),
    (5, 5, NULL, NULL, x'd3d46537569dd816e5be7ca6cb4333332e873f2a42b29209a861e4113f93af8f', NULL),
    (6, 6, NULL, NULL, x'c17865acd4414b7d48435a3241d877c9bda48ec079809491f6f7f2279ce5e1a1', NULL),
    (7, 7, NULL, NULL, x'f07a4ed9c26992678b4575da4f1b1cfa6e634f7de0437fa75de1acb5069de375', NULL),
    (8, 8, NULL, NULL, x'283f1af59a8d2e07855b25842f97cce4a27ba7e06600db22429ee23de9951c62', NULL),
    (9, 9, NULL, NULL, x'a03c563259c3fa6f41b5db8c02e3eb6936d7ef63b06d33bc330791cd9c767243', NULL),
    (10, 10, NULL, NULL, x'e70544b2be467c4361f69d4bb85ceac3909a626ac96a2dae7f6fc04760c1b443', x'63ba719122f37b9dab4554156a8393c01cb3c026bf0fb5fb6a72bbf5ce1b1982'),
    (11, 11, x'a2f08656f6ab72ec5773c7abe86c7990', x'8f54260dfbfa4fc3ee2400066e69e833217a318602d93aa94cf5a1f5f6bcaa6d', x'482449a00d95f6a1e27eb6e54127dbedf153871a5984f753171849299b80d095', x'89519b2e6c0e588126e83cc33410baa1220587b10ac081ef1eb782e1efdd5a85'),
    (12, 12, x'52192b3ae90b8b500c4ef5c973db3b53', x'eb56aafd6e43310e754c8c183f2d5a9df07a4816804cf53a9c4f5e83a13daefe', x'a4bc440781e9b8c931633a58abe99f43fadcc597801bc917db5ffb36c0dd7fb7', x'fde6f6f7860125e234c7060b546cd6668f5c29639de8e33909db96146920df0e'),
    (13, 13, x'a30361357a9c7938062ce3e0aec6725e', x'39c798b8b0b153e080b818b58f81437b244bcd4c26300b1a9e017a9ddb9fa980', x'd094beae2fe228ade0f126a97e30f4c86c44ff9ca3267a161ba50a376c63cbf5', x'c49aa85675d1f69fd15f03079176e34f92cd49f088303fd8fa8ade66748f3cb1'),
    (14, 14, x'605e2e9134052444225ebf70bbb21fdd', x'5f20181220ddf00ee821d38a2df8226e213da8173447f10a12307c561841b952', x'593947d3023f7422a0d0ad2dd2d557548f911a0dcd95275297a4ebd90230948c', NULL),
    (15, 15, x'784f6037bf8129422847b1e7731cd821', x'fcea656fd5c66f4c1579d785e9d91e6a69b14a15b2b70e0904986f4f1cd296a1', x'3eb423025b513198f4c59339ccce2e997e7df2c8e303dba47c443fe0803ca118', x'bc6db1f7e7e7afc5a7fc80d203536da83e65ac8739f9667f73d2e8699582d34b'),
    (16, 16, x'8d72e36c2ea13ea2263f4303acc2f730', x'96f8c6a11657801ff61dcde35bcbe536a738676930343c15b7e84fd789fab88e', x'da4e83690a5f1a1be675670f034b4f28ab34f9819777691de08f6f31715e0f32', NULL),
    (17, 17, x'ad8cb8e582e70c1c283925cfa0b3e408', x'664cca638a213850d4cec7f0647677facb709d88356e48bac2d1c71d1f617a4c', x'a9db6982c823fc4b034b748f81cf87d87487ca23e07f5bb9ebeb7bbfbeb12f1d', x'f799b99cdb61e2e234d3c3ee151f7238de551edb37f8eff65d1a399d0acb8853'),
    (18, 18, x'3b047bcf0f4dbb30ed7cac606490f139', x'28789b2255189bace1135f740a116b294604b9d1cc9a0c90452122c79ddf6c59', x'f5fe8f0d75f5af9a99a3aff13a52fbf0b0f6111f0471b84909049b9f6ef42dfb', x'293b9cf16a613455b000f27aff2a781459f05ede8b90f3435031919d7794b708'),
    (19, 19, x'08f65b5e7bc304999dce6726a252b2f2', x'59ea1e2c366b4e850e95831e509e3df0ff0a24b2b832423d5c7a56d2dc527963', x'15e9b4759e47c781203b43a90ecec5fe361334526e321f92c2e3e942369d77b9', NULL),
    (20, 20, x'2cbb7c01ef60922015154d338f9e6d88', x'e397ccf9eb50fc754915a45c210e3fb9a4976a5d6ddddd5e8dda6e7b311009f4', x'bb5043524c6de777f14e5fff303418c932f4036f120c1c370ee40d1ff4067129', x'c09710e50323bb95aac86db46369cd91d438348da688231bf2fa17fccf8a1aa8'),
    (21, 21, x'8c1defdfcfc4001447fd47dd07d1843f', x'f78fd70c5f2094585101f706f868b3f9d9aaace9f3670d2553f965928ec5d2e7', x'6092b3e75283af7cd3215cc50ef881e214d104ad60e5e5d0f874fe2bab4d4cc2', x'ae78056e3fcde5b07fb61f769a4ab59741df4d16dbf3941bd0e2c1c7a7c967be'),
    (22, 22, x'a277fe6e2878d894fdd6ebcf33bf111b', x'26fffd330cfdf74bfdc27057812c4f503ebef2f1857a2cee1b16b2d5af2273c1', x'd66fc2f1cc175aa3ca2efe84fbcb4b9efdda5b5b42e6f866afa09577a98b5159', x'11adaf6fe984c5039b1d856b19a8db0d93a6110ccf2894c76dfa7ba36a574086');

-- after 7
INSERT INTO sessions (number, uid, secret_lookup, secret_hash, user_number, email_number, tenant_number, tenant_epoch, partner_number, partner_epoch, server_epoch, birth, state, due, created_at, ttl_millis, slides, absolute_expires_at, label, address, user_agent, device_type, device_family, device_brand, os_family, os_version, application_family, application_version) VALUES
    (12, x'01a22a9ab4027e3097c1562dd62590e5', 5547527956569857630, x'4cfcc748d0e51e5e9df6c49bb0785dcc495a3103d1286d939c780e84e4388735', 1, 1, 1, 0, 1, 0, 0, 'usm', 0, 1796014712, 1796011111426, 3600000, 1, 1803787111426, 'v7', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile', 'iPhone', 'Apple', 'iOS', '17.5', 'Mobile Safari', '17.5'),
    (13, x'01a22a9ab6a9720884efef49e0d046c9', NULL, NULL, 1, 1, 1, 0, 1, 0, 0, 'login', 0, 1798603113, 1796011112105, 2592000000, 1, 1803787112105, NULL, '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile', 'iPhone', 'Apple', 'iOS', '17.5', 'Mobile Safari', '17.5');
INSERT INTO session_touches (session_number, last_active_at, expires_at) VALUES
    (12, 1796011111426, 1796014711426),
    (13, 1796011112105, 1798603112105);
INSERT INTO session_grants (number, session_number, refresh_hash, generation, reached_at) VALUES
    (7, 13, x'cfdd0f7fcf25663f3e1687d6bce545352ba066c1ee390c44b14b4a1d441da59f', 0, 1796011112105);
INSERT INTO audit_log (sequence, at, action, result, actor_kind, actor_id, tenant_number, resource_kind, resource_id, address, user_agent, request_id, detail, address_bytes) VALUES
    (23, 1796011111426, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9nd02frr9fgap5qb2b475', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', '0b3597393fd0e4cb04b21230f77eaab1', '{"birth":"usm","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}', x'00000000000000000000ffff7f000001'),
    (24, 1796011112105, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9ndn9e8489vzf97gd0hp9', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'fae62f04a09debc661df4e9982cb9d55', '{"birth":"login","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}', x'00000000000000000000ffff7f000001');
INSERT INTO audit_chain (position, sequence, salt, commitment, hash, voucher) VALUES
    (23, 23, x'373d771252de7b70ebc17fca51bee95d', x'e4dfe868d1fc0ea9f42866078286966f4d233930055cbf1a94ee694365c169dc', x'5472859259b2437f04eba02716430a0b336b5bb5b2583c6a44ce6a2613b9956e', x'609e42ff4e3f49e323c80b295b2aa08721ac218230817fa4426e0c44d89889d7'),
    (24, 24, x'84a3d36c2789826479d6e468380a5c78', x'f8e04318c39c94b7ce0c8ee7ee0f5020ede9b1801c5303e2d448f21b86941ae6', x'8152399abd143b39bd65717d3c1ea37b5516c115f7eec016a77cfab72957f524', x'dfa6964991ea35ebdbfd273665d7025d7938393c665a2212656bb32f49df5dfa');

-- after 8
INSERT INTO sessions (number, uid, secret_lookup, secret_hash, user_number, email_number, tenant_number, tenant_epoch, partner_number, partner_epoch, server_epoch, birth, state, due, created_at, ttl_millis, slides, absolute_expires_at, label, address, user_agent, device_type, device_family, device_brand, os_family, os_version, application_family, application_version) VALUES
    (14, x'01a22a9abbbe73d889ac50be2bc05687', 416462502967082718, x'05c792709f9f7ede73b1e109b38c5fca8936792fd2845b598ba2948f45c45ce7', 1, 1, 1, 0, 1, 0, 0, 'usm', 0, 1796014714, 1796011113406, 3600000, 1, 1803787113406, 'v8', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile', 'iPhone', 'Apple', 'iOS', '17.5', 'Mobile Safari', '17.5'),
    (15, x'01a22a9abd7571b38513487b42778a80', NULL, NULL, 1, 1, 1, 0, 1, 0, 0, 'login', 0, 1798603114, 1796011113845, 2592000000, 1, 1803787113845, NULL, '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile', 'iPhone', 'Apple', 'iOS', '17.5', 'Mobile Safari', '17.5');
INSERT INTO session_touches (session_number, last_active_at, expires_at) VALUES
    (14, 1796011113874, 1796014713406),
    (15, 1796011113845, 1798603113845);
INSERT INTO session_grants (number, session_number, refresh_hash, generation, reached_at) VALUES
    (8, 15, x'de0d0211a83546cf688d20b0c61ab8aa3a9905214dd679a3b4532ee838a8a803', 0, 1796011113845);
INSERT INTO api_keys (number, uid, service_account_number, account_epoch, org_epoch, secret_hash, created_at) VALUES
    (1, x'01a22a9abd927b069569712b83f8c8bc', 1, 0, 0, x'50f4bf656eed6ac6c8b8af9311429c4d7d0dad3a7f871ad68047fee0993debf0', 1796011113874);
INSERT INTO audit_log (sequence, at, action, result, actor_kind, actor_id, tenant_number, resource_kind, resource_id, address, user_agent, request_id, detail, address_bytes) VALUES
    (25, 1796011113406, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9nexyefc8kb2gqrnw0nm7', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', '28c24a1aee71c56febbce13c4f15717c', '{"birth":"usm","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}', x'00000000000000000000ffff7f000001'),
    (26, 1796011113845, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9nfbne6sra4t8fd17f2m0', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', '347c9f1171a6465d1ea6ef61f06a06c7', '{"birth":"login","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}', x'00000000000000000000ffff7f000001'),
    (27, 1796011113874, 'api_key.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'api_key', 'apk_0356MM0Jl2vfoOYCUrDBl6', '127.0.0.1', NULL, 'fc9a5bd35a67331f663e33d65e4461e3', '{"service_account_id":"sva_01m8n9mytrf2jbc5x4y69tnbs9"}', x'00000000000000000000ffff7f000001');
INSERT INTO audit_chain (position, sequence, salt, commitment, hash, voucher) VALUES
    (25, 25, x'8e0535118ee594f1044e33cc8d5db0a6', x'558719326aa1b1d1f984497a48baa3d9666c033ebe3b9a6f2e0942a285336e91', x'db361f2564f78582364bb6453ab46e8bff15f92649ded8d1ff301b77335f6a68', x'9b634fe6eb23f317ea43ded71d346edcd7f216500a3dba8c2eae2f1a5fb57d6d'),
    (26, 26, x'0dea6e4ffd5136e1e232f7886f6bfce7', x'5cf83c0af06127f52852c19f2cb7870eb578c423f2db75644b97f00b5875bd90', x'fa2a57a7aec194149135f6b30bdae9d1eee1754ddb7a0cf4ad14f81e0ba57484', NULL),
    (27, 27, x'14092f14c4bdb2033b830a1236b3745a', x'b5f854bc1e7018a9e9d42c8e2c7f2e34f153f85455546a5aa53bfe5dba80493c', x'b910149e59d0bfe5419712f5e3d03d01ade01e0107ae6f6a671d7fee0e120356', x'082a5270efb4247078d46f84903f6dcce88e12cd703066a24009693481591d4b');

-- after 9
INSERT INTO sessions (number, uid, secret_lookup, secret_hash, user_number, email_number, tenant_number, tenant_epoch, partner_number, partner_epoch, server_epoch, birth, state, due, created_at, ttl_millis, slides, absolute_expires_at, label, address, user_agent, device_type, device_family, device_brand, os_family, os_version, application_family, application_version) VALUES
    (16, x'01a22a9ac52f751c9305fe96c9796265', 5302826582663152651, x'49976cae6d22c40b8140db00c4a7b6efe679ca9f390a3e16cb8b433f3b33e9e1', 1, 1, 1, 0, 1, 0, 0, 'usm', 0, 1796014716, 1796011115823, 3600000, 1, 1803787115823, 'v9', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile', 'iPhone', 'Apple', 'iOS', '17.5', 'Mobile Safari', '17.5'),
    (17, x'01a22a9ac7797707aa7da35e28dad753', NULL, NULL, 1, 1, 1, 0, 1, 0, 0, 'login', 0, 1798603117, 1796011116409, 2592000000, 1, 1803787116409, NULL, '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile', 'iPhone', 'Apple', 'iOS', '17.5', 'Mobile Safari', '17.5');
INSERT INTO session_touches (session_number, last_active_at, expires_at) VALUES
    (16, 1796011115823, 1796014715823),
    (17, 1796011116409, 1798603116409);
INSERT INTO session_grants (number, session_number, refresh_hash, generation, reached_at) VALUES
    (9, 17, x'1350238ded0023ddfe49dc4ad84cd0b51425da12561642f58440d9b6270cd714', 0, 1796011116409);
INSERT INTO audit_log (sequence, at, action, result, actor_kind, actor_id, tenant_number, resource_kind, resource_id, address, user_agent, request_id, detail, address_bytes) VALUES
    (28, 1796011115823, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9nh9feme961fyjv4qjrk5', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'a9785cc41da1e8bb837ddb7a7bf91a77', '{"birth":"usm","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}', x'00000000000000000000ffff7f000001'),
    (29, 1796011116409, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9nhvsew3tmzd3brmdnntk', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', '252b09fad216230ce0361a1c6aa0852e', '{"birth":"login","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}', x'00000000000000000000ffff7f000001');
INSERT INTO audit_chain (position, sequence, salt, commitment, hash, voucher) VALUES
    (28, 28, x'd78415ef91770f4494a02db22073db08', x'2c3c0a51f8fa214f3628ca99ee52c303065e4c6db739679c380b96770a6214d5', x'06cce9b295d58db43a583457c8b12fb1ad4511284e840fb0ec7d740f665425ce', NULL),
    (29, 29, x'15185fd75cc0ce0334bee596b433f749', x'c778f5f81bbbc68639e07753a234432e35686af2f830e7fb175d80638366e262', x'd4b8515ac7bcf9c3359d4f52384f1bfaff03d7949f31c853854c92daba205b13', x'7a35fc1709a42a0d5b798d46bbeea2d3576639f6c0fadb92ece936189431f102');

-- after 10
INSERT INTO users (number, uid, username, status, status_since, role, is_operator, created_at, updated_at) VALUES
    (3, x'01a22a9ad1167165a3be21f82df02baa', 'una', 'verified', 1796011118870, 'none', 0, 1796011118870, 1796011118870);
INSERT INTO emails (number, user_number, address, status, status_since, is_primary, created_at) VALUES
    (3, 3, 'una@example.com', 'unverified', 1796011118870, 1, 1796011118870);
INSERT INTO sessions (number, uid, secret_lookup, secret_hash, user_number, email_number, tenant_number, tenant_epoch, partner_number, partner_epoch, server_epoch, birth, state, due, created_at, ttl_millis, slides, absolute_expires_at, label, address, user_agent, device_type, device_family, device_brand, os_family, os_version, application_family, application_version) VALUES
    (18, x'01a22a9acc5d7f3fb5ad3489309a92b7', -6160636038312245332, x'aa810629e1edc7ac2411b991ab0192ac8f7381f1724243fdf66429977de594d7', 1, 1, 1, 0, 1, 0, 0, 'usm', 0, 1796014718, 1796011117661, 3600000, 1, 1803787117661, 'v10', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile', 'iPhone', 'Apple', 'iOS', '17.5', 'Mobile Safari', '17.5'),
    (19, x'01a22a9acefc7933a5a34ca83d69f577', NULL, NULL, 1, 1, 1, 0, 1, 0, 0, 'login', 0, 1798603119, 1796011118332, 2592000000, 1, 1803787118332, NULL, '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile', 'iPhone', 'Apple', 'iOS', '17.5', 'Mobile Safari', '17.5'),
    (20, x'01a22a9ad10673a99d8fb277f8edbf02', NULL, NULL, 2, 2, NULL, NULL, NULL, NULL, 0, 'login', 0, 1798603119, 1796011118854, 2592000000, 1, 1803787118854, NULL, '127.0.0.1', NULL, 'unknown', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO session_touches (session_number, last_active_at, expires_at) VALUES
    (18, 1796011117661, 1796014717661),
    (19, 1796011118332, 1798603118332),
    (20, 1796011118869, 1798603118854);
INSERT INTO session_grants (number, session_number, refresh_hash, generation, reached_at) VALUES
    (10, 19, x'1359e1ea6a2a9e97f48edcfbc5cded9ae822d5686192b12e21aa5823b68975b0', 0, 1796011118332),
    (11, 20, x'e2f7ec6bd1bd3027f2077541061d0b815386d566ac029c84135c0b8dc6966b4f', 0, 1796011118854);
INSERT INTO account_mails (number, purpose, user_number, email_number, asked_at, attempts, token_hash, expires_at) VALUES
    (1, 'email_verification', 3, 3, 1796011118870, 1, x'f297f5cc465d1a96a47e069f3fdb0fd6f5d8dd41e333137facfd43150552d798', 1796097519696);
INSERT INTO audit_log (sequence, at, action, result, actor_kind, actor_id, tenant_number, resource_kind, resource_id, address, user_agent, request_id, detail, address_bytes) VALUES
    (30, 1796011117661, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9nk2xfwzvbb9mh4r9n4nq', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'db13eefc67d1fe911d4647b0bd29a5df', '{"birth":"usm","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}', x'00000000000000000000ffff7f000001'),
    (31, 1796011118332, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9nkqwf4stb8tcn0ypkxbq', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', '6a3c7a0a876fe0141f1e411fee437f61', '{"birth":"login","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}', x'00000000000000000000ffff7f000001'),
    (32, 1796011118854, 'session.created', 'success', 'user', 'usr_01m8n9mytrf6wbe8rwp794ae83', NULL, 'session', 'ses_01m8n9nm86eemsv3xjezwevfr2', '127.0.0.1', NULL, '0eebcce29f46946859c4a8153633819a', '{"birth":"login","user_id":"usr_01m8n9mytrf6wbe8rwp794ae83"}', x'00000000000000000000ffff7f000001'),
    (33, 1796011118870, 'user.created', 'success', 'user', 'usr_01m8n9mytrf6wbe8rwp794ae83', NULL, 'user', 'usr_01m8n9nm8pe5jt7fh1z0pz0axa', '127.0.0.1', NULL, 'f7afc51772122c8e3cba210f5f9c48d6', '{"role":"none"}', x'00000000000000000000ffff7f000001'),
    (34, 1796011118870, 'email.added', 'success', 'user', 'usr_01m8n9mytrf6wbe8rwp794ae83', NULL, 'user', 'usr_01m8n9nm8pe5jt7fh1z0pz0axa', '127.0.0.1', NULL, 'f7afc51772122c8e3cba210f5f9c48d6', '{"email":"una@example.com","status":"unverified"}', x'00000000000000000000ffff7f000001'),
    (35, 1796011118870, 'email.verification_asked', 'success', 'user', 'usr_01m8n9mytrf6wbe8rwp794ae83', NULL, 'user', 'usr_01m8n9nm8pe5jt7fh1z0pz0axa', '127.0.0.1', NULL, 'f7afc51772122c8e3cba210f5f9c48d6', '{"email":"una@example.com"}', x'00000000000000000000ffff7f000001'),
    (36, 1796011119696, 'mail.delivered', 'success', 'system', 'mail', NULL, 'user', 'usr_01m8n9nm8pe5jt7fh1z0pz0axa', NULL, NULL, NULL, '{"attempts":"1","purpose":"email_verification"}', NULL);
INSERT INTO audit_chain (position, sequence, salt, commitment, hash, voucher) VALUES
    (30, 30, x'198d25c5a9e732bca5b9c3f1a55fd998', x'9faad84cad66b8fcf091454c33b4effd467e4a590a7056890e0aa10431998248', x'd956b54dca38e41af9cc402a0129e220f55b83dbb289872c9173eeb18be8e7c2', x'589a86c225042be77563946809c370911e1d3b23d1ae1ace1bb28bc22e0eb654'),
    (31, 31, x'abddba82501a32748d9c87505027d1b6', x'bb270798ecc2211e4cbbfe239e4e708de18a0badf403efac48c879484504aa01', x'130226780f7eb70f47ab26cd83a8073d3b2377cbf912acd5ad27556d5d40ed9e', x'0e547299b46ada5d7c3b2b2249fea1cd9021ee263a4a661a84f94895ed15c828'),
    (32, 32, x'e79a62ab86bba746eecfd8f4436b181b', x'a57cf888e728f2fbe2e11fbe646c705afaa310285e155156f07dde03d6d89d63', x'0470173e012e3baac804d573304f219fe04879cb42acff1c20f5ee3f0c939f3a', NULL),
    (33, 33, x'99c26b743f2a22ad446a2dcfd2e39537', x'fd5c4708b9e240cabaffaa8628a1307b456b2d65f1f39f48d780aee3323185d9', x'39c54af4d77f2db818125d9ee7baf12e67095980a60149edcb54dd345f42c44e', NULL),
    (34, 34, x'4cd948366d15438428dbb9e33fbfa81f', x'e7e1c5a3b89ee8f5d3e8f59810501a2998b828916cc16ed16142fb0260ace5d5', x'8a3bae41146f3d4b83c44360be33237f8ac8944ab4c1d81894f98c937d2d3996', NULL),
    (35, 35, x'96a0607ea7268673ec4be4b62cce56ae', x'ccf5f1be65af5e03f136f766064d27423d153e508bb15a0b28f3b58e788a14ff', x'55a0b3d7952b5abaff36058d533f7486379e3e155a7192a3de16e00701adc3a9', x'ce9095c179d5a4a38b0cb6d40ebad32196162729e6711fc718a5a9a7df9c28e3'),
    (36, 36, NULL, NULL, x'0902ea3779087fd71d1cb2582017744c831a27bc7f6964ed5dc64082dee1880d', x'84f94b424a555dab97a892eea0d98398cceec37d87e9e0c56c57d05c9b170706');

-- after 11
INSERT INTO sessions (number, uid, secret_lookup, secret_hash, user_number, email_number, tenant_number, tenant_epoch, partner_number, partner_epoch, application_number, application_epoch, server_epoch, birth, state, due, created_at, ttl_millis, slides, absolute_expires_at, label, address, user_agent, device_type, device_family, device_brand, os_family, os_version, application_family, application_version) VALUES
    (21, x'01a22a9adc6b7072a963c591f5c34df6', 3962795531736803532, x'36fead8a52ad68cc07ff4b81c22fefc0f4d4eb0a6ebd5ecf47f757115009770e', 1, 1, 1, 0, 1, 0, NULL, NULL, 0, 'usm', 0, 1796014722, 1796011121771, 3600000, 1, 1803787121771, 'v11', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile', 'iPhone', 'Apple', 'iOS', '17.5', 'Mobile Safari', '17.5'),
    (22, x'01a22a9adf4f7f0f8d1f73169492b8c9', NULL, NULL, 1, 1, 1, 0, 1, 0, NULL, NULL, 0, 'login', 0, 1798603123, 1796011122511, 2592000000, 1, 1803787122511, NULL, '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile', 'iPhone', 'Apple', 'iOS', '17.5', 'Mobile Safari', '17.5'),
    (23, x'01a22a9adf5670ada23c805cb25c34a8', NULL, NULL, 1, NULL, 1, 0, 1, 0, 1, 0, 0, 'storage', 0, 1798603123, 1796011122518, 2592000000, 0, 1798603122518, NULL, '127.0.0.1', NULL, 'unknown', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO session_touches (session_number, last_active_at, expires_at, expiry_edition) VALUES
    (21, 1796011121771, 1796014721771, 0),
    (22, 1796011122511, 1798603122511, 0),
    (23, 1796011122518, 1798603122518, 0);
INSERT INTO session_grants (number, session_number, refresh_hash, generation, reached_at) VALUES
    (12, 22, x'23ce254e2e0ef92d834d124ffdaecd8c8d8b8e45ac7a437bb5ec8ce91eb977db', 0, 1796011122511);
INSERT INTO audit_log (sequence, at, action, result, actor_kind, actor_id, tenant_number, resource_kind, resource_id, address, user_agent, request_id, detail, address_bytes) VALUES
    (37, 1796011121771, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9nq3be1sajry5j7tw6kfp', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', '2783eb8b1b63c980e7b144a05074b462', '{"birth":"usm","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}', x'00000000000000000000ffff7f000001'),
    (38, 1796011122511, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9nqtffw7rt7vk2ta95e69', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', '4c8682cec969956af0fb762502069617', '{"birth":"login","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}', x'00000000000000000000ffff7f000001'),
    (39, 1796011122518, 'session.created', 'success', 'application', 'app_01m8n9mytrf75b70g297256h7z', 1, 'session', 'ses_01m8n9nqtpe2pt4f40bjs5rd58', '127.0.0.1', NULL, '02705fb91af79c087e68738e1cc94918', '{"birth":"storage","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}', x'00000000000000000000ffff7f000001');
INSERT INTO audit_chain (position, sequence, salt, commitment, hash, voucher) VALUES
    (37, 37, x'0cd1a7307e2e20c703aa9e3128f79a5a', x'b9b2f994aaa9bee594fe92cab11bf2f373b9fa557185305a4db588c4c18fe2d2', x'507d512333a81972e28595bb13e0b79b58fd7d24a25cc3ea909123db6da25f73', NULL),
    (38, 38, x'fd18ebcddd2674dca7f2c035c082b211', x'097218a20eb0a46ae13c910960106737d94751cbc20b43c69f56525f9ea859ae', x'b9531fc1d37d5a787d0988767e6cf998a462ccd096340aca2547aaaceb297507', NULL),
    (39, 39, x'e6b39fcbfa9092185fecc688dce72bf1', x'a3c00ac76d349230f8e5bf8a2994ca247c3a46f15cad6ba52a5d41f2956cc2a7', x'59ef0b9ba475bfbda5541c1ea464372eb240d9b47930fd0518518826af0fac65', x'74a290ca378b6ca5b6141d23bfc4995204fbf52420b78f5cb3fac203899ca68e');

-- after 12
INSERT INTO sessions (number, uid, secret_lookup, secret_hash, user_number, email_number, tenant_number, tenant_epoch, partner_number, partner_epoch, server_epoch, birth, state, due, created_at, ttl_millis, slides, absolute_expires_at, label, address, user_agent, device_type, device_family, device_brand, os_family, os_version, application_family, application_version) VALUES
    (24, x'01a22a9ae5f278ab8b631cedea00a7d2', 464863947946802331, x'0673874c36413c9b238d3b28bcc1f2ae9cbf959b109b489132a0ad02cbb592bc', 1, 1, 1, 0, 1, 0, 0, 'usm', 0, 1796014725, 1796011124210, 3600000, 1, 1803787124210, 'v12', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile', 'iPhone', 'Apple', 'iOS', '17.5', 'Mobile Safari', '17.5'),
    (25, x'01a22a9ae8c273f8acc74e1f23876b97', NULL, NULL, 1, 1, 1, 0, 1, 0, 0, 'login', 0, 1798603125, 1796011124930, 2592000000, 1, 1803787124930, NULL, '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile', 'iPhone', 'Apple', 'iOS', '17.5', 'Mobile Safari', '17.5');
INSERT INTO session_touches (session_number, last_active_at, expires_at, expiry_edition) VALUES
    (24, 1796011124210, 1796014724210, 0),
    (25, 1796011124930, 1798603124930, 0);
INSERT INTO session_grants (number, session_number, refresh_hash, generation, reached_at) VALUES
    (13, 25, x'10ad1fe3c89a2e844305e7ed799e4d773e6c10c946a8592a5d81193f5276d776', 0, 1796011124930);
INSERT INTO audit_log (sequence, at, action, result, actor_kind, actor_id, tenant_number, resource_kind, resource_id, address, user_agent, request_id, detail, address_bytes) VALUES
    (40, 1796011124210, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9nsfjf2nrprrwxqn019yj', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', '104edb43058ea9a9120a2f33e2582db8', '{"birth":"usm","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}', x'00000000000000000000ffff7f000001'),
    (41, 1796011124930, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9nt62efwashte3whretwq', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', '1b615bdb40d262038c3a142451067a4c', '{"birth":"login","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}', x'00000000000000000000ffff7f000001');
INSERT INTO audit_chain (position, sequence, salt, commitment, hash, voucher) VALUES
    (40, 40, x'3c62d6dcbc8c4950088922af2daf2767', x'63172e6bc02f698fe439c7d7c60a24e7f9d94b50695e5d508bd7774be19a6923', x'15ad76e871d572bd3e7f3a88d795cb5d9e390e68348575a96f2279a91af92910', x'c0aeafe5063da0472918ebd2bf2e2b82a0b0f18c75888982f5ea2c4a8456925e'),
    (41, 41, x'af7807916572a5685349f59edcf3361e', x'6cf285b371fddbfccde2101736074f60fcd64bff454d2ffb8980089bbffe8d02', x'cb12f016f1543f321dd619a67e5ee7b24fa35fd6de99ab96ebc828fcbcef4d30', x'a686a001d598717bbc320e2f87fa18067accb036d9cd9ad9b0d3d3a055c7f800');

-- after 13
INSERT INTO sessions (number, uid, secret_lookup, secret_hash, user_number, email_number, tenant_number, tenant_epoch, partner_number, partner_epoch, server_epoch, birth, state, due, created_at, ttl_millis, slides, absolute_expires_at, label, address, user_agent, device_type, device_family, device_brand, os_family, os_version, application_family, application_version) VALUES
    (26, x'01a22a9aee3275e7b0a1fe550216aa4a', 2710190904834178093, x'259c8844cc22bc2d57ce3609e9b98c3a7b41dab80ed80382c41a11a70d5699b5', 1, 1, 1, 0, 1, 0, 0, 'usm', 0, 1796014727, 1796011126322, 3600000, 1, 1803787126322, 'v13', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile', 'iPhone', 'Apple', 'iOS', '17.5', 'Mobile Safari', '17.5'),
    (27, x'01a22a9af0ba79148208eed84f7b0e3a', NULL, NULL, 1, 1, 1, 0, 1, 0, 0, 'login', 0, 1798603127, 1796011126970, 2592000000, 1, 1803787126970, NULL, '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile', 'iPhone', 'Apple', 'iOS', '17.5', 'Mobile Safari', '17.5');
INSERT INTO session_touches (session_number, last_active_at, expires_at, expiry_edition) VALUES
    (26, 1796011126322, 1796014726322, 0),
    (27, 1796011126970, 1798603126970, 0);
INSERT INTO session_grants (number, session_number, refresh_hash, generation, reached_at) VALUES
    (14, 27, x'c2ba358defa0a6268477e603941457df63514f0884971ec02ec042bd00c48667', 0, 1796011126970);
INSERT INTO audit_log (sequence, at, action, result, actor_kind, actor_id, tenant_number, resource_kind, resource_id, address, user_agent, request_id, detail, address_bytes) VALUES
    (42, 1796011126322, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9nvhjeqkv18fyam11daja', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', '6bdbcad89506a25b921ecb065d14a9d9', '{"birth":"usm","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}', x'00000000000000000000ffff7f000001'),
    (43, 1796011126970, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9nw5tf4a8427ev17qp3ht', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'aed4cf4cf1efb6708ba90053e5699929', '{"birth":"login","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}', x'00000000000000000000ffff7f000001');
INSERT INTO audit_chain (position, sequence, salt, commitment, hash, voucher) VALUES
    (42, 42, x'aeba12263e4c6c1bb44aa71f679b41f1', x'7b353e2cc552167d130ab7c8c28352cbd4f3e5e9e37c6214a7f782816f57cd2a', x'aee5bd3e9ffb28bffcaf551144b06283afb13e1848ece761c68b94ff965afc98', x'272bfbb1edfaf94ffdde803ae22bf09d4ff6cf343acbe2d76f7dc74108746c15'),
    (43, 43, x'04620d8bb40891d3d4a0e9b6a0253ddd', x'afd68436975d052d4daeedf515cea8f489852a762c0c07b6204be2f555799406', x'a6e1c3cf19f275c7cd27151bf65e7d0899db41e5aaf1c4481eb969123e19c60d', x'1478b5573628c071b36e3df58b49ff4197dd7115a6dc722ce9186a520f6c040d');

-- after 14
INSERT INTO sessions (number, uid, secret_lookup, secret_hash, user_number, email_number, tenant_number, tenant_epoch, partner_number, partner_epoch, server_epoch, birth, state, due, created_at, ttl_millis, slides, absolute_expires_at, label, address, user_agent, device_type, device_family, device_brand, os_family, os_version, application_family, application_version) VALUES
    (28, x'01a22a9af73b7291851be9dd66d2159f', 1473780952321404374, x'1473ebf7bbdaadd6b616c184de35bad949d690abc659a3ea179e4a2598df41e9', 1, 1, 1, 0, 1, 0, 0, 'usm', 0, 1796014729, 1796011128635, 3600000, 1, 1803787128635, 'v14', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile', 'iPhone', 'Apple', 'iOS', '17.5', 'Mobile Safari', '17.5'),
    (29, x'01a22a9af8937802b394db1c7991ede6', NULL, NULL, 1, 1, 1, 0, 1, 0, 0, 'login', 0, 1798603129, 1796011128979, 2592000000, 1, 1803787128979, NULL, '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile', 'iPhone', 'Apple', 'iOS', '17.5', 'Mobile Safari', '17.5');
INSERT INTO session_touches (session_number, last_active_at, expires_at, expiry_edition) VALUES
    (28, 1796011128635, 1796014728635, 0),
    (29, 1796011128979, 1798603128979, 0);
INSERT INTO session_grants (number, session_number, refresh_hash, generation, reached_at) VALUES
    (15, 29, x'257b8eb13cfd97992c54ecf799635e733c8842ca7376cf4656dd3824dae075ba', 0, 1796011128979);
INSERT INTO audit_log (sequence, at, action, result, actor_kind, actor_id, tenant_number, resource_kind, resource_id, address, user_agent, request_id, detail, address_bytes) VALUES
    (44, 1796011128635, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9nxsvea8ra6z9vnkd45cz', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', '8de25ce2407ebab9cff4a79a40ebcfa7', '{"birth":"usm","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}', x'00000000000000000000ffff7f000001'),
    (45, 1796011128979, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9ny4kf01b756v3hws3vf6', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', '58baed767294ba53ee2c13b812b2b337', '{"birth":"login","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}', x'00000000000000000000ffff7f000001');
INSERT INTO audit_chain (position, sequence, salt, commitment, hash, voucher) VALUES
    (44, 44, x'0fb53563cc4c8fb99705f4a09597ac8c', x'62dd7b982f422c310582cc9830a317b7701f3860e26da4908c39cadb1cfa08a4', x'89cf849ad5276cd1bc1f140346ba13afbc618e4defcde56dd6d0b92f3569a00f', x'b16cbf101294793400b5bf34e92ef79ab5a91de3dcff76fce9d1a42453c1a4af'),
    (45, 45, x'e9b9bb931efc6968f9f6677a90f7fa3e', x'9ddf92cf632cdf8c62ef7f4ccfc6dad94759e58e0da61e59a4331a9021b77832', x'cea10c3c632bdd03c6a607e76aff1ca3de4bcc0a0d758f919a0d4e0e6c4a554c', x'6704f8cf58527cd8dbedf2b60f6891579d2c8ebf94812eace744c0063c9a46b6');

-- after 15
INSERT INTO sessions (number, uid, secret_lookup, secret_hash, user_number, email_number, tenant_number, tenant_epoch, partner_number, partner_epoch, server_epoch, birth, state, due, created_at, ttl_millis, slides, absolute_expires_at, label, address, user_agent, device_type, device_family, device_brand, os_family, os_version, application_family, application_version) VALUES
    (30, x'01a22a9aff59780c90fc62fce10f9ff2', -998108940403888422, x'f2260134f815aeda7896c1b491720eb0c11d8f069dd8c08596d105ac5a2b838e', 1, 1, 1, 0, 1, 0, 0, 'usm', 0, 1796014731, 1796011130713, 3600000, 1, 1803787130713, 'v15', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile', 'iPhone', 'Apple', 'iOS', '17.5', 'Mobile Safari', '17.5'),
    (31, x'01a22a9b01ff777d91ddf8d3c4fcbc15', NULL, NULL, 1, 1, 1, 0, 1, 0, 0, 'login', 0, 1798603132, 1796011131391, 2592000000, 1, 1803787131391, NULL, '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', 'mobile', 'iPhone', 'Apple', 'iOS', '17.5', 'Mobile Safari', '17.5');
INSERT INTO session_touches (session_number, last_active_at, expires_at, expiry_edition) VALUES
    (30, 1796011130713, 1796014730713, 0),
    (31, 1796011131391, 1798603131391, 0);
INSERT INTO session_grants (number, session_number, refresh_hash, generation, reached_at) VALUES
    (16, 31, x'05bc0b5ef2575166a0207b58ea7a1fc94300c8924e7dfff40ca6163d8e69b5d1', 0, 1796011131391);
INSERT INTO audit_log (sequence, at, action, result, actor_kind, actor_id, tenant_number, resource_kind, resource_id, address, user_agent, request_id, detail, address_bytes) VALUES
    (46, 1796011130713, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9nztsf0691z32zkggz7zj', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', '626f978fa7207c17ae9a612b370be3ab', '{"birth":"usm","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}', x'00000000000000000000ffff7f000001'),
    (47, 1796011131391, 'session.created', 'success', 'user', 'usr_01m8n9mytrf9xa0gdy8z9tsb1s', 1, 'session', 'ses_01m8n9p0fzexys3qfrtf2fsf0n', '127.0.0.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1', '23085ca476883bd6aef5e93d03742998', '{"birth":"login","user_id":"usr_01m8n9mytrf9xa0gdy8z9tsb1s"}', x'00000000000000000000ffff7f000001');
INSERT INTO audit_chain (position, sequence, salt, commitment, hash, voucher) VALUES
    (46, 46, x'133a7c1f7bb92ed528c2ae05d4e10b41', x'e5ef8a8b42bf38c2a9cbdfc0338d5a882a2ebc72517e56ac311ebc4f6d2d304d', x'98ed78e694b08817c9ab9f2a922a36eff0eea8cfcdef1657c1edf62240576f21', x'1228a43761862f6110d8baf8a78e6e575e1ade4540f10cb5068b891c1f59df12'),
    (47, 47, x'ff529d5c789c6d2fc975cbf6485a0e62', x'822087a9220f9b0d885e54f911011aa0292242318367bf0bd71193ced3f24750', x'85dcae5b055f497d2fbdbdcbbaba9f9ce1e5a81c6f6a350017b9219b98f18601', x'f8e7f20546c8202e9fc76c9da97dcd8acc143cf0a23a173869c7b4791f9dbfa2');

-- after 20
INSERT INTO applications (number, uid, client_id, name, tenant_number, owner_number, kind, scopes, redirect_uris, is_platform, status, status_since, epoch, created_at, updated_at, post_logout_redirect_uris, backchannel_logout_uri, origins, is_first_party, id_token_algorithm) VALUES
    (2, x'01a22a9b1b5879cab3820249c4534501', 'desk', 'Desk', 1, NULL, 'native', 'profile', 'http://127.0.0.1/callback com.example.desk:/callback', 0, 'active', 1796011140000, 0, 1796011140000, 1796011140000, 'com.example.desk:/bye', NULL, '', 1, 'EdDSA'),
    (3, x'01a22a9b1b5879cab3820249c4534502', 'page', 'Page', 1, 1, 'spa', '', 'https://page.example.com/', 0, 'active', 1796011140000, 0, 1796011140000, 1796011140000, 'https://page.example.com/', 'https://page.example.com/out', 'https://page.example.com', 0, 'RS256');

-- after 23
INSERT INTO sessions (number, uid, secret_lookup, secret_hash, user_number, email_number, tenant_number, tenant_epoch, partner_number, partner_epoch, server_epoch, birth, state, due, created_at, ttl_millis, slides, absolute_expires_at, label, address, user_agent, device_type, authenticated_at, authentication_methods) VALUES
    (32, x'01a22a9b039872918b1be9dd66d21501', 4692125100187614379, x'411dc6eb2e607cabeb84057d3045b714b872936a85bc1b484b674122070205bc', 1, 1, 1, 0, 1, 0, 0, 'usm', 0, 1796014732, 1796011131800, 3600000, 1, 1803787131800, 'v23', '127.0.0.1', NULL, 'unknown', 1796011132100, 'otp pwd');
INSERT INTO session_touches (session_number, last_active_at, expires_at, expiry_edition) VALUES
    (32, 1796011131800, 1796014731800, 0);

-- after 24
INSERT INTO identity_providers (number, uid, code, name, tenant_number, issuer, client_id, sealed_secret, scopes, username_claim, name_claim, groups_claim, create_users, link_by_verified_email, trust_amr, status, status_since, created_at, updated_at) VALUES
    (1, x'01a22a9b1b5879cab3820249c4534601', 'staff', 'Staff', 1, 'https://staff.example.com', 'us', x'0102030405060708090a0b0cfce156d4d36ce353f2344062048d698848fd2ff139bce80b6985a109677b470a', 'openid groups', 'sub', 'name', 'groups', 1, 0, 0, 'active', 1796011140000, 1796011140000, 1796011140000);
INSERT INTO identity_provider_domains (provider_number, domain, is_approved) VALUES
    (1, 'example.com', 1),
    (1, 'example.org', 0);
INSERT INTO identity_provider_audiences (provider_number, audience) VALUES
    (1, 'them');
INSERT INTO identity_provider_groups (provider_number, group_name, tenant_number, role) VALUES
    (1, 'all staff', 1, 'member');

-- after 25
INSERT INTO identities (number, user_number, provider_number, issuer, subject, linked_at) VALUES
    (1, 1, 1, 'https://staff.example.com', '248289761001', 1796011142000);
INSERT INTO provider_sessions (session_number, identity_number, provider_number, provider_session) VALUES
    (32, 1, 1, 'a session of theirs');
INSERT INTO spent_provider_tokens (token_hash, expires_at) VALUES
    (x'411dc6eb2e607cabeb84057d3045b714b872936a85bc1b484b674122070205bc', 1796011743000);

-- after 26
INSERT INTO session_metadata (session_number, edition, members) VALUES
    (32, 3, '{
"seat":{"row":7},
"tier":"gold"
}');
UPDATE applications SET session_claims = 'tier seat' WHERE number = 2;

-- after 27
INSERT INTO mass_ends (number, uid, user_number, session_number, reach_tenant, tenant_number, address, created_to, asked_at, meant, ended, walked_at, walked_number, state, settled_at) VALUES
    (1, x'01a22a9b1b5879cab3820249c4534701', 1, 32, 1, 1, '192.0.2.', 1796011143000, 1796011142999, 250, 200, 1796011131800, 32, 'stopped', 1796011144000);
