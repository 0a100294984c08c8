ALTER TABLE saga_state ADD COLUMN trace_parent TEXT;
ALTER TABLE saga_state ADD COLUMN trace_state TEXT;
