#!/bin/sh
# Run a service. Where the embedded z/OS has been created, its connection is known as zosmf_lab.
set -eu
known=/var/lib/zos/connection.json
if [ -z "${AIRFLOW_CONN_ZOSMF_LAB:-}" ] && [ -r "$known" ]; then
    AIRFLOW_CONN_ZOSMF_LAB=$(python -m imsclone_airflow.local.connection "$known")
    export AIRFLOW_CONN_ZOSMF_LAB
fi
exec "$@"
