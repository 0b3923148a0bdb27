-- One decision for many tasks: who decides, which action of which task, what was asked once for all
-- (JSON), and the query of the list it came from. Status is draft until it is confirmed, then running,
-- then over.
CREATE TABLE batches (
  id TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL,
  workflow TEXT NOT NULL,
  task TEXT NOT NULL,
  action TEXT NOT NULL,
  asked TEXT NOT NULL,
  filter TEXT NOT NULL,
  status TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
-- What a worker goes on with, and what is swept.
CREATE INDEX batches_by_status ON batches (status, created_at);

-- The tasks of a batch, as they were when it was asked for. Status is waiting, done or failed.
CREATE TABLE batch_items (
  batch_id TEXT NOT NULL,
  place BIGINT NOT NULL,
  task_id TEXT NOT NULL,
  name TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (batch_id, place)
);

-- Views of the queue that people have kept: a name and the query of the list.
CREATE TABLE queue_views (
  account TEXT NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account, name)
);

-- How an account wants its mail: each letter at once, one digest a day, or none. Without a row the
-- roles decide.
CREATE TABLE mail_wishes (
  account TEXT NOT NULL PRIMARY KEY,
  wish TEXT NOT NULL
);

-- What a digest gathers: notices that no mail has carried yet.
CREATE INDEX notices_unmailed ON notices (created_at) WHERE mailed_at IS NULL;
