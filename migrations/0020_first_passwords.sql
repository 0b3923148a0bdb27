-- Accounts whose password an administrator has given and its holder has not changed yet: nothing else
-- can be done before that.
CREATE TABLE first_passwords (
  account TEXT NOT NULL PRIMARY KEY,
  since BIGINT NOT NULL
);
