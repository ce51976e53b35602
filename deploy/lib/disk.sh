# shellcheck shell=bash
# Where the pool "home" lies: an image in the data directory, or disks, which then hold the databases too.

readonly SYSTEM_SUBVOLUME=@homecloud-system LABEL=homecloud-home
readonly SMALLEST_DISK=$((2 << 30))
# HOMECLOUD_DISK_PATIENCE: how many seconds a start waits for disks that come late, 30 when absent.
DISK_PATIENCE=30
POOL_DISKS=()
# What was on each disk, and which it was, when it was looked at.
declare -A SEEN=()
# Whether to start with disks that have missed what was written last.
OUTDATED=''

# Refuses what must not happen to these disks; changes nothing.
check_disks() {
  local erase=$1 adopt=$2 size=$3 disk seen=' ' found pool=''
  shift 3
  if (($# == 0)); then
    check_image "$size"
    return
  fi
  [[ -z ${SETTING[image]:-} ]] || refused "this installation lives in $DATA/home.img already; more disks become pools through the API"
  for disk in "$@"; do
    [[ -b $disk ]] || wrong "$disk is not a disk (no block device)"
    whole_disk "$disk"
    found=$(readlink -f -- "$disk")
    [[ $seen != *" $found "* ]] || wrong "$disk is named twice"
    seen+="$found "
    SEEN[$disk]=$(disk_and_content "$disk")
    if [[ -n ${SETTING[pool]:-} ]]; then
      [[ $(blkid -p -s UUID -o value -- "$disk") != "${SETTING[pool]}" ]] || continue
      [[ ${SETTING[state]} == formatting ]] ||
        refused "this installation lives on other disks (btrfs ${SETTING[pool]}); $disk can become a pool, or part of one, through the API"
    fi
    found=$(disk_stays_used_by "$disk")
    [[ -z $found ]] || refused "$disk is in use: $found"
    (($(blockdev --getsize64 "$disk") >= SMALLEST_DISK)) || refused "$disk is smaller than 2G"
    [[ $(blockdev --getro "$disk") == 0 ]] || refused "$disk is read-only"
    found=$(disk_holds "$disk")
    if [[ -n $adopt ]]; then
      [[ $found == *LABEL=homecloud-* ]] || refused "$disk holds no homecloud pool to adopt (${found:-nothing at all})"
      found=$(blkid -p -s UUID -o value -- "$disk")
      [[ ${pool:-$found} == "$found" ]] || refused "these disks hold several pools; name those of one, the others are adopted through the API"
      pool=$found
    elif [[ -n $found && -z $erase ]]; then
      [[ $found != *LABEL=homecloud-* ]] || found+="; --adopt keeps that pool with everything on it"
      refused "$disk holds $found. Nothing was touched; --erase destroys it"
    elif [[ -n $found ]]; then
      step "$disk holds $found, which is erased"
    fi
  done
}

# Storage finds whole disks again, and nothing that is a part of one or built on some.
whole_disk() {
  local type parent
  read -r type parent < <(lsblk -dnro TYPE,PKNAME -- "$1") || :
  case $type in
    disk | loop) ;;
    part) wrong "$1 is a part of /dev/$parent; name the whole disk, of which homecloud takes all" ;;
    *) wrong "$1 (${type:-of an unknown kind}) is no disk by itself; name the disks that it is built on" ;;
  esac
}

