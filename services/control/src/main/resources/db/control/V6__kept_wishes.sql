-- Where a wish is kept that goes before its row (a custom resource), and the generation that was copied from there.
alter table resource add column kept_at text;
alter table resource add column kept_generation bigint;
-- It is let go of, and nothing of it is destroyed.
alter table resource add column releasing boolean not null default false;
