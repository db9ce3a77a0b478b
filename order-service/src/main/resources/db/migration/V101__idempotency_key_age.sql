-- Keys are kept for a stated time (millrace.order.idempotency-key-retention), longer than any client retries.
create index idempotency_key_created_at on idempotency_key (created_at);
