-- Up to which line of a link's log its maker has looked.
alter table guest_link add column seen bigint not null default 0;
