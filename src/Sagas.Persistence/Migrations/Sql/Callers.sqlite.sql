ALTER TABLE saga_state ADD COLUMN started_by TEXT;

ALTER TABLE operator_action ADD COLUMN outcome TEXT NOT NULL DEFAULT 'Done';
ALTER TABLE operator_action ADD COLUMN refusal_code TEXT;
ALTER TABLE operator_action ADD COLUMN refusal TEXT;

CREATE TABLE worker_secret (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- 256 random bits, which the workers sign with and nobody else needs to see.
INSERT INTO worker_secret (name, value) VALUES ('caller', hex(randomblob(32)));

DROP VIEW saga_overview;

CREATE VIEW saga_overview AS
WITH step AS (
    SELECT
        saga.id AS saga_id,
        sum(item.value ->> 'status' IN ('Succeeded', 'Skipped')) AS done,
        sum(item.value ->> 'status' = 'Compensated') AS undone,
        count(*) AS total,
        max(item.value ->> 'waitsFor') AS waits_for
    FROM saga_state AS saga, json_each(saga.steps) AS item
    GROUP BY saga.id
), timed AS (
    SELECT
        *,
        unixepoch(coalesce(ended_at, 'now')) - unixepoch(started_at) AS seconds,
        (SELECT group_concat(
                (value ->> 'waitsFor') || ': ' || (value ->> '$.error.message') || ' (' || (value ->> 'name') || ')', '; ')
            FROM json_each(steps)) AS waits_because,
        (SELECT group_concat(
                (value ->> 'name') || ', attempt ' || (value ->> 'attempts')
                    || coalesce(', waits: ' || (value ->> 'waitsFor'), ''), ' and ')
            FROM json_each(steps) WHERE value ->> 'status' = 'Running') AS running,
        (SELECT group_concat(value ->> 'name', ' and ')
            FROM json_each(steps) WHERE value ->> 'status' IN ('Failed', 'Unknown')) AS stuck
    FROM saga_state
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
        WHEN saga.state = 'Suspended' THEN 'stuck at ' || coalesce(saga.stuck, saga.current_step)
        WHEN saga.direction = 'Compensate' THEN 'undoing ' || saga.current_step || ', attempt ' || saga.attempt
            || coalesce(', waits: ' || step.waits_for, '')
        ELSE coalesce(
            saga.running,
            saga.current_step || ', attempt ' || saga.attempt || coalesce(', waits: ' || step.waits_for, ''))
    END AS current_step,
    saga.due_at,
    coalesce(
        (saga.failure ->> 'code') || coalesce(': ' || (saga.failure ->> 'message'), '')
            || coalesce(' (' || (saga.failure ->> 'step') || ')', ''),
        saga.waits_because) AS why,
    saga.started_at,
    CASE WHEN saga.seconds >= 86400 THEN saga.seconds / 86400 || ' days ' ELSE '' END
        || printf('%02d:%02d:%02d', saga.seconds % 86400 / 3600, saga.seconds % 3600 / 60, saga.seconds % 60) AS duration,
    saga.ended_at,
    saga.started_by
FROM timed AS saga
LEFT JOIN step ON step.saga_id = saga.id;
