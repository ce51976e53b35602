-- How a node's clock was set: what it wrote down between these times it wrote by so many seconds too early.
create table clock_step (
  node text not null,
  from_at timestamptz not null,
  until_at timestamptz not null,
  seconds bigint not null,
  primary key (node, from_at)
);
