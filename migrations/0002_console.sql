-- Who may sign in. The login is folded (lower case, half width). An account that was made by an
-- outside sign-on is half_registered until its person is known; an empty password matches nothing.
CREATE TABLE accounts (
  id TEXT NOT NULL PRIMARY KEY,
  login TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password TEXT NOT NULL,
  status TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

-- Persons. The ID number and the mobile number are sealed; beside each stands its keyed hash, by
-- which it is found. Name, ID number, gender and birth date never change by form.
CREATE TABLE people (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL UNIQUE REFERENCES accounts (id),
  name TEXT NOT NULL,
  id_number_sealed TEXT NOT NULL,
  id_number_hash TEXT NOT NULL UNIQUE,
  gender TEXT NOT NULL,
  birth_date TEXT NOT NULL,
  mobile_sealed TEXT NOT NULL,
  mobile_hash TEXT NOT NULL,
  email TEXT NOT NULL,
  address TEXT NOT NULL,
  series TEXT,
  current_track TEXT,
  current_level TEXT,
  current_title TEXT,
  retire_on TEXT,
  is_civil_servant BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE INDEX people_by_mobile ON people (mobile_hash);

-- Periods in which a person may not declare: integrity records and disciplinary sanctions, both
-- dates included.
CREATE TABLE person_bans (
  person_id TEXT NOT NULL REFERENCES people (id),
  ground TEXT NOT NULL,
  kind TEXT NOT NULL,
  from_date TEXT NOT NULL,
  to_date TEXT NOT NULL,
  PRIMARY KEY (person_id, ground, from_date, kind)
);

-- Units of every kind: employers, departments, title offices. `folded` is the name as searches see
-- it; free_posts is a JSON map from level to number, empty where there is no limit.
CREATE TABLE units (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  folded TEXT NOT NULL,
  kind TEXT NOT NULL,
  credit_code TEXT NOT NULL UNIQUE,
  division TEXT NOT NULL,
  parent_id TEXT,
  title_admin_id TEXT,
  location TEXT NOT NULL,
  address TEXT NOT NULL,
  status TEXT NOT NULL,
  free_posts TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE INDEX units_by_division ON units (division);

-- What a unit is in the review: unit, department, title_admin, committee_unit and so on.
CREATE TABLE unit_roles (
  unit_id TEXT NOT NULL REFERENCES units (id),
  role TEXT NOT NULL,
  PRIMARY KEY (unit_id, role)
);

-- Roles that accounts hold in units; an administrator who belongs to no unit has an empty unit.
CREATE TABLE held_roles (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  role TEXT NOT NULL,
  unit_id TEXT NOT NULL,
  given_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, role, unit_id)
);

CREATE INDEX held_roles_by_unit ON held_roles (role, unit_id);

-- Review plans. Columns are what lists need; `content` is the whole plan as JSON.
CREATE TABLE plans (
  id TEXT NOT NULL PRIMARY KEY,
  year BIGINT NOT NULL,
  name TEXT NOT NULL,
  plan_type TEXT NOT NULL,
  series TEXT NOT NULL,
  level TEXT NOT NULL,
  committee_name TEXT NOT NULL,
  organiser_id TEXT NOT NULL,
  declare_from TEXT NOT NULL,
  declare_to TEXT NOT NULL,
  is_published BIGINT NOT NULL,
  content TEXT NOT NULL
);

CREATE INDEX plans_newest ON plans (declare_from, id) WHERE is_published = 1;

-- Review committees; `content` is the whole committee as JSON.
CREATE TABLE committees (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  organiser_id TEXT NOT NULL,
  series TEXT NOT NULL,
  level TEXT NOT NULL,
  content TEXT NOT NULL
);

-- Review experts: which title a person holds for the pool.
CREATE TABLE experts (
  person_id TEXT NOT NULL PRIMARY KEY REFERENCES people (id),
  unit_id TEXT NOT NULL REFERENCES units (id),
  series TEXT NOT NULL,
  level TEXT NOT NULL,
  title TEXT NOT NULL,
  speciality TEXT NOT NULL
);

-- Sessions, by the keyed hash of their token. One that has run out stays a while, so that a form
-- sent too late can still be kept for its sender.
CREATE TABLE sessions (
  token_hash TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  ended_at BIGINT
);

CREATE INDEX sessions_by_account ON sessions (account_id);

CREATE INDEX sessions_by_seen ON sessions (seen_at);

-- Failed sign-ins within a window, by the keyed hash of an account name or of a source.
CREATE TABLE sign_in_attempts (
  subject_hash TEXT NOT NULL PRIMARY KEY,
  failures BIGINT NOT NULL,
  since BIGINT NOT NULL,
  blocked_until BIGINT NOT NULL
);

-- Forms that came after their session had run out, sealed, for half an hour, for their sender only.
CREATE TABLE kept_posts (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  path TEXT NOT NULL,
  fields_sealed TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE INDEX kept_posts_by_age ON kept_posts (created_at);

-- One value per name: whether this is a demonstration, how far its clock runs ahead, which key
-- sealed the personal data.
CREATE TABLE settings (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);
