-- The newest rows are counted several times a second. A block range index was not used for that, and each count read the
-- whole day's partition; an entry of this one is added at the right end, and a count reads the rows that it counts.
drop index outbox_created_at;
create index outbox_created_at on outbox (created_at);
