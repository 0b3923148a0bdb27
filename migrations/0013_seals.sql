-- Every row of the history is sealed: its hash covers the row and the hash before it, and the case
-- keeps the newest. Rows from before this have none.
ALTER TABLE history ADD COLUMN hash TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN head TEXT NOT NULL DEFAULT '';
