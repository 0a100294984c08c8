CREATE TABLE operator_action (
    id       TEXT NOT NULL COLLATE NOCASE PRIMARY KEY,
    time     TEXT NOT NULL,
    operator TEXT NOT NULL,
    action   TEXT NOT NULL,
    target   TEXT NOT NULL,
    saga_id  TEXT COLLATE NOCASE,
    reason   TEXT NOT NULL
);

CREATE INDEX ix_operator_action_time ON operator_action (time);