# By whom the disk or a part of it is used, else nothing.
disk_used_by() {
  local name target part
  while read -r name target; do
    [[ -z $target ]] || { echo "$name is mounted at $target"; return; }
    name=${name##*/}
    for part in /sys/fs/btrfs/*/devices/"$name" /sys/fs/{ext4,xfs,f2fs}/"$name"; do
      [[ ! -e $part ]] || { echo "a mounted file system (${part#/sys/fs/}) is on it"; return; }
    done
    for part in /sys/class/block/"$name"/holders/*; do
      [[ ! -e $part || $(lsblk -nro TYPE "/dev/${part##*/}") == part ]] || { echo "${part##*/} is built on it"; return; }
    done
  done < <(lsblk -nrpo NAME,MOUNTPOINT -- "$1")
}

# The same, when it does not end by itself: a mount that is not ours to see may be of who only had a look.
disk_stays_used_by() {
  local used tries=10
  while used=$(disk_used_by "$1") && [[ $used == 'a mounted file system'* ]] && ((tries-- > 0)); do sleep 0.5; done
  printf '%s' "$used"
}

# File system or partition table of the disk in words, else nothing. blkid answers 2 for "nothing", 8 for "several".
disk_holds() {
  local answer found=0
  answer=$(blkid -p -o export -- "$1") || found=$?
  case $found in
    # It may answer with what the table says of a part alone.
    0) { grep -E '^(LABEL|TYPE|PTTYPE|UUID)=' <<<"$answer" || :; } | tr -cd '[:print:]\n' | paste -sd ' ' ;;
    2) ;;
    *) wipefs --noheadings -O TYPE,LABEL -- "$1" | tr -cd '[:print:]\n' | paste -sd ' ' ;;
  esac
}

# Whether it is a disk, or the image of one, of a pool of homecloud.
has_pool() { [[ $(blkid -p -s LABEL -o value -- "$1" 2>/dev/null) == homecloud-* ]]; }

disk_and_content() {
  lsblk -dnbro SIZE,SERIAL,WWN -- "$1"
  disk_holds "$1"
}

# Minutes after check_disks, when all is built: a hub that was reset meanwhile has given the name to another disk.
check_same_disks() {
  local disk
  for disk in "$@"; do
    [[ ${SEEN[$disk]} == "$(disk_and_content "$disk" 2>/dev/null)" ]] ||
      refused "$disk is another disk than before, or something else is on it now. Nothing was touched; look which one is which (lsblk) and repeat"
  done
}

check_image() {
  local image=$DATA/home.img wanted free
  [[ -z ${SETTING[pool]:-} ]] || { [[ -z $1 ]] || refused "this installation lives on disks; it has no image"; return 0; }
  if [[ -e $image ]]; then
    [[ -z $1 || $(size_bytes "$1") == $(stat -c %s -- "$image") ]] ||
      refused "$image exists and has another size than $1; it is left as it is"
    return 0
  fi
  if [[ -n ${SETTING[image]:-} ]]; then
    moved_to_disk || refused "$image, which holds this installation's files, is gone; put it back"
    return 0
  fi
  wanted=$(size_bytes "${1:-20G}")
  free=$(df -B1 --output=avail -- "$(existing_parent "$DATA")" | tail -n 1)
  ((wanted <= free)) || refused \
    "only $(numfmt --to=iec "$free") are free at $DATA, less than the image's ${1:-20G}; use --size, or better --disk"
}

# Whether the pool of the image was moved to a disk (POST …/disks/{image}/replace) and the image deleted then.
moved_to_disk() { [[ ! -e $DATA/home.img && -n $(blkid -c /dev/null -t "LABEL=$LABEL" -o device) ]]; }

existing_parent() {
  local path=$1
  until [[ -e $path ]]; do path=$(dirname -- "$path"); done
  printf '%s' "$path"
}

