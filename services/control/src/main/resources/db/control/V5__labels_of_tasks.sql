-- What people note of a task, as of every other kind.
alter table task add column labels jsonb not null default '{}';
