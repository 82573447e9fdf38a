-- Whose people the refused sign-ins of a minute are, for their administrators; NULL of names that nobody has.
ALTER TABLE refused_sign_in_sums ADD COLUMN tenant_number BIGINT;
