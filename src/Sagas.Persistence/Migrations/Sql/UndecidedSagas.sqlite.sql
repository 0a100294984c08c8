CREATE TABLE undecided_saga (
    saga_id      TEXT NOT NULL COLLATE NOCASE PRIMARY KEY,
    row_version  INTEGER NOT NULL,
    attempts     INTEGER NOT NULL,
    first_at     TEXT NOT NULL,
    last_at      TEXT NOT NULL,
    next_look_at TEXT NOT NULL,
    reason       TEXT NOT NULL,
    worker       TEXT NOT NULL
);

CREATE INDEX ix_undecided_saga_next_look_at ON undecided_saga (next_look_at);

CREATE TABLE undecided_message (
    id          TEXT NOT NULL COLLATE NOCASE PRIMARY KEY,
    saga_id     TEXT NOT NULL COLLATE NOCASE,
    received_at TEXT NOT NULL,
    message     TEXT NOT NULL
);

CREATE INDEX ix_undecided_message_saga_id ON undecided_message (saga_id);
