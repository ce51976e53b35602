-- How little is left of the quota of a volume, in words; null while there is enough.
alter table known_volume add column space_low text;
