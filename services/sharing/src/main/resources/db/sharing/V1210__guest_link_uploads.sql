-- Files that guests are bringing, with what was set aside for each: a piece that comes again sets nothing aside again, two
-- guests with files of one name and size do not write into the same one, and what nobody goes on with is given back.
create table guest_link_upload (
  id uuid primary key,
  link uuid not null references guest_link (uid) on delete cascade,
  visitor text not null,
  wished text not null,
  total bigint,
  target text not null,
  reserved bigint not null,
  touched timestamptz not null,
  unique (link, target)
);
