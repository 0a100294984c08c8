CREATE TABLE sagas.ended_session (
    id         uuid NOT NULL PRIMARY KEY,
    expires_at timestamptz NOT NULL
);

CREATE INDEX ix_ended_session_expires_at ON sagas.ended_session (expires_at);
