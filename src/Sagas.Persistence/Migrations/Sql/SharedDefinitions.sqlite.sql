-- What a worker before this one stores has been used.
ALTER TABLE saga_definition ADD COLUMN is_used INTEGER NOT NULL DEFAULT 1;
ALTER TABLE saga_definition ADD COLUMN withdrawn_at TEXT;
