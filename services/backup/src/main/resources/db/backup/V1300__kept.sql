-- Which revision of what is kept on the pools this database has written or read last.
create table kept_document (
  one boolean primary key default true check (one),
  revision bigint not null
);
