-- What a locked account is once it is unlocked again; empty where it was locked before this was kept.
ALTER TABLE accounts ADD COLUMN unlocked TEXT NOT NULL DEFAULT '';
