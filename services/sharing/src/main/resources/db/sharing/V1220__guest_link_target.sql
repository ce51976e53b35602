-- Which share, volume and directory a link was made for: another share of the name, or the same one moved elsewhere, is not
-- opened by it. Null until it was looked at once, of links that are older than this column.
alter table guest_link add column target text;
