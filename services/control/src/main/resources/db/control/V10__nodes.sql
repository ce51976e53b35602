-- Where the instances of this service answer each other. Away is who said good-bye, or was not seen for long.
create table node (
  name text primary key,
  url text not null,
  seen_at timestamptz not null default now(),
  left_at timestamptz
);
