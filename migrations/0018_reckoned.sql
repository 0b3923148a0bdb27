-- With what the timers of running cases were last reckoned: 'calendar' and the hash of the calendar.
-- Where another is in force, they are reckoned anew.
CREATE TABLE reckoned (
  what TEXT NOT NULL PRIMARY KEY,
  hash TEXT NOT NULL
);
