# shellcheck shell=bash
# Keys and secrets, encrypted with a passphrase, to be kept away from the machine; and the way back.

readonly CIPHER=(-aes-256-cbc -pbkdf2 -iter 600000 -md sha256)

recovery_kit() {
  local file=''
  while (($#)); do
    case $1 in
      --restore) with_value "$@"; file=$2; shift 2 ;;
      --restore=*) file=${1#*=}; shift ;;
      *) wrong "unknown option '$1'" ;;
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
  trap "rm -rf -- '$work'" EXIT
  cp -a -- "$DATA/secrets" "$DATA/settings" "$work/"
  (cd -- "$work" && find secrets settings -type f -print0 | sort -z | xargs -0 sha256sum >SHA256SUMS)
  (umask 077 && tar -C "$work" -cz . | openssl enc "${CIPHER[@]}" -salt -pass fd:3 -out "$kit.enc" 3< <(printf '%s' "$PASSPHRASE"))
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

restore_kit() {
  local file=$1 work
  [[ -r $file ]] || wrong "cannot read $file"
  lock_installation
  ! running || refused "homecloud is running; ./homecloud down first"
  ask_passphrase known
  work=$(mktemp -d)
  # shellcheck disable=SC2064 # now, not then: work is local
  trap "rm -rf -- '$work'" EXIT
  openssl enc -d "${CIPHER[@]}" -in "$file" -pass fd:3 -out "$work/tar.gz" 3< <(printf '%s' "$PASSPHRASE") 2>/dev/null ||
    failed "wrong passphrase, or not a recovery kit: $file"
  # Plain files and directories of the kit's own shape only, whatever the archive says.
  tar -tvzf "$work/tar.gz" >"$work/list" 2>/dev/null || failed "wrong passphrase, or not a recovery kit: $file"
  if grep -qvE '^[-d]' "$work/list" || tar -tzf "$work/tar.gz" | grep -qvE '^\./((secrets/([A-Za-z0-9_-][A-Za-z0-9._-]*/?)*)|settings|SHA256SUMS)?$'; then
    failed "$file holds what a recovery kit does not"
  fi
  mkdir -- "$work/kit"
  tar -C "$work/kit" --no-same-owner -xzf "$work/tar.gz"
  (cd -- "$work/kit" && sha256sum --quiet --strict -c SHA256SUMS >/dev/null 2>&1) || failed "$file is damaged"
  install -d -m 0711 -- "$DATA"
  if [[ -e $DATA/secrets ]]; then
    say "the present secrets are kept as $DATA/secrets.before-$(date -u +%Y%m%dT%H%M%SZ)"
    mv -T -- "$DATA/secrets" "$DATA/secrets.before-$(date -u +%Y%m%dT%H%M%SZ)"
  fi
  cp -a -- "$work/kit/secrets" "$DATA/secrets.new"
  chmod -R go= -- "$DATA/secrets.new"
  mv -T -- "$DATA/secrets.new" "$DATA/secrets"
  [[ -e $DATA/settings ]] || settings_of_kit <"$work/kit/settings"
  say "restored to $DATA/secrets"
}

# A new machine has the old one's address, not its disks.
settings_of_kit() { grep -E '^((port|listen)=[0-9a-fA-F.:]+|node=[a-z0-9-]+)$' >"$DATA/settings" || :; }
