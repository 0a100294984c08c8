-- What the participants keep: what they have answered, and one row a step.
CREATE TABLE IF NOT EXISTS step_barrier (
    saga_id    uuid NOT NULL,
    step       text NOT NULL,
    direction  text NOT NULL,
    round      integer NOT NULL,
    attempt    integer NOT NULL,
    reply_type text NOT NULL,
    reply      jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (saga_id, step, direction)
);

CREATE INDEX IF NOT EXISTS ix_step_barrier_created_at ON step_barrier (created_at);

CREATE TABLE IF NOT EXISTS business_row (
    saga_id   uuid NOT NULL,
    step      text NOT NULL,
    done_at   timestamptz NOT NULL,
    undone_at timestamptz,
    PRIMARY KEY (saga_id, step)
);
