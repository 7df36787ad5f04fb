-- The two roles and the database, as a superuser of PostgreSQL 15 or newer, once:
--   psql -v app_password=… -v owner_password=… -f deploy/roles.sql
-- The owner owns the tables and migrates; the application works with rows, and cannot alter a table nor change what
-- is append-only. `kanal migrate` sets the rights on the tables themselves.
\set ON_ERROR_STOP on
CREATE ROLE kanal_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE kanal_app LOGIN PASSWORD :'app_password';
CREATE DATABASE kanal OWNER kanal_owner ENCODING 'UTF8' TEMPLATE template0;
\connect kanal
ALTER SCHEMA public OWNER TO kanal_owner;
REVOKE ALL ON DATABASE kanal FROM PUBLIC;
GRANT CONNECT ON DATABASE kanal TO kanal_app;
