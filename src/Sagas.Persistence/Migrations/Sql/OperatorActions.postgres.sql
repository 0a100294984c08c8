CREATE TABLE sagas.operator_action (
    id       uuid NOT NULL PRIMARY KEY,
    time     timestamptz NOT NULL,
    operator text NOT NULL,
    action   text NOT NULL,
    target   text NOT NULL,
    saga_id  uuid,
    reason   text NOT NULL
);

CREATE INDEX ix_operator_action_time ON sagas.operator_action (time);
