CREATE TABLE sagas.undecided_saga (
    saga_id      uuid NOT NULL PRIMARY KEY,
    row_version  integer NOT NULL,
    attempts     integer NOT NULL,
    first_at     timestamptz NOT NULL,
    last_at      timestamptz NOT NULL,
    next_look_at timestamptz NOT NULL,
    reason       text NOT NULL,
    worker       text NOT NULL
);

CREATE INDEX ix_undecided_saga_next_look_at ON sagas.undecided_saga (next_look_at);

CREATE TABLE sagas.undecided_message (
    id          uuid NOT NULL PRIMARY KEY,
    saga_id     uuid NOT NULL,
    received_at timestamptz NOT NULL,
    message     text NOT NULL
);

CREATE INDEX ix_undecided_message_saga_id ON sagas.undecided_message (saga_id);
