-- The engine's tables. One text for SQLite and PostgreSQL: TEXT and BIGINT columns only, moments as
-- Unix milliseconds, JSON as TEXT and opaque to SQL; 9223372036854775807 is a moment that never
-- comes, 0 and 1 are no and yes, '' is nobody or nothing. WITHOUT ROWID lays rows in the order of
-- their primary key; it is left out on PostgreSQL. Outside this file only the engine's store/
-- writes these tables.

-- Published versions of definitions. A row never changes.
CREATE TABLE definitions (
  workflow TEXT NOT NULL,
  version BIGINT NOT NULL,
  hash TEXT NOT NULL,
  published_at BIGINT NOT NULL,
  published_by TEXT NOT NULL,
  PRIMARY KEY (workflow, version)
) WITHOUT ROWID;

-- The source texts of each version: path and hash of the text.
CREATE TABLE definition_sources (
  workflow TEXT NOT NULL,
  version BIGINT NOT NULL,
  path TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (workflow, version, path)
) WITHOUT ROWID;

-- Source texts, byte for byte, once per content.
CREATE TABLE sources (
  hash TEXT NOT NULL PRIMARY KEY,
  text TEXT NOT NULL
);

-- One case each: what it runs on, where it stands, the case without its form (core), the row by
-- which other cases know it (shown), and what the tables below hold of it (kept).
CREATE TABLE cases (
  id TEXT NOT NULL PRIMARY KEY,
  workflow TEXT NOT NULL,
  version BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  state TEXT NOT NULL,
  status TEXT NOT NULL,
  is_closed BIGINT NOT NULL,
  started_by TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  wake_at BIGINT NOT NULL,
  core TEXT NOT NULL,
  shown TEXT NOT NULL,
  kept TEXT NOT NULL
);
-- Lists by workflow, newest first.
CREATE INDEX cases_of_workflow ON cases (workflow, id);
-- Counts and lists by status.
CREATE INDEX cases_by_status ON cases (workflow, status, id);
-- Whose timers are due next.
CREATE INDEX cases_to_wake ON cases (wake_at) WHERE wake_at < 9223372036854775807;
-- Which versions are still needed at the start.
CREATE INDEX cases_open ON cases (workflow, version) WHERE is_closed = 0;

-- The form of each case as it stands, one row per section.
CREATE TABLE forms (
  case_id TEXT NOT NULL,
  section TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (case_id, section)
) WITHOUT ROWID;

-- Frozen sections: the content from this submission on, until a later row.
CREATE TABLE submissions (
  case_id TEXT NOT NULL,
  section TEXT NOT NULL,
  submission BIGINT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (case_id, section, submission)
) WITHOUT ROWID;

-- What happened: one row per command that changed a case, with its events in order. The primary key
-- is also the guard that no revision is written twice. Batch is the random id of the transaction, by
-- which the runtime learns whether a commit whose answer was lost took place.
CREATE TABLE history (
  case_id TEXT NOT NULL,
  revision BIGINT NOT NULL,
  at BIGINT NOT NULL,
  batch TEXT NOT NULL,
  events TEXT NOT NULL,
  PRIMARY KEY (case_id, revision)
) WITHOUT ROWID;

-- Open work: one row per open task, row of an `each` task, and audience. Optional tasks are not
-- work and have no row.
CREATE TABLE tasks (
  case_id TEXT NOT NULL,
  task TEXT NOT NULL,
  row_key TEXT NOT NULL,
  audience TEXT NOT NULL,
  workflow TEXT NOT NULL,
  state TEXT NOT NULL,
  status TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  claimed_by TEXT NOT NULL,
  claimed_until BIGINT NOT NULL,
  PRIMARY KEY (case_id, task, row_key, audience)
) WITHOUT ROWID;
-- Queues by due date.
CREATE INDEX tasks_by_due ON tasks (audience, due_at, case_id, task, row_key);
-- Queues by age.
CREATE INDEX tasks_by_opened ON tasks (audience, opened_at, case_id, task, row_key);

-- Searchable attributes, each as the text people search for.
CREATE TABLE labels (
  case_id TEXT NOT NULL,
  label TEXT NOT NULL,
  workflow TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (case_id, label)
) WITHOUT ROWID;
-- Cases by label, oldest first.
CREATE INDEX labels_by_value ON labels (workflow, label, value, case_id);

-- Uniqueness and quotas, kept while a case is in some states. Scope is the workflow at the root of
-- the lineage, so that definitions extending one base share its holds.
CREATE TABLE holds (
  scope TEXT NOT NULL,
  hold TEXT NOT NULL,
  held TEXT NOT NULL,
  case_id TEXT NOT NULL,
  take BIGINT NOT NULL,
  is_exclusive BIGINT NOT NULL,
  PRIMARY KEY (scope, hold, held, case_id)
) WITHOUT ROWID;
-- The last line of defence for holds that only one case may have.
CREATE UNIQUE INDEX holds_exclusive ON holds (scope, hold, held) WHERE is_exclusive = 1;

-- The last number of each series, counted per text.
CREATE TABLE numbers (
  scope TEXT NOT NULL,
  series TEXT NOT NULL,
  pattern TEXT NOT NULL,
  last BIGINT NOT NULL,
  PRIMARY KEY (scope, series, pattern)
) WITHOUT ROWID;

-- What was answered to each repeatable command, for seven days. The payload's hash is empty where
-- it may not be kept (ballots).
CREATE TABLE idempotency (
  account TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  payload TEXT NOT NULL,
  outcome TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (account, idempotency_key)
) WITHOUT ROWID;
-- What may be forgotten.
CREATE INDEX idempotency_by_age ON idempotency (at);

-- Effects to be carried out: the queue itself. Due_at is when a job may be taken and, once it is
-- taken, when its lease ends; token counts how often it was taken, and only the newest may finish it.
-- Status is waiting, done or dead. Ids grow with time.
CREATE TABLE outbox (
  id BIGINT NOT NULL PRIMARY KEY,
  case_id TEXT NOT NULL,
  revision BIGINT NOT NULL,
  kind TEXT NOT NULL,
  effect TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  token BIGINT NOT NULL,
  status TEXT NOT NULL,
  error TEXT NOT NULL
) WITHOUT ROWID;
-- What may be taken next.
CREATE INDEX outbox_due ON outbox (due_at, id) WHERE status = 'waiting';
-- What an administrator must look at.
CREATE INDEX outbox_dead ON outbox (id) WHERE status = 'dead';
