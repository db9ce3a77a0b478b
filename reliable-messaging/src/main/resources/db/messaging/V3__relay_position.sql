-- What outbox-relay keeps in the database that it reads from, written in one transaction after every batch that the
-- broker has accepted. A standby instance, or one that starts after a crash, goes on from here.

-- One row per replication slot.
create table relay_position (
    slot       text        primary key,
    -- Everything committed up to here has been accepted by the broker; the relay streams on from here.
    -- Always the end of a transaction, never the middle of one.
    lsn        pg_lsn      not null,
    -- Outbox ids of the transaction after lsn that are accepted already: not sent again after a restart.
    -- Bounded by the relay (1,024): of a larger transaction the first ones are sent twice after a crash.
    sent_after uuid[]      not null default '{}',
    -- For counting what is left without reading the whole outbox: every row created up to counted_from was published
    -- when that time was noted, and so many of the later ones since.
    counted_from timestamptz not null default '-infinity',
    counted    bigint      not null default 0,
    updated_at timestamptz not null default now()
);

-- Outbox rows that can never be sent (malformed, too large, refused for good): kept whole, because the outbox drops
-- its partitions, and out of the way of the rest.
create table relay_poison (
    event_id     uuid        primary key,
    created_at   timestamptz not null,
    destination  text,
    aggregate_id text,
    event_type   text,
    source       text,
    payload      text,
    traceparent  text,
    deliver_at   timestamptz,
    priority     smallint,
    -- AMQP error condition, or malformed-row when the relay did not even try.
    condition    text        not null,
    error        text        not null,
    failed_at    timestamptz not null default now()
);

-- Rows come in the order of created_at, nearly: a block range index is a few pages for a day's partition, and the
-- count of what is left reads only the last blocks.
create index outbox_created_at on outbox using brin (created_at) with (pages_per_range = 16, autosummarize = on);
