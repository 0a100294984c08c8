-- What the worker keeps of a saga, with the same columns and indexes.
CREATE TABLE IF NOT EXISTS saga_state (
    id                uuid PRIMARY KEY,
    name              text NOT NULL,
    version           integer NOT NULL,
    state             text NOT NULL,
    current_step      text,
    direction         text,
    attempt           integer NOT NULL,
    due_at            timestamptz,
    due_claimed_until timestamptz,
    input             jsonb NOT NULL,
    results           jsonb NOT NULL,
    steps             jsonb NOT NULL,
    failure           jsonb,
    history_sequence  integer NOT NULL,
    event_sequence    integer NOT NULL,
    started_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    ended_at          timestamptz,
    row_version       integer NOT NULL
);

CREATE INDEX IF NOT EXISTS ix_saga_state_due_at ON saga_state (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS ix_saga_state_started_at ON saga_state (started_at);
CREATE INDEX IF NOT EXISTS ix_saga_state_ended_at ON saga_state (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS ix_saga_state_state ON saga_state (state, started_at, id);
CREATE INDEX IF NOT EXISTS ix_saga_state_name ON saga_state (name, state, started_at, id, version);
CREATE INDEX IF NOT EXISTS ix_saga_state_updated_at ON saga_state (updated_at);

CREATE TABLE IF NOT EXISTS saga_history (
    saga_id   uuid NOT NULL,
    sequence  integer NOT NULL,
    time      timestamptz NOT NULL,
    event     text NOT NULL,
    step      text,
    direction text,
    attempt   integer,
    detail    jsonb,
    PRIMARY KEY (saga_id, sequence)
);
