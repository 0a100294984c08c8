ALTER TABLE outbox_message ADD COLUMN ordering_key TEXT COLLATE NOCASE;
CREATE INDEX ix_outbox_message_ordering_key ON outbox_message (ordering_key, sequence_number)
    WHERE ordering_key IS NOT NULL;
