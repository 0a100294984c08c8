-- As texts, which a server that knows no other method than its own (before PostgreSQL 14) parses inside of the block.
DO $$
BEGIN
    EXECUTE 'ALTER TABLE sagas.saga_state
        ALTER COLUMN input SET COMPRESSION lz4,
        ALTER COLUMN results SET COMPRESSION lz4,
        ALTER COLUMN steps SET COMPRESSION lz4,
        ALTER COLUMN failure SET COMPRESSION lz4';
    EXECUTE 'ALTER TABLE sagas.saga_history ALTER COLUMN detail SET COMPRESSION lz4';
    EXECUTE 'ALTER TABLE sagas.outbox_message ALTER COLUMN body SET COMPRESSION lz4';
EXCEPTION WHEN feature_not_supported OR syntax_error THEN
    RAISE NOTICE 'This PostgreSQL has no lz4: long values are compressed with pglz.';
END
$$;
