#!/bin/sh
# The ledger's own database beside Airflow's. Run once by the image of Postgres, when its volume is new.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<SQL
CREATE ROLE imsclone LOGIN PASSWORD '$LEDGER_PASSWORD';
CREATE DATABASE imsclone OWNER imsclone;
SQL
