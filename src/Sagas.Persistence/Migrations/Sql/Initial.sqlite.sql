CREATE TABLE saga_state (
    id                TEXT NOT NULL COLLATE NOCASE PRIMARY KEY,
    name              TEXT NOT NULL,
    version           INTEGER NOT NULL,
    state             TEXT NOT NULL,
    current_step      TEXT,
    direction         TEXT,
    attempt           INTEGER NOT NULL,
    due_at            TEXT,
    due_claimed_until TEXT,
    input             TEXT NOT NULL,
    results           TEXT NOT NULL,
    steps             TEXT NOT NULL,
    failure           TEXT,
    history_sequence  INTEGER NOT NULL,
    event_sequence    INTEGER NOT NULL,
    started_at        TEXT NOT NULL,
    updated_at        TEXT NOT NULL,
    ended_at          TEXT,
    row_version       INTEGER NOT NULL
);

CREATE INDEX ix_saga_state_due_at ON saga_state (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX ix_saga_state_started_at ON saga_state (started_at);
CREATE INDEX ix_saga_state_open ON saga_state (state, started_at) WHERE ended_at IS NULL;
CREATE INDEX ix_saga_state_ended_at ON saga_state (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE saga_history (
    saga_id   TEXT NOT NULL COLLATE NOCASE,
    sequence  INTEGER NOT NULL,
    time      TEXT NOT NULL,
    event     TEXT NOT NULL,
    step      TEXT,
    direction TEXT,
    attempt   INTEGER,
    detail    TEXT,
    PRIMARY KEY (saga_id, sequence)
) WITHOUT ROWID;

CREATE TABLE saga_definition (
    name       TEXT NOT NULL,
    version    INTEGER NOT NULL,
    hash       TEXT NOT NULL,
    content    TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (name, version)
);

CREATE TABLE idempotency_key (
    key          TEXT NOT NULL PRIMARY KEY,
    request_hash TEXT NOT NULL,
    saga_id      TEXT NOT NULL COLLATE NOCASE,
    created_at   TEXT NOT NULL,
    expires_at   TEXT NOT NULL
);

CREATE INDEX ix_idempotency_key_expires_at ON idempotency_key (expires_at);

CREATE TABLE inbox_state (
    message_id  TEXT NOT NULL COLLATE NOCASE,
    consumer_id TEXT NOT NULL COLLATE NOCASE,
    consumed    TEXT NOT NULL,
    PRIMARY KEY (message_id, consumer_id)
);

CREATE INDEX ix_inbox_state_consumed ON inbox_state (consumed);

CREATE TABLE outbox_message (
    sequence_number     INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    message_id          TEXT NOT NULL COLLATE NOCASE,
    destination_address TEXT NOT NULL,
    content_type        TEXT NOT NULL,
    message_type        TEXT NOT NULL,
    body                TEXT NOT NULL,
    headers             TEXT,
    properties          TEXT,
    conversation_id     TEXT COLLATE NOCASE,
    correlation_id      TEXT COLLATE NOCASE,
    initiator_id        TEXT COLLATE NOCASE,
    request_id          TEXT COLLATE NOCASE,
    source_address      TEXT,
    response_address    TEXT,
    fault_address       TEXT,
    expiration_time     TEXT,
    sent_time           TEXT NOT NULL,
    enqueued_at         TEXT NOT NULL,
    attempts            INTEGER NOT NULL,
    next_try_at         TEXT NOT NULL,
    parked_at           TEXT,
    last_error          TEXT
);

CREATE INDEX ix_outbox_message_next_try_at ON outbox_message (next_try_at) WHERE parked_at IS NULL;

CREATE TABLE step_barrier (
    saga_id    TEXT NOT NULL COLLATE NOCASE,
    step       TEXT NOT NULL,
    direction  TEXT NOT NULL,
    reply_type TEXT NOT NULL,
    reply      TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (saga_id, step, direction)
);

CREATE INDEX ix_step_barrier_created_at ON step_barrier (created_at);

CREATE VIEW saga_overview AS
WITH step AS (
    SELECT
        saga.id AS saga_id,
        sum(item.value ->> 'status' IN ('Succeeded', 'Skipped')) AS done,
        sum(item.value ->> 'status' = 'Compensated') AS undone,
        count(*) AS total
    FROM saga_state AS saga, json_each(saga.steps) AS item
    GROUP BY saga.id
), timed AS (
    SELECT *, unixepoch(coalesce(ended_at, 'now')) - unixepoch(started_at) AS seconds FROM saga_state
)
SELECT
    lower(saga.id) AS id,
    saga.name || ' v' || saga.version AS saga,
    saga.state,
    coalesce(step.done, 0) || '/' || coalesce(step.total, 0) || ' steps'
        || CASE WHEN step.undone > 0 THEN ', ' || step.undone || ' undone' ELSE '' END AS progress,
    CASE
        WHEN saga.current_step IS NULL THEN NULL
        WHEN saga.state = 'Suspended' AND saga.direction = 'Compensate' THEN 'stuck undoing ' || saga.current_step
        WHEN saga.state = 'Suspended' THEN 'stuck at ' || saga.current_step
        WHEN saga.direction = 'Compensate' THEN 'undoing ' || saga.current_step || ', attempt ' || saga.attempt
        ELSE saga.current_step || ', attempt ' || saga.attempt
    END AS current_step,
    saga.due_at,
    (saga.failure ->> 'code') || coalesce(': ' || (saga.failure ->> 'message'), '')
        || coalesce(' (' || (saga.failure ->> 'step') || ')', '') AS why,
    saga.started_at,
    CASE WHEN saga.seconds >= 86400 THEN saga.seconds / 86400 || ' days ' ELSE '' END
        || printf('%02d:%02d:%02d', saga.seconds % 86400 / 3600, saga.seconds % 3600 / 60, saga.seconds % 60) AS duration,
    saga.ended_at
FROM timed AS saga
LEFT JOIN step ON step.saga_id = saga.id;

CREATE VIEW saga_step AS
SELECT
    lower(saga.id) AS saga_id,
    saga.name || ' v' || saga.version AS saga,
    item.key + 1 AS position,
    item.value ->> 'name' AS step,
    item.value ->> 'status' AS status,
    item.value ->> 'order' AS started_as,
    item.value ->> 'attempts' AS attempts,
    item.value ->> 'round' AS round,
    item.value ->> 'compensationAttempts' AS compensation_attempts,
    item.value ->> 'compensationRound' AS compensation_round,
    item.value ->> 'startedAt' AS started_at,
    item.value ->> 'endedAt' AS ended_at,
    item.value ->> 'compensatedAt' AS compensated_at,
    item.value ->> '$.error.code' AS error_code,
    item.value ->> '$.error.message' AS error_message
FROM saga_state AS saga, json_each(saga.steps) AS item;
