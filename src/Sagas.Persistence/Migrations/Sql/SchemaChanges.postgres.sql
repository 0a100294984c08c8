CREATE TABLE sagas.schema_change (
    migration     text NOT NULL PRIMARY KEY,
    oldest_worker text NOT NULL
);
