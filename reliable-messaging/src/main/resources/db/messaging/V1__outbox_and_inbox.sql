-- The outbox: events that a committed transaction wants published. Append-only; outbox-relay reads it from the
-- write-ahead log. Partitioned by day so that old rows are dropped as whole tables instead of deleted one by one.
create table outbox (
    id           uuid        not null,
    created_at   timestamptz not null default now(),
    destination  text        not null,
    aggregate_id text        not null,
    event_type   text        not null,
    source       text        not null,
    payload      text        not null,
    traceparent  text,
    deliver_at   timestamptz,
    priority     smallint check (priority between 0 and 9),
    primary key (id, created_at)
) partition by range (created_at);

-- The inbox: which events a consumer has already had its effect from. event_time is the event's own time, which never
-- changes between deliveries, so the key stays unique over all partitions.
create table inbox (
    consumer    text        not null,
    event_id    uuid        not null,
    event_time  timestamptz not null,
    received_at timestamptz not null default now(),
    primary key (consumer, event_id, event_time)
) partition by range (event_time);

-- Takes what no daily partition covers, so that a late maintenance job costs tidiness and never a transaction.
create table outbox_default partition of outbox default;
create table inbox_default partition of inbox default;

-- Creates the missing partitions of one table for today (UTC) and the given number of days after it; returns how many
-- it made. A day of which the default partition already holds rows is left there.
create function create_daily_partitions(parent regclass, days_ahead integer) returns integer
    language plpgsql as
$$
declare
    first_day date    := (now() at time zone 'UTC')::date;
    created   integer := 0;
    day       date;
    partition text;
begin
    -- Two instances of a service may run the job at once.
    perform pg_advisory_xact_lock(hashtext('create_daily_partitions'));
    for offset_days in 0..days_ahead loop
        day := first_day + offset_days;
        partition := parent::text || '_' || to_char(day, 'YYYYMMDD');
        if to_regclass(partition) is null then
            begin
                execute format('create table %I partition of %s for values from (%L) to (%L)',
                    partition, parent, day::text || ' 00:00:00+00', (day + 1)::text || ' 00:00:00+00');
                created := created + 1;
            exception when check_violation then
                raise notice '% holds rows of % already, they stay there', parent::text || '_default', day;
            end;
        end if;
    end loop;
    return created;
end
$$;

select create_daily_partitions('outbox', 7), create_daily_partitions('inbox', 7);

-- publish_via_partition_root: the relay sees one table, whatever the partition. insert only: deleting old rows is no event.
create publication outbox for table outbox with (publish = 'insert', publish_via_partition_root = true);
