-- What one account was told, once per message: the id is made from what caused it, so that a job
-- that runs again writes nothing new.
CREATE TABLE notices (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL,
  case_id TEXT,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  link TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  read_at BIGINT,
  mailed_at BIGINT
);

CREATE INDEX notices_newest ON notices (account_id, created_at, id);

CREATE INDEX notices_unread ON notices (account_id) WHERE read_at IS NULL;
