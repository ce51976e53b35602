# shellcheck shell=bash
# What an installation remembers between two calls: <data>/settings, lines of key=value.

declare -A SETTING=()
# pool: UUID of the disks' btrfs, state: formatting or ready; image: there is one; home: pool and volume were made once.
# build: what was started last; java: the JDK. generation: of the disks' btrfs, when it was mounted or unmounted last.
# node: this machine's name when it was set up; its resources carry it, so it stays when the machine is renamed.
readonly SETTING_KEYS='port|listen|node|java|build|pool|state|generation|image|home'

valid_port() { [[ $1 =~ ^[1-9][0-9]{0,4}$ ]] && (($1 <= 65535)); }

valid_address() {
  [[ $1 =~ ^([0-9]{1,3}\.){3}[0-9]{1,3}$ || ($1 == *:* && $1 =~ ^[0-9a-fA-F:.]+$) ]]
}

# A size as 20G, 20Gi or 1T, at least 2G.
valid_size() { [[ $1 =~ ^[1-9][0-9]{0,5}[GT]i?$ ]] && (($(size_bytes "$1") >= 2 << 30)); }

size_bytes() {
  local number=${1%%[GT]*}
  case $1 in *T*) echo $((number << 40)) ;; *) echo $((number << 30)) ;; esac
}

settings_load() {
  local key value
  [[ -r $DATA/settings ]] || return 0
  while IFS='=' read -r key value; do
    [[ ! $key =~ ^($SETTING_KEYS)$ ]] || SETTING[$key]=$value
  done <"$DATA/settings"
}

# Settings of the server that its operator wrote down (external databases, for example), for a start at boot too.
environment_load() {
  local line
  for line in HOMECLOUD_DB_URL HOMECLOUD_KAFKA_BOOTSTRAP; do
    [[ -z ${!line:-} ]] || grep -qs "^$line=" "$DATA/secrets/environment" ||
      wrong "$line belongs into $DATA/secrets/environment, where a start at boot finds it too"
  done
  [[ -r $DATA/secrets/environment ]] || return 0
  while IFS= read -r line; do
    [[ ! $line =~ ^(HOMECLOUD|QUARKUS|KAFKA)_[A-Z0-9_]+= ]] || export "${line?}"
  done <"$DATA/secrets/environment"
}

# environment_of NAME: what this start has of it, else what is written down; for what is needed before all of that is loaded.
environment_of() { printf '%s' "${!1:-$(sed -n "s/^$1=//p" "$DATA/secrets/environment" 2>/dev/null | tail -n 1)}"; }

# This machine's name as a DNS label.
node_name() {
  local name
  name=$(uname -n | tr '[:upper:]' '[:lower:]' | sed 's|[.].*||' | tr -c 'a-z0-9\n' - | sed -E 's/^-+//; s/-+$//' | cut -c 1-63)
  printf '%s' "${name:-home}"
}

# What was asked for now, else what was asked for last time, else the default.
settings_default() { SETTING[$1]=${2:-${SETTING[$1]:-$3}}; }

# The name that this machine keeps, by which several of an installation tell each other apart.
settings_node() {
  local name
  [[ -z ${SETTING[node]:-} ]] || return 0
  name=$(environment_of HOMECLOUD_NODE)
  [[ -z $name || $name =~ ^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$ ]] ||
    wrong "HOMECLOUD_NODE needs a name of small letters, digits and hyphens, not '$name'"
  SETTING[node]=${name:-$(node_name)}
}

settings_save() {
  local key
  for key in "${!SETTING[@]}"; do printf '%s=%s\n' "$key" "${SETTING[$key]}"; done | sort >"$DATA/settings.new"
  sync -- "$DATA/settings.new"
  mv -- "$DATA/settings.new" "$DATA/settings"
}

readonly LOCKS=/run/homecloud

# One `up`, `down` or restore at a time for each data directory.
lock_installation() {
  local lock
  install -d -m 0755 -- "$LOCKS"
  lock=$LOCKS/$(sha256sum <<<"$DATA" | cut -c 1-16)
  exec 9>"$lock"
  flock -n 9 || { step "another ./homecloud works on $DATA, waiting for it"; flock -w 600 9 || failed "it did not end"; }
  settings_load
}

unlock_installation() { exec 9>&-; }

as_account() { setpriv --reuid="$ACCOUNT" --regid="$ACCOUNT" --clear-groups "$@"; }

# Is DATA ours to fill? Asked before anything is made: other people's directories are left alone, and the databases'
# account must be able to pass through the parents.
check_data() {
  local part path='' foreign ours=(! -name lost+found ! -name settings.new ! -name secrets ! -name installation-id)
  [[ ! -e $DATA || -d $DATA ]] || refused "$DATA is not a directory"
  if [[ -d $DATA && ! -e $DATA/settings ]]; then
    ! has_pool "$DATA/home.img" || ours+=(! -name home.img)
    foreign=$(find "$DATA" -mindepth 1 -maxdepth 1 "${ours[@]}" -printf '%f\n' -quit)
    [[ -z $foreign ]] || refused "$DATA is not empty and not homecloud's (it holds ${foreign@Q}); name an empty or new directory"
  fi
  while IFS= read -r -d / part; do
    path+=$part/
    [[ ! -e $path ]] || as_account test -x "$path" ||
      refused "the account $ACCOUNT may not pass through $path, and PostgreSQL runs as it; choose another --data (or chmod o+x $path)"
  done <<<"$DATA"
}

prepare_directories() {
  install -d -m 0711 -- "$DATA"
  settings_save
  install -d -m 0711 -- "$DATA/run" "$DATA/system"
  install -d -m 0700 -- "$DATA/secrets"
  install -d -m 0750 -- "$DATA/log"
}
