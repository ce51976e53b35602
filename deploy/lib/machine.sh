# shellcheck shell=bash
# What this machine has and what it lacks: kernel, Debian packages, the account for the databases, the JDK.

# Every Debian package that is needed, with the oldest version that will do, by what needs it. The only lists there are; a
# test compares deploy/images with them.
readonly SCRIPT_PACKAGES=(curl jq openssl passwd procps psmisc bsdextrautils e2fsprogs)
readonly STORAGE_PACKAGES=('btrfs-progs>=6.7' 'libbtrfsutil1>=6.7' util-linux mount smartmontools)
readonly SHARING_PACKAGES=('samba>=2:4.21' samba-vfs-modules libnss-wrapper apache2-bin media-types
  'nfs-ganesha>=5' 'nfs-ganesha-vfs>=5' rpcbind netbase dbus-daemon iproute2 openssl util-linux mount)
readonly BACKUP_PACKAGES=(util-linux mount rsync openssh-client
  duplicity gnupg bubblewrap python3-paramiko python3-boto3 rclone openssl)
mapfile -t RUN_PACKAGES < <(printf '%s\n' "${STORAGE_PACKAGES[@]}" "${SCRIPT_PACKAGES[@]}" "${SHARING_PACKAGES[@]}" "${BACKUP_PACKAGES[@]}" | awk '!seen[$0]++')
readonly RUN_PACKAGES
# What makes images of containers.
readonly IMAGE_PACKAGES=(buildah mmdebstrap debian-archive-keyring zip)
# Services that their packages would start, package:service; homecloud runs these programs itself.
readonly STAY_OFF=(etcd-server:etcd nfs-ganesha:nfs-ganesha nfs-ganesha:nfs-ganesha-lock samba:smbd samba:nmbd samba:samba-ad-dc
  openssh-server:ssh mariadb-server:mariadb postgresql:postgresql)
readonly SOAK_PACKAGES=(systemd-container mmdebstrap)
readonly TEST_PACKAGES=(shellcheck fdisk xfsprogs attr git systemd 'smbclient>=2:4.20' chromium litmus davfs2 libnfs-utils
  openssh-server etcd-server mariadb-server mariadb-client postgresql postgresql-client sqlite3 python3-venv)
# What backups are compared with.
readonly BENCH_BACKUP_PACKAGES=(restic borgbackup)
readonly OLDEST_KERNEL=6.7
readonly TEMURIN=https://packages.adoptium.net/artifactory TEMURIN_KEY=3B04D753C9050D9A5D343F39843C48A565F8F04B
readonly ACCOUNT=homecloud
# Names of packages that are being installed: one that is cut off leaves their services on.
INSTALLING=/var/lib/homecloud-installing

check_kernel() {
  local kernel
  kernel=$(uname -r)
  [[ $(printf '%s\n' "$OLDEST_KERNEL" "${kernel%%-*}" | sort -V | head -n 1) == "$OLDEST_KERNEL" ]] ||
    failed "Linux $OLDEST_KERNEL or newer is needed for btrfs' simple quotas; this is $kernel (Debian 13 and Raspberry Pi OS 13 are new enough)"
  grep -qw btrfs /proc/filesystems || modprobe btrfs 2>/dev/null ||
    failed "this kernel ($kernel) has no btrfs"
  [[ -e /sys/fs/btrfs/features/simple_quota ]] || failed "btrfs in this kernel ($kernel) has no simple quotas"
}

# Debian 13 renamed libraries whose interface came to hold longer times: libbtrfsutil1 is libbtrfsutil1t64 there.
installed_version() { dpkg-query -W -f='${db:Status-Status} ${Version}\n' "$1" "$1t64" 2>/dev/null | sed -n 's/^installed //p' | head -n 1; }
candidate_version() { apt-cache policy "$1" "$1t64" | sed -n 's/^ *Candidate: //p' | grep -vx '(none)' | head -n 1; }

# Is there a version, and is it new enough? $1 may be name>=version.
new_enough() { [[ -n $2 ]] && { [[ $1 != *'>='* ]] || dpkg --compare-versions "$2" ge "${1#*>=}"; }; }

