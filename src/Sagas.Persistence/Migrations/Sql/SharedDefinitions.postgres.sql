-- What a worker before this one stores has been used.
ALTER TABLE sagas.saga_definition ADD COLUMN is_used boolean NOT NULL DEFAULT true;
ALTER TABLE sagas.saga_definition ADD COLUMN withdrawn_at timestamptz;
