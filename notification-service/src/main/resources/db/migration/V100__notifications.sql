-- One row per thing a customer is told. It is also what keeps an e-mail from being sent twice: whoever wants to send it
-- claims the row first.
create table notification (
    id            uuid        primary key,
    order_id      uuid        not null,
    kind          text        not null check (kind in ('ORDER_CONFIRMED', 'ORDER_REJECTED', 'ORDER_CANCELLED')),
    recipient     text        not null,
    subject       text        not null,
    status        text        not null check (status in ('PENDING', 'SENT', 'FAILED')),
    attempts      integer     not null default 0 check (attempts >= 0),
    created_at    timestamptz not null,
    sent_at       timestamptz,
    last_error    text,
    -- Set while a worker talks to the mail server; until then nobody else sends this e-mail.
    claimed_until timestamptz,
    -- An order is confirmed, rejected, cancelled at most once each: one event, one notification.
    constraint notification_once_per_order_event unique (order_id, kind),
    constraint notification_sent_has_time check ((status = 'SENT') = (sent_at is not null))
) with (fillfactor = 80); -- each row is updated twice soon after its insert: room for that on its own page

create index notification_by_creation on notification (created_at desc, id desc);
