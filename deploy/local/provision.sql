-- The application's role and database. May be run again. Extensions stand in template1 too, so test databases have them.
\set ON_ERROR_STOP on
set client_min_messages = warning;
select 'create role wangge login createdb' where not exists (select from pg_roles where rolname = 'wangge') \gexec
\connect template1
set client_min_messages = warning;
create extension if not exists postgis;
create extension if not exists pg_trgm;
create extension if not exists btree_gist;
\connect postgres
select 'create database wangge owner wangge' where not exists (select from pg_database where datname = 'wangge') \gexec
\connect wangge
set client_min_messages = warning;
create extension if not exists postgis;
create extension if not exists pg_trgm;
create extension if not exists btree_gist;
