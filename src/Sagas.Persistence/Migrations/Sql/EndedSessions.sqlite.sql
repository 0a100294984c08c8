CREATE TABLE ended_session (
    id         TEXT NOT NULL COLLATE NOCASE PRIMARY KEY,
    expires_at TEXT NOT NULL
);

CREATE INDEX ix_ended_session_expires_at ON ended_session (expires_at);
