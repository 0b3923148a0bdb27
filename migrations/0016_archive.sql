-- The file to which the history, the forms and the content of a finished case were moved; '' while
-- they are here. The row of the case stays, for lists and for the facts of other cases.
ALTER TABLE cases ADD COLUMN archive TEXT NOT NULL DEFAULT '';