# Makes or finds the pool's devices and mounts what must be there before the server starts. Sets POOL_DISKS.
attach_storage() {
  local erase=$1 adopt=$2 size=${3:-20G}
  shift 3
  if (($# == 0)) && [[ -z ${SETTING[pool]:-} ]]; then
    attach_image "$size"
    return
  fi
  [[ -n ${SETTING[pool]:-} && ${SETTING[state]} != formatting ]] || check_same_disks "$@"
  if [[ -z ${SETTING[pool]:-} && -n $adopt ]]; then
    SETTING[pool]=$(blkid -p -s UUID -o value -- "$1") SETTING[state]=adopting
    unset 'SETTING[generation]'
    settings_save
  elif [[ -z ${SETTING[pool]:-} || ${SETTING[state]} == formatting ]]; then
    format_disks "$@"
  fi
  [[ ${SETTING[state]} == ready ]] || make_system_subvolume
  mount_pool "subvol=$SYSTEM_SUBVOLUME" "$DATA/system"
  # In use when a server was killed and its PostgreSQL was not: the next start does it.
  if unsummed "$DATA/system" && mirrored "$DATA/system" && umount -- "$DATA/system" 2>/dev/null; then
    SETTING[state]=copying
    settings_save
    make_system_subvolume
    mount_pool "subvol=$SYSTEM_SUBVOLUME" "$DATA/system"
  fi
  find_pool_disks
}

attach_image() {
  local image=$DATA/home.img
  if [[ -n ${SETTING[image]:-} ]] && moved_to_disk; then
    step "the pool home is on a disk; the server mounts it"
    return
  fi
  if [[ ! -e $image ]]; then
    step "making $image, a sparse file of $1"
    rm -f -- "$image.new"
    (umask 077 && : >"$image.new")
    [[ $(stat -f -c %T -- "$DATA") != btrfs ]] || chattr +C -- "$image.new"
    truncate -s "$(size_bytes "$1")" -- "$image.new"
    mv -- "$image.new" "$image"
  fi
  SETTING[image]=yes
  settings_save
  [[ -n $(image_loop) ]] || attach_loop "$image"
  find_pool_disks
}

# Another program may take the free device first; and without udev nobody makes a new one's node.
attach_loop() {
  local loop number
  for _ in {1..50}; do
    loop=$(losetup --find)
    if [[ ! -b $loop ]]; then
      number=$(<"/sys/class/block/${loop##*/}/dev")
      mknod -m 660 "$loop" b "${number%:*}" "${number#*:}" 2>/dev/null || :
    fi
    if losetup -- "$loop" "$1" 2>/dev/null; then return; fi
  done
  failed "no free loop device for $1"
}

image_loop() { losetup --associated "$DATA/home.img" --noheadings --output NAME | head -n 1; }

# The UUID is noted before the first write: killed here, the next `up` knows the half-made file system as its own.
format_disks() {
  local profiles=(-d single -m dup)
  (($# < 2)) || profiles=(-d raid1 -m raid1)
  (($# > 0)) || failed "formatting was interrupted; name the disks again"
  step "formatting $* (btrfs, ${profiles[*]})"
  : "${SETTING[pool]:=$(</proc/sys/kernel/random/uuid)}"
  SETTING[state]=formatting
  unset 'SETTING[generation]'
  settings_save
  wipefs --all --quiet -- "$@" || refused "$* is in use"
  mkfs.btrfs -q -f -U "${SETTING[pool]}" -L "$LABEL" -O squota "${profiles[@]}" -- "$@"
}

# The databases' subvolume. On one disk without copy-on-write: overwriting in place goes on when the pool is full. Never on
# a mirror: without checksums nobody sees which copy is the old one when a disk was away for a while.
# Another installation's is put aside, never run: a data directory of PostgreSQL can name programs to start.
make_system_subvolume() {
  local top=$DATA/run/pool aside
  mkdir -p -- "$top"
  mount_pool subvolid=5 "$top"
  # Room that the databases are kept (RoomReserve.java); a copy would hold none.
  rm -f -- "$top/$SYSTEM_SUBVOLUME/reserve"
  if [[ ${SETTING[state]} == adopting && -e $top/$SYSTEM_SUBVOLUME ]]; then
    aside=$SYSTEM_SUBVOLUME.$(date -u +%Y%m%dT%H%M%SZ)
    step "the databases of the pool's former installation stay on it as $aside"
    mv -T -- "$top/$SYSTEM_SUBVOLUME" "$top/$aside"
  fi
  [[ ${SETTING[state]} != copying ]] || copy_with_checksums "$top/$SYSTEM_SUBVOLUME"
  if [[ ! -d $top/$SYSTEM_SUBVOLUME ]]; then
    btrfs -q subvolume create "$top/$SYSTEM_SUBVOLUME"
    mirrored "$top" || chattr +C -- "$top/$SYSTEM_SUBVOLUME"
  fi
  chmod 0711 -- "$top/$SYSTEM_SUBVOLUME"
  btrfs filesystem sync "$top"
  umount -- "$top"
  rmdir -- "$top"
  SETTING[state]=ready
  settings_save
}

# The pool became a mirror since the databases began on it. Killed anywhere, the next time ends it.
copy_with_checksums() {
  local from=$1 summed=$1.summed unsummed=$1.unsummed
  if [[ -d $from ]] && unsummed "$from"; then
    step "copying the databases, which get checksums now that the pool is a mirror"
    [[ ! -d $summed ]] || btrfs -q subvolume delete "$summed"
    btrfs -q subvolume create "$summed"
    if ! cp -a --reflink=never -- "$from/." "$summed/"; then
      btrfs -q subvolume delete "$summed"
      warn "the databases stay without checksums: there is no room for a copy of them"
      return
    fi
    btrfs filesystem sync "$from"
    mv -T -- "$from" "$unsummed"
  fi
  [[ -d $from ]] || mv -T -- "$summed" "$from"
  btrfs filesystem sync "$from"
  [[ ! -d $unsummed ]] || btrfs -q subvolume delete "$unsummed"
}

# Whether new files in one of these directories get no checksums.
unsummed() { { lsattr -d -- "$@" 2>/dev/null || :; } | awk '$1 ~ /C/ { found = 1 } END { exit !found }'; }

mirrored() { [[ $(btrfs filesystem df "$1") == *'Data, RAID1'* ]]; }

# mount_pool OPTION PLACE: at boot a USB disk may come late, and one of a mirror may never come. While a disk is here that has
# missed what another one has, that one is waited for.
mount_pool() {
  local options="noatime,$1" place=$2 patience until said='' newest
  patience=$(environment_of HOMECLOUD_DISK_PATIENCE)
  until=$((SECONDS + ${patience:-DISK_PATIENCE}))
  until mountpoint -q -- "$place"; do
    btrfs device scan >/dev/null 2>&1 || :
    find_pool_disks
    check_no_copies
    newest=$(current_disks | head -n 1)
    if [[ -n $newest ]] && { [[ -n $OUTDATED ]] || ! is_outdated "$newest"; }; then
      mount_without_outdated "$options" "$place" "$until" && break
      if ! any_apart; then
        mount -o "$options" "UUID=${SETTING[pool]}" "$place" 2>/dev/null && break
        if ((SECONDS >= until)) && go_on_with "$newest" && mount -o "degraded,$options" "UUID=${SETTING[pool]}" "$place"; then
          step "mounted degraded: a disk is missing"
          # HOMECLOUD_STORAGE_DISKS_AWAITED (internal): it was waited for here, so the server need not wait once more.
          export HOMECLOUD_STORAGE_DISKS_AWAITED=PT0S
          break
        fi
      fi
    fi
    if ((SECONDS >= until)); then
      [[ -z $newest || -n $OUTDATED ]] || ! is_outdated "$newest" ||
        refused "the disk that was written last is not here, and ${POOL_DISKS[*]} has missed that; plug the other one in and repeat. If it is lost: up --outdated starts with what was before"
      failed "the disks of this installation (btrfs ${SETTING[pool]}) are not here; plug them in and repeat"
    fi
    [[ -n $said ]] || { step "waiting for the disks (btrfs ${SETTING[pool]})"; said=yes; }
    sleep 0.5
  done
  note_generation
}

# A copy of a disk, made by dd or a dock, is as new as the disk itself: the kernel would write on either, and next time on the other.
check_no_copies() {
  local disk is
  local -A known=()
  ((${#POOL_DISKS[@]} > 1)) || return 0
  for disk in "${POOL_DISKS[@]}"; do
    is="$(super_of "$disk" dev_item.devid) $(super_of "$disk" generation)"
    [[ $is =~ ^[0-9]+\ [0-9]+$ ]] || continue # it has just gone
    [[ -z ${known[$is]:-} ]] || refused "${known[$is]} and $disk are copies of each other; unplug one of them and repeat"
    known[$is]=$disk
  done
}

# super_of DISK WORD: a number of the file system that is on it.
super_of() { btrfs inspect-internal dump-super -- "$1" | awk -v word="$2" '$1 == word { print $2 }'; }

# Whether a disk, one of several, has missed what this installation wrote last.
is_outdated() {
  (($(super_of "$1" num_devices) > 1)) &&
    { (($(super_of "$1" generation) + 1 < ${SETTING[generation]:-0})) || has_missed "$1" || is_apart "$1"; }
}

# What the server noted of the pool's disks (MissingDisks.java): "missing" are the numbers of those that it went on without,
# "alone" those of the only ones that may be used, since the others have what was given up by --outdated.
noted_disks() {
  { cat -- "$DATA/missing-disks" 2>/dev/null || :; } |
    awk -v pool="${SETTING[pool]:-}" -v word="$1" '$1 == pool && $2 == word { for (i = 3; i <= NF; i++) print $i }'
}

# The disk is read only when something is noted, which is seldom.
has_missed() {
  local missing
  missing=$(noted_disks missing)
  [[ -n $missing ]] && grep -qxF -- "$(super_of "$1" dev_item.devid)" <<<"$missing"
}

is_apart() {
  local alone
  alone=$(noted_disks alone)
  [[ -n $alone ]] && ! grep -qxF -- "$(super_of "$1" dev_item.devid)" <<<"$alone"
}

any_apart() {
  local disk
  for disk in "${POOL_DISKS[@]}"; do ! is_apart "$disk" || return 0; done
  return 1
}

# Before the first byte is written on disks that have missed something: no other one of the pool is ever mixed with them.
go_on_with() {
  local disk numbers=''
  is_outdated "$1" || return 0
  for disk in "${POOL_DISKS[@]}"; do numbers+=" $(super_of "$disk" dev_item.devid)"; done
  { { grep -v "^${SETTING[pool]} " -- "$DATA/missing-disks" 2>/dev/null || :; } && echo "${SETTING[pool]} alone$numbers"; } \
    >"$DATA/missing-disks.new"
  sync -- "$DATA/missing-disks.new"
  mv -- "$DATA/missing-disks.new" "$DATA/missing-disks"
  sync -- "$DATA"
}

# What the disks that are here have got to.
note_generation() {
  find_pool_disks
  ((${#POOL_DISKS[@]})) || return 0
  SETTING[generation]=$(super_of "$(current_disks | head -n 1)" generation)
  settings_save
}

# The kernel takes every disk whatever it has missed, and asks checksums which copy is right. Where files have none, one that
# has missed writes stays outside, and one that was written while the others went on without it does in any case; the server
# says how it gets back. False where none has, or all files have checksums, and until the time is over where another one may
# still come.
mount_without_outdated() {
  local options=$1 place=$2 until=$3 top=$DATA/run/look found='' disk disks current outdated
  ((${#POOL_DISKS[@]} > 1)) || return 1
  mapfile -t current < <(current_disks)
  mapfile -t outdated < <(printf '%s\n' "${POOL_DISKS[@]}" | grep -vxF -f <(printf '%s\n' "${current[@]}"))
  ((${#outdated[@]} > 0)) || return 1
  ((SECONDS >= until || ${#POOL_DISKS[@]} >= $(super_of "${current[0]}" num_devices))) || return 1
  disks=degraded$(printf ',device=%s' "${current[@]}")
  mkdir -p -- "$top"
  ! mountpoint -q -- "$top" || umount -- "$top" # of one that was killed
  if mount_alone "ro,rescue=nologreplay,subvolid=5,$disks" "${current[0]}" "$top" "${outdated[@]}"; then
    ! unsummed "$top/$SYSTEM_SUBVOLUME" "$top"/@volumes/* "$top"/@trash/* || found=yes
    umount -- "$top"
  fi
  rmdir -- "$top"
  for disk in "${outdated[@]}"; do
    if is_apart "$disk" || (($(super_of "$disk" generation) > $(super_of "${current[0]}" generation))); then found=yes; fi
  done
  # It may be needed all the same, for what is on no other one.
  if [[ -z $found ]] || ! go_on_with "${current[0]}" || ! mount_alone "$options,$disks" "${current[0]}" "$place" "${outdated[@]}"; then
    btrfs device scan >/dev/null 2>&1 || :
    return 1
  fi
  step "mounted degraded: ${outdated[*]} was away while files were written, and cannot be mixed with the others"
  export HOMECLOUD_STORAGE_DISKS_AWAITED=PT0S
}

# mount_alone OPTIONS DISK PLACE OUTDATED…: a mount takes every disk that the kernel knows, and whoever looks for disks (udev,
# another installation) makes those known again that it was told to forget. So nothing is written before it is seen that none of
# them is in it; but for the log of a power cut, which the kernel replays at once.
mount_alone() {
  local options=$1 disk=$2 place=$3 first=$1 tries=20 outdated
  shift 3
  [[ $options == ro,* || $(super_of "$disk" log_root) != 0 ]] || first=ro,$options
  while ((tries-- > 0)); do
    for outdated in "$@"; do btrfs device scan --forget "$outdated" >/dev/null 2>&1 || :; done
    mount -o "$first" -- "$disk" "$place" 2>/dev/null || return 1
    if ! any_in_use "$@" && { [[ $first == "$options" ]] || mount -o remount,rw,noatime,degraded -- "$place"; }; then return 0; fi
    umount -- "$place"
  done
  return 1
}

# Whether one of these disks is part of the pool as it is mounted.
any_in_use() {
  local disk
  for disk in "$@"; do
    disk=$(readlink -f -- "$disk")
    [[ ! -e /sys/fs/btrfs/${SETTING[pool]}/devices/${disk##*/} ]] || return 0
  done
  return 1
}

# The pool's disks that have all that was written to it, the newest first; of those that missed something, when there are no
# others. A power cut may fall between the last writes to two of them, so that one commit less is none.
current_disks() {
  local disk disks=()
  for disk in "${POOL_DISKS[@]}"; do has_missed "$disk" || is_apart "$disk" || disks+=("$disk"); done
  ((${#disks[@]})) || disks=("${POOL_DISKS[@]}")
  for disk in "${disks[@]}"; do
    printf '%s %s\n' "$(super_of "$disk" generation)" "$disk"
  done | sort -rn | awk 'NR == 1 { newest = $1 } $1 >= newest - 1 { print $2 }'
}

# Sets POOL_DISKS. Past blkid's cache, which for two seconds has a disk that is gone.
find_pool_disks() {
  if [[ -n ${SETTING[pool]:-} ]]; then
    mapfile -t POOL_DISKS < <(blkid -c /dev/null -t "UUID=${SETTING[pool]}" -o device)
  else
    mapfile -t POOL_DISKS < <(image_loop)
  fi
}

# The places of standard input, a line for each as long as somebody would read them.
say_unmounted() {
  local targets target
  mapfile -t targets < <(sed '/./!d')
  if ((${#targets[@]} > 10)); then step "unmounted ${#targets[@]} places below $DATA"; else
    for target in "${targets[@]}"; do step "unmounted $target"; done
  fi
}

# What the server left mounted or attached, deepest first. Says what; false when something is busy. Who was killed while it waited
# for the disk ends a little later.
detach_storage() {
  local target loop busy gone=() until=$((SECONDS + 15))
  while busy=(); do
    while read -r target; do
      if umount -- "$target" 2>/dev/null; then gone+=("$target"); else busy+=("$target"); fi
    done < <(mounts_of_data | sort -r)
    ((${#busy[@]} && SECONDS < until)) || break
    sleep 0.5
  done
  say_unmounted < <(printf '%s\n' "${gone[@]}")
  for target in "${busy[@]}"; do warn "$target is busy: $(holders "$target")"; done
  ((${#busy[@]} == 0)) || return 1
  loop=$(image_loop)
  [[ -z $loop ]] || { losetup --detach "$loop" && step "detached $loop ($DATA/home.img)"; }
}

mounts_of_data() { findmnt -rno TARGET | awk -v data="$DATA/" 'index($0, data) == 1'; }

holders() { fuser -m -- "$1" 2>/dev/null | xargs -r ps -o pid=,comm= -p 2>/dev/null | paste -sd ',' | head -c 200; }

# The images behind those of the pool's devices that are loops, separated by commas: only they are taken for disks.
loop_images() {
  local device
  for device in "${POOL_DISKS[@]}"; do
    if [[ -r /sys/block/${device##*/}/loop/backing_file ]]; then
      cat "/sys/block/${device##*/}/loop/backing_file"
    fi
  done | paste -sd,
}
