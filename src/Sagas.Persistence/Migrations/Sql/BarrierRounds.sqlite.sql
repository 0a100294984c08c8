ALTER TABLE step_barrier ADD COLUMN round INTEGER NOT NULL DEFAULT 1;
ALTER TABLE step_barrier ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1;
-- The digits behind the last slash of '{sagaId}/{step}/{direction}/{round}'.
UPDATE step_barrier SET round = CAST(replace(
    reply ->> 'idempotencyKey', rtrim(reply ->> 'idempotencyKey', '0123456789'), '') AS INTEGER)
WHERE reply ->> 'idempotencyKey' GLOB '*/[0-9]*';
