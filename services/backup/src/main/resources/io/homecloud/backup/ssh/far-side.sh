# What is done on a machine that copies are kept on, over SSH: the layout of docs/adr/0023, by a shell,
# GNU's core and find utilities, flock and rsync. Given to sh -c with a verb and its arguments; answers are fields that
# end with NUL. What a copy is called by that is later than "latest" has not been yet.
set -eu
export LC_ALL=C
verb=$1 root=$2 latest=$3
shift 3

field() { printf '%s\0' "$1"; }
whole() { cat -- "$1"; printf '\0'; }
# A mark that comes in, all of it: who sends it may be killed before or meanwhile.
take() {
  rm -f -- "$1"
  cat >"$1"
  [ "$(tail -c 3 -- "$1")" = "$(printf '\n}')" ] || exit 1
}

is_subvolume() { [ -d "$1" ] && [ ! -L "$1" ] && [ "$(stat -c %i -- "$1")" = 256 ]; }
on_btrfs() { [ "$(id -u)" = 0 ] && [ "$(stat -f -c %T -- "$root")" = btrfs ] && command -v btrfs >/dev/null; }

gone() {
  if is_subvolume "$1"; then
    btrfs -q subvolume delete "$1" >/dev/null
  elif [ -e "$1" ] || [ -L "$1" ]; then
    rm -rf --one-file-system -- "$1"
  fi
}

stamps() { ls -1 | grep -E '^[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(-[0-9]{2}){2}Z$' || true; }
# One that was made while the clock was ahead is older than all others.
newest() {
  until_now=$({ stamps; printf '%s~\n' "$latest"; } | sort | sed '/~$/,$d' | tail -n 1)
  if [ -n "$until_now" ]; then printf '%s\n' "$until_now"; else stamps | tail -n 1; fi
}
left() { ls -1 | grep -E '\.incomplete$|\.abandoned-[0-9]+$' || true; }

point_latest() {
  one=$(newest)
  if [ -n "$one" ]; then
    ln -sfn "runs/$one" ../latest.next
    mv -T ../latest.next ../latest
  else
    rm -f ../latest
  fi
}

# Whether a copy was begun since this machine was started: what is there from before that may be half on its disk, and
# only begin knows what of it is believed.
of_this_boot() { [ "$(cat .begun 2>/dev/null || true)" = "$(cat /proc/sys/kernel/random/boot_id)" ]; }

# Once it did not take something there is no copy of that in the making. The kernel tells of it once, and who asks later
# hears that all is well.
taken_by_disk() {
  sync -f . || {
    rm -f .begun
    exit 1
  }
}
begun_anew() {
  [ -e .begun ] || {
    echo "the disk there did not take everything that was copied" >&2
    exit 1
  }
  field anew
  exit 0
}

# Links of those who had this disk may lead anywhere: none is followed to write.
no_link() { [ ! -L "$1" ] || rm -f -- "$1"; }
runs_of() {
  if [ -L "$root/$1" ] || [ -L "$root/$1/runs" ]; then
    echo "$1 is only there by a link" >&2
    exit 1
  fi
  cd -- "$root/$1/runs"
}

case $verb in
look) # how the place is, who we are there, what it calls itself
  if [ ! -e "$root" ] && [ ! -L "$root" ]; then field missing
  elif [ ! -d "$root" ]; then field other
  elif [ -f "$root/homecloud-repository.json" ]; then field here
  elif [ -z "$(ls -A -- "$root" | grep -vxE 'lost\+found|\.lock|README\.txt|homecloud-repository\.json\.next' || true)" ]; then field empty
  else field full
  fi
  field "$(id -u)"
  if [ -d "$root" ]; then
    if on_btrfs; then field btrfs; else field links; fi
    field "$(df -B1 --output=avail -- "$root" | tail -n 1 | tr -d ' ')"
  else
    field links
    field 0
  fi
  if [ -f "$root/homecloud-repository.json" ]; then whole "$root/homecloud-repository.json"; else field ''; fi
  for tool in rsync flock find; do command -v "$tool" >/dev/null || { field "$tool"; exit 0; }; done
  field ''
  ;;
make) # a repository, with the mark that comes in
  [ -d "$root" ] || mkdir -m 700 -- "$root"
  no_link "$root/.lock"
  mkdir -p -- "$root/.lock"
  no_link "$root/README.txt"
  printf '%s' "$1" >"$root/README.txt"
  take "$root/homecloud-repository.json.next"
  sync -f -- "$root"
  mv -T -- "$root/homecloud-repository.json.next" "$root/homecloud-repository.json"
  sync -f -- "$root"
  ;;
