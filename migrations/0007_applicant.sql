-- How an account wants the console, so that it is the same in every browser: looks as the cookie
-- writes them, and the kinds of letters that are not to be mailed, parted by spaces. Every letter
-- stands under the notices all the same.
CREATE TABLE preferences (
  account_id TEXT NOT NULL PRIMARY KEY,
  looks TEXT NOT NULL,
  unmailed TEXT NOT NULL
);

-- Files that arrive in pieces. Their bytes grow in the folder for incoming files; how many lie there
-- is the only truth of how far one is. Once it is whole and a form took it, file_id says as what.
CREATE TABLE uploads (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL,
  name TEXT NOT NULL,
  size BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  file_id TEXT
);

CREATE INDEX uploads_of_account ON uploads (account_id);
