-- Custom resources whose rows went: they are to go too, and no other row is made of them, whoever was away just then.
create table gone_wish (
  uid text primary key,
  at timestamptz not null default now()
);
create function note_gone_wish() returns trigger language plpgsql as $$
begin
  -- Of most the custom resource went first, and nobody hears of it any more.
  delete from gone_wish where at < now() - interval '1 year';
  insert into gone_wish (uid) values (substring(old.kept_at from '[^/]*$')) on conflict do nothing;
  return null;
end $$;
create trigger resource_gone after delete on resource
  for each row when (old.kept_at like '%/%') execute function note_gone_wish();
-- It goes on as something else, for example in the trash.
create trigger resource_other after update of kind on resource
  for each row when (old.kept_at like '%/%' and new.kept_at is null) execute function note_gone_wish();
