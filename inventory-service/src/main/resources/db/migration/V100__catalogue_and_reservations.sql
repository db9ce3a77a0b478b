-- The numbers of a product obey one rule, 0 <= reserved <= on_hand, whatever the code above does.
create table product (
    sku        text           primary key check (sku ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
    name       text           not null,
    unit_price numeric(12, 2) not null check (unit_price >= 0),
    currency   text           not null check (currency ~ '^[A-Z]{3}$'),
    on_hand    bigint         not null check (on_hand <= 1000000000),
    reserved   bigint         not null,
    version    bigint         not null,
    constraint product_stock_adds_up check (reserved between 0 and on_hand)
) with (fillfactor = 50); -- a much-sold product is updated many times a second: room on the page keeps those updates "hot" (no index entry)

-- One row per order, whatever became of its stock. The lines are written once and always read together,
-- so they are one value and the hot path of an order is one insert, however many lines it has.
create table reservation (
    order_id   uuid        primary key,
    status     text        not null check (status in ('RESERVED', 'REFUSED', 'RELEASED')),
    lines      jsonb       not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
