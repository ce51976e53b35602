create table heard (
  number bigint generated always as identity primary key,
  uid uuid not null,
  sequence bigint not null,
  generation bigint not null
);
