CREATE TABLE schema_change (
    migration     TEXT NOT NULL PRIMARY KEY,
    oldest_worker TEXT NOT NULL
);
