-- One uploaded file as one account sees it. The bytes are in the object store under the content's
-- hash, so that two uploads of the same bytes are two rows and one object. A file that no form kept
-- (kept_at is empty) is swept a day after its upload.
CREATE TABLE files (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  kept_at BIGINT
);

CREATE INDEX files_by_content ON files (sha256);

CREATE INDEX files_not_kept ON files (created_at) WHERE kept_at IS NULL;

-- Which cases show a file, so that whoever may see the case may open the file. Written when a form
-- with the file is saved; never taken back, since frozen submissions go on showing it.
CREATE TABLE file_cases (
  file_id TEXT NOT NULL,
  case_id TEXT NOT NULL,
  PRIMARY KEY (file_id, case_id)
);
