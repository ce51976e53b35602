# Of every file with several names in a directory one name stays. rsync gives back those that belong to it, and copies
# nothing for that; what is another file by now it would change in place, under all the names.
one_name_each() (
  cd -- "$1"
  names=$(mktemp)
  trap 'rm -f -- "$names"' EXIT
  find . -xdev ! -type d -links +1 -printf '%20i%p\0' >"$names"
  sort -z -o "$names" -- "$names"
  uniq -z -w 20 -- "$names" | comm -z -13 - "$names" | cut -z -b 21- | xargs -0 -r rm -f --
)
