-- Outbox, log and inbox of one service; applied in that service's own schema.
create table event_subject (
  subject uuid primary key,
  sequence bigint not null
);
create table event (
  id uuid primary key,
  inserted bigint generated always as identity,
  position bigint unique,
  type text not null,
  source text not null,
  subject uuid not null,
  sequence bigint not null,
  time timestamptz not null,
  data jsonb not null
);
create index event_unsequenced on event (inserted) where position is null;
create table event_cursor (
  sequenced bigint not null default 0,
  published bigint not null default 0
);
insert into event_cursor default values;
create table inbox (
  id uuid primary key,
  received timestamptz not null
);
create table parked_event (
  id bigint generated always as identity primary key,
  topic text not null,
  key text,
  payload text not null,
  error text not null,
  parked_at timestamptz not null
);
