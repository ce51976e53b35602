# shellcheck shell=bash
# Keys and secrets, encrypted with a passphrase, to be kept away from the machine; and the way back.

readonly CIPHER=(-aes-256-cbc -pbkdf2 -iter 600000 -md sha256)
# A name that a restore takes (InstallationArchive.java has the same).
readonly PLAIN='[A-Za-z0-9_-][A-Za-z0-9._-]*'

recovery_kit() {
  local file=''
  while (($#)); do
    case $1 in
      --restore) with_value "$@"; file=$2; shift 2 ;;
      --restore=*) file=${1#*=}; shift ;;
      *)
        [[ -z $file || ! -e $1 ]] || wrong "one kit at a time, and not $file and $1; the newest has most"
        wrong "unknown option '$1'"
        ;;
    esac
  done
  install_packages openssl
  if [[ -n $file ]]; then restore_kit "$file"; else make_kit; fi
}

# Sets PASSPHRASE: from the environment, else asked for (twice when it is new).
ask_passphrase() {
  local again
  # HOMECLOUD_RECOVERY_PASSPHRASE: of the recovery kit, for where nobody can be asked.
  PASSPHRASE=${HOMECLOUD_RECOVERY_PASSPHRASE:-}
  if [[ -z $PASSPHRASE ]]; then
    [[ -t 0 ]] || wrong "no terminal to ask for the passphrase; set HOMECLOUD_RECOVERY_PASSPHRASE"
    read -rsp 'Passphrase of the recovery kit: ' PASSPHRASE
    echo
    if [[ $1 == new ]]; then
      read -rsp 'Once more: ' again
      echo
      [[ $again == "$PASSPHRASE" ]] || wrong "the two differ"
    fi
  fi
  ((${#PASSPHRASE} >= 10)) || wrong "a passphrase has 10 characters or more"
}

# The archive carries its own checksums: CBC alone would not notice a changed byte.
make_kit() {
  local kit work
  installed_or_fail
  ask_passphrase new
  kit=homecloud-recovery-$(hostname)-$(date -u +%Y%m%dT%H%M%SZ)
  work=$(mktemp -d)
  # shellcheck disable=SC2064 # now, not then: work is local
  trap "rm -rf -- '$work' '$kit.enc'" EXIT
  install -d -m 0700 -- "$work/made/secrets"
  copy_plain "$work/made"
  (cd -- "$work/made" && find secrets settings -type f -print0 | sort -z | xargs -0 sha256sum >SHA256SUMS)
  (umask 077 && tar -C "$work/made" -cz . | openssl enc "${CIPHER[@]}" -salt -pass fd:3 -out "$kit.enc" 3< <(printf '%s' "$PASSPHRASE"))
  open_kit "$work" "$kit.enc"
  # shellcheck disable=SC2064 # now, not then: work is local
  trap "rm -rf -- '$work'" EXIT
  cat >"$kit.txt" <<TEXT
homecloud recovery sheet: print it, write the passphrase on it, keep it away from the machine.

Made on $(date -u +%F) at $(hostname) for $DATA
Kit: $kit.enc (copy it to a stick or to somebody you trust)
  SHA-256 $(sha256sum <"$kit.enc" | cut -d ' ' -f 1)
Passphrase: ______________________________________________

On a new machine, before the first "up":
  sudo ./homecloud recovery-kit --restore $kit.enc --data $DATA
  sudo ./homecloud up --data $DATA $([[ -z ${SETTING[pool]:-} ]] || echo "--disk <each disk of btrfs ${SETTING[pool]}> --adopt")
Without homecloud:
  openssl enc -d ${CIPHER[*]} -in $kit.enc | tar xz
TEXT
  say "$kit.enc  the keys and secrets, encrypted"
  say "$kit.txt  the sheet to print"
}

# copy_plain PLACE: secrets and settings, without what a restore does not take and what is there for a moment while a file is
# written beside its place.
copy_plain() {
  local file files=() others=()
  while IFS= read -r -d '' file; do
    if [[ -f $DATA/$file && ! -L $DATA/$file && $file =~ ^secrets(/$PLAIN)+$ && ! $file =~ \.(next|first|new)$ ]]; then
      files+=("$file")
    else
      others+=("${file@Q}")
    fi
  done < <(cd -- "$DATA" && find secrets ! -type d -print0 | sort -z)
  ((${#others[@]} == 0)) || warn "not in the kit, which takes plain files with plain names only: ${others[*]}"
  (cd -- "$DATA" && cp -a --no-preserve=links --parents -- settings "${files[@]}" "$1/")
}

restore_kit() {
  local file=$1 work
  [[ -r $file ]] || wrong "cannot read $file"
  lock_installation
  ! running || refused "homecloud is running; ./homecloud down first"
  ask_passphrase known
  work=$(mktemp -d)
  # shellcheck disable=SC2064 # now, not then: work is local
  trap "rm -rf -- '$work'" EXIT
  open_kit "$work" "$file"
  install -d -m 0711 -- "$DATA"
  replace_secrets "$work/kit/secrets"
  [[ -e $DATA/settings ]] || settings_of_kit <"$work/kit/settings"
  say "restored to $DATA/secrets"
}

# open_kit WORK FILE: into WORK/kit.
open_kit() {
  openssl enc -d "${CIPHER[@]}" -in "$2" -pass fd:3 -out "$1/tar.gz" 3< <(printf '%s' "$PASSPHRASE") 2>/dev/null ||
    failed "wrong passphrase, or not a recovery kit: $2"
  unpack_sealed "$1" "$2" 'a recovery kit' settings
}

# unpack_sealed WORK FILE KIND OTHERS: takes WORK/tar.gz, the opened FILE, apart into WORK/kit. Plain files and directories
# of its own shape only, whatever the archive says: secrets, and OTHERS (a pattern).
unpack_sealed() {
  local work=$1 file=$2 kind=$3 others=$4
  tar -tvzf "$work/tar.gz" >"$work/list" 2>/dev/null || failed "wrong passphrase or key, or not $kind: $file"
  tar -tzf "$work/tar.gz" >"$work/names"
  # From files: of a pipe, tar would fail when grep has found something and reads no further, and so would the question.
  if grep -qvE '^[-d]' "$work/list" || grep -qvE "^\\./((secrets/($PLAIN/?)*)|$others|SHA256SUMS)?\$" "$work/names"; then
    failed "$file holds what $kind does not"
  fi
  mkdir -- "$work/kit"
  tar -C "$work/kit" --no-same-owner -xzf "$work/tar.gz"
  (cd -- "$work/kit" && sha256sum --quiet --strict -c SHA256SUMS >/dev/null 2>&1) || failed "$file is damaged"
}

replace_secrets() {
  local before
  before=$DATA/secrets.before-$(date -u +%Y%m%dT%H%M%SZ)
  [[ ! -e $before ]] || before+=.$$
  chmod -R go= -- "$1"
  bring "$1" "$DATA/secrets.new"
  if [[ -e $DATA/secrets ]]; then
    say "the present secrets are kept as $before"
    mv -T -- "$DATA/secrets" "$before"
  fi
  mv -T -- "$DATA/secrets.new" "$DATA/secrets"
  sync -- "$DATA"
}

# bring DIRECTORY PLACE: a copy that is whole and on the disk, so that it can get its name; what is at PLACE is of one that was killed.
bring() {
  rm -rf -- "$2"
  cp -a -- "$1" "$2"
  sync --file-system -- "$2"
}

# A copy of the installation that a plan made: keys, identity, settings and the programs of hooks now; its database waits for the first start.
# The key that opens it is in the recovery kit.
restore_installation() {
  local from=$1 sealed work
  [[ -e $from ]] || wrong "--restore: there is no $from"
  sealed=$(newest_sealed "$from")
  [[ -n $sealed ]] || failed "$from has no copy of an installation"
  if [[ -e $DATA/system/postgres || -e $DATA/installation-id ]] || running; then
    is_of_here "$sealed" || refused "$DATA has an installation already; name another --data, or move it away"
    step "$DATA is the installation of $sealed already; nothing is restored again"
    return
  fi
  [[ -r $DATA/secrets/installation-backup.key ]] || refused "what opens the copy is in the recovery kit; first ./homecloud recovery-kit --restore FILE --data $DATA"
  step "restoring the installation from $sealed"
  work=$(mktemp -d)
  # shellcheck disable=SC2064 # now, not then: work is local
  trap "rm -rf -- '$work'" EXIT
  open_copy "$sealed" >"$work/tar.gz" || failed "the key of this recovery kit does not open $sealed"
  unpack_sealed "$work" "$sealed" 'a copy of an installation' \
    "settings|installation-id|dump\\.sql|sharing/(samba/(private/($PLAIN)?)?)?|hooks/($PLAIN/?)*"
  replace_secrets "$work/kit/secrets"
  if [[ -d $work/kit/sharing ]]; then cp -a -- "$work/kit/sharing" "$DATA/"; fi
  # The programs that plans call as root, unless somebody has put them there already.
  if [[ -d $work/kit/hooks && ! -e $DATA/hooks ]]; then
    chmod -R go-w -- "$work/kit/hooks"
    bring "$work/kit/hooks" "$DATA/hooks.new"
    mv -T -- "$DATA/hooks.new" "$DATA/hooks"
  fi
  install -d -m 0700 -- "$DATA/restore"
  install -m 0600 -- "$work/kit/dump.sql" "$DATA/restore/dump.sql"
  settings_of_kit <"$work/kit/settings"
  install -m 0644 -- "$work/kit/installation-id" "$DATA/installation-id.new"
  sync --file-system -- "$DATA"
  # Last: with it the installation is there.
  mv -- "$DATA/installation-id.new" "$DATA/installation-id"
  sync -- "$DATA"
  rm -rf -- "$work"
  trap - EXIT
  settings_load
}

open_copy() { openssl enc -d "${CIPHER[@]}" -in "$1" -pass "file:$DATA/secrets/installation-backup.key" 2>/dev/null; }

# is_of_here SEALED: a copy of the installation that is here; so it is when an `up --restore` that ended half-way is repeated.
is_of_here() { open_copy "$1" | tar -xzO ./installation-id 2>/dev/null | cmp -s -- - "$DATA/installation-id"; }

# newest_sealed PLACE: the file itself, one in that directory, or the newest in a repository: <plan>/runs/<time>/….
newest_sealed() {
  local name=installation.tar.gz.enc
  if [[ -f $1 ]]; then
    printf '%s' "$1"
  elif [[ -f $1/$name ]]; then
    printf '%s' "$1/$name"
  else
    find "$1" -mindepth 5 -maxdepth 5 -type f -path "*/runs/*Z/homecloud-installation/$name" 2>/dev/null |
      awk -F/ '{ print $(NF - 2) "\t" $0 }' | sort | tail -n 1 | cut -f 2-
  fi
}

# A new machine has the old one's address, not its disks.
settings_of_kit() {
  grep -E '^((port|listen)=[0-9a-fA-F.:]+|node=[a-z0-9-]+)$' >"$DATA/settings.new" || (($? == 1))
  sync -- "$DATA/settings.new"
  mv -- "$DATA/settings.new" "$DATA/settings"
}
