ALTER TABLE sagas.step_barrier ADD COLUMN round integer NOT NULL DEFAULT 1, ADD COLUMN attempt integer NOT NULL DEFAULT 1;
UPDATE sagas.step_barrier SET round = substring(reply ->> 'idempotencyKey' FROM '/([0-9]{1,9})$')::integer
WHERE reply ->> 'idempotencyKey' ~ '/[0-9]{1,9}$';
ALTER TABLE sagas.step_barrier ALTER COLUMN round DROP DEFAULT, ALTER COLUMN attempt DROP DEFAULT;