found)
  cd -- "$root"
  for mark in */runs/*/homecloud-run.json; do
    copy=${mark%/homecloud-run.json}
    [ -f "$mark" ] && [ ! -L "$mark" ] && [ ! -L "$copy" ] || continue
    case $copy in *.*) continue ;; esac
    field "$copy"
    if [ -e "$copy.pinned" ]; then field 1; else field 0; fi
    whole "$mark"
  done
  ;;
lock) # held until nobody listens; installation, holder
  cd -- "$root"
  if [ -L .lock ]; then rm -f .lock && mkdir .lock; fi
  cd .lock
  for file in lock holder.json holder.pid; do no_link "$file"; done
  tries=0
  # Where it cannot be written nobody has it: the shell says why, and ends.
  exec 9>>lock
  until flock --nonblock 9; do
    holder=$(cat holder.json 2>/dev/null || true)
    case $holder in *"$1"*) ours=1 ;; *) ours=0 ;; esac
    tries=$((tries + 1))
    if [ "$ours" = 0 ] || [ "$tries" -gt 10 ]; then
      field held
      field "$holder"
      exit 0
    fi
    # Ours, of a connection that was lost and is not noticed here yet.
    pid=$(cat holder.pid 2>/dev/null || echo 0)
    if [ "$pid" -gt 1 ] && grep -qz homecloud-lock "/proc/$pid/cmdline" 2>/dev/null 9>&-; then kill "$pid" 2>/dev/null || true; fi
    sleep 1 9>&-
  done
  printf '%s' "$2" >holder.json
  exec sh -c 'echo $$ >holder.pid; printf "taken\0"; while sleep 3 9>&- && printf .; do :; done' homecloud-lock
  ;;
read) # a small file, or nothing
  if [ -f "$root/$1" ] && [ ! -L "$root/$1" ]; then whole "$root/$1"; else field ''; fi
  if [ -e "$root/${1%/*}" ] && [ -n "$(ls -A -- "$root/${1%/*}")" ]; then field used; else field free; fi
  ;;
plan) # a directory for copies of a plan, with the mark that comes in
  # In one step: a directory without its mark would be taken for a stranger's for ever.
  gone "$root/.$1.begun"
  mkdir -p -- "$root/.$1.begun/runs"
  take "$root/.$1.begun/homecloud-plan.json"
  mv -T -- "$root/.$1.begun" "$root/$1"
  ;;
begun) # whether there is something of a copy
  [ -e "$root/$1" ] || [ -e "$root/$1.incomplete" ] && field yes || field no
  ;;
begin) # plan, stamp, the copy to begin a btrfs snapshot from or nothing, what stands for the sources, the volumes
  runs_of "$1"
  boot=$(cat /proc/sys/kernel/random/boot_id)
  same=0
  if of_this_boot; then same=1; fi
  rm -f -- .checkpoint.next*
  if [ -e .checkpoint ] && [ "$(stat -c %Y .checkpoint)" -gt "$(date +%s)" ]; then rm -f .checkpoint; fi
  for one in *.deleting; do gone "$one"; done
  for one in $(left); do
    if [ "$same" = 0 ] && ! { [ -e .checkpoint ] && find "$one" -xdev ! -type d -newercm .checkpoint -delete; }; then
      gone "$one"
    fi
  done
  no_link .begun
  no_link ../.copying
  printf '%s' "$boot" >.begun
  into=$2.incomplete
  field "$into"
  if on_btrfs; then
    no_link .sources
    before=$(cat .sources 2>/dev/null || true)
    kept=
    for one in $(left); do
      # Of other sources it would have what nobody takes away again.
      if [ -z "$kept" ] && { [ "$one" = "$into" ] || [ "$before" = "$4" ]; } && is_subvolume "$one"; then
        kept=$one
      else
        gone "$one"
      fi
    done
    printf '%s' "$4" >.sources
    if [ -n "$kept" ]; then
      btrfs property set -ts "$kept" ro false
      [ "$kept" = "$into" ] || mv -T -- "$kept" "$into"
    elif [ -n "$3" ] && is_subvolume "$3"; then
      btrfs -q subvolume snapshot "$3" "$into" >/dev/null
    else
      btrfs -q subvolume create "$into" >/dev/null
    fi
    one_name_each "$into"
  else
    for one in $(left); do
      case $one in "$2".abandoned-*) continue ;; esac
      number=1
      while [ -e "$2.abandoned-$number" ]; do number=$((number + 1)); done
      if [ "$number" -gt 10 ]; then
        # The oldest: most of what is in it is in later ones too.
        gone "$2.abandoned-1"
        number=2
        while [ "$number" -le 10 ]; do
          mv -T -- "$2.abandoned-$number" "$2.abandoned-$((number - 1))"
          number=$((number + 1))
        done
        number=10
      fi
      mv -T -- "$one" "$2.abandoned-$number"
    done
    number=1
    while [ "$number" -le 10 ]; do
      [ ! -e "$2.abandoned-$number" ] || field "$2.abandoned-$number"
      number=$((number + 1))
    done
    mkdir -- "$into"
    one=$(newest)
    [ -z "$one" ] || field "$one"
  fi
  rm -f -- "$into/homecloud-run.json"
  shift 4
  for volume in "$@"; do
    if [ -L "$into/$volume" ] || [ ! -d "$into/$volume" ]; then rm -f -- "$into/$volume"; fi
  done
  ;;
checkpoint)
  runs_of "$1"
  of_this_boot || begun_anew
  # One of its own: another that takes longer must not get this one's time.
  next=.checkpoint.next.$$
  touch -d '1 second ago' "$next"
  taken_by_disk
  mv -T "$next" .checkpoint
  field taken
  ;;
complete) # plan, stamp; the mark comes in
  runs_of "$1"
  of_this_boot || begun_anew
  take "$2.incomplete/homecloud-run.json"
  taken_by_disk
  if is_subvolume "$2.incomplete"; then btrfs property set -ts "$2.incomplete" ro true; fi
  mv -T -- "$2.incomplete" "$2"
  sync -f .
  # It is complete, whatever becomes of this; the next one does it.
  (point_latest) || true
  for one in $(left); do (gone "$one") || true; done
  (gone ../.partial) || true
  ;;
settle | giveup) # plan
  runs_of "$1"
  for one in $(left); do
    case $verb$one in settle*.incomplete) ;; *) gone "$one" ;; esac
  done
  [ "$verb" = settle ] || gone ../.partial
  point_latest
  ;;
has) [ -f "$root/$1/homecloud-run.json" ] && field yes || field no ;;
delete) # copy
  [ -d "$root/${1%/*}" ] || exit 0
  runs_of "${1%%/*}"
  name=${1##*/}
  if [ -e "$name" ]; then mv -T -- "$name" "$name.deleting"; fi
  gone "$name.deleting"
  gone "$name.incomplete"
  rm -f -- "$name.pinned"
  point_latest
  ;;
