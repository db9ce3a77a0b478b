-- What outbox-relay sends beside the stream: the position moves on past these rows, and they follow in the order of
-- seq, each destination for itself.
create table relay_resend (
    seq          bigint      generated always as identity primary key,
    -- HELD: the destination took nothing for a while, and the others were not to wait for it.
    -- REPLAYED: it was poison, and somebody wants it tried again.
    -- RECONCILED: it is in the outbox and did not come through the stream.
    cause        text        not null check (cause in ('HELD', 'REPLAYED', 'RECONCILED')),
    event_id     uuid        not null,
    created_at   timestamptz not null,
    destination  text        not null,
    aggregate_id text,
    event_type   text,
    source       text,
    payload      text,
    traceparent  text,
    deliver_at   timestamptz,
    priority     smallint,
    queued_at    timestamptz not null default now()
);

create index relay_resend_destination on relay_resend (destination, seq);

-- A row per slot that an operator has paused; gone when it is resumed.
create table relay_pause (
    slot  text        primary key,
    since timestamptz not null default now()
);

-- What came through the stream, by the second of created_at: how many rows, and their ids' lower halves combined by
-- exclusive or. Written with the position, so it counts each row once. Compared with the outbox, it shows a gap.
create table relay_digest (
    second bigint primary key,
    rows   bigint not null,
    hash   bigint not null
);

-- All rows created before this have been compared, and their digests are gone. One row.
create table relay_reconciled (
    only_row boolean     primary key default true check (only_row),
    up_to    timestamptz not null
);

insert into relay_reconciled (up_to) values (date_trunc('second', now()) + interval '1 second');
