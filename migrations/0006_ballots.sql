-- Ballots of secret tasks that are still open. Nothing here says whose a ballot is or when it was
-- cast: the id is random and rows lie in its order. They are deleted when they are counted.
CREATE TABLE ballots (
  id TEXT NOT NULL PRIMARY KEY,
  case_id TEXT NOT NULL,
  task TEXT NOT NULL,
  ballot TEXT NOT NULL
) WITHOUT ROWID;
-- What is counted together.
CREATE INDEX ballots_of_task ON ballots (case_id, task);
