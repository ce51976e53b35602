-- Sign-ins that ended before their tokens do; for all instances of a service, and for those that start again.
create table ended_sign_in (
  session uuid primary key,
  until timestamptz not null
);
