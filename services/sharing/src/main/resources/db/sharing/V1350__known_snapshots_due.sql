-- Whether the snapshots of a volume are to be read: it has come, or come back, with what it has now.
alter table known_volume add column snapshots_due boolean not null default true;
