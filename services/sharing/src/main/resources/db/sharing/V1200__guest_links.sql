-- What a guest link is opened with, of which only hashes are kept, and how often it was.
create table guest_link (
  uid uuid primary key,
  token_hash bytea not null unique,
  password_hash text,
  uses integer not null default 0,
  last_used timestamptz,
  files integer not null default 0,
  bytes bigint not null default 0
);

create table guest_link_log (
  id bigint generated always as identity primary key,
  link uuid not null references guest_link (uid) on delete cascade,
  at timestamptz not null,
  address text not null,
  what text not null,
  path text not null
);
create index guest_link_log_link on guest_link_log (link, id);
