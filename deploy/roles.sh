#!/bin/sh
# Run once by the PostgreSQL image, on an empty volume: the same statements as by hand.
set -eu
psql --username postgres --no-psqlrc \
  -v app_password="$POSTGRES_APP_PASSWORD" -v owner_password="$POSTGRES_OWNER_PASSWORD" -f /roles/roles.sql
