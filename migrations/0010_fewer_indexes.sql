-- Every index is written with every action. No list is ordered by status alone, and old answers to
-- commands are looked for in the order of their keys.
DROP INDEX idempotency_by_age;
DROP INDEX cases_by_status;
