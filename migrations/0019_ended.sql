-- How other cases know a case says whether it has ended.
UPDATE cases SET shown = '{"ended":' || CASE WHEN is_closed = 0 THEN 'false' ELSE 'true' END || ',' || SUBSTR(shown, 2);
