-- Of an account that is deleted: its own directories go into the trash.
alter table leaving add column files_trashed boolean not null default false;
