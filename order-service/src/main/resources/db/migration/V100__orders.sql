create table orders (
    -- UUID version 7: the primary key's order is the order of creation.
    id             uuid        primary key,
    status         text        not null check (status in ('PENDING', 'CONFIRMED', 'REJECTED', 'CANCELLED')),
    -- How many times the status has changed; numbers the rows of order_status_change.
    revision       integer     not null check (revision >= 0),
    reason         text,
    customer_name  text        not null,
    customer_email text        not null,
    total          numeric     not null check (total >= 0),
    currency       text        not null,
    created_at     timestamptz not null,
    updated_at     timestamptz not null
);

create index orders_by_status on orders (status, id desc);
create index orders_by_time on orders (created_at);

create table order_line (
    order_id   uuid    not null references orders,
    line_no    integer not null,
    sku        text    not null,
    -- As they were when the order was placed, whatever the catalogue says later.
    name       text    not null,
    unit_price numeric not null check (unit_price >= 0),
    quantity   integer not null check (quantity between 1 and 1000),
    primary key (order_id, line_no)
);

-- Every status an order has had, append-only.
create table order_status_change (
    order_id   uuid        not null references orders,
    revision   integer     not null,
    status     text        not null,
    reason     text,
    changed_at timestamptz not null,
    primary key (order_id, revision)
);

-- Which order a client's Idempotency-Key made. Kept as long as the order: a retry never makes a second one.
create table idempotency_key (
    key            text        primary key,
    -- SHA-256 of the request, to tell a retry from another request under the same key.
    request_digest bytea       not null,
    -- The key is claimed before the order is written, in the same transaction.
    order_id       uuid        not null references orders deferrable initially deferred,
    created_at     timestamptz not null default now()
);

-- This service's own copy of the catalogue, fed by product.changed.
create table product_copy (
    sku        text    primary key,
    name       text    not null,
    unit_price numeric not null check (unit_price >= 0),
    currency   text    not null,
    -- The owner's version of the product: an older one never overwrites a newer one.
    version    bigint  not null
);
