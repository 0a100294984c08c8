CREATE INDEX ix_saga_state_state ON saga_state (state, started_at, id);
CREATE INDEX ix_saga_state_name ON saga_state (name, state, started_at, id, version);
CREATE INDEX ix_saga_state_updated_at ON saga_state (updated_at);
DROP INDEX ix_saga_state_open;
CREATE INDEX ix_outbox_message_parked ON outbox_message (sequence_number) WHERE parked_at IS NOT NULL;
