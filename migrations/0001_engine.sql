-- The engine's tables. One text for SQLite and PostgreSQL: TEXT and BIGINT columns only, moments as
-- Unix milliseconds, JSON as TEXT. 9223372036854775807 stands for "never". WITHOUT ROWID, which
-- lays rows in the order of the primary key, is left out on PostgreSQL.

-- Published versions of definitions; a version is never changed.
CREATE TABLE definitions (
    workflow     TEXT   NOT NULL,
    version      BIGINT NOT NULL,
    hash         TEXT   NOT NULL,
    published_at BIGINT NOT NULL,
    published_by TEXT   NOT NULL,
    PRIMARY KEY (workflow, version)
) WITHOUT ROWID;
