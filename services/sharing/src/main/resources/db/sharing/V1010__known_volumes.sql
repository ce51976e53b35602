-- What storage told. Rows of trashed volumes stay: they may be restored.
create table known_volume (
  uid uuid primary key,
  name text not null,
  node text not null,
  pool uuid not null,
  mount_path text,
  owner text not null,
  state text not null,
  message text,
  seen_at timestamptz not null
);
create index known_volume_name on known_volume (name);
create index known_volume_pool on known_volume (pool);

create table known_pool (
  uid uuid primary key,
  name text not null,
  degraded text,
  space_low text
);

create table known_snapshot (
  uid uuid primary key,
  volume uuid not null,
  path text not null,
  created_at timestamptz not null
);
create index known_snapshot_volume on known_snapshot (volume);
