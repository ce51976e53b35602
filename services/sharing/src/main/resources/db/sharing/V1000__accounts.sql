-- Numbers of accounts and groups on the machines: never given twice, also not after their owner went.
create sequence posix_id start 20000 maxvalue 2000000000;
create table posix_identity (
  uid uuid primary key,
  id integer not null unique default nextval('posix_id')
);

-- Who is signed in. Of what makes a session longer only hashes are kept.
create table sign_in_session (
  id uuid primary key,
  account uuid not null,
  refresh_hash bytea not null unique,
  earlier_hash bytea,
  created_at timestamptz not null,
  used_at timestamptz not null,
  expires_at timestamptz not null,
  address text not null,
  agent text not null
);
create index sign_in_session_account on sign_in_session (account);
create index sign_in_session_earlier on sign_in_session (earlier_hash);
