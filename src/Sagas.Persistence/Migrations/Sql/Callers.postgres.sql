ALTER TABLE sagas.saga_state ADD COLUMN started_by text;

ALTER TABLE sagas.operator_action ADD COLUMN outcome text NOT NULL DEFAULT 'Done';
ALTER TABLE sagas.operator_action ADD COLUMN refusal_code text;
ALTER TABLE sagas.operator_action ADD COLUMN refusal text;

CREATE TABLE sagas.worker_secret (
    name  text NOT NULL PRIMARY KEY,
    value text NOT NULL
);

-- 244 random bits, which the workers sign with and nobody else needs to see.
INSERT INTO sagas.worker_secret (name, value)
VALUES ('caller', gen_random_uuid()::text || gen_random_uuid()::text);

CREATE OR REPLACE VIEW sagas.saga_overview AS
SELECT
    saga.id,
    saga.name || ' v' || saga.version AS saga,
    saga.state,
    steps.done || '/' || steps.total || ' steps'
        || CASE WHEN steps.undone > 0 THEN ', ' || steps.undone || ' undone' ELSE '' END AS progress,
    CASE
        WHEN saga.current_step IS NULL THEN NULL
        WHEN saga.state = 'Suspended' AND saga.direction = 'Compensate' THEN 'stuck undoing ' || saga.current_step
        WHEN saga.state = 'Suspended' THEN 'stuck at ' || coalesce(steps.stuck, saga.current_step)
        WHEN saga.direction = 'Compensate' THEN 'undoing ' || saga.current_step || ', attempt ' || saga.attempt
            || coalesce(', waits: ' || steps.waits_for, '')
        ELSE coalesce(
            steps.running,
            saga.current_step || ', attempt ' || saga.attempt || coalesce(', waits: ' || steps.waits_for, ''))
    END AS current_step,
    saga.due_at,
    coalesce(
        (saga.failure ->> 'code') || coalesce(': ' || (saga.failure ->> 'message'), '')
            || coalesce(' (' || (saga.failure ->> 'step') || ')', ''),
        steps.waits_because) AS why,
    saga.started_at,
    date_trunc('second', coalesce(saga.ended_at, now()) - saga.started_at) AS duration,
    saga.ended_at,
    saga.started_by
FROM sagas.saga_state AS saga
CROSS JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE item ->> 'status' IN ('Succeeded', 'Skipped')) AS done,
        count(*) FILTER (WHERE item ->> 'status' = 'Compensated') AS undone,
        count(*) AS total,
        max(item ->> 'waitsFor') AS waits_for,
        string_agg(
            (item ->> 'waitsFor') || ': ' || (item -> 'error' ->> 'message') || ' (' || (item ->> 'name') || ')',
            '; ' ORDER BY position) AS waits_because,
        string_agg(
            (item ->> 'name') || ', attempt ' || (item ->> 'attempts') || coalesce(', waits: ' || (item ->> 'waitsFor'), ''),
            ' and ' ORDER BY position) FILTER (WHERE item ->> 'status' = 'Running') AS running,
        string_agg(item ->> 'name', ' and ' ORDER BY position)
            FILTER (WHERE item ->> 'status' IN ('Failed', 'Unknown')) AS stuck
    FROM jsonb_array_elements(saga.steps) WITH ORDINALITY AS element (item, position)) AS steps;
