-- Who gets what of an account that is deleted: written before its deletion is asked for, and taken
-- away with it. Nobody's name: it goes.
create table leaving (
  account uuid primary key,
  files_to text,
  links_to text
);
