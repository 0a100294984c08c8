ALTER TABLE sagas.outbox_message ADD COLUMN ordering_key uuid;
CREATE INDEX ix_outbox_message_ordering_key ON sagas.outbox_message (ordering_key, sequence_number)
    WHERE ordering_key IS NOT NULL;
