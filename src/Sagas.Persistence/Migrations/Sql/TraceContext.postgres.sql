ALTER TABLE sagas.saga_state ADD COLUMN trace_parent text, ADD COLUMN trace_state text;
