#!/bin/bash
# One role and one database for each service, made with the server's data. A service sees its own database only; its
# role may replicate, for the relay reads the write-ahead log in the service's name.
set -eu

provide() {
  psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --username=postgres --set=name="$1" --set=password="$2" <<'SQL'
CREATE ROLE :"name" LOGIN REPLICATION PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
}

provide order_service "$ORDER_DB_PASSWORD"
provide inventory_service "$INVENTORY_DB_PASSWORD"
provide notification_service "$NOTIFICATION_DB_PASSWORD"
