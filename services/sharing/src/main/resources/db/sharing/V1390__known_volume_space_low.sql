-- How little is left of the quota of a volume, in words, and when storage told; null while there is enough.
alter table known_volume add column space_low text;
alter table known_volume add column space_low_at timestamptz;
