-- A file whose last answer was lost on its way to the guest is asked for again: it is remembered for a while that it is here,
-- by what the guest's program called this attempt. Room is set aside only for what has not arrived.
alter table guest_link_upload add column attempt text, add column arrived boolean not null default false;
