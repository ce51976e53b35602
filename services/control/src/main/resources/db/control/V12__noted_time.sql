-- When the machine's clock was believed last: one row.
create table noted_time (
  one boolean primary key default true check (one),
  at timestamptz not null
);