# Names what is missing, then installs it.
install_packages() {
  local wanted name version missing=() fresh=() newer=()
  if ! command -v apt-get >/dev/null; then
    failed "no apt-get here; homecloud installs its tools on Debian and its children only. Needed: $*"
  fi
  end_installation
  for wanted in "$@"; do
    name=${wanted%%>=*}
    version=$(installed_version "$name") || :
    new_enough "$wanted" "$version" && continue
    missing+=("$wanted")
    [[ -n $version ]] || fresh+=("$name")
  done
  ((${#missing[@]})) || return 0
  step "installing Debian packages: ${missing[*]}"
  apt update -qq
  for wanted in "${missing[@]}"; do
    name=${wanted%%>=*}
    new_enough "$wanted" "$(candidate_version "$name")" || newer+=("$wanted")
  done
  ((${#newer[@]} == 0)) || use_backports "${newer[@]}"
  printf '%s\n' "${fresh[@]}" >"$INSTALLING"
  sync -- "$INSTALLING" "${INSTALLING%/*}"
  if ((${#newer[@]})); then
    apt install -qq -y --no-install-recommends -t "$(suite)-backports" "${missing[@]%%>=*}"
  else
    apt install -qq -y --no-install-recommends "${missing[@]%%>=*}"
  fi
  end_installation
  for wanted in "${missing[@]}"; do
    new_enough "$wanted" "$(installed_version "${wanted%%>=*}")" || failed "this Debian has no $wanted"
  done
}

# Of this call, or of one that was cut off: what that one had not installed yet is missing once more.
end_installation() {
  local name names=()
  [[ -e $INSTALLING ]] || return 0
  mapfile -t names <"$INSTALLING"
  for name in "${names[@]}"; do
    [[ -z $(installed_version "$name") ]] || stay_off "$name"
  done
  rm -f -- "$INSTALLING"
}

# Only what was just installed: a service that somebody runs already is theirs.
stay_off() {
  local service
  [[ -d /run/systemd/system ]] || return 0
  for service in "${STAY_OFF[@]}"; do
    [[ " $* " != *" ${service%%:*} "* ]] || systemctl --quiet disable --now "${service#*:}" || warn "the service ${service#*:} could not be switched off"
  done
}

apt() {
  local said tries=80 configured=''
  # For the lock of the lists apt-get does not wait; after a boot Debian's own timer holds it for a while.
  until said=$(DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=400 "$@" </dev/null 2>&1 >/dev/null); do
    if [[ -z $configured && $said == *"dpkg --configure -a"* ]]; then
      step "ending an installation of packages that was cut off"
      DEBIAN_FRONTEND=noninteractive dpkg --configure -a </dev/null >/dev/null || :
      configured=yes
      continue
    fi
    if [[ $said != *"Could not get lock"* ]] || ((--tries < 1)); then
      end_installation
      warn "$said"
      failed "apt-get $1 failed; is the network there?"
    fi
    sleep 5
  done
  [[ -z $said ]] || warn "$said"
}

suite() { sed -n 's/^VERSION_CODENAME=//p' /etc/os-release; }

# shellcheck disable=SC2016 # apt-get's own placeholders
package_sources() { apt-get indextargets --format '$(ORIGIN)|$(RELEASE)|$(REPO_URI)' 'Created-By: Packages'; }

debian_mirror() { package_sources | sed -n "s/^Debian|$(suite)|//p" | head -n 1; }

# Debian's own newer packages for this release, from the mirror that apt uses already. The pin keeps everything else at
# the release's versions.
use_backports() {
  local backports mirror
  backports="$(suite)-backports"
  [[ $(package_sources) != *"|$backports|"* ]] || return 0
  mirror=$(debian_mirror)
  [[ -n $mirror ]] || failed "$* is not in this system's package sources, and they have no Debian mirror to take it from"
  step "adding $backports of $mirror (for $*)"
  cat >/etc/apt/sources.list.d/homecloud-backports.sources <<SOURCE
Types: deb
URIs: $mirror
Suites: $backports
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCE
  printf 'Package: *\nPin: release n=%s\nPin-Priority: 50\n' "$backports" >/etc/apt/preferences.d/homecloud-backports
  apt update -qq
}

# PostgreSQL refuses to run as root.
system_user() {
  getent passwd "$ACCOUNT" >/dev/null && return 0
  step "creating the system account $ACCOUNT (PostgreSQL runs as it)"
  useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$ACCOUNT"
}

is_jdk() { [[ -x $1/bin/javac ]] && [[ $("$1/bin/java" -version 2>&1) =~ version\ \"25[.\"] ]]; }

# Sets JDK, the home of a JDK 25. The one of last time is taken unasked, since asking costs time.
find_jdk() {
  local home
  JDK=${SETTING[java]:-}
  [[ -z $JDK || ! -x $JDK/bin/javac ]] || return 0
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/*25* "$(javac_home)"; do
    if [[ -n $home ]] && is_jdk "$home"; then
      JDK=$home SETTING[java]=$home
      return 0
    fi
  done
  ((EUID == 0)) || failed "no JDK 25 found; set JAVA_HOME"
  local package=openjdk-25-jdk-headless
  in_sources "$package" || apt update -qq
  if ! in_sources "$package"; then
    package=temurin-25-jdk
    in_sources "$package" || use_temurin
  fi
  step "installing Debian packages: $package"
  apt install -qq -y --no-install-recommends "$package"
  for home in /usr/lib/jvm/*25*; do
    if is_jdk "$home"; then
      JDK=$home SETTING[java]=$home
      return 0
    fi
  done
  failed "$package was installed but does not run"
}

in_sources() { apt-cache show "$1" >/dev/null 2>&1; }

# Eclipse's packages of the JDK, for a Debian that has none of it. Whoever sends the key, it is the one named above.
use_temurin() {
  local keyring=/usr/share/keyrings/temurin.asc key
  install_packages curl ca-certificates gpg
  step "adding Eclipse Temurin's packages ($TEMURIN): this Debian has no JDK 25"
  curl -fsSL --proto =https --max-time 60 -o "$keyring.new" "$TEMURIN/api/gpg/key/public" ||
    failed "Eclipse's key did not arrive from $TEMURIN; is the network there? Or install a JDK 25 and set JAVA_HOME"
  key=$(gpg --show-keys --with-colons "$keyring.new" | awk -F: '$1 == "fpr" { print $10; exit }')
  [[ $key == "$TEMURIN_KEY" ]] || { rm -f "$keyring.new"; failed "what $TEMURIN sent is not Eclipse's key but ${key:-none}; nothing was changed"; }
  mv -- "$keyring.new" "$keyring"
  cat >/etc/apt/sources.list.d/homecloud-temurin.sources <<SOURCE
Types: deb
URIs: $TEMURIN/deb
Suites: $(suite)
Components: main
Signed-By: $keyring
SOURCE
  apt update -qq
}

javac_home() {
  local javac
  javac=$(command -v javac) || return 0
  dirname -- "$(dirname -- "$(readlink -f -- "$javac")")"
}
