-- A list walks one of these for each state that it shows, in the order that it wants. The version stands last so that it is
-- compared without a look at the row.
CREATE INDEX ix_saga_state_state ON sagas.saga_state (state, started_at, id);
CREATE INDEX ix_saga_state_name ON sagas.saga_state (name, state, started_at, id, version);
CREATE INDEX ix_saga_state_updated_at ON sagas.saga_state (updated_at);

-- What the first one does as well.
DROP INDEX sagas.ix_saga_state_open;

CREATE INDEX ix_outbox_message_parked ON sagas.outbox_message (sequence_number) WHERE parked_at IS NOT NULL;

-- The words of a failure's codes and messages. Everything but letters and digits separates words, so that none of them is
-- taken for an address or a number with a sign.
CREATE FUNCTION sagas.failure_words(failure jsonb) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT to_tsvector('pg_catalog.simple', regexp_replace(
        coalesce(failure ->> 'code', '') || ' ' || coalesce(failure ->> 'message', '') || ' '
            || coalesce(failure #>> '{cause,code}', '') || ' ' || coalesce(failure #>> '{cause,message}', ''),
        '[^[:alnum:]]+', ' ', 'g'))
$$;

CREATE INDEX ix_saga_state_failure ON sagas.saga_state USING gin (sagas.failure_words(failure)) WHERE failure IS NOT NULL;
