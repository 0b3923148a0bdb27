-- What somebody started. No later action of a case writes it.
CREATE INDEX cases_of_starter ON cases (started_by, id);
