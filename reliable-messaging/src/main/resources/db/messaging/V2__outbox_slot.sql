-- The replication slot keeps every outbox row in the write-ahead log until the relay has published it, so it must exist
-- before the first row does. Its creation cannot be part of a transaction that has written (see V2__outbox_slot.sql.conf).
select pg_create_logical_replication_slot(current_user || '_outbox', 'pgoutput')
where not exists (select 1 from pg_replication_slots where slot_name = current_user || '_outbox');
