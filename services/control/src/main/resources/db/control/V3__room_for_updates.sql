-- A row is written twice soon after it was made: with room for it in its page no index is touched again.
alter table resource set (fillfactor = 60);