pinned) if [ -e "$root/$1.pinned" ]; then field "$(head -c 20 -- "$root/$1.pinned")"; fi ;;
pin) # copy, the number of the wish; none when it is not to be
  if [ -n "$2" ]; then no_link "$root/$1.pinned"; echo "$2" >"$root/$1.pinned"; else rm -f -- "$root/$1.pinned"; fi
  ;;
entry | list | fetch) # copy; the directory and the name come in, each ended with NUL; of entry several such pairs
  xargs -0 -n 2 sh -c '
    set -eu
    # Each of several has its answer.
    nothing() { [ "$1" != entry ] || printf "\0"; exit 0; }
    verb=$1 tree=$(cd -P -- "$2" && pwd -P) directory=$3 name=$4
    place=$tree${directory:+/$directory}
    there=$(cd -P -- "$place" 2>/dev/null && pwd -P) || nothing "$verb"
    [ "$there" = "$place" ] || nothing "$verb"
    cd -P -- "$place"
    case $verb in
    entry) [ -e "./$name" ] || [ -L "./$name" ] || nothing "$verb"
      find "./$name" -maxdepth 0 -printf "%y\0%s\0%T@\0%m\0" ;;
    list) [ -d "./$name" ] && [ ! -L "./$name" ] || exit 0
      find "./$name" -mindepth 1 -maxdepth 1 -printf "%f\0%y\0%s\0%T@\0%m\0" ;;
    fetch) [ -f "./$name" ] && [ ! -L "./$name" ] || exit 44
      exec cat -- "./$name" ;;
    esac' sh "$verb" "$root/$1"
  ;;
walk) # copy: everything in it, each after the directory that it is in and before what has a greater name
  cd -P -- "$root/$1"
  # A slash is to be less than all other bytes, so they make room for it. The first record says that all was found, and
  # the last one that all of it came.
  { find . -mindepth 1 -printf '%P//%y/%s/%T@/%m\0' && printf '/\0'; } | tr '\057\001-\056' '\001-\057' |
    { sort -z && printf '\001\001\0'; } | tr '\001-\057' '\057\001-\056'
  ;;
*)
  echo "no such verb" >&2
  exit 2
  ;;
esac
