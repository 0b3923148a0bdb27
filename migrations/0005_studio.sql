-- Texts that administrators are working on: one row per workflow and file that differs from what is
-- in force. Hash is that of the text, by which a saving knows what it was made on; base is the hash
-- of the published text that the work began from, empty where the file is new.
CREATE TABLE draft_texts (
  workflow TEXT NOT NULL,
  path TEXT NOT NULL,
  text TEXT NOT NULL,
  hash TEXT NOT NULL,
  base TEXT NOT NULL,
  saved_by TEXT NOT NULL,
  saved_at BIGINT NOT NULL,
  PRIMARY KEY (workflow, path)
);

-- What was done to the installation itself: who, when, what, to what, with a JSON of the particulars.
-- A row is written in the transaction of the deed and never changes; ids grow with time.
CREATE TABLE audit (
  id TEXT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  account TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  detail TEXT NOT NULL
);
-- The story of one object.
CREATE INDEX audit_of_object ON audit (object, id);
